"""Measurements of the product, each a command: `python -m benchmarks.NAME`. None is part of the product."""
