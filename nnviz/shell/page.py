"""Start the page from a terminal."""

import subprocess
import sys
from pathlib import Path

import nnviz

_HOME = Path(nnviz.__file__).parents[1]


def start(port: int = 8501) -> None:
    """Serve the page on ``port`` until it is interrupted."""
    command = ["streamlit", "run", str(_HOME / "app.py"), "--server.port", str(port)]
    subprocess.run([sys.executable, "-m", *command], cwd=_HOME, check=True)
