"""The one language of expressions, and what is read of others into it: FEEL, JUEL and Python's notation."""
