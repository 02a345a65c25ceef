"""Ports to the outside, each with a local stand-in. The handlers that are shipped are known wherever one is called."""

from engine.adapters import registries as registries
