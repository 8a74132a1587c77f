"""Ensembles by address: each network is a run of its own, and the bytes follow from the address."""

import json
from dataclasses import replace

import numpy as np
import pytest

from nnviz import Experiment, Run
from nnviz.data import DataSpec, Points
from nnviz.experiment.variants import apply
from nnviz.frames.grid import Grid
from nnviz.network import Network
from nnviz.runs import picture
from nnviz.runs.ensemble import STUCK, members
from nnviz.runs.pairs import compare
from nnviz.serve import posted, quota, read, spell
from nnviz.serve.answers import Answer, House
from nnviz.serve.ensemble_pool import Ensembles, Seeds, offered
from nnviz.serve.records import read_body
from nnviz.training import StoppingRules, TrainingSettings
from nnviz.training.history import COLUMNS
from tests.experiments import EXPLOSIVE, SMALL
from tests.serve.asking import answered

DEFAULT = Experiment()
ENDING = replace(
    SMALL,
    data=DataSpec(n_samples=80),
    training=TrainingSettings(learning_rate=0.3, stopping=StoppingRules(target_loss=0.35)),
)
WEIGHTS, DATA = "seeds=32&vary=weights", "seeds=32&vary=data"


class Viewer:
    """Asks a house of its own until it answers."""

    def __init__(self, house: House | None = None) -> None:
        self.house = house or House()

    def answer(self, kind: str, experiment: Experiment, asked: str, visit: str = "one") -> Answer:
        query = "&".join(part for part in (spell(experiment), asked) if part)
        return answered(self.house, kind, query, visit)

    def body(self, kind: str, experiment: Experiment, asked: str):
        found = self.answer(kind, experiment, asked)
        assert found.status == 200, found.body
        return read_body(found.body)

    def header(self, kind: str, experiment: Experiment, asked: str):
        return self.body(kind, experiment, asked).header

    def refusal(self, kind: str, experiment: Experiment, asked: str) -> dict[str, str]:
        found = self.answer(kind, experiment, asked)
        assert found.status == 400, found
        return json.loads(found.body)


@pytest.fixture
def viewer() -> Viewer:
    return Viewer()


def plane_of(run: Run, window) -> np.ndarray:
    """Where a run says class 1 on the grid, as its network's probabilities say."""
    points = Grid.over(window, picture.GRID_RESOLUTION).points
    network = Network(run.experiment.network, dtype=np.float32)
    p = network.predict_proba(run.theta.astype(np.float32), run.dataset.inputs(points))
    return (p > 0.5).reshape(picture.GRID_RESOLUTION, picture.GRID_RESOLUTION)


def nearest_rank(values: np.ndarray) -> list[float]:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values.tolist())
    return [
        next(v for i, v in enumerate(ordered, 1) if i >= share * len(ordered))
        for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]


@pytest.mark.parametrize("vary", ["weights", "data"])
@pytest.mark.parametrize("experiment", [DEFAULT, ENDING], ids=["default", "ending"])
def test_a_frame_is_what_32_runs_are(viewer: Viewer, experiment: Experiment, vary: str) -> None:
    """The map, the spread, the counts and the choice, from 32 runs made one by one."""
    told = viewer.header("ensembles", experiment, f"seeds=32&vary={vary}")
    every, at = (8, 5) if experiment is DEFAULT else (64, 1)
    count = told["counts"][every.bit_length() - 1]
    asked = f"seeds=32&vary={vary}&from=0&count={count}&every={every}"
    frames = viewer.body("ensemble", experiment, asked).sections()
    step = int(frames["step"][at])
    runs = [Run(one) for one in members(experiment, 32, vary)]
    for run in runs:
        run.advance(step)
    window = runs[0].dataset.window
    agreement = sum(plane_of(run, window).astype(int) for run in runs)
    np.testing.assert_array_equal(frames["agreement"][at], agreement)
    metrics = np.array([run.metrics() for run in runs])
    np.testing.assert_array_equal(frames["members"][at], metrics.astype(np.float32))
    quantiles = np.array([nearest_rank(column) for column in metrics.T])
    np.testing.assert_array_equal(frames["spread"][at], quantiles.astype(np.float32))
    assert frames["ended"][at] == sum(run.stopped is not None for run in runs)
    order = sorted(range(32), key=lambda k: metrics[k, 1])
    assert frames["picks"][at].tolist() == [order[0], order[15], order[31]]
    shares = [run.dataset.y_train.mean() for run in runs]
    constant = [-(s * np.log(s) + (1 - s) * np.log(1 - s)) for s in shares]
    stuck = metrics[:, 0] >= STUCK * np.array(constant)
    assert frames["stuck"][at] == stuck.sum()
    assert [read(one["experiment"]) for one in told["members"]] == [run.experiment for run in runs]


