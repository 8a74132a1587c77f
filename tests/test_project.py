"""The project keeps its own promises: floors that run alone, no secrets, docs that are true."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXTS = sorted(ROOT.glob("*.md"))
PYTHON = [
    path
    for folder in ("nnviz", "pages", "tests", "tools", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
] + [ROOT / "app.py"]

# The floors that must run where Streamlit is not installed.
BELOW_THE_PAGE = sorted(
    path.stem
    for path in (ROOT / "nnviz").iterdir()
    if (path.is_dir() or path.suffix == ".py")
    and path.stem not in ("__pycache__", "__init__", "stage", "ui")
)


def test_everything_below_the_page_runs_without_streamlit() -> None:
    """A notebook can import it: not even by a detour is Streamlit pulled in."""
    names = ", ".join(f"nnviz.{name}" for name in BELOW_THE_PAGE)
    code = f"import sys, {names}; sys.exit('streamlit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_every_requirement_beyond_the_four_has_its_reason_in_the_readme() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    names = {re.split(r"[<>=~!\[ ]", line)[0] for line in lines if line and line[0] != "#"}
    readme = (ROOT / "README.md").read_text()
    for name in names - {"numpy", "streamlit", "plotly", "scikit-learn"}:
        assert name in readme, f"README.md does not say why {name} is needed"


def test_every_requirement_has_an_upper_bound() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[a-z-]+>=[0-9.]+,<[0-9.]+(; sys_platform != \"win32\")?", line), (
                line
            )


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_files_and_commands_named_in_the_docs_exist(text: Path) -> None:
    words = text.read_text()
    for target in re.findall(r"\]\(([^)#]+)", words):
        if "://" not in target:
            assert (ROOT / target).exists(), f"{text.name} points to {target}"
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for command in re.findall(r"`make ([a-z0-9-]+)", words):
        assert command in targets, f"{text.name} names `make {command}`"


def test_the_workflow_tries_every_python_that_the_package_promises() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text()
    (tried,) = re.findall(r"python: \[(.*)\]", workflow)
    assert re.findall(r'"([\d.]+)"', tried) == promised
    assert project["requires-python"] == f">={promised[0]}"


@pytest.mark.parametrize("name", [".github/workflows/test.yml", ".pre-commit-config.yaml"])
def test_checks_elsewhere_are_those_of_the_makefile(name: str) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = re.findall(r"(?:run|entry): make ([a-z-]+)", (ROOT / name).read_text())
    assert commands
    assert set(commands) <= targets


def _names_a_pause(node: ast.AST) -> bool:
    """Whether code reads or imports something that waits for the clock."""
    pauses = {"sleep", "wait_for_timeout"}
    match node:
        case ast.Attribute(attr=name):
            return name in pauses
        case ast.ImportFrom(names=names):
            return bool(pauses & {one.name for one in names})
    return False


@pytest.mark.parametrize("code", ["time.sleep(1)", "from time import sleep", "p.wait_for_timeout"])
def test_a_pause_is_recognised(code: str) -> None:
    assert any(_names_a_pause(node) for node in ast.walk(ast.parse(code)))


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_test_sleeps_and_no_code_swallows_everything(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            pytest.fail(f"line {node.lineno}: a bare except hides every fault")
        if _names_a_pause(node):
            waits_well = path.is_relative_to(ROOT / "tools") or path.is_relative_to(
                ROOT / "benchmarks"
            )
            assert waits_well, f"line {node.lineno}: wait for what should become true instead"


def test_the_stage_loads_nothing_from_elsewhere() -> None:
    """The page works offline: no asset of ours names another host."""
    assets = [
        path
        for path in (ROOT / "nnviz").rglob("*")
        if path.suffix in (".js", ".css", ".html", ".svg")
    ]
    assert assets, "no assets found: this test looks in the wrong place"
    for asset in assets:
        foreign = re.findall(r"https?://(?!www\.w3\.org/)[^\s\"'`)]+", asset.read_text())
        assert not foreign, f"{asset.name}: {foreign}"


def test_streamlit_does_not_phone_home_and_leaves_the_garbage_alone() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["browser"]["gatherUsageStats"] is False
    assert config["runner"]["postScriptGC"] is False, "a full collection after every rerun"
    assert config["server"]["fileWatcherType"] == "none", "two pools of runs"
    assert config["server"]["showEmailPrompt"] is False, "`make run` must not stop to ask"
