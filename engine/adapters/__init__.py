"""Ports to the outside, each with a local stand-in."""
