"""What `pip install` brings: a file that the wheel lacks is missing on every other machine."""

import tomllib
from configparser import ConfigParser
from email.parser import Parser
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from nnviz.presets import PRESETS
from nnviz.ui.place import HOME
from tests.wheel import ROOT, build

BESIDE_THE_PACKAGE = (
    "app.py",
    ".streamlit/config.toml",
    "docs/mathematics.md",
    *(f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")),
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    return ZipFile(build(tmp_path_factory.mktemp("wheel")))


def contents(wheel: ZipFile, name: str) -> str:
    """The text of the only file whose name ends in this way."""
    (found,) = [one for one in wheel.namelist() if one.endswith(name)]
    return wheel.read(found).decode()


def test_every_file_of_the_package_is_in_it_and_no_other(wheel: ZipFile) -> None:
    package = {
        path.relative_to(ROOT).as_posix(): path
        for path in (ROOT / "nnviz").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    page = {f"nnviz/ui/app/{name}": ROOT / name for name in BESIDE_THE_PACKAGE}
    files = package | page
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert inside == set(files)
    for name, path in files.items():
        assert wheel.read(name) == path.read_bytes(), name


def test_it_holds_what_the_page_reads_besides_code(wheel: ZipFile) -> None:
    names = set(wheel.namelist())
    pictures = {f"nnviz/ui/gallery/thumbnails/{name}.png" for name in PRESETS}
    others = {
        "nnviz/libraries/record.json",
        "nnviz/py.typed",
        "nnviz/stage/assets/main.js",
        "nnviz/stage/assets/stage.css",
        "nnviz/ui/app/pages/gallery.py",
        "nnviz/ui/icon.svg",
    }
    assert pictures | others <= names


def test_it_asks_for_the_requirements_of_the_app_and_names_the_command(wheel: ZipFile) -> None:
    asked = Parser().parsestr(contents(wheel, "/METADATA")).get_all("Requires-Dist") or []
    listed = (ROOT / "requirements.txt").read_text().splitlines()
    needed = {Requirement(line) for line in listed if line and not line.startswith("#")}
    assert {one for text in asked if "extra" not in str((one := Requirement(text)).marker)} == (
        needed
    )
    commands = ConfigParser()
    commands.read_string(contents(wheel, "/entry_points.txt"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert dict(commands["console_scripts"]) == project["scripts"]


def test_a_checkout_uses_its_own_page() -> None:
    assert ROOT == HOME
