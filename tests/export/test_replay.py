"""What a replay page is made of. How it plays is looked at in tests/e2e/test_replay.py."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.data import DataSpec, Points
from nnviz.export import record, replay_html
from nnviz.figures.theme import palettes
from nnviz.frames import unpack
from nnviz.runs import Run
from nnviz.stage.sources import sources
from tests.experiments import EXPLOSIVE, SMALL


def steps_of(messages: list[bytes]) -> list[int]:
    return [int(step) for message in messages for step in unpack(message)[1]["step"]]


def test_moments_are_spread_evenly_from_the_start_to_the_last_step() -> None:
    assert steps_of(list(record(Run(SMALL), 300, 31))) == list(range(0, 301, 10))
    assert steps_of(list(record(Run(SMALL), 3))) == [0, 1, 2, 3]
    assert steps_of(list(record(Run(SMALL), 0))) == [0]


def test_a_recording_holds_the_losses_of_the_run() -> None:
    run = Run(SMALL)
    run.advance(60)
    messages = list(record(Run(SMALL), 60))
    losses = np.concatenate([unpack(message)[1]["loss_train"] for message in messages])
    np.testing.assert_array_equal(losses, run.history.loss_train)


def test_a_run_that_stops_early_is_recorded_up_to_there() -> None:
    run = Run(EXPLOSIVE)
    run.advance(1000)
    steps = steps_of(list(record(Run(EXPLOSIVE), 1000, 500)))
    assert steps[-1] == run.step
    assert steps == sorted(set(steps))


def test_a_recording_can_be_left_at_any_moment_and_is_the_same_for_it() -> None:
    """Twenty-five moments of a large network can take minutes: nobody would wait for a Cancel."""
    cut = list(record(Run(SMALL), 60, 3, seconds=0.0))
    assert cut.count(b"") == 60, "after every single update"
    assert [message for message in cut if message] == list(record(Run(SMALL), 60, 3))
    stopped = list(record(Run(EXPLOSIVE), 1000, 500, seconds=0.0))
    assert [message for message in stopped if message] == list(record(Run(EXPLOSIVE), 1000, 500))


@pytest.mark.parametrize("moments", [1, 501])
def test_too_many_moments_are_refused(moments: int) -> None:
    with pytest.raises(ValueError, match="moments must be from 2 to 500"):
        next(record(Run(SMALL), 10, moments))


def test_a_page_names_no_other_place_and_holds_no_loose_markup() -> None:
    experiment = replace(SMALL, data=DataSpec(n_samples=40, train_ratio=1.0))
    dataset, messages = Run(experiment).dataset, list(record(Run(experiment), 5))
    page = replay_html(experiment, dataset, messages, sources(), palettes())
    assert "http://" not in page
    assert "https://" not in page
    assert "import " not in page.split("<script>")[1].split("</script>")[0].replace("// ", "")
    assert page.count("</script>") == 2


def test_a_name_of_a_stranger_is_shown_as_text() -> None:
    names = ("</script><script>alert(1)</script>", "<b>&amp;{title}")
    rows = ((0.0, 0.0, 0), (1.0, 1.0, 1), (0.0, 1.0, 1), (1.0, 0.0, 0))
    experiment = SMALL.with_points(Points(rows, names))
    run = Run(replace(experiment, data=replace(experiment.data, train_ratio=1.0)))
    page = replay_html(
        run.experiment, run.dataset, list(record(Run(run.experiment), 2)), sources(), palettes()
    )
    assert page.count("</script>") == 2
    assert "<title>Replay: Your own points, layers 2-3-1" in page
    assert (
        "<span>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; to the right, "
        "&lt;b&gt;&amp;amp;{title} upwards</span>"
    ) in page
