"""Decision tables and expressions of DMN: read, checked before any case asks them, and answered."""
