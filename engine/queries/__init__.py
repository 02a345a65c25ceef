"""Reads for pages, lists and the command line: nothing here writes."""
