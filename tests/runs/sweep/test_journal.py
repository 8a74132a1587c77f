"""The file of a sweep: what it holds is not trained again, and what is not its own is refused."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz import Experiment, Result, sweep
from nnviz.data import DataSpec
from nnviz.experiment.rules import Refusal
from nnviz.runs.sweep import Failure, Halving, plan
from nnviz.runs.sweep.journal import Journal
from nnviz.shell.link import read_link
from tests.experiments import EXPLOSIVE
from tests.runs.sweep.cases import BASE, ELSEWHERE, GRID, ROWS, SEEDS, STEPS, bits, whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that is not there yet."""
    return tmp_path / "sweep.jsonl"


@pytest.fixture
def full(path: Path) -> Path:
    """The file of a whole sweep."""
    assert list(sweep(BASE, GRID, SEEDS, STEPS, file=path)) == whole()
    return path


def test_what_is_read_has_the_bits_of_what_was_trained(full: Path) -> None:
    before = full.read_bytes()
    again = list(sweep(BASE, GRID, SEEDS, STEPS, file=full))
    assert again == whole()
    assert [bits(one) for one in again] == [bits(one) for one in whole()]
    assert full.read_bytes() == before


@pytest.mark.parametrize(
    ("base", "grid"),
    [
        (EXPLOSIVE, {"rate": ["0.0001", "10"]}),
        (replace(BASE, data=DataSpec(n_samples=40, train_ratio=1.0), precision="float32"), {}),
        (BASE, {"train": ["0.1", "0.8"], "samples": ["20"], "split_seed": ["0", "1", "2", "3"]}),
        (BASE, {"epochs": ["1"], "target_loss": ["off", "5"]}),
    ],
    ids=["diverged", "no test set, float32", "failures", "ended"],
)
def test_ends_failures_and_numbers_that_are_not_finite_are_kept(
    path: Path, base: Experiment, grid: dict[str, list[str]]
) -> None:
    trained = list(sweep(base, grid, [1, 2], 40, file=path))
    assert list(sweep(base, grid, [1, 2], 40, file=path)) == trained


def test_nothing_that_the_file_holds_is_trained_again(full: Path) -> None:
    """What comes back is what the file says, even where training would say otherwise."""
    first, *lines = full.read_text().splitlines()
    told = json.loads(lines[0])
    told["metrics"][0] = 0.125
    full.write_text("\n".join([first, json.dumps(told), *lines[1:]]) + "\n")
    again = list(sweep(BASE, GRID, SEEDS, STEPS, file=full))
    index = told["index"]
    assert isinstance(again[index], Result)
    assert again[index].metrics.loss_train == 0.125  # type: ignore[union-attr]  # see above
    assert again[:index] + again[index + 1 :] == whole()[:index] + whole()[index + 1 :]


@pytest.mark.parametrize("share", [0.0, 0.0005, 0.3, 0.5, 0.99999, 1.0])
def test_a_file_that_was_cut_anywhere_goes_on_from_its_last_whole_line(
    full: Path, share: float
) -> None:
    contents = full.read_bytes()
    n = round(share * len(contents))
    whole_lines = contents[:n].rpartition(b"\n")[0]
    full.write_bytes(contents[:n])
    assert list(sweep(BASE, GRID, SEEDS, STEPS, file=full)) == whole()
    again = full.read_bytes()
    assert again.startswith(whole_lines)
    assert sorted(again.splitlines()) == sorted(contents.splitlines())


