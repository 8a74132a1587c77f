"""Run the app as a visitor sees it: a real `streamlit run` on a free port."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import psutil

ROOT = Path(__file__).parents[1]


class Server:
    """A Streamlit server in its own process group, running inside its `with` block.

    Parameters
    ----------
    script : str or Path
        The app's path from the repository's root; its `.streamlit/config.toml` is used.
    options : sequence of str
        Further options of `streamlit run`.
    base_path : str
        The path of the page on the host, such as `some/path`; `url` includes it.
    deadline : float
        Seconds until the server must answer its health check.
    """

    def __init__(
        self,
        script: str | Path = "app.py",
        options: Sequence[str] = (),
        base_path: str = "",
        deadline: float = 60.0,
    ) -> None:
        self.script = str(script)
        self.options = [*options, "--server.baseUrlPath", base_path]
        self.deadline = deadline
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.origin}/{base_path}".rstrip("/")
        self.process: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="nnviz-server-")
        self._log = Path(self._folder.name) / "log"

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self.process is not None, "the server is not running"
        return self.process.pid

    def log(self, since: int = 0) -> str:
        """Return the server's output from byte `since` on."""
        return self._log.read_bytes()[since:].decode(errors="replace")

    def log_size(self) -> int:
        """Return the number of bytes of the output, to be used as `log(since=…)`."""
        return self._log.stat().st_size

    def __enter__(self) -> "Server":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    folder = ROOT

    def command(self) -> list[str]:
        """Return the command that starts the server in `folder`."""
        command = [sys.executable, "-m", "streamlit", "run", self.script]
        command += ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        return [*command, "--server.headless", "true", *self.options]

    def start(self) -> None:
        """Start the app and wait until it is healthy; after :meth:`kill`, at the same address."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_healthy()

    def until_idle(self, seconds: float = 0.5, patience: float = 30.0) -> None:
        """Wait until the server has used next to no processor time for some seconds."""
        process, end = psutil.Process(self.pid), time.monotonic() + patience
        used = seconds
        while used > seconds / 10:
            if time.monotonic() > end:
                raise AssertionError(f"the server is still at work: {used:.2f} of {seconds:g} s")
            before = sum(process.cpu_times()[:2])
            time.sleep(seconds)
            used = sum(process.cpu_times()[:2]) - before

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def kill(self) -> None:
        """End the server like a crash, without a message to its visitors."""
        assert self.process is not None, "the server is not running"
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End the server and all processes that it started."""
        if self.process is None:
            return
        for sign, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(patience)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._folder.cleanup()

    def _wait_until_healthy(self) -> None:
        assert self.process is not None
        end = time.monotonic() + self.deadline
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.script}: the server ended at once\n{self.log()}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"{self.script}: not healthy in {self.deadline:g} s\n{self.log()}")


def free_port() -> int:
    """Return a free TCP port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
