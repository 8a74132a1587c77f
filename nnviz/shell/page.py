"""Start the page from a terminal, in any folder."""

from nnviz.ui.place import HOME


def start(port: int = 8501) -> None:
    """Serve the page on ``port``, with the settings beside ``app.py``, until it is interrupted.

    Then the process ends, with Streamlit's exit code.
    """
    from streamlit.web import cli  # takes a second, which other commands need not wait

    cli.main(["run", str(HOME / "app.py"), "--server.port", str(port)])
