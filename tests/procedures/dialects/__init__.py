"""Files drawn for other engines, one folder for each, with what their import must say in `expected.txt`."""
