"""The training loop: forward pass, backward pass and update, on buffers allocated once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from nnviz.network import Network, check_data
from nnviz.network.activation import quiet
from nnviz.network.arrays import FloatArray
from nnviz.network.engine.passes import TrainingPass, signs_of, with_ones
from nnviz.network.engine.penalty import Penalty
from nnviz.training.batches import Batches
from nnviz.training.divergence import explain_divergence
from nnviz.training.optimizers import Workspace, as_rate
from nnviz.training.schedules import make_schedule
from nnviz.training.settings import TrainingSettings
from nnviz.training.stopping import StopReason, max_epochs_reached
from nnviz.training.tape import Tape

CHECK_EVERY = 16
"""Updates between two checks for NaN and infinity. They stay once they occur, so none is missed."""

NORM_EPSILON = 1e-6
"""Keeps the divisor above zero when a gradient is clipped."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state of a trainer: copies of the parameters and of the optimizer's memory.

    Attributes
    ----------
    step : number of updates made
    theta : (n_params,) or (n_lanes, n_params)
    slots : (n_slots, *theta.shape)
    """

    step: int
    theta: FloatArray
    slots: FloatArray

    @property
    def nbytes(self) -> int:
        """The memory of the arrays, in bytes."""
        return self.theta.nbytes + self.slots.nbytes


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """What one update computes: every number between the parameters before and after it.

    Attributes
    ----------
    samples : (batch_size,) the training samples of the batch, as indices
    masks : the dropout mask of each hidden layer, (n_units, batch_size), or None without dropout
    loss_grad : (n_params,) the gradient of the batch's mean loss
    objective_grad : (n_params,) the same with the penalties' gradients
    grad : (n_params,) the same after clipping, which the optimizer gets
    rate : the learning rate after the schedule
    before, after : the states before and after the update
    """

    samples: npt.NDArray[np.intp]
    masks: list[FloatArray | None]
    loss_grad: FloatArray
    objective_grad: FloatArray
    grad: FloatArray
    rate: FloatArray
    before: Snapshot
    after: Snapshot


class Trainer:
    """Trains one network, or one network per lane, on one training set.

    Its state depends on the number of updates, not on the number of calls: ten times `advance(10)`
    equals `advance(100)` to the last bit. So does training on from a restored snapshot.

    Parameters
    ----------
    network : the architecture and the precision
    X : (n_samples, n_features), checked by `check_data`
    y : (n_samples,), 0 and 1
    settings : how to train
    theta : initial parameters, copied: (n_params,), or (n_lanes, n_params) for a network per lane
    """

    def __init__(
        self,
        network: Network,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        settings: TrainingSettings,
        theta: npt.ArrayLike,
    ) -> None:
        X, y = check_data(X, y, network.spec.n_inputs)
        self.network = network
        self.settings = settings
        self.step = 0
        self.stopped: StopReason | None = None
        self._held: dict[int, StopReason] = {}
        self._theta: FloatArray = np.array(theta, network.dtype)
        if self._theta.ndim not in (1, 2) or self._theta.shape[-1] != network.n_params:
            raise ValueError(
                f"theta must be ({network.n_params},) or (n_lanes, {network.n_params}); "
                f"got shape {self._theta.shape}"
            )
        self._optimizer = settings.make_optimizer()
        self._work = Workspace(
            theta=self._theta,
            grad=np.empty_like(self._theta),
            slots=self._optimizer.init(self._theta).slots,
            scratch=np.empty_like(self._theta),
            rate=as_rate(settings.learning_rate, network.dtype),
        )
        self._batches = Batches(
            with_ones(X, network.spec, network.dtype),
            signs_of(y, X.shape[0], network.dtype),
            settings.batch_size,
            settings.batch_seed,
        )
        self._passes = {
            size: TrainingPass(network.spec, self._theta, self._work.grad, size)
            for size in self._batches.sizes
        }
        self._drops_out = any(layer.dropout for layer in network.spec.layers)
        self._schedule = None
        if settings.schedule != "constant" or settings.warmup_steps:
            self._schedule = make_schedule(
                settings.schedule,
                decay_steps=settings.decay_steps,
                decay_rate=settings.decay_rate,
                warmup_steps=settings.warmup_steps,
            )
        self._last_step = settings.stopping.last_step(self.steps_per_epoch)
        self._l1: Any = settings.l1
        self._l2: Any = settings.l2
        self._set_penalty()
        self._safe = self.snapshot()
        self._tape: Tape | None = None

    # state --------------------------------------------------------------------------------------

    @property
    def theta(self) -> FloatArray:
        """A live, read-only view of the parameters."""
        view = self._theta.view()
        view.flags.writeable = False
        return view

    @property
    def steps_per_epoch(self) -> int:
        """The number of updates in one pass over the training data."""
        return self._batches.steps_per_epoch

    @property
    def epoch(self) -> float:
        """The number of passes over the training data made, with fractions."""
        return self.epoch_at(self.step)

    def epoch_at(self, step: int) -> float:
        """Return the number of passes over the training data up to `step`, with fractions."""
        return self._batches.epoch(step)

    @property
    def n_slots(self) -> int:
        """The number of values that the optimizer stores per parameter."""
        return len(self._optimizer.slots)

    @property
    def smallest_batch(self) -> int:
        """The number of samples of the smallest batch."""
        return min(self._batches.sizes)

    @property
    def sees_all(self) -> bool:
        """Whether every update computes the whole training set's margins, without dropout."""
        return self.steps_per_epoch == 1 and not self._drops_out

    def forward_margins(self) -> FloatArray:
        """Run forward at the current step; return the training set's margins, (…, 1, n_samples).

        Only allowed if the trainer `sees_all`. The next update computes the same numbers; the
        array is valid until then.
        """
        X, signs, _, size = self._batches.at(self.step)
        with quiet():
            return self._passes[size].forward_margins(X, signs)

    @property
    def nbytes(self) -> int:
        """The memory of its buffers in bytes, estimated from the array sizes."""
        spec, itemsize = self.network.spec, self.network.dtype.itemsize
        lanes = self._theta.size // self.network.n_params
        signals = sum(3 * layer.units + 1 for layer in spec.layers)  # z or its gradient, a, mask
        samples = lanes * signals * sum(self._batches.sizes)
        fixed = 2 * (spec.n_inputs + 3) * self._batches.n_samples
        return itemsize * ((5 + 2 * self.n_slots) * self._theta.size + samples + fixed)

    @property
    def held(self) -> dict[int, StopReason]:
        """The lanes that diverged; each stays at its last finite step while the others train."""
        return dict(self._held)

    # what may change during training ------------------------------------------------------------

    @property
    def learning_rate(self) -> Any:
        """The base learning rate, before the schedule: a number, or one per lane (n_lanes,)."""
        return self._optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: npt.ArrayLike) -> None:
        if np.array_equal(value, self.learning_rate):
            return
        self._optimizer = replace(self._optimizer, learning_rate=value)
        self._work.rate = as_rate(value, self.network.dtype)
        self._let_go()

    @property
    def l1(self) -> Any:
        """Strength of the L1 penalty: a number, or one per lane (n_lanes,)."""
        return self._l1

    @l1.setter
    def l1(self, value: npt.ArrayLike) -> None:
        if np.array_equal(value, self._l1):
            return
        self._l1 = value
        self._set_penalty()

    @property
    def l2(self) -> Any:
        """Strength of the L2 penalty: a number, or one per lane (n_lanes,)."""
        return self._l2

    @l2.setter
    def l2(self, value: npt.ArrayLike) -> None:
        if np.array_equal(value, self._l2):
            return
        self._l2 = value
        self._set_penalty()

    def _set_penalty(self) -> None:
        some = np.any(self._l1) or np.any(self._l2)
        self._penalty = (
            Penalty(self.network.spec, self._theta, self._l1, self._l2) if some else None
        )
        self._let_go()

    def _let_go(self) -> None:
        """Clear the stop reasons, because something has changed."""
        self._held = {}
        self.stopped = None

    def set_theta(self, theta: npt.ArrayLike) -> None:
        """Replace the parameters; the optimizer keeps its memory."""
        theta = np.asarray(theta)
        if theta.shape != self._theta.shape:
            raise ValueError(f"theta must have shape {self._theta.shape}; got {theta.shape}")
        if not np.isfinite(theta).all():
            raise ValueError("theta must be finite; got NaN or infinity")
        np.copyto(self._theta, theta)
        self._let_go()

    def snapshot(self) -> Snapshot:
        """Return copies of everything that the next update depends on, except the settings."""
        return Snapshot(self.step, self._theta.copy(), self._work.slots.copy())

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to the state of `snapshot`; learning rate and penalties stay as they are."""
        self._go_to(snapshot)
        self._held = {lane: why for lane, why in self._held.items() if why.step < snapshot.step}
        self.stopped = None

    def _go_to(self, snapshot: Snapshot) -> None:
        self.step = snapshot.step
        np.copyto(self._theta, snapshot.theta)
        np.copyto(self._work.slots, snapshot.slots)

    # training -----------------------------------------------------------------------------------

    def advance(self, n_updates: int, tape: Tape | None = None) -> int:
        """Make up to `n_updates` updates; return how many were made.

        Fewer are made if the last epoch of the settings is over, or if the next update would make
        a parameter or the optimizer's memory infinite or NaN. Then the trainer stays at the last
        finite step, where the loss may already overflow. With lanes, a lane that diverges stays
        there (see `held`) and the others train on. `stopped` says why no more updates are made,
        until a `restore` or a change clears it.

        `tape` records the wanted steps from which an update is made. The step after the last
        update is not recorded.
        """
        self._tape = tape
        start = self.step
        target = start + n_updates
        if self._last_step is not None:
            target = min(target, self._last_step)
        with quiet():
            while self.step < target and self.stopped is None:
                self._advance_safely(min(CHECK_EVERY, target - self.step))
        if self.stopped is None and self.step == self._last_step:
            self.stopped = max_epochs_reached(self.step, self.settings.stopping.max_epochs)
        return self.step - start

    def _advance_safely(self, n_updates: int) -> None:
        """Make `n_updates` updates; a lane whose numbers would not be finite stays at its step.

        The updates are made without checks. Only if one diverged are all made again, one by one,
        to find the last finite step of each lane.
        """
        self._keep()
        for _ in range(n_updates):
            self._update()
        if self._newly_diverged():
            self._go_to(self._safe)
            if self._tape is not None:
                self._tape.back_to(self.step)
            for _ in range(n_updates):
                self._keep()
                self._update()
                for lane in self._newly_diverged():
                    self._hold(lane)
                self._restore_held()
                if self.stopped is not None:
                    self.step = self.stopped.step
                    break
        self._restore_held()

    def _keep(self) -> None:
        """Copy the current state to `_safe`, without allocating memory."""
        safe = self._safe
        np.copyto(safe.theta, self._theta)
        np.copyto(safe.slots, self._work.slots)
        self._safe = Snapshot(self.step, safe.theta, safe.slots)

    def _newly_diverged(self) -> list[int]:
        """Return the lanes, not held yet, with NaN or infinity in parameters or memory."""
        theta, slots = self._theta, self._work.slots
        if np.isfinite(theta).all() and np.isfinite(slots).all():
            return []
        lanes = np.isfinite(np.concatenate([theta[np.newaxis], slots])).all(axis=(0, -1))
        return [int(k) for k in np.flatnonzero(~np.atleast_1d(lanes)) if k not in self._held]

    def divergence(self) -> StopReason:
        """Return the stop reason for a next update that is not finite (without lanes only)."""
        with quiet():
            return explain_divergence(
                self.step, self.network, self._theta, self._batches.at(self.step)
            )

    def _hold(self, lane: int) -> None:
        """Hold `lane` at its state in `_safe`, with the reason; stop if it is the last lane."""
        step, theta = self._safe.step, self._safe.theta.reshape(-1, self.network.n_params)
        reason = explain_divergence(step, self.network, theta[lane], self._batches.at(step))
        if self._theta.ndim == 2:
            reason = replace(reason, lane=lane)
        self._held[lane] = reason
        if len(self._held) == len(theta):
            self.stopped = reason

    def _restore_held(self) -> None:
        """Restore the held lanes from `_safe`."""
        for lane in self._held:
            index = (lane,) if self._theta.ndim == 2 else ()
            self._theta[index] = self._safe.theta[index]
            self._work.slots[(slice(None), *index)] = self._safe.slots[(slice(None), *index)]

    def rehearse(self) -> Rehearsal:
        """Make the next update, without lanes, and go back; return what it computes."""
        before, seen = self.snapshot(), list[FloatArray]()
        self._tape = None
        with quiet():
            self._update(lambda grad: seen.append(grad.copy()))
        after, rate = self.snapshot(), self._work.rate
        self._go_to(before)
        samples = self._batches.samples(before.step)
        masks = self._passes[samples.size].masks
        loss_grad, objective_grad, grad = seen
        return Rehearsal(
            samples, masks, loss_grad, objective_grad, grad, rate, before=before, after=after
        )

    def _update(self, watch: Callable[[FloatArray], object] | None = None) -> None:
        """Make one update. Training spends most of its time here.

        `watch` is called with the gradient: of the loss, with the penalties, and after clipping.
        """
        step, work = self.step, self._work
        X, signs, shares, size = self._batches.at(step)
        passes = self._passes[size]
        if self._drops_out:
            passes.dropout.draw(self.settings.dropout_seed, step)
        margins = passes.forward_margins(X, signs)
        if self._tape is not None and self._tape.next == step:
            self._tape.take(work.theta, work.slots, margins)
        passes.backward(X, shares)
        if watch is not None:
            watch(work.grad)
        if self._penalty is not None:
            self._penalty.add_gradient(work.grad)
        if watch is not None:
            watch(work.grad)
        if self.settings.clip_norm is not None:
            clip(work.grad, self.settings.clip_norm)
        if watch is not None:
            watch(work.grad)
        if self._schedule is not None:
            work.rate = as_rate(self.learning_rate, work.theta.dtype) * self._schedule(step)
        self._optimizer.apply(work, step)
        self.step = step + 1


def clip(grad: FloatArray, max_norm: float) -> None:
    """Shorten every lane's gradient, in place, to the Euclidean length `max_norm` if longer."""
    # Dividing by the largest entry first keeps the squares of a huge gradient finite.
    largest = np.abs(grad).max(axis=-1, keepdims=True)
    unit = np.maximum(largest, 1.0)
    norm = unit * np.sqrt(np.square(grad / unit).sum(axis=-1, keepdims=True))
    grad *= np.minimum(1.0, max_norm / (norm + NORM_EPSILON))
