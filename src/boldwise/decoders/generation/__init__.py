"""Generators of pictures: optional, imported when they are asked for."""
