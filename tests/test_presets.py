"""The presets open on what they promise; the articles' own numbers come out of theirs."""

import numpy as np
import pytest

from nnviz.codec import from_query, to_query
from nnviz.experiment import Experiment
from nnviz.presets import PRESETS
from nnviz.run import Run


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
    """The one long test: the article's whole 10,000 epochs."""
    run = Run(PRESETS["article-plain"].experiment)
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
