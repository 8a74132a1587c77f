"""The remedy of every finding works: it trains without a finding. And undo brings the problem back.

Each failure of the museum is trained until its finding appears. Then its remedy is trained.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from nnviz.data import DataSpec, Points
from nnviz.experiment import Change, Experiment
from nnviz.frames import unpack
from nnviz.presets import PRESETS
from nnviz.presets.museum import MUSEUM
from nnviz.runs import Run
from nnviz.runs.diagnosis import Finding, diagnose
from nnviz.serve import quota, read, spell
from nnviz.serve.advice import advice
from nnviz.training import TrainingSettings
from nnviz.ui.visit.news import why_anew
from nnviz.ui.visit.view import View
from nnviz.ui.visit.visit import Visit
from tests.ui.page import experiment, message, tell, tell_now, visit, watched

PATIENCE = 500
"""Updates of the remedied run after which the finding must be gone."""

FAILURES = [name for name in MUSEUM if name != "scales-cured"]
OTHERS = ["article-sigmoid-deep", "circles-line", "xor-line", "circles-linear", "overfitting"]
EXPERIMENTS = {name: PRESETS[name].experiment for name in FAILURES + OTHERS} | {
    "l2": Experiment(training=TrainingSettings(learning_rate=0.1, l2=0.5)),
    "l1-and-l2": Experiment(training=TrainingSettings(learning_rate=0.1, l1=0.3, l2=0.4)),
    "unscaled": Experiment(data=DataSpec("breast_cancer", scaling="none")),
    "adam": replace(
        PRESETS["rate-too-high"].experiment,
        training=TrainingSettings(learning_rate=10.0, optimizer="adam"),
    ),
    "slow": replace(
        PRESETS["rate-too-high"].experiment, training=TrainingSettings(learning_rate=1e-5)
    ),
}


def found(run: Run) -> Iterator[Finding]:
    """Yield the first finding of every twentieth step up to the thousandth."""
    while run.step <= 1000:
        if findings := diagnose(run):
            yield findings[0]
        if not run.advance(20):
            return


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_finding_is_gone_after_its_remedy_and_back_after_undo(name: str) -> None:
    run = Run(EXPERIMENTS[name])
    finding = next(found(run))
    assert finding.remedy is not None
    step = run.step

    visit = Visit(run.experiment)
    visit.told(run.experiment, step)
    wanted = read(spell(finding.remedy.experiment))
    assert wanted == finding.remedy.experiment
    visit.open(wanted)
    remedied = Run(visit.experiment)
    remedied.advance(PATIENCE)
    assert remedied.step == PATIENCE, remedied.stopped
    assert diagnose(remedied) == []

    visit.travel("undo")
    back = Run(visit.experiment)
    back.advance(visit.step)
    assert diagnose(back)[0] == finding


# on the page -------------------------------------------------------------------------------------


def test_the_button_of_a_finding_opens_its_remedy_and_undo_the_run_as_it_was() -> None:
    ill = replace(Experiment(), initializer="zeros")
    at = tell_now(watched(init="zeros"), ill, 40)
    (finding, *_) = diagnose(Run(ill))
    assert finding.remedy is not None
    wanted = finding.remedy.experiment
    at = tell(at, {"apply": {"experiment": spell(wanted), "own": None}})
    assert (experiment(at), visit(at).step) == (wanted, 0)
    assert message(at)[0]["news"] == (
        "Why is it at step 0 again? Initial weights changed to Glorot uniform, so training has "
        "begun anew; Undo brings the old run back."
    )
    at = tell(at, {"travel": "undo"})
    assert (experiment(at), visit(at).step) == (ill, 40)
    assert message(at)[0]["news"] is None


def test_a_remedy_for_more_points_than_a_link_holds_comes_with_them() -> None:
    rows = tuple((90.0 * i, i % 7, i % 2) for i in range(quota.LINK_POINTS + 2))
    data = DataSpec(name="own", points=Points(rows), scaling="none")
    run = Run(Experiment(data=data))
    (told, *_) = advice(run)["findings"]
    at = tell(watched(), {"apply": {name: told["remedy"][name] for name in ("experiment", "own")}})
    assert experiment(at).data == replace(data, scaling="standardize")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"experiment": "rate=loud"}, "Learning rate must be a number from 0.00001 to 10"),
        ({"experiment": "samples=9999999"}, "must be a whole number from"),
        ({"experiment": f"id={'0' * 32}"}, "must be the digest"),
        ({"experiment": "id=0", "own": "[]"}, "must"),
        ({"experiment": "rate=1" * 9000}, "at most"),
        ({"experiment": 5}, None),
        ({"own": "{}"}, None),
    ],
)
def test_a_hostile_remedy_is_refused_by_name(said: dict[str, object], refusal: str | None) -> None:
    at = tell(watched(), {"apply": said})
    assert experiment(at) == Experiment()
    assert [refusal in found.value for found in at.warning if refusal] == [True] * bool(refusal)
    assert bool(at.warning) == bool(refusal)


@pytest.mark.parametrize(("step", "view"), [(300, None), (0, View(speed=2))])
def test_a_saved_run_or_a_preset_is_not_explained(step: int, view: View | None) -> None:
    visit = Visit(Experiment())
    visit.open(Experiment(init_seed=4), step, view)
    header, _ = unpack(visit.message())
    assert header["news"] is None


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (Experiment(), Experiment(), None),
        (Experiment(), Experiment().with_hidden(()), "The network changed to 2-1,"),
        (Experiment(), Experiment(data=DataSpec(noise=0.5)), "Noise changed to 0.5,"),
        (Experiment(), Experiment(data=DataSpec("wine")), "Data set changed to "),
        (Experiment(), PRESETS["spirals"].experiment, "Data set changed to "),
        (
            Experiment().with_change(Change(9, "l2", 0.001)),
            Experiment(init_seed=4, training=TrainingSettings(learning_rate=0.3, l2=0.001)),
            "Weights seed changed to 4,",
        ),
        (
            Experiment(),
            Experiment(training=TrainingSettings(learning_rate=1e-5, l2=0.001, batch_size=5)),
            None,
        ),
    ],
)
def test_what_has_started_a_new_run_is_said(
    before: Experiment, after: Experiment, words: str | None
) -> None:
    said = why_anew(before, after)
    assert said is None if words is None else said is not None and f"? {words}" in said
