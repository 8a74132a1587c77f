"""Draw the gallery's pictures, with each preset trained to the step that its sentence describes.

`python -m tools.thumbnails` draws all, `python -m tools.thumbnails xor-line …` some of them.
"""

import sys
from pathlib import Path

from nnviz.figures.thumbnail import boundary_png
from nnviz.presets import PRESETS, Preset
from nnviz.runs import Run

FOLDER = Path(__file__).parents[1] / "nnviz" / "ui" / "gallery" / "thumbnails"
WIDTH, HEIGHT = 324, 216  # about as wide as a card of the gallery


def picture(preset: Preset) -> bytes:
    """Draw the boundary and the points of a preset at its step, as a PNG of WIDTH by HEIGHT."""
    run = Run(preset.experiment)
    run.advance(preset.steps)
    return boundary_png(run, WIDTH, HEIGHT)


def main() -> None:
    """Draw the named presets, or all, and delete the pictures of presets that do not exist."""
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or PRESETS:
        path = FOLDER / f"{name}.png"
        path.write_bytes(picture(PRESETS[name]))
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    for path in FOLDER.glob("*.png"):
        if path.stem not in PRESETS:
            path.unlink()


if __name__ == "__main__":
    main()
