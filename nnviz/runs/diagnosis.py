"""Find out what is wrong with a run, if anything, and give advice in plain words.

If the training accuracy is high, only overfitting is checked. The thresholds below are set so
that healthy runs give no finding: a false alarm is worse than a missed problem.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from nnviz.experiment.rules import plain_number
from nnviz.runs import Run, remedy
from nnviz.runs.look import Look
from nnviz.runs.remedy import Remedy

MOST_FINDINGS = 2
GOOD_ACCURACY = 0.95
LOW_ACCURACY = 0.75
COIN = 0.5  # a mean loss below this is clearly better than guessing, which gives 0.69

SPREAD_RATIO = 20.0
OFFSET_IN_SPREADS = 10.0
LARGEST_INPUT = 50.0
WIDE_INPUT = 3.0  # standardized inputs are seldom larger
CRUSHED_WEIGHT = 0.1
CRUSHED_SHARE = 0.25
SAME = 1e-9
DEAD_SHARE = 0.75
SATURATED_SHARE = 0.5
ERROR_RATIO = 1e-3
RECENT_ROWS = 30
SWING = 0.25
STILL_HIGH = 0.5
STUCK_STEPS = 500
STUCK_CHANGE = 5e-4
SMOOTH_ROWS = 5
TEST_RISE = 1.25
LEAST_TEST_RISE = 0.15
TRAIN_FALL = 0.9


@dataclass(frozen=True)
class Finding:
    """One problem: its kind, what was measured and where, and what to do about it.

    ``remedy`` is the experiment without the problem, if it is known. ``ask`` names the number of
    the page Explain that shows the problem, if there is one.
    """

    kind: str
    words: str
    advice: str
    remedy: Remedy | None = None
    ask: str = ""


def _layers(numbers: Iterable[int]) -> str:
    """Name the layers with these indices, counted from 1."""
    *most, last = [str(number + 1) for number in numbers]
    return f"layers {', '.join(most)} and {last}" if most else f"layer {last}"


def _scales(look: Look) -> Finding | None:
    """Check for inputs with very different spreads, far from zero, or large."""
    names = look.input_names
    mean, spread = look.inputs.mean(axis=0), look.inputs.std(axis=0)
    varies = spread > 0.0
    if not varies.any():
        return None
    wide, narrow = int(np.argmax(spread)), int(np.argmin(np.where(varies, spread, np.inf)))
    offsets = np.abs(mean) / np.where(varies, spread, np.inf)
    far = int(np.argmax(offsets))
    largest = np.abs(look.inputs).max(axis=0)
    large = int(np.argmax(largest))
    if spread[wide] >= SPREAD_RATIO * spread[narrow]:
        ratio = spread[wide] / spread[narrow]
        words = f"{names[wide]} spreads {ratio:,.0f} times as wide as {names[narrow]}."
    elif offsets[far] >= OFFSET_IN_SPREADS:
        words = f"{names[far]} lies {offsets[far]:.0f} times its own spread away from zero."
    elif largest[large] >= LARGEST_INPUT:
        words = f"{names[large]} reaches {largest[large]:,.0f}; units expect numbers around 1."
    else:
        return None
    advice = "Set Input scaling to Standardize."
    return Finding("scales", words, advice, remedy.scaled(look.run), "input.1")


def _penalty(look: Look) -> Finding | None:
    """Check for a layer whose weights a penalty has made nearly zero."""
    penalties = [name for name in ("l1", "l2") if look.now(name) > 0.0]
    if not penalties or look.accuracy >= LOW_ACCURACY:
        return None
    run, experiment = look.run, look.run.experiment
    first = run.network.initialize(experiment.initializer, experiment.init_seed, experiment.biases)
    layers = zip(run.network.unpack(run.theta), run.network.unpack(first), strict=True)
    for number, ((W, _), (W_first, _)) in enumerate(layers, start=1):
        largest, before = np.abs(W).max(), np.abs(W_first).max()
        if largest <= min(CRUSHED_WEIGHT, CRUSHED_SHARE * before):
            names = " and ".join(name.upper() for name in penalties)
            return Finding(
                "penalty",
                f"The largest weight of layer {number} has been pulled from {before:.2f} down to "
                f"{largest:.2g}.",
                f"Lower the {names} {'penalty' if len(penalties) == 1 else 'penalties'}.",
                remedy.lower_penalty(run),
            )
    return None


def _symmetric(look: Look) -> Finding | None:
    """Check for layers whose units all have the same weights."""
    zero, same = [], []
    for i, (W, b) in enumerate(look.run.network.unpack(look.run.theta)[:-1]):
        block = np.vstack([W, b])  # (n_in + 1, n_units)
        several = block.shape[1] > 1
        apart = np.ptp(block, axis=1).max()
        if not W.any() and (several or look.health[i].gradient_norm == 0.0):
            zero.append(i)
        elif several and apart <= SAME * np.abs(block).max():
            same.append(i)
    if zero:
        moves = any(look.health[i].gradient_norm > 0.0 for i in zero)
        why = "their units are equal and stay equal" if moves else "they get no gradient"
        words = f"All weights of {_layers(zero)} are 0: {why}."
    elif same:
        units = look.hidden[same[0]].units
        words = (
            f"The {units} units of {_layers(same[:1])} have the same incoming weights: "
            "they get the same gradient, so they stay equal."
        )
    else:
        return None
    advice = "Use random initial weights, for example Glorot or He."
    layer = (zero or same)[0] + 1
    return Finding("symmetric", words, advice, remedy.drawn(look.run), f"dW.{layer}.1.1")


def _rate(look: Look) -> Finding | None:
    """Check for a run that diverged, or whose loss jumps without falling."""
    rate = plain_number(look.now("learning_rate"))
    stopped = look.run.stopped
    if stopped is not None and stopped.kind == "diverged":
        words = f"At rate {rate}, {stopped.cause}"
        return Finding("rate", words, stopped.advice, remedy.lower_rate(look.run))
    losses = look.run.history.loss_train
    recent = losses[-RECENT_ROWS:]
    if len(recent) < RECENT_ROWS or recent.mean() < STILL_HIGH * losses[0]:
        return None
    steps = np.diff(recent)
    swing = np.abs(steps).mean() / recent.mean()
    if swing < SWING or not (steps > 0.0).any():
        return None
    advice = f"Lower the learning rate, now {rate}"
    if look.run.steps_per_epoch > 1:
        advice += ", or take larger batches"
    return Finding(
        "rate",
        f"The loss jumps by {swing:.0%} of its mean from one recorded step to the next.",
        f"{advice}.",
        remedy.lower_rate(look.run),
        "cost",
    )


def _dead(look: Look) -> Finding | None:
    """Check for units that output zero for every training point."""
    mortal = [activation.cut_off for activation in look.activations]
    few = [health.dead for health in look.health[:-1]]
    if not any(can_die and share >= DEAD_SHARE for can_die, share in zip(mortal, few, strict=True)):
        return None
    outputs = look.run.network.activations(look.run.theta, look.inputs)[:-1]
    shares = [
        float((a == 0.0).all(axis=0).mean()) if can_die else 0.0
        for a, can_die in zip(outputs, mortal, strict=True)
    ]
    if max(shares) < DEAD_SHARE:
        return None
    worst = int(np.argmax(shares))
    first = int(np.argmax((outputs[worst] == 0.0).all(axis=0)))
    return Finding(
        "dead",
        f"{shares[worst]:.0%} of the {look.activations[worst].title} units of layer {worst + 1} "
        "are dead: "
        "they output 0 for every training point, so they learn nothing.",
        "Start again with a lower learning rate, or use leaky ReLU.",
        remedy.living(look.run),
        f"slope.{worst + 1}.{first + 1}",
    )


def _saturated(look: Look) -> Finding | None:
    """Check for saturated layers in a network that has not learned."""
    shares = [health.saturated for health in look.health[:-1]]
    if max(shares, default=0.0) < SATURATED_SHARE:
        return None
    if look.accuracy >= LOW_ACCURACY or look.loss < COIN:
        return None
    worst = int(np.argmax(shares))
    advice = "Use smaller initial weights, or lower the learning rate."
    cure: Remedy | None = remedy.unsaturated(look.run)
    unscaled = look.run.experiment.data.scaling == "none"
    if worst == 0 and unscaled and np.abs(look.inputs).max() > WIDE_INPUT:
        advice = "Set Input scaling to Standardize, or use smaller initial weights."
        cure = remedy.scaled(look.run)
    return Finding(
        "saturated",
        f"{shares[worst]:.0%} of the units of layer {worst + 1} are saturated: they are on the "
        f"flat ends of {look.hidden[worst].activation}, where the gradient is nearly 0.",
        advice,
        cure,
        f"slope.{worst + 1}.1",
    )


def _vanishing(look: Look) -> Finding | None:
    """Check for an error that is nearly zero when it reaches the first layer."""
    first, last = look.health[0].error, look.health[-1].error
    if len(look.hidden) < 2 or look.accuracy >= LOW_ACCURACY:
        return None
    if not 0.0 < first <= ERROR_RATIO * last or _dead(look) or _saturated(look):
        return None
    shrinking = [one.name for one in look.activations if one.saturates and one.slope_at_zero < 1.0]
    better = f"tanh or ReLU instead of {shrinking[0]}" if shrinking else "larger initial weights"
    return Finding(
        "vanishing",
        f"Only {_one_in(last / first)} of the output's error reaches layer 1: "
        "the gradient vanishes on the way back.",
        f"Use {better}, or fewer layers.",
        remedy.not_vanishing(look.run),
        "dz.1.1",
    )


def _one_in(ratio: float) -> str:
    """Write 1/ratio with two significant digits."""
    return f"1/{float(f'{ratio:.2g}'):,.0f}" if ratio < 1e6 else "less than a millionth"


def _stuck(look: Look) -> Finding | None:
    """Check for a loss that has not moved for long while the accuracy is low."""
    history, step = look.run.history, look.run.step
    window = max(STUCK_STEPS, 2 * look.run.steps_per_epoch)
    if step < window or look.accuracy >= LOW_ACCURACY:
        return None
    recent = history.loss_train[history.step >= step - window]
    change = np.ptp(recent)
    if change > STUCK_CHANGE * recent.max():
        return None
    if not look.hidden:
        advice = "Add a hidden layer: without one, the boundary is a straight line."
        cure = remedy.deeper(look.run)
    elif all(activation.straight for activation in look.activations):
        advice = "Give a hidden layer a nonlinear activation: tanh or ReLU."
        cure = remedy.bent(look.run)
    else:
        advice = "Raise the learning rate, or use other initial weights."
        cure = remedy.raised_rate(look.run)
    return Finding(
        "stuck",
        f"In the last {window:,} steps the loss moved by {change:.2g} only. It is {look.loss:.3f}; "
        f"{look.accuracy:.0%} of the training points are classified correctly.",
        advice,
        cure,
        "cost",
    )


def _overfitting(look: Look) -> Finding | None:
    """Check for a test loss that rises clearly while the training loss still falls."""
    history = look.run.history
    if not look.run.dataset.has_test or len(history) < 3 * SMOOTH_ROWS:
        return None
    mean = np.ones(SMOOTH_ROWS) / SMOOTH_ROWS
    train = np.convolve(history.loss_train, mean, "valid")
    test = np.convolve(history.loss_test, mean, "valid")
    turn = int(np.argmin(test))
    least = max(TEST_RISE * test[turn], test[turn] + LEAST_TEST_RISE)
    if test[-1] < least or train[-1] > TRAIN_FALL * train[turn]:
        return None
    return Finding(
        "overfitting",
        f"Since step {history.step[turn + SMOOTH_ROWS // 2]:,} the test loss has risen from "
        f"{test[turn]:.2f} to {test[-1]:.2f}, while the train loss fell to {train[-1]:.2f}: "
        "the network memorizes its training points.",
        "Use more points, fewer units or an L2 penalty, or stop earlier.",
        remedy.restrained(look.run),
    )


_CAUSES: tuple[Callable[[Look], Finding | None], ...] = (
    _scales,
    _penalty,
    _symmetric,
    _rate,
    _dead,
    _saturated,
    _vanishing,
)


def diagnose(run: Run) -> list[Finding]:
    """Return what is wrong with `run` at its current step: at most two findings, most basic first.

    The run is neither trained nor changed. On the largest network this costs less than three
    updates on all training points, and less than one if no unit is dead.
    """
    look = Look(run)
    found: list[Finding] = []
    if look.accuracy < GOOD_ACCURACY:
        found = [finding for check in _CAUSES if (finding := check(look))]
        if not found and (stuck := _stuck(look)):
            found = [stuck]
    if overfitting := _overfitting(look):
        found.append(overfitting)
    return found[:MOST_FINDINGS]
