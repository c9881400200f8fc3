"""Category decoder: what kind of thing was shown, by a classifier fixed beforehand."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from boldwise.decoders.discriminant import fit_discriminant
from boldwise.decoders.standardise import Standardiser, fit_standardiser
from boldwise.errors import DataError

CLASSIFIERS = ("shrinkage_lda", "linear_svm")


class CategoryDecoder:
    """A linear classifier on z-scored responses, without anything to tune.

    Parameters
    ----------
    classifier : {"shrinkage_lda", "linear_svm"}
        Discriminants with a Ledoit-Wolf covariance, or scikit-learn's linear support
        vector machine with C = 1, one class against the rest.

    Attributes
    ----------
    classes_ : array of str, shape (n_classes,)
        Sorted.
    weight_ : array of shape (n_voxels, n_classes)
        From z-scored responses.
    bias_ : array of shape (n_classes,)
    responses_ : Standardiser
        Training statistics of the responses.

    Examples
    --------
    >>> responses = np.eye(4)[[0, 1, 0, 1, 0, 1]]
    >>> labels = np.array(["face", "house"] * 3)
    >>> CategoryDecoder().fit(responses, labels).predict(responses[:2]).tolist()
    ['face', 'house']
    """

    def __init__(self, classifier: str = "shrinkage_lda") -> None:
        if classifier not in CLASSIFIERS:
            raise DataError(
                f"no classifier '{classifier}'; known: {', '.join(CLASSIFIERS)}."
            )
        self.classifier = classifier

    def fit(self, responses: np.ndarray, labels: np.ndarray) -> Self:
        """Fit all rows.

        Parameters
        ----------
        responses : array of shape (n_train, n_voxels)
            Any unit; finite.
        labels : array of str, shape (n_train,)

        Returns
        -------
        self : CategoryDecoder

        Raises
        ------
        DataError
            If there is one class only, or a response is not finite.
        """
        self.classes_, label = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise DataError(
                f"the {len(labels)} training stimuli are all of category "
                f"'{self.classes_[0]}': nothing to tell apart."
            )
        self.responses_ = fit_standardiser(responses, what="voxels")
        values = self.responses_.apply(responses)
        fit = _fit_svm if self.classifier == "linear_svm" else _fit_lda
        self.weight_, self.bias_ = fit(values, label)
        return self

    def decide(self, responses: np.ndarray) -> np.ndarray:
        """Evidence for each class.

        Parameters
        ----------
        responses : array of shape (n_new, n_voxels)
            In the unit of the training responses.

        Returns
        -------
        evidence : array of shape (n_new, n_classes)
            Log posterior up to a constant per row (discriminants), or signed
            distances from the margins (support vector machine).

        Raises
        ------
        DataError
            If the decoder was not fitted.
        """
        if not hasattr(self, "weight_"):
            raise DataError("this CategoryDecoder is not fitted yet: call fit first.")
        return np.asarray(self.responses_.apply(responses) @ self.weight_ + self.bias_)

    def predict(self, responses: np.ndarray) -> np.ndarray:
        """Most likely category of new responses (n_new, n_voxels): shape (n_new,)."""
        best = np.argmax(self.decide(responses), axis=1)
        return np.asarray(self.classes_[best])

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Everything that a copy needs: arrays, and options that JSON can hold.

        Returns
        -------
        arrays : dict of array
            ``classes`` and ``bias`` of shape (n_classes,), ``weight`` of shape
            (n_voxels, n_classes), ``mean`` and ``spread`` of shape (n_voxels,).
        options : dict
        """
        arrays = {
            "classes": self.classes_,
            "weight": self.weight_,
            "bias": self.bias_,
            "mean": self.responses_.mean,
            "spread": self.responses_.spread,
        }
        return arrays, {"classifier": self.classifier}

    @classmethod
    def from_state(
        cls, arrays: Mapping[str, np.ndarray], options: Mapping[str, Any]
    ) -> Self:
        """Rebuild a fitted decoder from ``to_state``: its arrays, of any shape."""
        decoder = cls(**options)
        decoder.classes_ = arrays["classes"]
        decoder.weight_, decoder.bias_ = arrays["weight"], arrays["bias"]
        decoder.responses_ = Standardiser(arrays["mean"], arrays["spread"])
        return decoder


def _fit_lda(values: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    discriminant = fit_discriminant(values, label)
    return discriminant.weight, discriminant.bias


def _fit_svm(values: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One class against the rest; with two classes both columns of one machine."""
    from sklearn.svm import SVC

    machines = [
        SVC(kernel="linear").fit(values, label == number) for number in np.unique(label)
    ]
    weight = np.concatenate([machine.coef_ for machine in machines]).T
    return weight, np.concatenate([machine.intercept_ for machine in machines])
