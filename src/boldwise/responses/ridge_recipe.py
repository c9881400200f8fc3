"""Choices of the full single-trial recipe."""

from dataclasses import dataclass

FRACTIONS: tuple[float, ...] = tuple(round(0.05 * k, 2) for k in range(20, 0, -1))
"""Lengths of the weights to choose from, relative to least squares."""


@dataclass(frozen=True)
class RidgeRecipe:
    """Choices of the full recipe.

    Attributes
    ----------
    max_components : int
        Noise components to choose from: 0 to so many.
    fractions : tuple of float
        Lengths of weights to choose from, relative to least squares.
    neighbour_bound : float
        Of the absolute correlation of neighbouring responses.
    split_halves : bool
        Estimate odd and even runs apart: nothing is shared between them.
    budget_gib : float
        Memory for one block of voxels.
    """

    max_components: int = 10
    fractions: tuple[float, ...] = FRACTIONS
    neighbour_bound: float = 0.1
    split_halves: bool = False
    budget_gib: float = 0.5

    @property
    def needs_repeats(self) -> bool:
        """Whether anything is left to choose by repeats: components or a fraction."""
        return self.max_components > 0 or self.fractions != (1.0,)
