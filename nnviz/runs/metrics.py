"""How good a run is at its step: scikit-learn's metrics over all thresholds, with intervals.

The intervals are percentile bootstrap: they hold the middle 95 % of a score's values over 400
resamples of the points, drawn with replacement from a fixed seed. A resample is a weight for each
point, so that many are computed at once. A resample in which a score is undefined is left out.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.runs.run import Run

Floats = NDArray[np.float64]
Told = dict[str, Any]

THRESHOLDS: Floats = np.arange(1, 100) / 100
RESAMPLES = 400
SEED = 0
LEVEL = 95  # percent of the resamples within an interval
BINS = 10
_CHUNK = 200_000  # weights drawn at once

MEASURES = {
    "accuracy": ("Accuracy", "The share of points whose class is right."),
    "precision": ("Precision", "Of the points that are called class 1, the share that is."),
    "recall": ("Recall", "Of the points of class 1, the share that is called so."),
    "f1": ("F1", "The harmonic mean of precision and recall."),
    "false_positive_rate": (
        "False positive rate",
        "Of the points of class 0, the share that is called class 1.",
    ),
    "auc": (
        "Area under the ROC curve",
        "How often a random point of class 1 gets a higher probability than one of class 0.",
    ),
    "average_precision": (
        "Average precision",
        "The mean of precision over all thresholds, each weighted by the recall that it adds.",
    ),
    "brier": ("Brier score", "The mean squared difference of probability and class: 0 is best."),
    "ece": (
        "Expected calibration error",
        f"The mean distance of probability and share of class 1 over {BINS} equal bins, weighted "
        "by their points (Naeini, Cooper and Hauskrecht, 2015); here for class 1.",
    ),
}
"""The title and the definition of each measure, by its name."""

RATES = ("accuracy", "precision", "recall", "f1", "false_positive_rate")


@dataclass(frozen=True, eq=False)
class Judged:
    """Points with their probability of class 1 and their class, (n,) each."""

    p: Floats
    y: NDArray[np.int64]

    @property
    def called(self) -> NDArray[np.bool_]:
        """Whether each point is called class 1 at each threshold, (n, 99): where p is above it."""
        return self.p[:, np.newaxis] > THRESHOLDS

    @property
    def is_finite(self) -> bool:
        """Whether all probabilities are numbers; after a divergence they are not."""
        return bool(np.isfinite(self.p).all())


def measure(run: Run) -> Generator[None, None, tuple[Told, dict[str, Floats]]]:
    """Measure a run at its step; the work pauses often, and reads the run before its first pause.

    Returns the measures as plain JSON values, where None is undefined, and the probabilities of
    class 1, ``p_train`` and ``p_test``, (n,) each.
    """
    data, step = run.dataset, run.step
    parts = {"train": (data.X_train, data.y_train)}
    if data.has_test:
        parts["test"] = (data.X_test, data.y_test)
    judged = {
        name: Judged(run.predict_proba(X).astype(np.float64), y.astype(np.int64))
        for name, (X, y) in parts.items()
    }
    sets: dict[str, Told | None] = {"train": None, "test": None}
    for name, part in judged.items():
        sets[name] = yield from measure_points(part, data.classes)
    told = {
        "step": step,
        "has_test": data.has_test,
        "classes": list(data.classes),
        "measures": [
            {"name": name, "title": title, "words": words}
            for name, (title, words) in MEASURES.items()
        ],
        "sets": sets,
        "sentences": _sentences(judged, sets, data.classes),
    }
    return told, {f"p_{name}": part.p for name, part in judged.items()}


def measure_points(part: Judged, classes: tuple[str, str]) -> Generator[None, None, Told]:
    """Return all measures of some points as plain JSON values."""
    n, positive = len(part.y), int(part.y.sum())
    told: Told = {"n": n, "positive": positive}
    if not part.is_finite:
        nothing = dict.fromkeys(("auc", "auc_interval", "average_precision", "ap_interval"))
        curves: Told = {"table": [], "roc": [], "pr": [], "calibration": []}
        return told | nothing | {"brier": None, "ece": None} | curves
    resampled = yield from _resampled(part)
    values = _at_thresholds(part)
    yield
    bounds = {name: _intervals(values[name], resampled[name]) for name in RATES}
    yield
    told |= _ranking(part) | _calibration(part)
    for name, key in (("auc", "auc_interval"), ("average_precision", "ap_interval")):
        value = np.array([np.nan if told[name] is None else told[name]])
        interval = _intervals(value, resampled[name][:, np.newaxis])[0].tolist()
        told[key] = None if told[name] is None else interval
    told["table"] = [_row(k, values, bounds, n, classes[1]) for k in range(len(THRESHOLDS))]
    return told


def _at_thresholds(part: Judged) -> dict[str, NDArray[Any]]:
    """Return counts and rates at all thresholds, (99,) each; NaN where a rate is undefined."""
    from sklearn.metrics import multilabel_confusion_matrix, precision_recall_fscore_support

    called = part.called
    truth = np.broadcast_to(part.y[:, np.newaxis], called.shape)  # each threshold is a label
    matrices = multilabel_confusion_matrix(truth, called)  # (99, 2, 2)
    (tn, fp), (fn, tp) = matrices.transpose(1, 2, 0)
    precision, recall, f1, _ = precision_recall_fscore_support(
        truth, called, average=None, zero_division=np.nan
    )
    rates = {"precision": precision, "recall": recall, "f1": f1}
    accuracy, false_positive_rate = (tp + tn) / len(part.y), _share(fp, fp + tn)
    counts = {"tp": tp, "fp": fp, "fn": fn, "tn": tn}
    return counts | rates | {"accuracy": accuracy, "false_positive_rate": false_positive_rate}


def _ranking(part: Judged) -> Told:
    """Return both curves with their areas; without points of both classes they are undefined.

    ROC points are (false positive rate, recall), the others (recall, precision).
    """
    from sklearn import metrics

    if part.y.min() == part.y.max():
        return {"auc": None, "average_precision": None, "roc": [], "pr": []}
    fpr, recall, _ = metrics.roc_curve(part.y, part.p)
    precision, found, _ = metrics.precision_recall_curve(part.y, part.p, drop_intermediate=True)
    return {
        "auc": float(metrics.roc_auc_score(part.y, part.p)),
        "average_precision": float(metrics.average_precision_score(part.y, part.p)),
        "roc": np.column_stack([fpr, recall]).tolist(),
        "pr": np.column_stack([found, precision]).tolist(),
    }


def _calibration(part: Judged) -> Told:
    """Return (mean probability, share of class 1, count) of each bin that holds points."""
    from sklearn.calibration import calibration_curve
    from sklearn.metrics import brier_score_loss

    share, mean = calibration_curve(part.y, part.p, pos_label=1, n_bins=BINS)
    edges = np.linspace(0.0, 1.0, BINS + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], part.p))
    bins = np.column_stack([mean, share, counts[counts > 0]])
    distances = np.abs(bins[:, 0] - bins[:, 1])
    return {
        "brier": float(brier_score_loss(part.y, part.p, pos_label=1)),
        "ece": float((bins[:, 2] * distances).sum() / len(part.y)),
        "calibration": bins.tolist(),
    }


def _resampled(part: Judged) -> Generator[None, None, dict[str, Floats]]:
    """Return the rates of each resample, (400, 99) each, and both areas, (400,) each."""
    n, called = len(part.y), part.called
    right = (called & (part.y[:, np.newaxis] == 1)).astype(np.float64)
    wrong = called - right
    found: list[dict[str, Floats]] = []
    for weights in _weights(n):
        positive = weights @ part.y  # (n_drawn,)
        P = positive[:, np.newaxis]
        tp, fp = weights @ right, weights @ wrong
        rates = {
            "accuracy": (tp + n - P - fp) / n,
            "precision": _share(tp, tp + fp),
            "recall": _share(tp, P),
            "f1": _share(2.0 * tp, tp + fp + P),
            "false_positive_rate": _share(fp, n - P),
        }
        found.append(rates | _areas(part, weights, positive))
        yield
    return {name: np.concatenate([one[name] for one in found]) for name in found[0]}


def _weights(n: int) -> Iterator[Floats]:
    """Yield how often each of n points is in each resample, (n_drawn, n), 400 in all."""
    random, size = np.random.RandomState(SEED), max(1, _CHUNK // n)
    for start in range(0, RESAMPLES, size):
        n_drawn = min(size, RESAMPLES - start)
        drawn = random.randint(n, size=(n_drawn, n)) + n * np.arange(n_drawn)[:, np.newaxis]
        yield np.bincount(drawn.ravel(), minlength=n_drawn * n).reshape(n_drawn, n).astype(float)


def _areas(part: Judged, weights: Floats, positive: Floats) -> dict[str, Floats]:
    """Return the area under the ROC curve and the average precision for weights (n_drawn, n).

    Points with equal probability are one step of both curves.
    """
    order = np.argsort(-part.p, kind="stable")
    p, y, weights = part.p[order], part.y[order], weights[:, order]
    starts = np.flatnonzero(np.r_[True, p[1:] != p[:-1]])
    pos = np.add.reduceat(weights * y, starts, axis=1)  # (n_drawn, n_steps)
    both = np.add.reduceat(weights, starts, axis=1)
    tp, all_called = pos.cumsum(axis=1), both.cumsum(axis=1)
    negative = len(y) - positive
    below = ((both - pos) * (tp - 0.5 * pos)).sum(axis=1)
    return {
        "auc": _share(below, positive * negative),
        "average_precision": _share((pos * _share(tp, all_called, 0.0)).sum(axis=1), positive),
    }


def _share(part: NDArray[Any], whole: NDArray[Any], without: float = np.nan) -> Floats:
    """Return part / whole, and ``without`` where whole is 0."""
    shares: Floats = np.full(np.broadcast_shapes(part.shape, whole.shape), without)
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares


def _intervals(values: Floats, resampled: Floats) -> Floats:
    """Return the interval of each value, (n_values, 2), from (400, n_values); NaN for NaN."""
    found = np.full((len(values), 2), np.nan)
    defined = ~np.isnan(values)
    if defined.any():
        ends = (50.0 - LEVEL / 2, 50.0 + LEVEL / 2)
        found[defined] = np.nanpercentile(resampled[:, defined], ends, axis=0).T
    return found


def _row(
    k: int, values: dict[str, NDArray[Any]], bounds: dict[str, Floats], n: int, one: str
) -> Told:
    """Return a row of the table: the counts and rates at the k-th threshold, in words too."""
    threshold = float(THRESHOLDS[k])
    row: Told = {"threshold": threshold, "level": float(np.log(threshold / (1.0 - threshold)))}
    row |= {name: int(values[name][k]) for name in ("tp", "fp", "fn", "tn")}
    for name in RATES:
        known = not np.isnan(values[name][k])
        row[name] = [float(values[name][k]), *bounds[name][k].tolist()] if known else None
    tp, fp, fn = row["tp"], row["fp"], row["fn"]
    words = f"At the threshold {threshold:g}, {tp + fp} of {_points(n)} are called {one}"
    if tp + fp:
        words += f": {tp} rightly, {fp} wrongly"
    words += f"; {_points(fn)} of {one} {'is' if fn == 1 else 'are'} missed."
    reasons = {
        "precision": f"no point is called {one}",
        "recall": f"there is no point of {one}",
        "f1": f"there is no point of {one} and none is called so",
        "false_positive_rate": f"all points are of {one}",
    }
    undefined = [
        f"{MEASURES[name][0]} is undefined, because {reason}."
        for name, reason in reasons.items()
        if row[name] is None
    ]
    row["words"] = " ".join([words, *undefined])
    return row


def _sentences(
    judged: dict[str, Judged], sets: dict[str, Told | None], classes: tuple[str, str]
) -> list[str]:
    """Say what the numbers are worth."""
    if not all(part.is_finite for part in judged.values()):
        return ["The network's outputs are no numbers any more, so there is nothing to measure."]
    found = []
    for name, title in (("train", "training"), ("test", "test")):
        told = sets[name]
        if told is None:
            found.append(
                "All points train, so nothing here says what the network makes of new points. "
                "Choose a share of training points below 100 % to hold some out."
            )
            continue
        value, low, high = told["table"][np.flatnonzero(THRESHOLDS == 0.5)[0]]["accuracy"]
        found.append(
            f"At the threshold 0.5, {value:.1%} of {told['n']} {title} points are right; "
            f"the interval is {low:.1%} to {high:.1%}."
        )
        if told["auc"] is None:
            found.append(
                f"All {title} points are of {classes[judged[name].y[0]]}, so no curve shows "
                "how well the network ranks them, and the areas are undefined."
            )
    found.append(
        f"An interval holds {LEVEL} % of {RESAMPLES} resamples of the points, drawn with "
        "replacement. It says how much a score depends on these points, not on the initial weights."
    )
    return found


def _points(n: int) -> str:
    return f"{n} point{'' if n == 1 else 's'}"
