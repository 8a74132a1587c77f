"""What is taken home from the page: a script that prints the page's own numbers, and pictures."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image
from playwright.sync_api import expect

from nnviz.presets import PRESETS
from tests.e2e.test_accessible import SCHEMES
from tools.playground import PATIENCE, Playground


def test_the_script_prints_the_losses_that_the_page_shows(tab: Playground, tmp_path: Path) -> None:
    playground = tab.open("/?data=xor&inputs=x1.x2.x1_x2&samples=100")
    playground.go_to_step(4)
    playground.part("take-home").click()
    dialog = playground.page.get_by_role("dialog")
    with playground.page.expect_download() as waiting:
        dialog.get_by_role("button", name="NumPy script").click(timeout=PATIENCE)
    script = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(script)
    assert script.name == "nnviz-xor-step-4.py"
    printed = subprocess.run(
        [sys.executable, "-I", str(script)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
    ).stdout
    losses = dict(line.split() for line in printed.splitlines() if line[0].isdigit())
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    assert float(losses["4"]) == playground.frame["lossTrain"]
    playground.scrub_to(2)
    assert float(losses["2"]) == playground.frame["lossTrain"]


def test_the_picture_is_saved_as_drawing_and_as_image(
    playground: Playground, tmp_path: Path
) -> None:
    playground.go_to_step(3)
    for scheme in SCHEMES:
        playground.page.emulate_media(color_scheme=scheme)
        paths = {}
        for kind in ("svg", "png"):
            with playground.page.expect_download() as waiting:
                playground.part(f"picture-{kind}").click()
            paths[kind] = tmp_path / waiting.value.suggested_filename
            waiting.value.save_as(paths[kind])
            assert paths[kind].name == f"nnviz-step-3.{kind}"
        text = paths["svg"].read_text()
        drawing = ElementTree.fromstring(text)
        names = [element.tag.rpartition("}")[2] for element in drawing.iter()]
        assert names.count("path") > 200, "every point is a shape"
        assert names.count("image") == 1, "the shading behind them"
        assert "step 3" in text
        with Image.open(paths["png"]) as image:
            assert image.size == (1280, 1280)
            colours = {image.convert("RGB").getpixel((x, 640)) for x in range(200, 1200, 10)}
        assert len(colours) > 20, "the shading is in the picture"


def test_a_failure_of_the_museum_is_diagnosed_when_it_happens(opened: Playground) -> None:
    playground = opened
    expect(playground.part("finding")).not_to_contain_text("weights")
    playground.go_to_gallery("Failure museum")
    with playground.new_run():
        playground.page.get_by_role("button", name=PRESETS["zeros"].title).click()
    playground.play()
    finding = playground.part("finding")
    expect(finding).to_contain_text("All weights of layers 1 and 2 are 0", timeout=PATIENCE)
    before = playground.frame["run"]
    playground.page.get_by_role("button", name="Use Glorot weights").click()
    playground.until("s.frame.run !== arg && s.playing && s.frame.step > 0", before)
    expect(finding).to_contain_text("Initial weights changed to Glorot uniform")
    playground.page.locator(".nnv-advice").get_by_role("button", name="Undo this").click()
    expect(finding).to_contain_text("All weights of layers 1 and 2 are 0")
    assert playground.query["init"] == "zeros"
