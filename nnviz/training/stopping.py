"""Rules for when a run ends, and the reason that is shown."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnviz.training.checks import check_number
from nnviz.training.history import History, Metrics


@dataclass(frozen=True)
class StopReason:
    """Why a run has ended.

    Attributes
    ----------
    kind : "max_epochs", "target_loss", "target_accuracy", "patience" or "diverged"
    step : the last step of the run
    cause : what happened, in words
    advice : what to change, in words
    layer : for a divergence, the number of the layer that overflowed, counted from 1
    lane : for a divergence with lanes, the lane
    """

    kind: str
    step: int
    cause: str
    advice: str = ""
    layer: int | None = None
    lane: int | None = None

    def __str__(self) -> str:
        return f"Stopped at step {self.step}: {self.cause} {self.advice}".rstrip()


@dataclass(frozen=True)
class StoppingRules:
    """When to stop; None switches a rule off.

    Parameters
    ----------
    max_epochs : passes over the training data
    target_loss : stop when the training loss is at or below it
    target_accuracy : stop when the test accuracy (training accuracy if there is no test set) is
        at or above it, 0 to 1
    patience : stop when the test loss (training loss if there is no test set) has had no new
        minimum for this many epochs
    """

    max_epochs: int | None = None
    target_loss: float | None = None
    target_accuracy: float | None = None
    patience: int | None = None

    def __post_init__(self) -> None:
        if self.max_epochs is not None:
            check_number("max_epochs", self.max_epochs, 1, whole=True)
        if self.target_loss is not None:
            check_number("target_loss", self.target_loss, 0.0)
        if self.target_accuracy is not None:
            check_number("target_accuracy", self.target_accuracy, 0.0, 1.0)
        if self.patience is not None:
            check_number("patience", self.patience, 1, whole=True)

    def last_step(self, steps_per_epoch: int) -> int | None:
        """Return the step at which `max_epochs` is reached, or None."""
        return None if self.max_epochs is None else self.max_epochs * steps_per_epoch

    def first_met(
        self, history: History, first: int, steps_per_epoch: int, has_test: bool
    ) -> StopReason | None:
        """Return the reason to stop at the earliest row, from step `first` on, that meets a rule.

        It depends on the recorded rows alone. `max_epochs` needs no row: see `last_step`.
        """
        if self.target_loss is self.target_accuracy is self.patience is None:
            return None
        steps, values = history.all_rows()
        known = Metrics(*values)
        watched = known.loss_test if has_test else known.loss_train
        accuracy = known.accuracy_test if has_test else known.accuracy_train
        which = "test" if has_test else "training"
        best = _best_so_far(watched)
        met = np.zeros(len(steps), np.bool_)
        if self.target_loss is not None:
            met |= known.loss_train <= self.target_loss
        if self.target_accuracy is not None:
            met |= accuracy >= self.target_accuracy
        if self.patience is not None:
            met |= steps - steps[best] >= self.patience * steps_per_epoch
        found = np.flatnonzero(met & (steps >= first))
        if not found.size:
            return None
        row = found[0]
        step = int(steps[row])
        if self.target_loss is not None and known.loss_train[row] <= self.target_loss:
            return StopReason(
                "target_loss",
                step,
                f"the training loss, {known.loss_train[row]:.6g}, is at its target of "
                f"{self.target_loss:g}.",
            )
        if self.target_accuracy is not None and accuracy[row] >= self.target_accuracy:
            return StopReason(
                "target_accuracy",
                step,
                f"the {which} accuracy, {accuracy[row]:.2%}, is at its target of "
                f"{self.target_accuracy:.2%}.",
            )
        since = best[row]
        return StopReason(
            "patience",
            step,
            f"the {which} loss has not been below {watched[since]:.6g} for "
            f"{self.patience} epochs, since step {steps[since]}.",
        )


def _best_so_far(losses: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return for each row the index of the best row so far, (n_rows,); NaN is the worst loss."""
    losses = np.where(np.isnan(losses), np.inf, losses)
    lowest = np.minimum.accumulate(losses)
    is_new = np.append(True, losses[1:] < lowest[:-1])[: len(losses)]
    return np.maximum.accumulate(np.where(is_new, np.arange(len(losses)), 0))


def max_epochs_reached(step: int, max_epochs: int | None) -> StopReason:
    """Return the reason that ends a run after its last epoch."""
    return StopReason("max_epochs", step, f"all {max_epochs} epochs are done.")
