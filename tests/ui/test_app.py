"""The whole application as `streamlit run` starts it: page, routes and socket of one process."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from nnviz.experiment import Experiment
from nnviz.frames import unpack
from nnviz.network import LayerSpec
from nnviz.serve import opening, spell
from nnviz.ui.visit.inbox import LONGEST_JSON, without_traps
from tools.server import Server

PATIENCE = 20.0
DEEP = "[" * 5000 + "]" * 5000
LONG = "1" * 5000


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Visitor:
    """A visitor without a screen: what Streamlit's own page sends and receives, and no more."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.component = self.fragment = ""
        self.widgets: dict[str, tuple[str, str]] = {}
        """The id of a widget and of its fragment, by the widget's label."""
        self.send(BackMsg())
        self.header = self.wait_for(lambda header: True)

    def send(self, message: BackMsg) -> None:
        message.rerun_script.query_string = ""
        self.socket.send(message.SerializeToString())

    def elements(self) -> Iterator[tuple[str, Any, str]]:
        """What the page is told to draw: kind, element and fragment; a traceback fails the test."""
        while True:
            data = self.socket.recv(PATIENCE)
            assert isinstance(data, bytes)
            message = ForwardMsg.FromString(data)
            element = message.delta.new_element
            kind = element.WhichOneof("type") or message.WhichOneof("type")
            assert kind != "exception", element.exception.message
            found = getattr(element, kind) if hasattr(element, kind) else None
            if kind != "page_link" and (label := getattr(found, "label", "")):
                self.widgets[label] = (found.id, message.delta.fragment_id)
            yield kind, found, message.delta.fragment_id

    def wait_for(self, is_wanted: Any) -> dict[str, Any]:
        """The next message to the stage whose header is wanted."""
        for kind, found, fragment in self.elements():
            if kind == "bidi_component" and found.bytes:
                if found.component_name == "nnviz_messages":
                    self.component, self.fragment = found.id, fragment or self.fragment
                header, _ = unpack(found.bytes)
                if is_wanted(header):
                    return header
        raise AssertionError("the page has ended")

    def wait_for_page(self) -> None:
        """Read until the page has been drawn."""
        next(kind for kind, _, _ in self.elements() if kind == "script_finished")

    def move(self, label: str, *options: str) -> None:
        """Choose these options of a widget, in its fragment."""
        widget, fragment = self.widgets[label]
        message = BackMsg()
        message.rerun_script.fragment_id = fragment
        state = message.rerun_script.widget_states.widgets.add(id=widget)
        state.string_array_value.data.extend(options)
        self.send(message)

    def fire(self, triggered: str, state: str = "{}") -> None:
        """Send the JSON of a trigger, and of what the component keeps."""
        message = BackMsg()
        message.rerun_script.fragment_id = self.fragment
        widgets = message.rerun_script.widget_states.widgets
        widgets.add(id=self.component, json_value=state)
        events = f"$$STREAMLIT_INTERNAL_KEY_{self.component}__events"
        widgets.add(id=events, json_trigger_value=triggered)
        self.send(message)

    def tell(self, number: int, **edit: object) -> dict[str, Any]:
        """Tell something, and return the answer."""
        letter = {"sender": "me", "edits": [{"id": number, **edit}]}
        self.fire(json.dumps([{"event": "tell", "value": letter}]))
        return self.wait_for(lambda header: (header["edited"] or {}).get("id") == number)


@contextmanager
def arrived(server: Server) -> Iterator[Visitor]:
    """A visitor who has just opened the page."""
    address = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    protocol, origin = Subprotocol("streamlit"), Origin(server.url.removesuffix("/a/b"))
    # Without a limit of the queue, closing need not wait 10 s for messages that nobody reads.
    limits: dict[str, None] = {"max_size": None, "max_queue": None}
    with connect(address, subprotocols=[protocol], origin=origin, **limits) as socket:
        yield Visitor(socket)


@pytest.fixture
def visitor(server: Server) -> Iterator[Visitor]:
    with arrived(server) as visitor:
        yield visitor


def fetched(url: str) -> tuple[str, bytes]:
    with urllib.request.urlopen(url) as answer:
        return answer.headers["content-type"], answer.read()


def answers_addresses(server: Server, version: str) -> bool:
    """Whether the first picture of a run can be had over HTTP."""
    kind, body = fetched(f"{server.url}/runs/{version}?{spell(Experiment())}")
    return kind == "application/octet-stream" and body == opening(Experiment())


