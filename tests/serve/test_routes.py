"""The addresses over HTTP, on a real server: headers, streams, restarts, strangers."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from nnviz import Experiment
from nnviz.experiment.json import to_json
from nnviz.serve import quota, spell, version
from nnviz.serve.posted import digest_of
from nnviz.serve.records import read_body
from tests.experiments import many_points
from tools.server import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Reply:
    """One answer of the server."""

    def __init__(self, server: Server, path: str, body: bytes | None = None, **headers: str):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"{server.url}/{path}", body, names)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                self.status, self.headers, self.body = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                self.status, self.headers = refused.code, refused.headers
                self.body = refused.read()


def whole(server: Server, path: str) -> Reply:
    """The answer, however busy the machine is."""
    while (reply := Reply(server, path)).status == 202:
        assert json.loads(reply.body)
    return reply


def test_a_whole_answer_may_be_kept_by_all_and_for_good(server):
    reply = whole(server, f"frames/{version()}?from=0&count=32&every=1")
    assert reply.status == 200
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-encoding"] == "identity"
    assert read_body(reply.body).frames == 32
    assert Reply(server, f"frames/{version()}?from=0&count=32&every=1").body == reply.body


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"frames/{version()}?from=1&count=32&every=1", 400),
        (f"frames/{version()}?from=0&count=1&every=1&colour=red", 400),
        ("frames/0123?from=0&count=1&every=1", 404),
        (f"runs/{version()}?id={'0' * 32}", 404),
        (f"frames/{version()}?layers={'64-tanh+' * 8}&from=0&count=1&every=1", 400),
    ],
)
def test_what_is_refused_is_told_in_json_and_not_kept(server, path, status):
    reply = Reply(server, path)
    assert reply.status == status
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert json.loads(reply.body)


def test_a_page_of_another_site_gets_nothing(server):
    path = f"runs/{version()}?"
    assert Reply(server, path, Sec_Fetch_Site="cross-site").status == 403
    assert Reply(server, path, Sec_Fetch_Site="same-origin").status == 200


def test_long_training_is_told_while_it_lasts(server):
    path = f"frames/{version()}?layers=64-tanh+64-tanh&from=1500&count=1&every=1"
    steps = []
    while (reply := Reply(server, path)).status == 202:
        assert reply.headers["cache-control"] == "no-store"
        progress = json.loads(reply.body)
        assert progress["goal"] == 1500
        steps.append(progress["step"])
    assert reply.status == 200
    assert steps == sorted(steps)
    assert steps, "this was meant to take longer than one answer"


def test_an_experiment_that_no_query_holds_is_posted_and_named_by_its_digest(server):
    experiment = Experiment().with_points(many_points())
    assert spell(experiment) == f"id={digest_of(experiment)}"
    text = json.dumps(to_json(experiment)).encode()
    place = f"experiments/{version()}/{digest_of(experiment)}"
    path = f"runs/{version()}?{spell(experiment)}"
    assert Reply(server, path).status == 404
    assert Reply(server, f"experiments/{version()}/{'0' * 32}", text).status == 400
    assert Reply(server, place, b"[" * 5000).status == 400
    assert Reply(server, place, b"1" * (quota.ONE_POSTED_BYTES + 1)).status == 400
    assert Reply(server, place, text).status == 201
    reply = Reply(server, path)
    assert reply.status == 200
    assert reply.headers["cache-control"].startswith("private")


def test_a_server_that_was_started_anew_gives_the_same_bytes(server):
    paths = [f"frames/{version()}?rate=0.7&from={start}&count=32&every=1" for start in (64, 0)]
    before = [whole(server, path).body for path in paths]
    server.kill()
    server.start()
    assert [whole(server, path).body for path in reversed(paths)] == before[::-1]


def test_the_log_has_no_traceback(server):
    assert "Traceback" not in server.log()
