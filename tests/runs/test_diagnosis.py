"""Every museum piece is recognised for what it is, and healthy runs are left in peace."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nnviz.data import DataSpec
from nnviz.data.points import Points
from nnviz.experiment import Change, Experiment
from nnviz.network import ACTIVATIONS, Activation, NetworkSpec
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.runs.diagnosis import Finding, diagnose
from nnviz.training import TrainingSettings

HEALTHY = (
    "first",
    "moons-line",
    "spirals",
    "article-sigmoid",
    "article-two-layer",
    "article-two-layer-printed",
    "circles-three",
    "xor-hidden",
    "stripes-sine",
    "circles-squared",
    "overfitting-l2",
    "scales-cured",
)


def at(name: str, step: int) -> list[Finding]:
    run = Run(PRESETS[name].experiment)
    run.advance(step)
    return diagnose(run)


@pytest.mark.parametrize(
    ("name", "step", "kind", "names"),
    [
        ("scales", 0, "scales", "proline spreads 376 times as wide as alcohol"),
        ("scales", 1000, "scales", "proline spreads 376 times as wide as alcohol"),
        ("zeros", 0, "symmetric", "layers 1 and 2"),
        ("zeros", 500, "symmetric", "layers 1 and 2"),
        ("equal", 0, "symmetric", "4 units of layer 1"),
        ("equal", 1000, "symmetric", "4 units of layer 1"),
        ("vanishing", 0, "vanishing", "layer 1"),
        ("vanishing", 2000, "vanishing", "layer 1"),
        ("article-sigmoid-deep", 0, "vanishing", "layer 1"),
        ("article-sigmoid-deep", 2000, "vanishing", "layer 1"),
        ("dying-relu", 20, "dead", "100% of the ReLU units of layer 2"),
        ("dying-relu", 2000, "dead", "100% of the ReLU units of layer 2"),
        ("rate-too-high", 50, "rate", "The loss jumps"),
        ("rate-too-high", 500, "rate", "The loss jumps"),
        ("exploding", 10, "rate", "At rate 10"),
        ("saturated", 0, "saturated", "layer 3"),
        ("saturated", 50, "saturated", "layer 3"),
        ("circles-line", 600, "stuck", "500 steps"),
        ("xor-line", 600, "stuck", "500 steps"),
        ("circles-linear", 700, "stuck", "500 steps"),
        ("overfitting", 500, "overfitting", "test loss has risen"),
        ("overfitting", 1000, "overfitting", "test loss has risen"),
    ],
)
def test_a_failure_is_recognised_first_of_all(name: str, step: int, kind: str, names: str) -> None:
    found = at(name, step)
    assert found, f"nothing found at step {step}"
    assert found[0].kind == kind
    assert names in found[0].words
    for finding in found:
        assert finding.words.endswith(".")
        assert finding.advice.endswith(".")
    assert len(found) <= 2


def test_units_that_the_inputs_saturate_are_cured_by_scaling() -> None:
    raw = DataSpec("breast_cancer", scaling="none")
    (found,) = diagnose(Run(Experiment(data=raw)))
    assert found.kind == "saturated"
    assert "Standardize" in found.advice
    assert diagnose(Run(Experiment(data=replace(raw, scaling="standardize")))) == []
    assert "Standardize" not in at("saturated", 0)[0].advice


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_run_gives_no_alarm(name: str) -> None:
    run = Run(PRESETS[name].experiment)
    for step in [*range(0, 100, 5), *range(100, 2001, 20)]:
        run.advance(step - run.step)
        assert diagnose(run) == [], f"at step {step}"


def test_the_articles_deep_relu_network_gives_no_alarm() -> None:
    """Its loss hardly moves for a thousand steps, and half of its last layer sleeps."""
    run = Run(PRESETS["article-plain"].experiment)
    for step in range(0, 2001, 100):
        run.advance(step - run.step)
        assert diagnose(run) == [], f"at step {step}"


@pytest.mark.parametrize("data", ["moons", "circles", "gaussians", "xor", "stripes"])
@pytest.mark.parametrize("hidden", ["tanh", "relu", "gelu"])
@pytest.mark.parametrize("batch_size", [None, 10])
def test_ordinary_networks_give_no_alarm(data: str, hidden: str, batch_size: int | None) -> None:
    run = Run(
        Experiment(
            data=DataSpec(name=data, noise=0.1),
            network=NetworkSpec.from_dims([2, 8, 8, 1], hidden=hidden),
            training=TrainingSettings(learning_rate=0.1, batch_size=batch_size),
        )
    )
    for step in range(0, 1001, 50):
        run.advance(step - run.step)
        assert diagnose(run) == [], f"at step {step}"


@pytest.mark.parametrize(
    ("x1", "x2", "words"),
    [
        ((0.0, 1.0), (0.0, 100.0), "x2 spreads 100 times as wide as x1."),
        ((20.0, 22.0), (-1.0, 1.0), "x1 lies 21 times its own spread away from zero."),
        ((-90.0, 90.0), (-80.0, 80.0), "x1 reaches 90; units expect numbers around 1."),
        ((7.0, 7.0), (-1.0, 1.0), None),
        ((-1.0, 1.0), (-10.0, 10.0), None),
    ],
)
def test_inputs_on_different_scales_are_told_from_their_spread(
    x1: tuple[float, float], x2: tuple[float, float], words: str | None
) -> None:
    rows = tuple(
        (a, b, label)
        for a, b, label in zip(x1 * 4, (*x2, *x2[::-1]) * 2, (0, 0, 1, 1) * 2, strict=True)
    )
    data = DataSpec(name="own", points=Points(rows), train_ratio=1.0, scaling="none")
    found = [each for each in diagnose(Run(Experiment(data=data))) if each.kind == "scales"]
    assert [each.words for each in found] == ([words] if words else [])
    cured = replace(data, scaling="standardize")
    assert not [f for f in diagnose(Run(Experiment(data=cured))) if f.kind == "scales"]


def test_a_feature_is_called_by_its_own_sign() -> None:
    rows = tuple((20.0 * x, x, int(x > 0)) for x in (-3.0, -2.0, -1.0, 1.0, 2.0, 3.0))
    points = Points(rows, names=("age", "size"))
    inputs = ("x2", "x1_squared")
    data = DataSpec(name="own", points=points, inputs=inputs, train_ratio=1.0, scaling="none")
    (found, *_) = diagnose(Run(Experiment(data=data)))
    assert found.words.startswith("x₁² spreads")
    assert found.words.endswith("as wide as size.")


def test_the_vanishing_share_is_that_of_the_errors() -> None:
    """Worked anew from the definition: slopes and weights from the output back to layer 1."""
    run = Run(PRESETS["vanishing"].experiment)
    data = run.dataset
    X = data.inputs(data.X_train)
    layers = run.network.unpack(run.theta)
    *hidden, p = run.network.activations(run.theta, X)
    error = p - data.y_train[:, np.newaxis]
    last = np.linalg.norm(error)
    for (W, _), a in zip(layers[:0:-1], hidden[::-1], strict=True):
        error = (error @ W.T) * a * (1.0 - a)
    ratio = last / np.linalg.norm(error)
    (found,) = diagnose(run)
    told = float(found.words.split("1/")[1].split(" ")[0].replace(",", ""))
    assert told == pytest.approx(ratio, rel=0.06)


@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_a_penalty_that_left_no_weights_is_blamed_for_it(penalty: str) -> None:
    strong = TrainingSettings(learning_rate=0.1, **{penalty: 0.5})
    run = Run(replace(Experiment(), training=strong))
    assert diagnose(run) == []
    before = np.abs(run.network.unpack(run.theta)[0][0]).max()
    run.advance(200)
    after = np.abs(run.network.unpack(run.theta)[0][0]).max()
    found = diagnose(run)[0]
    assert found.kind == "penalty"
    assert f"layer 1 has been pulled from {before:.2f} down to {after:.2g}." in found.words
    assert found.advice == f"Lower the {penalty.upper()} penalty."


def test_weights_that_were_edited_to_be_equal_are_found() -> None:
    run = Run(Experiment())
    network = run.network
    numbers = network.unpack(np.arange(network.n_params, dtype=np.float64))
    W, b = numbers[0]
    for index in [*W.ravel(), *b.ravel()]:
        run.change(f"theta.{int(index)}", 0.25)
    (found,) = diagnose(run)
    assert found.kind == "symmetric"
    assert "layer 1" in found.words


def test_a_unit_that_a_single_point_passes_is_not_dead() -> None:
    """The sample that is looked at first may miss that point; the finding must not."""
    run = Run(
        Experiment(
            data=DataSpec(n_samples=2000, train_ratio=1.0, seed=1),
            network=NetworkSpec.from_dims([2, 1, 1], hidden="relu"),
        )
    )
    x2 = run.dataset.X_train[:, 1]
    assert np.argmax(x2) % 4, "choose another seed: the sample holds that point"
    highest, second = np.sort(x2)[:-3:-1]
    for index, value in enumerate([0.0, 10.0, -5.0 * (highest + second)]):
        run.change(f"theta.{index}", value)
    assert not [finding for finding in diagnose(run) if finding.kind == "dead"]
    run.change("theta.2", -10.0 * highest - 1.0)
    assert [finding.kind for finding in diagnose(run)] == ["dead"]


@pytest.mark.parametrize(
    ("preset", "step", "likened", "kind"),
    [
        ("dying-relu", 20, "relu", "dead"),
        ("saturated", 0, "tanh", "saturated"),
        ("article-sigmoid-deep", 0, "sigmoid", "vanishing"),
        ("circles-linear", 700, "linear", "stuck"),
    ],
)
def test_an_activation_is_asked_for_what_it_is_not_for_its_name(
    preset: str, step: int, likened: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An activation that is added to the registry gets the advice that its kind needs."""
    before = PRESETS[preset].experiment
    new = replace(ACTIVATIONS[likened], name="new", title="New")
    monkeypatch.setitem(ACTIVATIONS, "new", new)
    hidden = tuple(
        replace(layer, activation="new") if layer.activation == likened else layer
        for layer in before.hidden
    )
    assert hidden != before.hidden
    old_run, new_run = Run(before), Run(before.with_hidden(hidden))
    for run in (old_run, new_run):
        run.advance(step)
    (old, *_), (found, *_) = diagnose(old_run), diagnose(new_run)
    assert found.kind == old.kind == kind
    assert found.words == re.sub(rf"\b({likened}|ReLU)\b", _written_as(new), old.words)
    assert found.advice == old.advice.replace(f"instead of {likened}", "instead of new")


