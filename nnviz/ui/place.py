"""Where ``app.py`` and its pages are: in a wheel below this folder, in a checkout at the top."""

from pathlib import Path

_HERE = Path(__file__).parent

HOME = next(folder for folder in (_HERE / "app", _HERE.parents[1]) if (folder / "app.py").is_file())
"""The folder of ``app.py``, ``pages/``, ``.streamlit/`` and ``docs/mathematics.md``."""
