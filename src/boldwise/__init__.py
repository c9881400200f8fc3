"""Encoding and decoding models of the brain, honest by construction."""

__version__ = "0.1.0"