OTHERS: dict[str, dict[str, Any]] = {
    "experiment": {"experiment": replace(BASE, biases="same")},
    "grid": {"grid": {**GRID, "rate": ["0.03", "1"]}},
    "seeds": {"seeds": [1, 5, 9]},
    "steps": {"steps": STEPS + 1},
    "sample": {"sample": (8, 0)},
    "halving": {"halving": Halving()},
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_file_of_another_sweep_is_refused_by_name(full: Path, name: str) -> None:
    mine: dict[str, Any] = {"experiment": BASE, "grid": GRID, "seeds": SEEDS, "steps": STEPS}
    before = full.read_bytes()
    with pytest.raises(Refusal, match=f"its {name} differs"):
        sweep(**mine | OTHERS[name], file=full)
    assert full.read_bytes() == before


@pytest.mark.parametrize(
    "contents", ["notes\n", "{}\n", '{"nnviz":1}\n', "[]\n", '{"nnviz_sweep":1}\n', "not ours"]
)
def test_any_other_file_is_refused_and_left_as_it_is(path: Path, contents: str) -> None:
    path.write_text(contents)
    with pytest.raises(Refusal, match="file"):
        sweep(BASE, GRID, SEEDS, STEPS, file=path)
    assert path.read_text() == contents


BAD: list[tuple[str, Any]] = [
    ("index", 99),
    ("index", -1),
    ("index", "0"),
    ("index", True),
    ("steps", 1.5),
    ("step", -1),
    ("step", STEPS + 1),
    ("metrics", [0.1, 0.2, 0.3]),
    ("metrics", [0.1, 0.2, 0.3, "high"]),
    ("metrics", [0.1, 0.2, 0.3, None]),
    ("history", "AAAA"),
    ("history", 3),
    ("theta", "AAAAAAAAAAA="),
    ("theta", "nö"),
    ("stopped", {"kind": "diverged"}),
    ("stopped", {"kind": "x", "step": 1, "cause": "", "advice": "", "layer": None}),
    ("stopped", {"kind": "x", "step": STEPS, "cause": 3, "advice": "", "layer": None}),
    ("stopped", []),
    ("failure", 3),
    ("more", 1),
]


@pytest.mark.parametrize(("key", "value"), BAD, ids=range(len(BAD)))
def test_a_line_that_says_anything_else_is_refused_with_its_number(
    full: Path, key: str, value: Any
) -> None:
    first, second, *lines = full.read_text().splitlines()
    broken = json.dumps(json.loads(lines[0]) | {key: value})
    full.write_text("\n".join([first, second, broken]) + "\n")
    with pytest.raises(Refusal, match=r"line 3: .*" + key):
        sweep(BASE, GRID, SEEDS, STEPS, file=full)


PLAN = plan(BASE, {}, [1], 3)


@settings(max_examples=40)
@given(line=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_line_is_refused_or_dropped(
    tmp_path_factory: pytest.TempPathFactory, line: bytes
) -> None:
    path = tmp_path_factory.mktemp("sweeps") / "sweep.jsonl"
    Journal(path, PLAN).close()
    with path.open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(Refusal, match="line 2"):
        Journal(path, PLAN)


def test_a_line_that_never_ends_is_not_read_to_its_end(path: Path) -> None:
    Journal(path, PLAN).close()
    with path.open("ab") as file:
        file.truncate(3_000_000_000)  # zeros that take no room on the disk
    with pytest.raises(Refusal, match="lines of at most"):
        Journal(path, PLAN)


KILLED = f"""
import sys
from nnviz import sweep
from nnviz.shell.link import read_link
base = read_link({ELSEWHERE!r})
for number, _ in enumerate(sweep(base, {ROWS!r}, {SEEDS!r}, {STEPS}, file=sys.argv[1])):
    if number == 4 * 2 * {len(SEEDS)}:
        print("half", flush=True)
        sys.stdin.read()
"""


def test_after_kill_9_at_half_only_the_missing_is_trained(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGKILL)
    before = path.read_bytes()
    n_done = before.count(b"\n") - 1
    assert n_done == 5 * 2 * len(SEEDS), "five groups of eight"
    base = read_link(ELSEWHERE)
    found = list(sweep(base, ROWS, SEEDS, STEPS, file=path))
    assert found == list(sweep(base, ROWS, SEEDS, STEPS))
    after = path.read_bytes()
    assert after.startswith(before)
    indices = [json.loads(line)["index"] for line in after.splitlines()[1:]]
    assert sorted(indices) == list(range(len(found)))


def test_a_failure_says_in_the_file_what_it_says_here(path: Path) -> None:
    grid = {"train": ["0.1"], "samples": ["20"], "split_seed": [str(k) for k in range(9)]}
    failed = [one for one in sweep(BASE, grid, [1], 3, file=path) if isinstance(one, Failure)]
    assert failed
    told = [line.get("failure") for line in map(json.loads, path.read_text().splitlines())]
    assert [words for words in told if words] == [one.words for one in failed]
