"""The wheel in an environment of its own: its page opens from any folder, without the checkout."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from nnviz.presets import GROUPS
from tests.e2e.test_gallery import PICTURES_ARE_THERE
from tests.wheel import ROOT, build
from tools.playground import PATIENCE, Playground
from tools.server import Server

WHERE = """
import sys
from importlib.util import find_spec
print(find_spec("nnviz").origin, *sys.path, sep="\\n")
"""
DERIVATION = ROOT / "docs" / "mathematics.md"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel, and the libraries of this one."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-compile"]
    wheel = build(tmp_path_factory.mktemp("wheel"))
    subprocess.run([*install, "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    (package,) = folder.rglob("nnviz/__init__.py")
    libraries = package.parents[1] / "libraries.pth"
    libraries.write_text("\n".join(path for path in sys.path if path.endswith("-packages")))
    return python


class Installed(Server):
    """The page of an installed nnviz, started in another folder."""

    def __init__(self, python: Path, folder: Path) -> None:
        super().__init__()
        self.python = python
        self.folder = folder

    def command(self) -> list[str]:
        """Return a command that ignores the environment and the working directory."""
        return [str(self.python), "-I", "-m", "nnviz", "run", "--port", str(self.port)]


@pytest.fixture
def installed(python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    monkeypatch.setenv("STREAMLIT_SERVER_HEADLESS", "true")
    with Installed(python, tmp_path) as server:
        yield server


def test_it_shows_every_page_with_its_pictures_and_texts(
    installed: Installed, returning_visitor: BrowserContext
) -> None:
    """The playground is not the first page of this server, as it is of all others."""
    page = returning_visitor.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{installed.url}/gallery?data=xor&rate=0.1")
    playground = Playground(page, installed.url)
    main = page.get_by_test_id("stMain")
    expect(page.get_by_role("tab", name="Failure museum")).to_be_visible()
    expect(playground.part("stage")).to_be_hidden()
    expect(main.get_by_role("img")).to_have_count(len(next(iter(GROUPS.values()))))
    page.wait_for_function(PICTURES_ARE_THERE, timeout=PATIENCE)
    playground.go_to_playground()
    expect(playground.sidebar.get_by_role("slider", name="Learning rate")).to_be_visible()
    playground.step()
    playground.until("s.frame.step === 1")
    assert playground.query == {"data": "xor", "rate": "0.1"}
    assert playground.state["mounts"] == 1
    page.get_by_role("link", name="Explain").click()
    page.get_by_role("button", name="The mathematics, derived").click()
    *_, last = re.findall("^## (.*)$", DERIVATION.read_text(), re.MULTILINE)
    expect(page.get_by_role("dialog").get_by_role("heading", name=last)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Lab").click()
    expect(page.get_by_role("tab", name="Race")).to_be_visible()
    page.close()
    assert not errors
    assert "Traceback" not in installed.log()


def test_nothing_of_the_checkout_is_on_its_path(python: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(python), "-I", "-c", WHERE], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    package, *path = done.stdout.splitlines()
    assert Path(package).is_relative_to(python.parents[1])
    assert str(ROOT) not in path
