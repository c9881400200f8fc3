"""The one training loop of all models that are trained by gradient descent.

Nothing is imported here: most of the modules below need torch, which takes two
seconds to import, and jobs that only read their options should not pay for it.
"""
