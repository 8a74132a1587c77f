"""The record of the libraries: what it must show, and that what it says is so."""

import ast
import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnviz
from nnviz import Run
from nnviz.libraries import words
from nnviz.libraries.record import (
    LIBRARIES,
    MARK,
    PATH,
    Quartiles,
    overtakes,
    read_record,
    recorded,
    write_record,
)
from nnviz.presets import PRESETS
from nnviz.serve import read
from nnviz.serve.posted import spell

PACKAGE = Path(nnviz.__file__).parent


def test_every_preset_is_in_lockstep_in_every_library_or_named_with_the_reason() -> None:
    rows = {(row.preset, row.library): row for row in recorded().lockstep}
    names = {name for name, _ in rows}  # a new preset is recorded the next time
    assert names <= PRESETS.keys()
    assert rows.keys() == {(name, library) for name in names for library in LIBRARIES[1:]}
    apart = {key for key, row in rows.items() if row.largest is None or row.largest > MARK}
    assert all(rows[key].reason for key in apart)
    assert apart <= {
        ("stripes-sine", "scikit-learn"),
        *(("exploding", library) for library in LIBRARIES[1:]),
    }
    # Numbers of that size have no digits beyond.
    assert all(
        row.largest / row.weight < 1e-11
        for row in rows.values()
        if row.largest is not None and row.weight is not None and row.weight > 1.0
    )
    assert {row.steps for key, row in rows.items() if key not in apart} == {100}


def test_defaults_are_put_back_one_at_a_time_in_all_libraries() -> None:
    found = recorded()
    rows = [row for row in found.defaults if row.row]
    assert len(rows) >= 8
    assert {row.library for row in rows} == set(LIBRARIES[1:])
    for row in rows:
        base = words.base_of(found, row)
        assert (base.library, base.epochs) == (row.library, row.epochs)
        said = words.changed(row, base)
        assert f"{row.loss[1]:.4f}" in said
        assert words.seconds(row.seconds[1]) in said


def twins() -> dict[str, tuple[str, int, float, float]]:
    """The playground's own runs in the record, each once."""
    found = [row.numpy for row in recorded().defaults if row.numpy is not None]
    return {
        f"{one.experiment} at {one.step}": (one.experiment, one.step, one.loss, one.accuracy)
        for one in found
    }


@pytest.mark.parametrize("name", twins())
def test_a_run_of_the_record_has_its_loss_when_it_is_opened(name: str) -> None:
    text, step, loss, accuracy = twins()[name]
    experiment = read(text)
    assert spell(experiment) == text
    run = Run(experiment)
    run.advance(step)
    assert run.step == step
    # float32 may differ in its last digits on another processor.
    assert run.metrics().loss_train == pytest.approx(loss, rel=1e-3)
    assert run.metrics().accuracy_train == pytest.approx(accuracy, abs=0.01)


def test_a_library_in_lockstep_has_the_loss_of_the_playground() -> None:
    same = [row for row in recorded().defaults if not row.row]
    assert len(same) >= 3
    for row in same:
        assert row.numpy is not None
        assert row.loss[1] == pytest.approx(row.numpy.loss, rel=1e-3)
        assert row.loss[0] == row.loss[2]


def test_the_articles_settings_are_slow_in_both_libraries() -> None:
    # This is why the article's conclusion is false: the work differs, not the library.
    cells = {(row.library, row.settings): row for row in recorded().article}
    for library in ("NumPy", "Keras"):
        slow, quick = cells[library, "article"], cells[library, "keras"]
        assert slow.seconds[1] > quick.seconds[1]
        assert slow.updates > quick.updates
    for settings in ("article", "keras"):
        assert cells["NumPy", settings].seconds[1] < cells["Keras", settings].seconds[1]
    said = " ".join(words.the_article(recorded()))
    for row in cells.values():
        assert words.seconds(row.seconds[1]) in said


def test_the_width_at_which_pytorch_overtakes_is_said() -> None:
    found = recorded()
    for series, sentence in zip(found.widths, words.overtaking(found), strict=False):
        assert next(row.width for row in series.rows) == 4
        assert max(row.width or 0 for row in series.rows) == 1024
        for width in (series.overtakes, series.overtakes_on_threads):
            assert width is None or f"from {width} units" in sentence
        rows = [words.at_width(row, series) for row in series.rows]
        assert sum(map(bool, rows)) == len({series.overtakes, series.overtakes_on_threads} - {None})