def test_the_curves_are_those_of_the_runs_and_keep_the_losses_of_those_that_ended(
    viewer: Viewer,
) -> None:
    body = viewer.body("spread", ENDING, "seeds=8&vary=weights&block=0&at=300")
    columns = body.sections()
    assert body.header["more"] is False
    runs = [Run(one) for one in members(ENDING, 8, "weights")]
    for run in runs:
        run.advance(300)
    last = max(run.step for run in runs)
    assert columns["step"].tolist() == list(range(last + 1))
    for i, name in enumerate(COLUMNS[:2]):
        losses = np.empty((last + 1, 8))
        for k, run in enumerate(runs):
            n = run.step + 1
            losses[:n, k] = run.history.all_rows()[1][i]
            losses[n:, k] = run.metrics()[i]
        expected = np.array([nearest_rank(row) for row in losses])
        found = np.column_stack([columns[f"{name}_{q}"] for q in range(5)])
        np.testing.assert_array_equal(found, expected)


def test_the_boundary_of_each_network_is_that_of_its_run(viewer: Viewer) -> None:
    found = viewer.body("lines", DEFAULT, "seeds=4&vary=weights&at=100").sections()
    for k, one in enumerate(members(DEFAULT, 4, "weights")):
        query = "from=100&count=1&every=1"
        alone = viewer.body("frames", one, query).sections()
        np.testing.assert_array_equal(found["surface"][k], alone["surface"][0])
        assert found["surface_scale"][k] == alone["surface_scale"][0]


def test_every_network_has_ended_before_the_ensemble_has(viewer: Viewer) -> None:
    asked = "seeds=8&vary=weights&from=100000&count=1&every=1"
    body = viewer.body("ensemble", ENDING, asked)
    runs = [Run(one) for one in members(ENDING, 8, "weights")]
    for run in runs:
        run.advance(100_000)
    assert body.frames == 0
    assert body.stopped is not None
    assert body.stopped["step"] == max(run.step for run in runs)
    last = body.stopped["step"]
    frames = viewer.body("ensemble", ENDING, f"seeds=8&vary=weights&from={last}&count=1&every=1")
    assert frames.sections()["ended"].tolist() == [8]
    assert frames.stopped is not None


@pytest.mark.parametrize("experiment", [DEFAULT, ENDING, EXPLOSIVE], ids=["-", "ends", "explodes"])
def test_an_address_has_the_same_bytes_whatever_was_asked_before(experiment: Experiment) -> None:
    """After later and earlier steps, for two visitors in turn, and from a restarted server."""
    fresh, used = Viewer(), Viewer()
    every = 8
    count = fresh.header("ensembles", experiment, WEIGHTS)["counts"][every.bit_length() - 1]
    starts = [i * count * every for i in range(3)]
    texts = [f"{WEIGHTS}&from={start}&count={count}&every={every}" for start in starts]
    texts.append(f"{WEIGHTS}&from=77&count=1&every=1")
    bodies = [fresh.answer("ensemble", experiment, text).body for text in texts]
    for text in (texts[2], texts[3], texts[0]):
        used.answer("ensemble", experiment, text, visit="other")
    used.house.shelf.put("emptied", b"")
    again = Viewer()
    again.house.pool = used.house.pool  # its ensembles went to later steps, its shelf is empty
    assert [again.answer("ensemble", experiment, text).body for text in reversed(texts)] == [
        *reversed(bodies)
    ]


