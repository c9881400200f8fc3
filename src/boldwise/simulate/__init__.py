"""A world with known answers: scenes, brains and a scanner."""
