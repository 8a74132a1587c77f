"""The stage's modules in Chromium, on a page without Streamlit: what they ask is answered here.

The answers are real: runs are trained, and their frames packed, as on any server. What this server
does besides is what networks do: it holds an answer back, cuts it off, or is gone for a while.
"""

import base64
import json
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
import plotly
from playwright.sync_api import Page

from nnviz.codec import from_query, to_query
from nnviz.experiment import Change, Experiment
from nnviz.figures import stage_figures
from nnviz.frames import FrameMaker, frame_sections, pack
from nnviz.runs import Run
from nnviz.runs.diagnosis import diagnose

ASSETS = Path(__file__).parents[2] / "nnviz" / "stage" / "assets"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
VERSION = "abc"
COUNT = 8  # frames of a batch, whatever the speed
SPEEDS = 10
HOME = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/stage.css"><div id="host"></div>"""
_LENGTH = struct.Struct("<I")
_METRICS = ("loss_train", "loss_test", "accuracy_train", "accuracy_test")


def text_of(experiment: Experiment) -> str:
    """The experiment as an address writes it."""
    return urlencode(to_query(experiment))


def body_of(messages: list[bytes], end: Mapping[str, Any] | None = None) -> bytes:
    """The body of an answer: records, and the end record with their digest."""
    body = b"".join(_LENGTH.pack(len(message)) + message for message in messages)
    about = {"frames": 0, "stopped": None, **(end or {}), "digest": f"{zlib.crc32(body):08x}"}
    last = pack({"end": about}, {}, compress=False)
    return body + _LENGTH.pack(len(last)) + last


def opening_of(experiment: Experiment) -> bytes:
    """What never changes in a run, and its first frame."""
    run = Run(experiment)
    maker, data = FrameMaker(run), run.dataset
    header = {
        "experiment": text_of(experiment),
        "counts": [COUNT] * SPEEDS,
        "live": _live(experiment),
        "steps_per_epoch": run.steps_per_epoch,
        "has_test": data.has_test,
        "names": list(data.names),
        "window": [*data.window.spans[0], *data.window.spans[1]],
        "inputs": [{"name": name, "key": name} for name in data.features],
        "figures": stage_figures(data),
        "layers": [
            {
                "units": layer.units,
                "activation": layer.activation,
                "dropout": layer.dropout,
                "shown": layer.shown.tolist(),
                "parameters": layer.parameters.tolist(),
            }
            for layer in maker.layers
        ],
    }
    sections = frame_sections([maker.make()]) | {"input_maps": maker.input_maps()}
    return body_of([pack(header, sections, compress=False)], {"frames": 1})


def _live(experiment: Experiment) -> dict[str, list[list[float]]]:
    found: dict[str, list[list[float]]] = {
        field: [[0, getattr(experiment.training, field)]] for field in ("learning_rate", "l1", "l2")
    }
    for change in experiment.changes:
        if change.field in found:
            found[change.field].append([change.step, change.value])
    return found


