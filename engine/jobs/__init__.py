"""The queue of deferred work: rows in the case's own database, written in the case's transaction."""