def test_the_server_of_the_page_answers_addresses(server: Server, visitor: Visitor) -> None:
    assert answers_addresses(server, visitor.header["version"])


def test_a_page_below_a_path_has_its_addresses_there() -> None:
    """Otherwise Streamlit answers them with the page's own HTML."""
    with Server(base_path="a/b") as below, arrived(below) as visitor:
        assert answers_addresses(below, visitor.header["version"])


def test_what_the_stage_tells_reaches_its_session(visitor: Visitor) -> None:
    layer = {"units": 5, "activation": "relu", "dropout": 0.1}
    header = visitor.tell(1, layers=[layer])
    wanted = Experiment().with_hidden((LayerSpec(5, "relu", 0.1),))
    assert header["experiment"] == spell(wanted)
    assert header["run"] == visitor.header["run"] + 1


@pytest.fixture
def settled(visitor: Visitor) -> Visitor:
    """A visitor with the whole page, whose stage has told what it shows."""
    visitor.tell(1, now={"experiment": spell(Experiment()), "step": 0, "wish": None, "own": None})
    visitor.wait_for_page()
    return visitor


def test_a_widget_is_heard_before_the_page_is_drawn_anew(settled: Visitor) -> None:
    settled.move("Learning rate", "0.1")
    header = settled.wait_for(lambda header: header["wish"])
    assert header["wish"]["changes"] == ["learning_rate-0.1"]


def test_a_refusal_of_a_widget_is_told_at_once(settled: Visitor) -> None:
    """The stage has nothing to answer then, and so would not make the page follow."""
    settled.move("Inputs")
    told = next(found for kind, found, _ in settled.elements() if kind == "alert")
    assert "inputs must be one or more of" in told.body


def test_a_widget_keeps_its_place_when_what_stands_above_it_changes(settled: Visitor) -> None:
    """Streamlit drops what was sent from a fragment that is elsewhere by then."""
    before = dict(settled.widgets)
    settled.move("Learning rate", "0.1")
    wish = settled.wait_for(lambda header: header["wish"])["wish"]["id"]
    shown = {"experiment": "changes=5-learning_rate-0.1", "step": 5, "wish": wish, "own": None}
    settled.tell(2, now=shown)
    settled.wait_for_page()
    exact = before["Exact rate"], settled.widgets.pop("Exact rate")
    assert exact[0] != exact[1], "each value has a field of its own"
    del before["Exact rate"]
    assert settled.widgets == before, "it is no preset any more, and its words are gone"


@pytest.mark.parametrize(
    "trap",
    [DEEP, LONG, "[NaN", " " * (LONGEST_JSON + 1)],
    ids=["deep", "digits", "cut off", "long"],
)
def test_a_trap_is_answered_like_anything_else_and_nothing_is_logged(
    server: Server, visitor: Visitor, trap: str
) -> None:
    """Streamlit alone would raise; of a component's state, again with every later message."""
    log = server.log_size()
    visitor.tell(1)
    for triggered, state in ((f'[{{"event":"tell","value":{trap}}}]', "{}"), ("[]", trap)):
        visitor.fire(triggered, state)
        visitor.wait_for(lambda header: True)
    assert visitor.tell(2)["edited"] == {"sender": "me", "id": 2}
    assert "Traceback" not in server.log(log)
    assert "Error" not in server.log(log)


def test_what_can_be_read_arrives_as_it_was_sent() -> None:
    message = BackMsg()
    widgets = message.rerun_script.widget_states.widgets
    widgets.add(id="a", string_value=DEEP)
    widgets.add(id="b", json_value='{"x": [1, 2.5, "…"]}')
    widgets.add(id="c", json_trigger_value='[{"event": "tell", "value": {"edits": [{}]}}]')
    data = message.SerializeToString()
    assert without_traps(data) is data
    assert without_traps(b"\xff no message") == b"\xff no message"


def test_a_trap_is_taken_out_and_all_else_is_kept() -> None:
    message = BackMsg()
    message.rerun_script.fragment_id = "f"
    widgets = message.rerun_script.widget_states.widgets
    widgets.add(id="a", int_value=3)
    widgets.add(id="b", json_value=DEEP)
    read = BackMsg.FromString(without_traps(message.SerializeToString()))
    widgets[1].json_value = "null"
    assert read == message
