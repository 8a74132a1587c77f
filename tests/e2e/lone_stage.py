"""The stage's modules in Chromium, on a page without Streamlit: what they ask is answered here.

The answers are real: runs are trained, and their frames packed, as on any server. What this server
does besides is what networks do: it holds an answer back, cuts it off, or is gone for a while.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import plotly
from playwright.sync_api import Page

from nnviz.experiment import Experiment
from nnviz.frames import pack
from nnviz.serve import answer, hold, spell, version, whole
from tools.playground import PRESS_TO_STEP

ASSETS = Path(__file__).parents[2] / "nnviz" / "stage" / "assets"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
KINDS = ("runs", "frames", "curve", "moment", "metrics")
HOME = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/stage.css"><div id="host"></div>"""


def answer_to(address: str) -> bytes:
    """The body of the answer to an address of any version, however long it takes."""
    place, _, query = address.partition("?")
    while True:
        found = answer(f"{place.split('/')[0]}/{version()}?{query}")
        if found.status != 202:
            assert found.status == 200, (address, found)
            return found.body


class LoneServer:
    """Answers by HTTP; ``asked`` lists the addresses, ``rules`` decide how each is answered."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.posted: dict[str, str] = {}
        self.rule: Callable[[str], Iterator[bytes] | tuple[int, dict[str, Any]] | None]
        self.forget()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with suppress(BrokenPipeError, ConnectionResetError):  # nobody waits any more
                    server.answer(self)

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"]))
                server.posted[self.path.split("/")[-1]] = text.decode()
                hold(text)
                server._send(self, 200, "application/json", b"{}")

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def forget(self) -> None:
        """Begin anew: nothing was asked or posted, and no rule holds."""
        self.asked.clear()
        self.posted.clear()
        self.rule = lambda _address: None

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        address = request.path[1:]
        path = urlsplit(address).path
        kind = path.split("/")[0]
        if kind not in KINDS:
            self._send(request, 200, *_file(path), keep=path != "")
            return
        self.asked.append(address)
        ruled = self.rule(address)
        if ruled is None:
            self._send(request, 200, "application/octet-stream", answer_to(address))
        elif isinstance(ruled, tuple):
            self._send(request, ruled[0], "application/json", json.dumps(ruled[1]).encode())
        else:
            self._stream(request, ruled)

    def _send(
        self,
        request: BaseHTTPRequestHandler,
        status: int,
        kind: str,
        body: bytes,
        keep: bool = False,
    ) -> None:
        """Answer with `body`; `keep` lets the browser keep it, and what it compiled of it."""
        request.send_response(status)
        request.send_header("Content-Type", kind)
        if keep:
            request.send_header("Cache-Control", "max-age=3600")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _stream(self, request: BaseHTTPRequestHandler, pieces: Iterator[bytes]) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/octet-stream")
        request.send_header("Connection", "close")
        request.end_headers()
        for piece in pieces:
            request.wfile.write(piece)
            request.wfile.flush()
        request.close_connection = True


def _file(path: str) -> tuple[str, bytes]:
    if path == "":
        return "text/html", HOME.encode()
    file = PLOTLY if path == PLOTLY.name else ASSETS / Path(path).name
    return {".css": "text/css", ".js": "text/javascript"}[file.suffix], file.read_bytes()


class LoneStage:
    """A stage on a page of its own, and the session that tells it what to show."""

    def __init__(self, page: Page, server: LoneServer, visit: bool = True) -> None:
        self.page, self.server = page, server
        self.shown_on = "playground"
        self.header: dict[str, Any] = {
            "session": "one",
            "seq": 0,
            "run": 0,
            "version": version(),
            "step": 0,
            "same_until": None,
            "wish": None,
            "edited": None,
            "own": None,
            "ways": [],
            "news": None,
            "reply": None,
        }
        if visit:
            page.goto(server.url)
        page.evaluate(
            "async () => { window.stage = await import('./assets/main.js'); window.said = []; }"
        )

    def open(self, experiment: Experiment | None = None, **more: Any) -> "LoneStage":
        """Show a run."""
        experiment = experiment or Experiment()
        own = whole(experiment)
        opening = np.frombuffer(answer_to(f"runs/any?{spell(experiment)}"), np.uint8)
        self.send(
            {"opening": opening},
            run=self.header["run"] + 1,
            experiment=spell(experiment),
            own=own,
            **more,
        )
        return self

    def send(self, sections: dict[str, Any] | None = None, **more: Any) -> None:
        """Send a message of the session."""
        self.header |= {"seq": self.header["seq"] + 1, **more}
        message = pack(self.header, sections or {}, compress=False)
        self.page.evaluate(
            """([message, shownOn]) => {
                const data = Uint8Array.from(atob(message), letter => letter.charCodeAt(0));
                const setTriggerValue = (name, value) => window.said.push({ name, value });
                const parentElement = document.getElementById("host");
                window.stage.mount(parentElement, "plotly.min.js", shownOn);
                window.stage.receive(data, setTriggerValue);
            }""",
            [base64.b64encode(message).decode(), self.shown_on],
        )

    def until(self, condition: str, arg: Any = None) -> None:
        """Wait until a condition over ``s = window.nnviz`` and ``arg`` holds."""
        code = f"arg => {{ const s = window.nnviz; return s.frame && ({condition}); }}"
        self.page.wait_for_function(code, arg=arg, timeout=10_000)

    def go_to_step(self, step: int) -> None:
        """Press step, one update after the other, until `step` is shown."""
        self.until("true")
        button = self.part("step").element_handle()
        assert self.page.evaluate(PRESS_TO_STEP, [button, step, 10_000]) == step

    def part(self, name: str) -> Any:
        """Return the part of the stage with the test id `nnviz-<name>`."""
        return self.page.get_by_test_id(f"nnviz-{name}")

    @property
    def state(self) -> dict[str, Any]:
        """`window.nnviz` as it is now."""
        found: dict[str, Any] = self.page.evaluate("() => JSON.parse(JSON.stringify(window.nnviz))")
        return found

    def told(self, kind: str = "now") -> list[dict[str, Any]]:
        """What the session was told last: the unanswered edits of a kind."""
        said = self.page.evaluate("() => window.said.filter(one => one.name === 'tell').pop()")
        return [edit[kind] for edit in said["value"]["edits"] if kind in edit] if said else []
