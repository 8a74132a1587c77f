"""What a terminal can do: train, sweep, refuse by name; and nothing of the page is imported."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from nnviz import Experiment, Result, train
from nnviz.experiment.rules import Refusal
from nnviz.export.saved import open_file
from nnviz.presets.sweeps import SWEEPS
from nnviz.runs.sweep import plan
from nnviz.shell.command import main
from nnviz.shell.link import read_link
from tests.runs.sweep.cases import ELSEWHERE

LINK = "http://localhost:8501/?samples=40&layers=3-tanh&speed=4"
AXES = ["--set", "rate=0.03,0.3", "--set", "layers=4-tanh,8-tanh 8-tanh"]
SWEEP = ["sweep", LINK, *AXES, "--seeds", "2", "--steps", "20"]


def refusal_of(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    return capsys.readouterr().err


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_sweep_prints_its_table_and_writes_every_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SWEEP, "--csv", str(tmp_path / "all.csv")]) == 0
    out, err = capsys.readouterr()
    head, *rows = out.splitlines()
    assert head.split()[:3] == ["rate", "layers", "steps"]
    assert len(rows) == 4
    accuracies = [float(row.split("%")[0].split()[-1]) for row in rows]
    assert accuracies == sorted(accuracies, reverse=True)
    assert "160/160" in err, "the progress bar counts updates"
    experiment = read_link(LINK)
    seeds = [experiment.init_seed, experiment.init_seed + 1]
    grid = {"rate": ["0.03", "0.3"], "layers": ["4-tanh", "8-tanh 8-tanh"]}
    cells = plan(experiment, grid, seeds, 20).cells
    for row, cell in zip(rows_of(tmp_path / "all.csv"), cells, strict=True):
        assert cell.experiment is not None
        result = train(cell.experiment, 20)
        assert (row["rate"], row["layers"]) == tuple(text for _, text in cell.texts)
        assert int(row["seed"]) == cell.seed
        assert float(row["loss_test"]) == result.metrics.loss_test
        assert float(row["accuracy_train"]) == result.metrics.accuracy_train
        assert (row["ended"], row["why"]) == ("", "")


def test_workers_halving_and_a_file_give_the_same_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / name for name in ("here.csv", "there.csv", "again.csv", "file")]
    halved = [*SWEEP, "--halving"]
    main([*halved, "--workers", "1", "--csv", str(paths[0]), "--file", str(paths[3])])
    main([*halved, "--workers", "2", "--csv", str(paths[1])])
    before = paths[3].read_bytes()
    main([*halved, "--csv", str(paths[2]), "--file", str(paths[3])])
    here, there, again = (path.read_text() for path in paths[:3])
    assert here == there == again
    assert paths[3].read_bytes() == before
    assert {row["step"] for row in rows_of(paths[0])} == {"2", "20"}
    assert capsys.readouterr().out


def test_failures_and_ends_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "all.csv"
    axes = ["--set", "axes=0-1,0-99", "--set", "epochs=3,off", "--steps", "5", "--seeds", "2"]
    main(["sweep", "data=wine", *axes, "--csv", str(path)])
    table = capsys.readouterr().out
    assert "2 failed" in table
    assert "2 max epochs" in table
    rows = rows_of(path)
    assert [row["ended"] for row in rows] == ["max_epochs"] * 2 + [""] * 2 + ["failed"] * 4
    assert all("axes" in row["why"] for row in rows[4:])


def test_a_sample_of_a_ready_sweep_with_other_steps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "all.csv"
    main(["sweep", "--ready", "rate-width", "--sample", "3", "--steps", "2", "--csv", str(path)])
    rows = rows_of(path)
    assert len(rows) == 3 * SWEEPS["rate-width"].n_seeds
    assert {row["step"] for row in rows} == {"2"}
    assert "rate  width" in capsys.readouterr().out


def test_training_saves_what_the_page_opens(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.json"
    assert main(["train", LINK, "--steps", "30", "--save", str(path)]) == 0
    result = train(read_link(LINK), 30)
    saved = open_file(path.read_text())
    assert (saved.experiment, saved.step) == (result.experiment, 30)
    assert saved.theta.tobytes() == result.theta.tobytes()
    out, err = capsys.readouterr()
    assert f"loss_train {result.metrics.loss_train:.6g}" in out
    assert "30/30" in err


def test_training_tells_why_it_ended(capsys: pytest.CaptureFixture[str]) -> None:
    main(["train", "samples=40&epochs=3", "--steps", "30"])
    result = train(read_link("samples=40&epochs=3"), 30)
    assert isinstance(result, Result)
    assert str(result.stopped) in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sweep", "rate=11"], "rate"),
        (["sweep", "nothing at all"], "link"),
        (["sweep", "--set", "rate"], "--set"),
        (["sweep", "--set", "rate=0.1", "--set", "rate=0.2"], "rate"),
        (["sweep", "--set", "rate=0.1,11"], "rate"),
        (["sweep", "--set", "speed=4"], "keys in a link"),
        (["sweep", "--steps", "0"], "at least 1"),
        (["sweep", "--steps", "3", "--halving"], "steps"),
        (["sweep", "--sample", "2"], "sample"),
        (["sweep", "--file", "/nowhere/at/all"], "/nowhere/at/all"),
        (["sweep", "--workers", "2", "--dask", "tcp://here:1"], "--workers"),
        (["train", "layers=9"], "layers"),
        (["sweep", "--ready", "slow"], "rate-width"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert words in refusal_of(capsys, arguments)


@pytest.mark.parametrize("text", ["", "?", "http://localhost:8501/", "http://localhost:8501/?"])
def test_a_link_without_a_query_is_the_usual_experiment(text: str) -> None:
    if text.startswith("http") and "?" not in text:
        with pytest.raises(Refusal, match="query"):
            read_link(text)
    else:
        assert read_link(text) == Experiment()


def test_the_module_sweeps_in_processes_without_the_page() -> None:
    code = (
        "import sys; from nnviz.shell.command import main; main(sys.argv[1:]); "
        "sys.exit('streamlit' in sys.modules or 'sklearn' in sys.modules)"
    )
    arguments = ["sweep", ELSEWHERE, *AXES, "--steps", "20"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=False, capture_output=True
    )
    assert done.returncode == 0
    by_module = [sys.executable, "-m", "nnviz", *arguments, "--workers", "2"]
    assert subprocess.run(by_module, check=True, capture_output=True).stdout == done.stdout
