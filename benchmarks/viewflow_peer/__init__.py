"""The two tasks of `motcua bench` in Viewflow, as its documentation shows: what `benchmarks.peers` serves in turns with
the product, in an environment of its own. Viewflow is under the AGPL; the product never has it, and nothing of the
product is imported here."""
