"""Functional alignment: one subject's responses as another's, or as a common pattern.

Every method of a pair is ``fit(source, target, ...) -> Alignment``, with rows of both
arrays showing the same stimuli; every method of a group is ``fit(subjects, ...) ->
Template``, into which a new subject is placed by a method of a pair.
"""
