"""The presets open on what they promise; the articles' own numbers come out of theirs."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

from nnviz.experiment import Experiment
from nnviz.experiment.query import from_query, to_query
from nnviz.network import LayerSpec
from nnviz.network.engine.passes import TrainingPass, signs_of, with_ones
from nnviz.presets import GROUPS, PRESETS, Preset
from nnviz.runs import Run
from nnviz.serve import quota
from nnviz.training import TrainingSettings
from nnviz.training.health import layer_health


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_trains(name: str) -> None:
    run = Run(PRESETS[name].experiment)
    assert run.advance(3) == 3
    assert np.isfinite(run.history.loss_train).all()


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_travels_by_link_and_is_found_by_its_experiment(name: str) -> None:
    preset = PRESETS[name]
    assert from_query(to_query(preset.experiment)) == (preset.experiment, [])
    assert [p.experiment for p in PRESETS.values()].count(preset.experiment) == 1
    assert [p.title for p in PRESETS.values()].count(preset.title) == 1
    assert preset.sentence.endswith(".")
    assert preset.steps > 0


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_has_a_speed_at_which_its_effect_is_seen_within_fifteen_seconds(
    preset: Preset,
) -> None:
    """At sixty frames a second; slower ones are not hurried."""
    assert preset.speed.bit_count() == 1
    assert preset.speed <= quota.FASTEST
    seconds = preset.steps / preset.speed / 60
    assert seconds < 15
    assert preset.speed == 1 or seconds > 5


def test_every_preset_stands_in_one_group() -> None:
    assert sum(len(group) for group in GROUPS.values()) == len(PRESETS)


def test_the_first_preset_is_what_the_page_opens_with() -> None:
    assert next(iter(PRESETS.values())).experiment == Experiment()


def test_the_first_presets_boundary_bends_within_five_seconds() -> None:
    """At thirty frames a second and one update a frame. A straight line stays below 90 %."""
    run = Run(Experiment())
    run.advance(5 * 30)
    data = run.dataset
    X = np.vstack([data.X_train, data.X_test])
    with_constant = np.column_stack([X, np.ones(len(X))])
    p = run.predict_proba(X)
    logits = np.log(p / (1.0 - p))
    line, *_ = np.linalg.lstsq(with_constant, logits, rcond=None)
    straight = with_constant @ line
    unexplained = np.var(logits - straight) / np.var(logits)
    assert unexplained > 0.02, "the boundary is still a straight line"
    assert run.metrics().accuracy_train > 0.85


# The numbers printed in the articles, or computed with their own code.


def costs(name: str, steps: list[int]) -> list[str]:
    run = Run(PRESETS[name].experiment)
    found = []
    for step in steps:
        run.advance(step - run.step)
        found.append(f"{run.metrics().loss_train:.6f}")
    return found


def test_article_2_prints_these_costs() -> None:
    """Its table, every digit of it."""
    assert costs("article-two-layer", list(range(0, 10_000, 1000))) == [
        "0.693127",
        "0.671018",
        "0.442552",
        "0.354652",
        "0.329080",
        "0.320810",
        "0.317526",
        "0.315824",
        "0.314688",
        "0.313792",
    ]


def test_article_2_at_the_rate_it_prints_has_other_costs() -> None:
    assert costs("article-two-layer-printed", list(range(0, 10_000, 1000))) == [
        "0.693127",
        "0.313033",
        "0.308583",
        "0.306617",
        "0.305498",
        "0.304763",
        "0.304238",
        "0.303839",
        "0.303523",
        "0.303266",
    ]


@pytest.mark.parametrize("name", ["article-two-layer", "article-two-layer-printed"])
def test_one_hidden_unit_ends_at_85_percent(name: str) -> None:
    run = Run(PRESETS[name].experiment)
    run.advance(10_000)
    assert run.metrics().accuracy_train == 0.85


def test_article_1_separates_the_moons_with_one_hidden_layer() -> None:
    run = Run(PRESETS["article-sigmoid"].experiment)
    run.advance(10_001)
    assert round(run.metrics().loss_train, 4) == 0.0684
    assert run.metrics().accuracy_train == 0.975


def test_article_1_is_stuck_with_two_hidden_layers() -> None:
    run = Run(PRESETS["article-sigmoid-deep"].experiment)
    run.advance(10_001)
    assert f"{run.metrics().loss_train:.6f}" == "0.693147"


@pytest.mark.parametrize(
    ("name", "printed"), [("article-sigmoid", "1.3e-03"), ("article-sigmoid-deep", "5.6e-06")]
)
def test_article_1_loses_its_gradient_layer_by_layer(name: str, printed: str) -> None:
    run = Run(PRESETS[name].experiment)
    dW1, _ = run.network.unpack(run.gradient())[0]
    assert f"{np.linalg.norm(dW1):.1e}" == printed


def test_article_0_reaches_98_percent_and_95_first_after_6715_updates() -> None:
    """The one long test: the article's whole 10,000 epochs, on its data and from its weights."""
    run = Run(PRESETS["article-plain"].experiment)
    points, labels = make_moons(1000, noise=0.2, random_state=100)
    data = run.dataset
    ours = (data.X_train, data.X_test, data.y_train, data.y_test)
    theirs = train_test_split(points, labels, test_size=0.1, random_state=42)
    assert all((one == other).all() for one, other in zip(ours, theirs, strict=True))
    assert run.experiment.hidden == tuple(LayerSpec(units, "relu") for units in (25, 50, 50, 25))
    assert (run.theta == run.network.initialize("normal_0.1", seed=2, biases="same")).all()
    assert run.experiment.training == TrainingSettings(learning_rate=0.01)

    run.advance(10_000)
    metrics = run.metrics()
    assert metrics.accuracy_test == 0.98
    assert round(metrics.accuracy_train, 4) == 0.9689
    assert round(metrics.loss_train, 7) == 0.0742909
    steps, values = run.history.all_rows()
    accuracy_test = values[3]
    assert (accuracy_test[steps < 6715] < 0.95).all()
    run.rewind(6708)
    each = []
    run.advance(7, callback=lambda at: each.append(at.metrics().accuracy_test))
    assert max(each[:-1]) < 0.95 <= each[-1]


