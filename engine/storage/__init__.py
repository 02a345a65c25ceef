"""Where things are kept: tables, the mapping of entities to them, sessions and transactions, migrations."""
