"""What a host sets is what a visitor gets: in links, files, addresses, posts, edits and widgets."""

import json
import os
import re
import runpy
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from nnviz.data import DataSpec, Points
from nnviz.experiment import Change, Experiment
from nnviz.experiment.json import to_json
from nnviz.experiment.query import from_query, to_query
from nnviz.experiment.rules import Refusal
from nnviz.export import open_file, save_file
from nnviz.network import LayerSpec
from nnviz.runs import Run
from nnviz.serve import answer, hold, quota, read, spell, version
from nnviz.serve.records import read_body
from nnviz.ui.visit.visit import Visit
from tests.experiments import SMALL
from tests.ui.page import arrived, experiment

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"

# For each quota that bounds an experiment: one that asks for so much of it, and the key in a link.
ASKS: dict[str, tuple[Callable[[int], Experiment], str]] = {
    "samples": (lambda n: replace(SMALL, data=DataSpec(n_samples=n)), "samples"),
    "batch_size": (
        lambda n: replace(SMALL, training=replace(SMALL.training, batch_size=n)),
        "batch",
    ),
    "hidden_layers": (lambda n: SMALL.with_hidden((LayerSpec(1),) * n), "layers"),
    "units": (lambda n: SMALL.with_hidden((LayerSpec(n),)), "layers"),
    "changes": (
        lambda n: replace(SMALL, changes=tuple(Change(k + 1, "l1", 0.1) for k in range(n))),
        "changes",
    ),
    "shown_step": (lambda n: replace(SMALL, changes=(Change(n, "l1", 0.1),)), "changes"),
    "link_points": (
        lambda n: SMALL.with_points(Points(tuple((0.1 * k, 0.5, k % 2) for k in range(max(n, 4))))),
        "points",
    ),
}
SET = [(name, quota.QUOTAS[name].least) for name in ASKS] + [
    (name, 2 * quota.QUOTAS[name].default) for name in ASKS
]


@pytest.mark.parametrize(("name", "most"), SET)
def test_links_files_addresses_posts_and_edits_follow_the_host(
    host: Callable[..., None], name: str, most: int
) -> None:
    host(**{name: most})
    asks, key = ASKS[name]
    over = asks(most + 1)
    allowed = asks(most) if (name, most) != ("link_points", 0) else SMALL
    bounds = quota.bounds()

    assert from_query(to_query(allowed), bounds=bounds) == (allowed, [])
    got, (note,) = from_query(to_query(over), bounds=bounds)
    assert note.startswith(f"{key}=")
    assert f"{most}; got" in note
    bounds.hold(got)

    assert read(urlencode(to_query(allowed))) == allowed
    with pytest.raises(Refusal) as refusal:
        read(urlencode(to_query(over)))
    assert refusal.value.field == key
    assert str(most) in refusal.value.rule
    told = answer(f"runs/{version()}?{urlencode(to_query(over))}")
    assert told.status == 400
    assert json.loads(told.body)["field"] == key

    if name == "link_points":
        assert spell(over).startswith("id="), "it is posted instead"
        assert hold(json.dumps(to_json(over))) == over
        return
    file = save_file(Run(allowed))
    assert open_file(file, bounds).experiment == allowed
    altered = json.dumps({**json.loads(file), "experiment": to_json(over)})
    for refused in (
        lambda: open_file(altered, bounds),
        lambda: hold(json.dumps(to_json(over))),
        lambda: Visit(SMALL).open(over),
    ):
        with pytest.raises(ValueError, match=rf"\b{most}\b.*; got"):
            refused()
    visit = Visit(SMALL)
    visit.open(allowed)
    assert visit.experiment == allowed


@pytest.mark.parametrize(("name", "most"), SET)
def test_the_page_follows_the_host(host: Callable[..., None], name: str, most: int) -> None:
    host(**{name: most})
    asks, key = ASKS[name]
    allowed = asks(most) if (name, most) != ("link_points", 0) else SMALL
    at = arrived(**to_query(allowed))
    assert not at.warning
    assert experiment(at) == allowed
    if name == "units":
        (units,) = [one for one in at.number_input if one.label == "Layer 1"]
        assert units.max == most
    if name == "hidden_layers":
        (add,) = [one for one in at.button if one.label == "Add a layer"]
        assert add.disabled
    if name in ("samples", "batch_size"):
        label = {"samples": "Samples", "batch_size": "Batch size"}[name]
        (slider,) = [one for one in at.select_slider if one.label == label]
        assert max(float(text) for text in slider.options if text != "full") == most
    at = arrived(**to_query(asks(most + 1)))
    (warning,) = at.warning
    assert f"{key}=" in warning.value
    quota.bounds().hold(experiment(at))


def answered(path: str) -> bytes:
    """The body of an answer that may have to be waited for."""
    while (found := answer(path)).status == 202:
        pass
    assert found.status == 200, found
    return found.body


def frames_of(body: bytes) -> list[float]:
    """The steps that an answer shows."""
    steps: list[float] = read_body(body).sections()["step"].tolist()
    return steps


@cache
def _usual_frame() -> bytes:
    return answered(f"frames/{version()}?{spell(SMALL)}&from=40&count=1&every=1")


