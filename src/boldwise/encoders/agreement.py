"""How well predictions agree with responses: to train by, and to choose an epoch by.

Letters for shapes: B stimuli of a batch, V voxels.
"""

import torch

TINY = 1e-8  # keeps a voxel that does not vary from dividing by 0


def concordance(predicted: torch.Tensor, measured: torch.Tensor) -> torch.Tensor:
    """Concordance correlation of each voxel: 1 only where values are equal.

    2 cov(p, m) / (var p + var m + (mean p - mean m)²), after Lin [1]_. Noise scores
    about 0 however far a model has overfitted it, so that a mean over voxels follows
    those that can be predicted; a mean of squared errors follows the others.

    Parameters
    ----------
    predicted, measured : tensor of shape (B, V)

    Returns
    -------
    concordance : tensor of shape (V,)

    References
    ----------
    .. [1] Lin (1989), "A concordance correlation coefficient to evaluate
       reproducibility", Biometrics 45:255, eq. 1.
    """
    p_mean, m_mean = predicted.mean(0), measured.mean(0)  # (V,) each
    p, m = predicted - p_mean, measured - m_mean  # (B, V) each
    spread = p.square().mean(0) + m.square().mean(0) + (p_mean - m_mean).square()
    return 2 * (p * m).mean(0) / spread.clamp_min(TINY)


def losses(
    predicted: torch.Tensor, measured: torch.Tensor, *, training: bool
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Squared error to train by; one minus the mean concordance to judge by.

    Saha et al. (2024) train by the sum of both; we train by the error alone, since
    the concordance of a small batch is biased.

    Parameters
    ----------
    predicted, measured : tensor of shape (B, V)
        Standardised responses.
    training : bool

    Returns
    -------
    loss : tensor of shape ()
    parts : dict of tensor of shape ()
        ``squared_error`` and ``concordance``, means over voxels.
    """
    error = (predicted - measured).square().mean()
    agreed = concordance(predicted.detach(), measured).mean()
    parts = {"squared_error": error.detach(), "concordance": agreed}
    return (error if training else 1 - agreed), parts