def widths(*rows: tuple[int | None, float, float]) -> list[dict[str, Any]]:
    """Rows of width, NumPy's and PyTorch's time, as the record has them."""
    return [
        {"width": w, "numpy": [0, ours, 9], "pytorch": [0, theirs, 9]} for w, ours, theirs in rows
    ]


def test_overtaking_means_from_there_on() -> None:
    assert overtakes(widths((4, 1, 2), (8, 2, 1), (16, 1, 2), (32, 5, 1)), "pytorch") == 32
    assert overtakes(widths((4, 2, 1), (8, 2, 1), (None, 1, 2)), "pytorch") == 4
    assert overtakes(widths((4, 2, 1), (8, 1, 1)), "pytorch") is None
    assert overtakes([{"width": 4, "numpy": [1, 2, 3], "threads": None}], "threads") is None


def test_the_record_says_on_what_it_was_measured() -> None:
    about = recorded().recorded
    assert {"Python", *LIBRARIES} == about.versions.keys()
    assert {row.library for row in recorded().starts} == set(LIBRARIES)


def wrong(path: str, value: object) -> str:
    """The record with another value at a path such as ``defaults.0.loss``."""
    plain = copy.deepcopy(json.loads(PATH.read_text()))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = plain
    for parent in parents:
        place = place[parent]
    place[last] = value
    return json.dumps(plain)


@pytest.mark.parametrize(
    ("path", "value", "name"),
    [
        ("recorded.date", "now", "record.recorded.date"),
        ("recorded.cores", 0, "record.recorded.cores"),
        ("recorded.cores", True, "record.recorded.cores"),
        ("recorded.versions", {}, "record.recorded.versions"),
        ("lockstep", [], "record.lockstep"),
        ("lockstep.0.library", "NumPy", r"record.lockstep\[0\].library"),
        ("lockstep.0.largest", 0.5, r"record.lockstep\[0\].reason"),
        ("lockstep.0.largest", None, r"record.lockstep\[0\].reason"),
        ("defaults.0.loss", [1.0, 2.0], r"record.defaults\[0\].loss"),
        ("defaults.0.seconds", [3.0, 2.0, 1.0], r"record.defaults\[0\].seconds"),
        ("defaults.0.accuracy", [0.5, 0.9, 1.5], r"record.defaults\[0\].accuracy"),
        ("defaults.0.what", "", r"record.defaults\[0\].what"),
        ("defaults.0.more", 1, r"record.defaults\[0\] must be an object"),
        ("defaults.0.numpy.step", 1.5, r"record.defaults\[0\].numpy.step"),
        ("widths.0.overtakes", 5, r"record.widths\[0\].overtakes"),
        ("starts.0.warm", float("nan"), "finite"),
        ("article.0.settings", "mine", r"record.article\[0\].settings"),
    ],
)
def test_a_record_that_is_wrong_is_refused_by_the_name_of_the_field(
    path: str, value: object, name: str
) -> None:
    with pytest.raises(ValueError, match=name):
        read_record(wrong(path, value))


def test_a_record_is_written_as_it_is_read() -> None:
    parts = json.loads(PATH.read_text())
    assert write_record(parts) == PATH.read_text()
    with pytest.raises(ValueError, match="article"):
        write_record({name: part for name, part in parts.items() if name != "article"})


@pytest.mark.parametrize(
    ("value", "said"),
    [(41.2, "41 s"), (0.24, "0.24 s"), (0.0031, "3.1 ms"), (2.8e-5, "28 µs"), (1234.0, "1,200 s")],
)
def test_times_are_written_with_a_unit(value: float, said: str) -> None:
    assert words.seconds(value) == said


def test_quartiles_are_said_around_the_median() -> None:
    times: Quartiles = (0.001, 0.002, 0.003)
    assert words.spread(times) == "2 ms (1 ms to 3 ms)"
    assert np.quantile(times, 0.5) == times[1]


def test_no_module_of_the_product_imports_pytorch_or_keras() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots = {name.partition(".")[0] for name in names}
            assert not roots & {"torch", "keras", "tensorflow", "benchmarks"}, path


def test_the_server_does_not_load_pytorch_or_keras() -> None:
    code = (
        "import sys, nnviz.serve, nnviz.libraries.live\n"
        "print(sorted({'torch', 'keras', 'numpy'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['numpy']\n"
