"""The samples of each update: all of them, or mini-batches in turn."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nnviz.network.arrays import FloatArray


class Batch(NamedTuple):
    """The samples of one update.

    Attributes
    ----------
    X : (n_features + 1, size), the last row ones
    signs : (1, size), +1 for class 1 and -1 for class 0
    shares : (1, size), signs / size: each sample's share of the mean loss, with its sign
    size : number of samples
    """

    X: FloatArray
    signs: FloatArray
    shares: FloatArray
    size: int


class Batches:
    """Divides the training samples into batches.

    Every epoch uses each sample once, in an order that depends on (seed, epoch) alone: the
    permutation of `RandomState([seed, epoch])`. The last batch of an epoch is smaller if the batch
    size does not divide the number of samples. A full batch keeps the order of the samples.

    Parameters
    ----------
    X : (n_features + 1, n_samples), the last row ones
    signs : (1, n_samples)
    batch_size : None for all samples
    """

    def __init__(self, X: FloatArray, signs: FloatArray, batch_size: int | None, seed: int) -> None:
        self.n_samples: int = X.shape[1]
        self.batch_size: int = min(batch_size or self.n_samples, self.n_samples)
        self._seed = seed
        self._random = np.random.RandomState()  # seeded anew in every epoch
        self._X, self._signs = X, signs
        self._epoch: int = -1
        if self.batch_size < self.n_samples:
            X, signs = np.empty_like(X), np.empty_like(signs)
        self._dealt_X, self._dealt_signs = X, signs
        self._dealt_shares = np.empty_like(signs)
        self._batches: list[Batch] = []
        for start in range(0, self.n_samples, self.batch_size):
            part = slice(start, start + self.batch_size)
            x, s, w = X[:, part], signs[:, part], self._dealt_shares[:, part]
            self._batches.append(Batch(x, s, w, s.size))
        self.steps_per_epoch = len(self._batches)
        if self.steps_per_epoch == 1:
            np.divide(signs, self.n_samples, self._dealt_shares)

    @property
    def sizes(self) -> set[int]:
        """The sizes of the batches: one, or two if the last one is smaller."""
        return {batch.size for batch in self._batches}

    def at(self, step: int) -> Batch:
        """Return the batch of update number `step`; it is valid until a call for another epoch."""
        if self.steps_per_epoch == 1:
            return self._batches[0]
        epoch, position = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            self._deal(epoch)
        return self._batches[position]

    def samples(self, step: int) -> npt.NDArray[np.intp]:
        """Return the indices of the samples of update number `step`, (size,)."""
        epoch, position = divmod(step, self.steps_per_epoch)
        if self.steps_per_epoch == 1:
            return np.arange(self.n_samples)
        part = slice(position * self.batch_size, (position + 1) * self.batch_size)
        return self._order(epoch)[part]

    def epoch(self, step: int) -> float:
        """Return the number of passes over the samples in `step` updates, with fractions."""
        epoch, position = divmod(step, self.steps_per_epoch)
        return epoch + position * self.batch_size / self.n_samples

    def _deal(self, epoch: int) -> None:
        order = self._order(epoch)
        np.take(self._X, order, axis=1, out=self._dealt_X, mode="clip")
        np.take(self._signs, order, axis=1, out=self._dealt_signs, mode="clip")
        for batch in self._batches:
            np.divide(batch.signs, batch.size, batch.shares)
        self._epoch = epoch

    def _order(self, epoch: int) -> npt.NDArray[np.intp]:
        self._random.seed([self._seed, epoch])
        return self._random.permutation(self.n_samples)
