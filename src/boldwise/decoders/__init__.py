"""Decoders: from responses to features, categories and other subjects' responses."""

from boldwise.decoders.category import CategoryDecoder
from boldwise.decoders.linear import RidgeDecoder

__all__ = ["CategoryDecoder", "RidgeDecoder"]