def frames_of(query: Mapping[str, str]) -> bytes:
    """The answer to frames/: the first frame alone, then the others."""
    first, every = int(query["from"]), int(query["every"])
    last = first + (int(query["count"]) - 1) * every
    experiment = from_query(query)[0]
    header: dict[str, Any] = {}
    if changes := query.get("then"):
        for change in changes.split(" "):
            step, field, value = change.split("-", 2)
            experiment = experiment.with_change(Change(int(step), field, float(value)))
        header = {"experiment": text_of(experiment), "same_until": first, "live": _live(experiment)}
        last = (first // (COUNT * every) + 1) * COUNT * every - every
    run = Run(experiment)
    maker = FrameMaker(run)
    frames = []
    for step in [first, *range((first // every + 1) * every, last + 1, every)]:
        run.advance(step - run.step)
        if run.step < step and (run.step < first or (frames and frames[-1].step == run.step)):
            break
        frames.append(maker.make("gradients" in query))
    stopped = run.stopped
    messages = [
        pack(header if i == 0 else {}, frame_sections(some), compress=i > 0)
        for i, some in enumerate((frames[:1], frames[1:]))
        if some
    ]
    end: dict[str, Any] = {"frames": len(frames)}
    if stopped is not None:
        names = ("kind", "step", "cause", "advice")
        end["stopped"] = {name: getattr(stopped, name) for name in names}
    return body_of(messages, end)


def curve_of(query: Mapping[str, str]) -> bytes:
    """The recorded history up to a step; all of it is one block."""
    run = Run(from_query(query)[0])
    run.advance(int(query["at"]))
    rows = slice(None) if query["block"] == "0" else slice(0)
    names = ("step", *_METRICS)
    sections = {name: np.asarray(getattr(run.history, name), float)[rows] for name in names}
    return body_of([pack({}, sections)])


def moment_of(query: Mapping[str, str]) -> bytes:
    """What is wrong with the run at a step."""
    run = Run(from_query(query)[0])
    run.advance(int(query["at"]))
    found = [{"words": f.words, "advice": f.advice} for f in diagnose(run)]
    return body_of(
        [pack({"step": run.step, "findings": found, "stopped": None}, {}, compress=False)]
    )


ANSWERS: dict[str, Callable[[Mapping[str, str]], bytes]] = {
    "runs": lambda query: opening_of(from_query(query)[0]),
    "frames": frames_of,
    "curve": curve_of,
    "moment": moment_of,
}


class LoneServer:
    """Answers by HTTP; ``asked`` lists the addresses, ``rules`` decide how each is answered."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.posted: dict[str, str] = {}
        self.rule: Callable[[str, bytes], Iterator[bytes] | tuple[int, dict[str, Any]] | None]
        self.rule = lambda _address, _body: None
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with suppress(BrokenPipeError, ConnectionResetError):  # nobody waits any more
                    server.answer(self)

            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                server.posted[self.path.split("/")[-1]] = self.rfile.read(size).decode()
                server._send(self, 200, "application/json", b"{}")

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        address = request.path[1:]
        path = urlsplit(address).path
        kind = path.split("/")[0]
        if kind not in ANSWERS:
            self._send(request, 200, *_file(path))
            return
        self.asked.append(address)
        body = ANSWERS[kind](dict(parse_qsl(urlsplit(address).query)))
        ruled = self.rule(address, body)
        if ruled is None:
            self._send(request, 200, "application/octet-stream", body)
        elif isinstance(ruled, tuple):
            self._send(request, ruled[0], "application/json", json.dumps(ruled[1]).encode())
        else:
            self._stream(request, ruled)

    def _send(self, request: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
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
        self.header: dict[str, Any] = {
            "session": "one",
            "seq": 0,
            "run": 0,
            "version": VERSION,
            "step": 0,
            "same_until": None,
            "wish": None,
            "edited": None,
            "own": None,
            "reply": None,
        }
        if visit:
            page.goto(server.url)
        page.evaluate(
            "async () => { window.stage = await import('./assets/main.js'); window.said = []; }"
        )

    def open(
        self, experiment: Experiment | None = None, text: str | None = None, **more: Any
    ) -> "LoneStage":
        """Show a run; ``text`` is what addresses call it."""
        experiment = experiment or Experiment()
        opening = np.frombuffer(opening_of(experiment), np.uint8)
        self.send(
            {"opening": opening},
            run=self.header["run"] + 1,
            experiment=text_of(experiment) if text is None else text,
            **more,
        )
        return self

    def send(self, sections: dict[str, Any] | None = None, **more: Any) -> None:
        """Send a message of the session."""
        self.header |= {"seq": self.header["seq"] + 1, **more}
        message = pack(self.header, sections or {}, compress=False)
        self.page.evaluate(
            """message => {
                const data = Uint8Array.from(atob(message), letter => letter.charCodeAt(0));
                const setTriggerValue = (name, value) => window.said.push({ name, value });
                const parentElement = document.getElementById("host");
                window.stage.deliver({ parentElement, data, setTriggerValue }, "plotly.min.js");
            }""",
            base64.b64encode(message).decode(),
        )

    def until(self, condition: str, arg: Any = None) -> None:
        """Wait until a condition over ``s = window.nnviz`` and ``arg`` holds."""
        code = f"arg => {{ const s = window.nnviz; return s.frame && ({condition}); }}"
        self.page.wait_for_function(code, arg=arg, timeout=10_000)

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