@pytest.mark.parametrize("end", ["least", "most"])
@pytest.mark.parametrize("name", quota.QUOTAS)
def test_at_either_end_of_every_quota_the_server_gives_the_batches_that_it_states(
    host: Callable[..., None], name: str, end: str
) -> None:
    usual = _usual_frame()
    host(**{name: getattr(quota.QUOTAS[name], end)})
    header = read_body(answered(f"runs/{version()}?{spell(SMALL)}")).header
    counts = header["counts"]
    assert len(counts) == int(quota.FASTEST).bit_length()
    assert max(counts) <= quota.BATCH
    assert header["most"]["units"] == quota.UNITS
    assert header["most"]["hidden_layers"] == quota.HIDDEN_LAYERS
    assert answered(f"frames/{version()}?{spell(SMALL)}&from=40&count=1&every=1") == usual
    body = answered(f"frames/{version()}?{spell(SMALL)}&from=0&count={counts[0]}&every=1")
    assert frames_of(body) == list(range(counts[0]))


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("shown_step", "from=1001&count=1&every=1"),
        ("fastest", "from=0&count=1&every=2"),
        ("batch", "from=0&count=2&every=1"),
        ("changes", "from=0&count=1&every=1&then=0-theta.0-1"),
    ],
)
def test_a_range_beyond_a_quota_is_refused_by_name(
    host: Callable[..., None], name: str, query: str
) -> None:
    host(**{name: quota.QUOTAS[name].least})
    told = answer(f"frames/{version()}?{query}")
    assert told.status == 400
    refusal = json.loads(told.body)
    assert refusal["field"] == {"shown_step": "from", "fastest": "every", "batch": "count"}.get(
        name, "then"
    )
    assert str(quota.QUOTAS[name].least) in refusal["rule"]


def test_a_large_experiment_is_one_for_a_notebook_and_refused_by_a_server_by_name() -> None:
    large = replace(Experiment(), data=DataSpec(n_samples=20_000)).with_hidden((LayerSpec(512),))
    run = Run(large)
    assert run.advance(2) == 2
    assert run.history.loss_train[-1] < run.history.loss_train[0]
    _, notes = from_query(to_query(large), bounds=quota.bounds())
    assert [note.partition("=")[0] for note in notes] == ["samples", "layers"]
    for key, query in (("samples", "samples=20000"), ("layers", "layers=512-tanh")):
        told = json.loads(answer(f"runs/{version()}?{query}").body)
        assert told["field"] == key
        assert "must be a whole number" in told["rule"]


def test_every_record_is_readable_under_its_name_and_has_its_default() -> None:
    for record in quota.QUOTAS.values():
        assert getattr(quota, record.name.upper()) == record.default
        assert record.least <= record.default <= record.most
        assert record.words.endswith(".")


def test_the_readme_has_the_numbers_of_every_quota_of_an_experiment_or_a_file() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|", README.read_text(), re.MULTILINE
    )
    told = {name: [int(number.replace(",", "")) for number in numbers] for name, *numbers in rows}
    wanted = [*ASKS, "saved_bytes", "saved_rows"]
    records = {name: quota.QUOTAS[name] for name in wanted}
    assert told == {name: [one.default, one.least, one.most] for name, one in records.items()}


@pytest.fixture
def start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, dict[str, str]], dict[str, Any]]:
    """Read the quotas as a server does that starts with this file and these variables."""

    def read(file: str, environment: dict[str, str]) -> dict[str, Any]:
        if file:
            (tmp_path / "nnviz.toml").write_text(file)
        monkeypatch.chdir(tmp_path)
        for key in [key for key in os.environ if key.startswith("NNVIZ_")]:
            monkeypatch.delenv(key)
        for key, text in environment.items():
            monkeypatch.setenv(key, text)
        return runpy.run_path(quota.__file__)

    return read


@pytest.mark.parametrize(
    ("file", "environment", "found"),
    [
        ("", {}, "64 0.05"),
        ("[nnviz]\nunits = 128\nslice = 1", {}, "128 1.0"),
        ("", {"NNVIZ_UNITS": "128", "NNVIZ_SLICE": "0.2"}, "128 0.2"),
        ("[nnviz]\nunits = 128\nslice = 0.3", {"NNVIZ_UNITS": "32"}, "32 0.3"),
    ],
)
def test_a_host_sets_quotas_in_a_file_or_in_the_environment_which_wins(
    start: Callable[..., dict[str, Any]], file: str, environment: dict[str, str], found: str
) -> None:
    read = start(file, environment)
    assert f"{read['UNITS']} {read['SLICE']}" == found


@pytest.mark.parametrize(
    ("file", "environment", "words"),
    [
        ("", {"NNVIZ_UNITS": "3"}, "NNVIZ_UNITS must be a whole number from 4 to 4096; got 3"),
        ("", {"NNVIZ_UNITS": "many"}, "NNVIZ_UNITS must be a whole number .*; got 'many'"),
        ("", {"NNVIZ_UNITS": "8.5"}, "NNVIZ_UNITS must be a whole number .*; got 8.5"),
        ("", {"NNVIZ_SLICE": "nan"}, "NNVIZ_SLICE must be a number from 0.001 to 1; got nan"),
        ("", {"NNVIZ_UNITZ": "8"}, "NNVIZ_UNITZ must be a quota: one of samples, .*units"),
        ("[nnviz]\nunits = 5000", {}, "nnviz.toml: units must be a whole number .*; got 5000"),
        ("[nnviz]\nunits = '64'", {}, "nnviz.toml: units must be a whole number .*; got '64'"),
        ("[nnviz]\nunits = true", {}, "nnviz.toml: units must be a whole number .*; got True"),
        ("[nnviz]\nunitz = 8", {}, "nnviz.toml: unitz must be a quota"),
        ("units = 8", {}, "nnviz.toml must hold one table, .nnviz., and nothing else; got units"),
        ("nnviz = 8", {}, "nnviz.toml must hold one table, .nnviz., and nothing else; got 8"),
        ("[nnviz", {}, "nnviz.toml must be TOML in UTF-8: "),
    ],
)
def test_a_wrong_name_or_value_is_refused_at_the_start_by_name_rule_and_value(
    start: Callable[..., dict[str, Any]], file: str, environment: dict[str, str], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        start(file, environment)
