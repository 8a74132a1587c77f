"""The metrics of a run: scikit-learn's numbers, the page's accuracy, and honest intervals."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from nnviz.data import DataSpec, Points
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.runs.metrics import RATES, RESAMPLES, SEED, THRESHOLDS, Judged, measure, measure_points
from tests.experiments import EXPLOSIVE, SMALL
from tests.explain.draining import drain

CLASSES = ("class 0", "class 1")
CLOSE = {"rtol": 1e-12, "atol": 1e-12}


def scores(y, called):
    """The rates from their definitions; None where one is undefined."""
    tp, fp = (called & y).sum(), (called & (1 - y)).sum()
    positive, negative = y.sum(), len(y) - y.sum()
    return {
        "accuracy": (called == y).mean(),
        "precision": tp / (tp + fp) if tp + fp else None,
        "recall": tp / positive if positive else None,
        "f1": 2 * tp / (tp + fp + positive) if tp + fp + positive else None,
        "false_positive_rate": fp / negative if negative else None,
    }


SCIKIT_LEARNS = {
    "accuracy": sk.accuracy_score,
    "precision": sk.precision_score,
    "recall": sk.recall_score,
    "f1": sk.f1_score,
}


AREAS = {"auc_interval": sk.roc_auc_score, "ap_interval": sk.average_precision_score}


def slow_intervals(y, p, scores_of):
    """The middle 95 % of each score over resamples drawn one by one; None ones are left out."""
    random = np.random.RandomState(SEED)
    drawn = [random.randint(len(y), size=len(y)) for _ in range(RESAMPLES)]
    found = [scores_of(y[i], p[i]) for i in drawn]
    rows = {name: [one[name] for one in found if one[name] is not None] for name in found[0]}
    return {name: np.percentile(row, [2.5, 97.5]) for name, row in rows.items() if row}


@pytest.mark.parametrize(
    "name", {one.experiment.data: name for name, one in PRESETS.items()}.values()
)
def test_the_metrics_are_scikit_learns_and_the_accuracy_is_the_pages(name):
    run = Run(PRESETS[name].experiment)
    run.advance(40)
    told, sections = drain(measure(run))
    assert told["step"] == run.step
    accuracy = {"train": run.metrics().accuracy_train, "test": run.metrics().accuracy_test}
    for part, y in (("train", run.dataset.y_train), ("test", run.dataset.y_test)):
        if not len(y):
            assert told["sets"][part] is None
            assert f"p_{part}" not in sections
            continue
        check_against_scikit_learn(told["sets"][part], sections[f"p_{part}"], y.astype(int))
        half = told["sets"][part]["table"][49]
        assert half["threshold"] == 0.5
        assert half["level"] == 0.0
        assert half["accuracy"][0] == accuracy[part]


def check_against_scikit_learn(one, p, y):
    assert len(one["table"]) == len(THRESHOLDS)
    for row in one["table"][4::15]:
        called = (p > row["threshold"]).astype(int)
        counts = [[row["tn"], row["fp"]], [row["fn"], row["tp"]]]
        np.testing.assert_array_equal(sk.confusion_matrix(y, called, labels=[0, 1]), counts)
        assert 1.0 / (1.0 + np.exp(-row["level"])) == pytest.approx(row["threshold"], rel=1e-12)
        for name, value in scores(y, called).items():
            if value is None:
                assert row[name] is None
            else:
                assert row[name][0] == pytest.approx(value, rel=1e-12)
                score = SCIKIT_LEARNS.get(name)
                assert score is None or row[name][0] == pytest.approx(score(y, called), rel=1e-12)
    if 0 < y.sum() < len(y):
        assert one["auc"] == sk.roc_auc_score(y, p)
        assert one["average_precision"] == sk.average_precision_score(y, p)
        assert sk.auc(*np.transpose(one["roc"])) == pytest.approx(one["auc"], rel=1e-12)
    assert one["brier"] == pytest.approx(np.mean((p - y) ** 2), rel=1e-12)
    share, mean = calibration_curve(y, p, n_bins=10)
    bins = np.transpose(one["calibration"])
    np.testing.assert_allclose(bins[:2], [mean, share], **CLOSE)
    assert bins[2].sum() == len(y)
    assert one["ece"] == pytest.approx((bins[2] * np.abs(bins[0] - bins[1])).sum() / len(y))


def judged(seed, n, step=None):
    """Points whose probability says something about their class; ``step`` makes ties."""
    random = np.random.RandomState(seed)
    y = random.randint(0, 2, size=n)
    p = np.clip(random.normal(0.35 + 0.3 * y, 0.2), 0.001, 0.999)
    return Judged(p if step is None else np.round(p / step) * step, y)


@pytest.mark.parametrize(("n", "step"), [(23, None), (900, 0.1)])
def test_the_intervals_are_those_of_a_bootstrap_point_by_point(n, step):
    part = judged(n, n, step)
    told = drain(measure_points(part, CLASSES))
    for k in (9, 49, 79):

        def rates(y, p, k=k):
            return scores(y, (p > THRESHOLDS[k]).astype(int))

        expected = slow_intervals(part.y, part.p, rates)
        for name in RATES:
            if told["table"][k][name] is not None:
                np.testing.assert_allclose(told["table"][k][name][1:], expected[name], **CLOSE)

    def areas(y, p):
        both = 0 < y.sum() < len(y)
        return {key: of(y, p) if both else None for key, of in AREAS.items()}

    for key, interval in slow_intervals(part.y, part.p, areas).items():
        np.testing.assert_allclose(told[key], interval, **CLOSE)


@pytest.mark.parametrize("label", [0, 1])
def test_with_one_class_only_what_is_undefined_is_not_a_number(label):
    part = Judged(np.array([0.2, 0.6, 0.9]), np.full(3, label))
    told = drain(measure_points(part, CLASSES))
    for key in ("auc", "auc_interval", "average_precision", "ap_interval"):
        assert told[key] is None
    assert told["roc"] == told["pr"] == []
    half, high = told["table"][49], told["table"][94]
    assert half["accuracy"][0] == scores(part.y, (part.p > 0.5).astype(int))["accuracy"]
    assert high["precision"] is None
    assert "Precision is undefined" in high["words"]
    assert (half["recall"] is None) == (label == 0)
    assert (half["false_positive_rate"] is None) == (label == 1)
    assert told["brier"] == pytest.approx(np.mean((part.p - label) ** 2))


def test_a_constant_probability_ranks_nothing():
    part = Judged(np.full(10, 0.5), np.arange(10) % 2)
    told = drain(measure_points(part, CLASSES))
    assert told["auc"] == 0.5
    assert told["auc_interval"] == [0.5, 0.5]
    assert told["table"][49]["tp"] == 0, "a tie is class 0, as in the playground"
    assert told["table"][48]["tp"] == 5
    assert told["calibration"] == [[0.5, 0.5, 10]]


def test_outputs_that_are_no_numbers_have_no_metrics():
    run = Run(SMALL)
    run.change("theta.0", 1e3)
    told, _ = drain(measure(run))
    assert told["sets"]["train"]["table"], "a large weight alone is no divergence"
    part = Judged(np.array([0.2, np.nan, 0.5, 0.6]), np.array([0, 1, 0, 1]))
    told = drain(measure_points(part, CLASSES))
    assert told["brier"] is told["auc"] is told["ece"] is None
    assert told["table"] == told["roc"] == told["calibration"] == []


def test_a_run_that_has_ended_by_divergence_is_measured_or_says_why_not():
    run = Run(EXPLOSIVE)
    run.advance(10_000)
    assert run.stopped is not None
    told, sections = drain(measure(run))
    is_finite = all(np.isfinite(p).all() for p in sections.values())
    assert ("no numbers" in told["sentences"][0]) == (not is_finite)


def test_without_test_points_and_with_test_points_of_one_class_it_says_so():
    everything = Run(replace(SMALL, data=DataSpec(n_samples=40, train_ratio=1.0)))
    told, _ = drain(measure(everything))
    assert told["sets"]["test"] is None
    assert any("hold some out" in words for words in told["sentences"])
    rows = tuple((float(i), float(i % 3), int(i < 3)) for i in range(12))
    spec = replace(SMALL.with_points(Points(rows)).data, train_ratio=0.8)
    seeds = (Run(replace(SMALL, data=replace(spec, split_seed=seed))) for seed in range(9))
    lonely = next(run for run in seeds if run.dataset.y_test.max() == 0.0)
    told, _ = drain(measure(lonely))
    assert told["sets"]["test"]["auc"] is None
    assert any("areas are undefined" in words for words in told["sentences"])


def test_a_measure_reads_the_run_before_it_pauses():
    """The run may be at another step when the measuring goes on."""
    run, other = Run(SMALL), Run(SMALL)
    run.advance(50)
    other.advance(50)
    work = measure(run)
    next(work)
    run.advance(200)
    told, sections = drain(work)
    expected, p = drain(measure(other))
    assert told == expected
    np.testing.assert_array_equal(sections["p_train"], p["p_train"])