# What the other sentences say, checked where the preset says it can be seen.


def seen(name: str) -> Run:
    """The preset's run at the step from which on its sentence is true."""
    run = Run(PRESETS[name].experiment)
    run.advance(PRESETS[name].steps)
    return run


def logits_far_out(run: Run, n_points: int = 360) -> NDArray[np.floating]:
    """Logits around a circle that has all points of the data well inside, (n_points,)."""
    angle = np.linspace(0.0, 2.0 * np.pi, n_points, endpoint=False)
    X = 50.0 * np.column_stack([np.cos(angle), np.sin(angle)])
    return run.network.logits(run.theta, run.dataset.inputs(X))


def unexplained_by_a_plane(run: Run) -> float:
    """The share of the logits' variance over the window that no affine function explains."""
    window = run.dataset.window
    x1, x2 = np.meshgrid(
        np.linspace(window.x1_min, window.x1_max, 20), np.linspace(window.x2_min, window.x2_max, 20)
    )
    X = np.column_stack([x1.ravel(), x2.ravel()])
    logits = run.network.logits(run.theta, run.dataset.inputs(X))
    with_constant = np.column_stack([X, np.ones(len(X))])
    plane, *_ = np.linalg.lstsq(with_constant, logits, rcond=None)
    return float(np.var(logits - with_constant @ plane) / np.var(logits))


def weights_and_biases(run: Run) -> list[NDArray[np.floating]]:
    """Per layer what leads into its units, (n_in + 1, n_out)."""
    return [np.vstack([W, b]) for W, b in run.network.unpack(run.theta)]


@pytest.mark.parametrize(
    ("name", "below"), [("moons-line", 0.9), ("circles-line", 0.65), ("xor-line", 0.65)]
)
def test_without_a_hidden_layer_the_accuracy_stays_low(name: str, below: float) -> None:
    run = seen(name)
    assert unexplained_by_a_plane(run) < 1e-20
    assert run.metrics().accuracy_train < below
    before = run.metrics().loss_train
    run.advance(2000)
    assert run.metrics().accuracy_train < below
    assert before - run.metrics().loss_train < 0.001, "it has not come to rest"


def test_three_units_close_a_ring_and_two_cannot() -> None:
    three = seen("circles-three")
    assert three.metrics().accuracy_train > 0.95
    assert np.unique(logits_far_out(three) > 0.0).size == 1, "the inner class reaches outwards"
    network = PRESETS["circles-three"].experiment.network
    two = replace(network, layers=(replace(network.layers[0], units=2), network.layers[1]))
    for seed in range(5):
        run = Run(replace(three.experiment, network=two, init_seed=seed))
        run.advance(3000)
        assert run.metrics().accuracy_train < 0.9
        assert np.unique(logits_far_out(run) > 0.0).size == 2


def test_squared_inputs_close_the_ring_without_a_hidden_layer() -> None:
    run = seen("circles-squared")
    assert run.experiment.hidden == ()
    assert run.metrics().accuracy_test > 0.95
    assert np.unique(logits_far_out(run) > 0.0).size == 1


def test_linear_layers_come_to_a_straight_line() -> None:
    run = seen("circles-linear")
    assert unexplained_by_a_plane(run) < 1e-20
    line = seen("circles-line").metrics()
    assert run.metrics().loss_train == pytest.approx(line.loss_train, abs=1e-4)


def test_a_hidden_layer_solves_xor_within_a_hundred_updates() -> None:
    run = Run(PRESETS["xor-hidden"].experiment)
    run.advance(100)
    assert run.metrics().accuracy_train >= 0.95
    assert run.metrics().accuracy_test >= 0.95


def test_one_sine_unit_is_enough_for_four_stripes() -> None:
    run = seen("stripes-sine")
    assert [layer.units for layer in run.experiment.hidden] == [1]
    assert run.metrics().accuracy_train > 0.98
    assert run.metrics().accuracy_test > 0.98


