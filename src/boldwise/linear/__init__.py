"""Ridge solvers: below encoders and decoders, because both need them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boldwise.linear.banded_ridge import BandedRidgeCV
    from boldwise.linear.ridge import RidgeCV

__all__ = ["BandedRidgeCV", "RidgeCV"]


def __getattr__(name: str) -> Any:
    """Import an estimator when asked: scikit-learn takes a second to import."""
    if name == "BandedRidgeCV":
        from boldwise.linear.banded_ridge import BandedRidgeCV

        return BandedRidgeCV
    if name == "RidgeCV":
        from boldwise.linear.ridge import RidgeCV

        return RidgeCV
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