def _written_as(activation: Activation) -> Callable[[re.Match[str]], str]:
    """The activation's name or title, whichever was matched."""
    return lambda match: activation.title if match[0][0].isupper() else activation.name


def test_inputs_on_different_scales_are_named_whatever_the_network_is_fed() -> None:
    """Proline goes up to 1,680 and alcohol to 15; the square of proline into the millions."""
    data = DataSpec("wine", inputs=("x1", "x2", "x2_squared"), scaling="none")
    run = Run(Experiment(data=data))
    (first, *_) = diagnose(run)
    assert first.kind == "scales"
    assert first.words.startswith("x₂² spreads ")
    assert first.words.endswith(" times as wide as alcohol.")


def test_looking_changes_nothing() -> None:
    looked, left = Run(Experiment()), Run(Experiment())
    for _ in range(5):
        diagnose(looked)
        looked.advance(20)
        left.advance(20)
    assert (looked.theta == left.theta).all()
    assert looked.history.loss_train.tolist() == left.history.loss_train.tolist()


def test_a_change_of_the_rate_is_what_the_advice_speaks_of() -> None:
    experiment = PRESETS["rate-too-high"].experiment
    run = Run(replace(experiment, changes=(Change(10, "learning_rate", 9.0),)))
    run.advance(50)
    assert "now 9" in diagnose(run)[0].advice
