"""When a run ends, and the reason it gives."""

from dataclasses import dataclass

import numpy as np

from nnviz.training.checks import check_number
from nnviz.training.history import History


@dataclass(frozen=True)
class StopReason:
    """Why a run cannot or should not go on.

    Attributes
    ----------
    kind : "max_epochs", "target_loss", "target_accuracy", "patience" or "diverged"
    step : the step at which the run stands
    cause : what happened, in words
    advice : what to change, in words
    layer : of a divergence, the number of the layer that blew up, 1 being the first
    lane : of a divergence with lanes, the lane
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

    def check(self, history: History, steps_per_epoch: int) -> StopReason | None:
        """Return the reason to stop at the last recorded row, or None to go on.

        A function of the recorded rows alone. `max_epochs` needs no row: see `last_step`.
        """
        last = history.last
        if last is None:
            return None
        final = self.last_step(steps_per_epoch)
        if final is not None and last.step >= final:
            return max_epochs_reached(last.step, self.max_epochs)
        if self.target_loss is not None and last.loss_train <= self.target_loss:
            return StopReason(
                "target_loss",
                last.step,
                f"the training loss, {last.loss_train:.6g}, is at its target of "
                f"{self.target_loss:g}.",
            )
        has_test = not np.isnan(last.loss_test)
        which = "test" if has_test else "training"
        accuracy = last.accuracy_test if has_test else last.accuracy_train
        if self.target_accuracy is not None and accuracy >= self.target_accuracy:
            return StopReason(
                "target_accuracy",
                last.step,
                f"the {which} accuracy, {accuracy:.2%}, is at its target of "
                f"{self.target_accuracy:.2%}.",
            )
        if self.patience is not None:
            steps, values = history.all_rows()
            losses = values[1] if has_test else values[0]
            best = int(np.argmin(losses))
            if last.step - int(steps[best]) >= self.patience * steps_per_epoch:
                return StopReason(
                    "patience",
                    last.step,
                    f"the {which} loss has not been below {losses[best]:.6g} for "
                    f"{self.patience} epochs, since step {steps[best]}.",
                )
        return None


def max_epochs_reached(step: int, max_epochs: int | None) -> StopReason:
    """Return the reason that ends a run after its last epoch."""
    return StopReason("max_epochs", step, f"all {max_epochs} epochs are done.")
