"""The rules of administrative procedures. Standard library only: no web, database, files or system clock."""