def test_the_spirals_are_wound_in() -> None:
    assert seen("spirals").metrics().accuracy_test > 0.95


def test_overfitting_turns_the_test_loss_while_the_train_loss_falls() -> None:
    run = seen("overfitting")
    assert len(run.dataset.y_train) == 30
    train, test = run.history.loss_train, run.history.loss_test
    turn = int(np.argmin(test))
    assert 10 <= run.history.step[turn] <= 40
    assert test[-1] > 2.0 * test[turn]
    assert train[-1] < 0.5 * train[turn]


def test_the_penalty_holds_overfitting_back() -> None:
    free, held = seen("overfitting"), seen("overfitting-l2")
    assert held.history.loss_test[-1] < 1.1 * held.history.loss_test.min()
    assert held.history.loss_test[-1] < 0.5 * free.history.loss_test[-1]
    assert np.abs(held.theta).max() < 0.5 * np.abs(free.theta).max()


def test_zero_weights_stay_exactly_zero() -> None:
    run = seen("zeros")
    assert np.flatnonzero(run.theta).tolist() == [run.theta.size - 1], "only the last bias moves"
    assert run.metrics().accuracy_train < 0.6


def test_equal_units_stay_equal() -> None:
    run = seen("equal")
    for block in weights_and_biases(run)[:-1]:
        assert block.shape[1] == 4
        np.testing.assert_allclose(block, block[:, :1].repeat(4, axis=1), atol=1e-12)
    assert run.metrics().accuracy_train < 0.9
    X = run.dataset.X_train
    (W, _), *_ = run.network.unpack(run.theta)
    along = X @ W[:, 0]  # one tanh of one tanh rises or falls: along W there is one border
    predicted = run.predict(X)[np.argsort(along)]
    assert np.count_nonzero(np.diff(predicted)) == 1


def test_next_to_nothing_reaches_the_first_of_six_sigmoid_layers() -> None:
    run = Run(PRESETS["vanishing"].experiment)
    for _ in range(3):
        data = run.dataset
        A = with_ones(data.inputs(data.X_train), run.network.spec, np.float64)
        signs = signs_of(data.y_train, A.shape[1], np.float64)
        passes = TrainingPass(
            run.network.spec, run.theta, np.empty(run.network.n_params), A.shape[1]
        )
        passes.forward_margins(A, signs)
        passes.backward(A, signs / signs.size)
        errors = np.array([np.linalg.norm(dz) for dz in passes.dz])
        assert (errors[:-1] < 0.5 * errors[1:]).all()
        run.advance(PRESETS["vanishing"].steps // 2)
    losses = run.history.loss_train[run.history.step > 5]
    np.testing.assert_allclose(losses, 0.693, atol=0.002)


def test_a_relu_layer_dies_and_never_comes_back() -> None:
    run = seen("dying-relu")
    data = run.dataset

    def dead() -> float:
        X = data.inputs(data.X_train)
        layers = layer_health(run.network, run.theta, X, data.y_train)
        return max(layer.dead for layer in layers[:-1])

    assert dead() == 1.0
    run.advance(2000)
    assert dead() == 1.0
    assert run.metrics().accuracy_train < 0.6
    run.rewind(0)
    assert dead() < 0.5, "it was dead from the start"


def test_too_high_a_rate_makes_the_loss_jump() -> None:
    run = seen("rate-too-high")
    losses = run.history.loss_train[-50:]
    assert (np.diff(losses) > 0.1).sum() >= 10
    assert (np.diff(losses) < -0.1).sum() >= 10
    assert losses.mean() > 2 * 0.69


def test_linear_layers_explode_within_ten_updates() -> None:
    run = Run(PRESETS["exploding"].experiment)
    run.advance(10)
    assert run.stopped is not None
    assert run.stopped.kind == "diverged"


def test_large_first_weights_saturate_layers_2_and_3() -> None:
    run = Run(PRESETS["saturated"].experiment)
    data = run.dataset
    health = layer_health(run.network, run.theta, data.inputs(data.X_train), data.y_train)
    assert min(health[1].saturated, health[2].saturated) > 0.5
    assert run.metrics().loss_train > 2.0


def test_wine_is_learnt_only_on_one_scale() -> None:
    raw = seen("scales")
    mean = raw.dataset.X_train.mean(axis=0)
    assert [f"{value:.0f}" for value in mean] == ["13", "742"]
    data = raw.dataset
    health = layer_health(raw.network, raw.theta, data.inputs(data.X_train), data.y_train)
    assert health[0].saturated == 1.0
    for _ in range(2):
        assert np.unique(raw.predict(data.X_train)).size == 1
        assert round(raw.metrics().accuracy_train, 2) == 0.68
        raw.advance(3000)
    cured = seen("scales-cured")
    assert cured.step == 20
    assert min(cured.metrics().accuracy_train, cured.metrics().accuracy_test) > 0.9
    before = replace(cured.experiment.data, scaling="none")
    assert replace(cured.experiment, data=before) == raw.experiment
