"""Stimuli described by numbers: extracted as they are, fitted on training ones."""