def test_another_setting_is_compared_in_all_pairs(viewer: Viewer) -> None:
    asked = "seeds=8&vary=weights&against=rate%3A0.03&at=150"
    told = viewer.header("versus", DEFAULT, asked)
    losses = []
    for experiment in (DEFAULT, apply(DEFAULT, "rate:0.03")):
        runs = [Run(one) for one in members(experiment, 8, "weights")]
        for run in runs:
            run.advance(150)
        losses.append([run.metrics().loss_test for run in runs])
    won = sum(one < other for one in losses[0] for other in losses[1])
    assert (told["pairs"], told["holds"]) == (64, won / 64)
    assert f"{max(won, 64 - won)} of 64 pairs" in told["sentences"][0]
    assert told["title"] == "Learning rate 0.03"
    assert told["mine"]["min"] == min(losses[0])
    assert told["other"]["max"] == max(losses[1])
    assert [read(one["experiment"]) for one in told["members"]] == members(
        apply(DEFAULT, "rate:0.03"), 8, "weights"
    )


def test_an_experiment_against_itself_shows_no_difference(viewer: Viewer) -> None:
    told = viewer.header("versus", DEFAULT, "seeds=4&vary=weights&against=&at=10")
    assert told["holds"] == 0.5
    assert "no difference" in told["sentences"][-1]


def test_another_loss_is_compared_by_mistakes(viewer: Viewer) -> None:
    """The numbers of two loss functions have no common scale."""
    told = viewer.header(
        "versus", DEFAULT, "seeds=4&vary=weights&against=loss%3Amean_squared_error&at=10"
    )
    assert "wrong answers" in told["what"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("seeds=5&vary=weights", "seeds"),
        ("seeds=4&vary=both", "vary"),
        ("seeds=4", "vary"),
    ],
)
def test_what_no_ensemble_has_is_refused_by_name(viewer: Viewer, asked: str, field: str) -> None:
    assert viewer.refusal("ensembles", DEFAULT, asked)["field"] == field


def test_a_large_network_gets_fewer_seeds_and_is_told_why(viewer: Viewer) -> None:
    large = replace(
        DEFAULT,
        data=DataSpec(n_samples=quota.SAMPLES),
        network=apply(DEFAULT, "layers:" + " ".join(["64-tanh"] * 8)).network,
    )
    told = viewer.header("ensembles", large, WEIGHTS)
    assert told["seeds"] < told["asked"] == 32
    assert len(told["members"]) == told["seeds"]
    assert f"{told['seeds']} networks" in told["less"]
    refusal = viewer.refusal("ensemble", large, f"{WEIGHTS}&from=0&count=1&every=1")
    assert refusal["field"] == "seeds"
    assert offered(DEFAULT, Seeds(32, "data")) == (32, "")


def test_unused_ensembles_make_room_and_used_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    pool = Ensembles(clock=lambda: now[0])
    first = pool.entry(SMALL, Seeds(8, "weights"))
    assert first is not None
    monkeypatch.setattr(quota, "ENSEMBLE_BYTES", int(2.5 * first.nbytes))
    monkeypatch.setattr(quota, "KEPT_IN_USE", 10.0)
    others = [replace(SMALL, init_seed=100 * k) for k in range(1, 4)]
    assert pool.entry(others[0], Seeds(8, "weights")) is not None
    assert pool.entry(others[1], Seeds(8, "weights")) is None
    assert pool.entry(SMALL, Seeds(8, "weights")) is first
    now[0] = 11.0
    assert pool.entry(SMALL, Seeds(8, "weights")) is first
    assert pool.entry(others[1], Seeds(8, "weights")) is not None
    assert pool.entry(SMALL, Seeds(8, "weights")) is first
    assert len(pool) == 2


def test_posted_experiments_have_members_that_can_be_opened(viewer: Viewer) -> None:
    """Of an experiment that no query holds, each network comes with its own text."""
    rows = tuple((0.1 * i, 0.37 * i % 1.0, i % 2) for i in range(2 * quota.LINK_POINTS))
    own = DEFAULT.with_points(Points(rows))
    posted.hold(posted.whole(own) or "")
    told = viewer.header("ensembles", own, "seeds=4&vary=weights")
    for one, member in zip(told["members"], members(own, 4, "weights"), strict=True):
        assert posted.hold(one["own"]) == member == read(one["experiment"])


def test_pairs_are_counted_as_they_are() -> None:
    pairs = compare(np.array([1.0, 2.0, np.inf]), np.array([2.0, np.inf]))
    assert (pairs.lower, pairs.higher, pairs.equal) == (3, 1, 2)
    assert pairs.share == 4.0 / 6.0
