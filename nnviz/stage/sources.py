"""The source text of the stage's modules, for replays too: this needs no Streamlit."""

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"


def sources() -> dict[str, str]:
    """Return the source text of the stage's modules by file name."""
    return {file.name: file.read_text("utf-8") for file in sorted(ASSETS.glob("*.js"))}
