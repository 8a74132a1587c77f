"""What CONTRIBUTING.md shows as a whole change is one: nothing else has to be edited."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest

ROOT = Path(__file__).parents[1]
CHANGED = (
    "nnviz/data/generators.py",
    "nnviz/presets/classics.py",
    "nnviz/network/activations.py",
)
FOLDERS = ("benchmarks", "nnviz", "pages", "tests", "tools", ".streamlit")
FILES = ("app.py", "pyproject.toml")
NAME = "checkers"

SIDEBAR = """
from streamlit.testing.v1 import AppTest
at = AppTest.from_file("app.py", default_timeout=60)
at.query_params["data"] = "checkers"
at.run().run()
assert not at.exception, at.exception
(data,) = [one for one in at.selectbox if one.label == "Data set"]
assert "Checkers" in data.options, data.options
assert data.value == "checkers", data.value
assert not at.warning, at.warning[0].value
"""


def insert(path: Path, anchor: str, text: str, before: bool = False) -> None:
    """Write text after the line of a file that begins with an anchor, or before it."""
    lines = path.read_text().splitlines(keepends=True)
    (at,) = [i for i, line in enumerate(lines) if line.startswith(anchor)]
    lines.insert(at if before else at + 1, text)
    path.write_text("".join(lines))


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the three changes were made, and nothing else."""
    folder = tmp_path_factory.mktemp("copy")
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("e2e")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    words = (ROOT / "CONTRIBUTING.md").read_text()
    examples = re.findall(r"```python\n(.*?)```", words, re.DOTALL)
    function, generator, preset, slopes, activation = examples
    generators = folder / "nnviz" / "data" / "generators.py"
    insert(generators, "GENERATORS:", f"{function}\n\n", before=True)
    insert(generators, "GENERATORS:", indent(generator, "    "))
    insert(folder / "nnviz" / "presets" / "classics.py", "CLASSICS:", indent(preset, "    "))
    activations = folder / "nnviz" / "network" / "activations.py"
    insert(activations, "_TORCH_SIN", f"{slopes}\n\n", before=True)
    insert(activations, "    for record in (", f"{indent(activation.rstrip(), ' ' * 8)},\n")
    run(folder, "-m", "tools.thumbnails", NAME)
    return folder


def test_a_data_set_is_one_record_that_sidebar_and_link_follow(changed: Path) -> None:
    run(changed, "-c", SIDEBAR)


def test_it_is_written_as_the_house_writes(changed: Path) -> None:
    for check in (("check",), ("format", "--check")):
        run(changed, "-m", "ruff", *check, *CHANGED)


def test_the_tests_of_every_record_take_them_in_and_pass(changed: Path) -> None:
    files = [
        *("data/test_generators.py", "test_presets.py", "ui/test_gallery.py"),
        *("network", "export/test_script.py", "export/test_frameworks.py", "test_one_record.py"),
        "training/test_textbook.py",
    ]
    chosen = f"{NAME} or mish or test_gallery and (every or picture_for)"
    tests = [f"tests/{file}" for file in files]
    told = run(changed, "-m", "pytest", "-v", "-p", "no:cacheprovider", *tests, "-k", chosen)
    for file in files:
        assert f"tests/{file}" in told, told
