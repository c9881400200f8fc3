"""The jobs of a study: which there are, how far they are, and what they take."""
