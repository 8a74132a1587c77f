"""L1 and L2: a penalty on large weights, added to the loss. It does not apply to biases."""

import numpy as np
import numpy.typing as npt

from nnviz.network.arrays import FloatArray
from nnviz.network.engine.layout import weight_mask
from nnviz.network.spec import NetworkSpec


class Penalty:
    """l1 · sum(|W|) + 0.5 · l2 · sum(W²) over the weights in `theta`, and its gradient.

    `theta`, (n_params,) or (n_lanes, n_params), is not copied. With lanes, `l1` and `l2` may be
    one number or one per lane, (n_lanes,).
    """

    def __init__(
        self, spec: NetworkSpec, theta: FloatArray, l1: npt.ArrayLike, l2: npt.ArrayLike
    ) -> None:
        for field, strength in (("l1", l1), ("l2", l2)):
            if not (np.isfinite(strength) & (np.asarray(strength) >= 0.0)).all():
                raise ValueError(f"{field} must be at least 0 and finite; got {strength!r}")
        mask = weight_mask(spec, theta.dtype)
        self._theta = theta
        self._scratch = np.empty_like(theta)
        self._l1 = self._spread(l1, mask) if np.any(l1) else None
        self._l2 = self._spread(l2, mask) if np.any(l2) else None

    @staticmethod
    def _spread(strength: npt.ArrayLike, mask: FloatArray) -> FloatArray:
        """Return the strength per parameter: (n_params,) or (n_lanes, n_params)."""
        return np.asarray(strength, mask.dtype)[..., np.newaxis] * mask

    def value(self) -> FloatArray:
        """Return the penalty, one number per lane."""
        theta = self._theta
        total: FloatArray = np.zeros(theta.shape[:-1], theta.dtype)
        if self._l1 is not None:
            total = total + (self._l1 * np.abs(theta)).sum(axis=-1)
        if self._l2 is not None:
            total = total + 0.5 * (self._l2 * theta * theta).sum(axis=-1)
        return total

    def add_gradient(self, grad: FloatArray) -> None:
        """Add l1 · sign(W) + l2 · W to `grad`, in place."""
        if self._l1 is not None:
            np.sign(self._theta, self._scratch)
            np.multiply(self._scratch, self._l1, self._scratch)
            np.add(grad, self._scratch, grad)
        if self._l2 is not None:
            np.multiply(self._theta, self._l2, self._scratch)
            np.add(grad, self._scratch, grad)
