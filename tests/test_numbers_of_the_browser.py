"""The browser is told every number that Python decides: none of them is written again there."""

import re
from pathlib import Path

import pytest

from nnviz.experiment import limits
from nnviz.frames.quantise import FINE_LEVELS, LEVELS
from nnviz.runs import picture
from nnviz.serve import blocks, quota

PACKAGE = Path(__file__).parents[1] / "nnviz"
SCRIPTS = sorted([*(PACKAGE / "stage" / "assets").glob("*.js"), *(PACKAGE / "export").glob("*.js")])

PYTHONS = {
    "quota.SAMPLES": quota.SAMPLES,
    "quota.HIDDEN_LAYERS": quota.HIDDEN_LAYERS,
    "quota.UNITS and CHANGES": quota.UNITS,
    "quota.SHOWN_STEP": quota.SHOWN_STEP,
    "quota.LINK_POINTS": quota.LINK_POINTS,
    "quota.BATCH": quota.BATCH,
    "quota.FASTEST": quota.FASTEST,
    "quota.QUERY": quota.QUERY,
    "limits.EDITED_WEIGHT": limits.EDITED_WEIGHT.high,
    "limits.LEARNING_RATE": limits.LEARNING_RATE.low,
    "picture.GRID_RESOLUTION": picture.GRID_RESOLUTION,
    "picture.UNITS_SHOWN": picture.UNITS_SHOWN,
    "quantise.LEVELS": LEVELS,
    "quantise.FINE_LEVELS": FINE_LEVELS,
    "blocks.CURVE_ROWS": blocks.CURVE_ROWS,
}

# Where such a number has another meaning: times, sizes on the screen, bits and bytes.
ELSEWHERE = {
    "axes.js": ["www.w3.org/2000/svg"],
    "boundary.js": ["8 * unit"],
    "chart.js": ["FONT = 12", "width - 8", "wide + 8"],
    "carrier.js": ["PROBE_MS = 2000", "REPEAT_MS = 4000"],
    "curves.js": ["RESTYLE_MS = 1000", "xMax: 100", "APART = 8"],
    "diagram.js": ["12 * this.theme.scale"],
    "fetcher.js": ["RETRY_MS = 1000", "wait * 1000"],
    "findings.js": ["EVERY_MS = 1000"],
    "guide.js": ["100 * value"],
    "lab.js": ['seeds: "32"'],
    "landscape_view.js": ["FEWEST = 64"],
    "loss_plane.js": ["g << 8"],
    "plotly.js": ["FONT_SIZE = 12"],
    "records.js": ["bit < 8", "crc >>> 8"],
    "replay.js": ["right - 8", "bottom + 12", "100 * value", "1000 / Number(speed.value)"],
    "scrubber.js": ["TAP = 8"],
    "surface.js": ["LUT_REACH = 8", "kind === 8", "kind === 12", "g << 8"],
    "sweep.js": ["SECOND_MS = 1000"],
    "tiles.js": ["100 % is best", "100 * share"],
    "transport.js": ["100 * frame.accuracyTrain"],
    "unpack.js": ["message.slice(8)", "message.subarray(8)"],
}

_COMMENT = re.compile(r"(?<!:)//.*")
_DRAWING = re.compile(r'"M[\d .a-zA-Z-]*"|(?:d|viewBox|c[xy]|r)="[^"]*"')  # of the icons
_NUMBER = re.compile(r"(?<![\w.#])\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")


def repeated(code: str, elsewhere: list[str]) -> list[str]:
    """The numbers of Python that stand in this code, and their lines."""
    for words in elsewhere:
        code = code.replace(words, "")
    found = []
    for line in code.splitlines():
        plain = _DRAWING.sub("", _COMMENT.sub("", line))
        values = [float(number.replace("_", "")) for number in _NUMBER.findall(plain)]
        found += [f"{name}: {line}" for name, value in PYTHONS.items() if value in values]
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_script_repeats_a_number_of_python(script: Path) -> None:
    """A host that sets another one would have a page that hangs, or that refuses what it may."""
    code = script.read_text()
    elsewhere = ELSEWHERE.get(script.name, [])
    assert [words for words in elsewhere if words not in code] == [], "no longer needed"
    assert repeated(code, elsewhere) == []


@pytest.mark.parametrize(
    "code",
    [
        "const LEVELS = 127;",
        "if (units > 64) return;",
        "const FINE = 32_767;",
        "wrong = Math.abs(x) > 1e3; // too far",
        "for (let i = 0; i < 32; i++) {}",
        "const url = `from=0&count=32`;",
    ],
)
def test_such_a_number_is_found(code: str) -> None:
    assert repeated(code, [])


@pytest.mark.parametrize(
    "code", ["// up to 64 units", 'icon("M12 5a7 7 0 1 1-6.7 8")', "int8", "0.127", "x127", "1274"]
)
def test_what_is_no_such_number_is_left_alone(code: str) -> None:
    assert not repeated(code, [])
