"""Encoders: from features of stimuli to responses."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boldwise.encoders.ridge import RidgeEncoder
    from boldwise.linear.banded_ridge import BandedRidgeCV
    from boldwise.linear.ridge import RidgeCV

__all__ = ["BandedRidgeCV", "RidgeCV", "RidgeEncoder"]


def __getattr__(name: str) -> Any:
    """Import a model when asked: scikit-learn takes a second to import."""
    if name == "BandedRidgeCV":
        from boldwise.linear.banded_ridge import BandedRidgeCV

        return BandedRidgeCV
    if name == "RidgeCV":
        from boldwise.linear.ridge import RidgeCV

        return RidgeCV
    if name == "RidgeEncoder":
        from boldwise.encoders.ridge import RidgeEncoder

        return RidgeEncoder
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
