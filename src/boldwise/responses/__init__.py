"""From BOLD to one response per trial, and what to do with repeats."""
