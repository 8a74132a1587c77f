"""A worksheet must be solvable by hand, and a right answer must never be called wrong."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data import Points
from nnviz.explain import Ask, Scene, value_of
from nnviz.explain.answer import digits_of
from nnviz.explain.marking import SEPARATOR, mark
from nnviz.explain.numbers import rounded, shown
from nnviz.explain.sheet_file import printable
from nnviz.explain.worksheet import blanks_of, givens_of, leaves_of, solution, worksheet
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.training import StoppingRules
from tests.experiments import SMALL
from tests.explain.sheets import EXPERIMENTS, Reader, scene_of

MOST_BLANKS = 15

SCENES = {name: scene_of(name) for name in EXPERIMENTS}
names = st.sampled_from(sorted(EXPERIMENTS))
samples = st.integers(0, 39)


def verdicts(scene, texts):
    return [one["verdict"] for one in mark(scene, SEPARATOR.join(texts))["marks"]]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_blanks_are_few_and_everything_else_they_need_is_given(name):
    scene = SCENES[name]
    told = worksheet(scene)
    blanks = blanks_of(scene)
    assert 6 <= len(told["blanks"]) <= MOST_BLANKS
    assert [one["key"] for one in told["blanks"]] == [ask.text for ask in blanks]
    given_asks = {one["ask"] for one in told["given"]}
    seen: set[str] = set()
    for blank in blanks:
        assert {leaf.text for leaf in leaves_of(scene, blank)} <= given_asks | seen
        seen.add(blank.text)
    for one in told["given"]:
        assert rounded(float(one["value"]), 3) == pytest.approx(float(one["value"]), rel=6e-3)
    json.dumps(told, allow_nan=False)


def test_a_small_network_is_on_the_sheet_whole():
    keys = [ask.text for ask in blanks_of(SCENES["one layer of two, Adam"])]
    assert {"z.1.1", "a.1.1", "z.1.2", "a.1.2", "z.2.1", "p", "loss"} < set(keys)
    assert blanks_of(SCENES["logistic regression"])[0] == Ask("z", (1, 1))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_solution_is_the_run_and_the_new_weight_the_next_step(name):
    run = Run(EXPERIMENTS[name])
    run.advance(9)
    scene = Scene(run)
    found = {one["key"]: one for one in solution(scene)}
    (new,) = [key for key in found if key.startswith("newW")]
    assert mark(scene, SEPARATOR.join(one["shown"] for one in found.values()))["marks"] == [
        {"key": key, "verdict": "right", "sentence": "Right."} for key in found
    ]
    layer, source, unit = (int(i) for i in new.split(".")[1:])
    run.advance(1)
    after = run.network.unpack(run.theta)[layer - 1][0][source - 1, unit - 1]
    assert float(found[new]["value"]) == after
    assert float(found["loss"]["value"]) == float(value_of(scene, Ask("loss")))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_from_what_is_given_the_shown_new_weight_is_found(name):
    """With few digits the step would be lost in rounding."""
    scene = SCENES[name]
    blank = blanks_of(scene)[-1]
    given_digits = givens_of(scene)
    old = float(value_of(scene, Ask("W", blank.indices)))
    new = float(value_of(scene, blank))
    assert shown(old, given_digits[Ask("W", blank.indices)]) != shown(new, digits_of(scene, blank))


@given(names, samples, st.lists(st.integers(2, 6), min_size=20, max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_rounded_right_answer_is_never_called_wrong(name, sample, digits):
    scene = SCENES[name].about(sample)
    blanks = blanks_of(scene)
    texts = [
        shown(float(value_of(scene, blank)), n) for blank, n in zip(blanks, digits, strict=False)
    ]
    assert verdicts(scene, texts) == ["right"] * len(blanks)


@given(names, samples, st.integers(2, 6))
@settings(max_examples=60, deadline=None)
def test_answers_from_ones_own_rounded_answers_are_right(name, sample, digits):
    scene = SCENES[name].about(sample)

    def written(value):
        return f"{value:.{digits - 1}e}" if np.isfinite(value) else ""

    texts = Reader(scene, written).texts
    told = verdicts(scene, texts)
    assert set(told) <= {"right", "empty"}, list(zip(blanks_of(scene), texts, told, strict=True))
    assert [verdict == "empty" for verdict in told] == [text == "" for text in texts]


@given(names, st.integers(0, 11), st.floats(1.5, 4.0))
@settings(max_examples=60, deadline=None)
def test_after_one_wrong_answer_those_that_follow_from_it_are_right(name, place, factor):
    scene = SCENES[name]
    blanks = blanks_of(scene)
    count = iter(range(len(blanks)))

    def written(value):
        value = factor * value + 0.1 if next(count) == place else value
        return f"{value:.5e}" if np.isfinite(value) else ""

    texts = Reader(scene, written).texts
    told = verdicts(scene, texts)
    others = {verdict for k, verdict in enumerate(told) if k != place}
    assert others <= {"right", "empty"}, list(zip(blanks, texts, told, strict=True))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_wrong_answer_is_called_wrong_with_a_sentence(name):
    scene = SCENES[name]
    right = [float(value_of(scene, blank)) for blank in blanks_of(scene)]
    for k, value in enumerate(right):
        texts = [""] * len(right)
        texts[k] = f"{1.37 * value + 0.61:.6e}"
        told = mark(scene, SEPARATOR.join(texts))["marks"]
        assert told[k]["verdict"] == "wrong"
        assert told[k]["sentence"].endswith(".")
        assert all(one["verdict"] == "empty" for i, one in enumerate(told) if i != k)
    told = mark(scene, SEPARATOR.join(["two"] * len(right)))["marks"]
    assert all("cannot be read as a number" in one["sentence"] for one in told)


@given(
    st.lists(
        st.text(max_size=50).filter(lambda text: SEPARATOR not in text), min_size=13, max_size=13
    )
)
@settings(max_examples=50, deadline=None)
def test_any_texts_are_marked(texts):
    told = mark(SCENES["tanh"], SEPARATOR.join(texts))["marks"]
    assert [one["verdict"] == "empty" for one in told] == [not text.strip() for text in texts]


@pytest.mark.parametrize("answers", ["", "1", "1~2", "~" * 11, "~" * 13, "~" * 1999])
def test_another_number_of_texts_is_refused(answers):
    with pytest.raises(ValueError, match="answers must be 13 texts"):
        mark(SCENES["tanh"], answers)


def test_at_the_end_of_a_run_the_sheet_has_no_update():
    stopping = StoppingRules(max_epochs=5)
    run = Run(replace(SMALL, training=replace(SMALL.training, stopping=stopping)))
    run.advance(5)
    scene = Scene(run)
    told = worksheet(scene)
    assert not any(one["key"].startswith("newW") for one in told["blanks"])
    assert any("no update" in words for words in told["notes"])
    assert set(verdicts(scene, [one["shown"] for one in solution(scene)])) == {"right"}


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_a_sheet_whose_solution_is_right(name):
    run = Run(PRESETS[name].experiment)
    run.advance(50)
    scene = Scene(run)
    found = solution(scene)
    assert len(found) <= MOST_BLANKS
    assert set(verdicts(scene, [one["shown"] for one in found])) == {"right"}


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""
        self.attributes = []

    def handle_starttag(self, tag, attrs):
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_file_is_a_whole_page_with_lines_and_the_solution_apart(name):
    told, found = worksheet(SCENES[name]), solution(SCENES[name])
    page = _Page()
    page.feed(told["file"])
    assert page.open == []
    assert told["file"].count('class="line"') == len(told["blanks"])
    assert "<script" not in told["file"]
    assert not any(key in ("src", "href") for key, _ in page.attributes)
    blank_part, _, solved = page.text.partition("Solution")
    for one in found:
        assert f"= {one['shown']}" in solved.replace("\n", "")
    for one in told["given"]:
        assert one["shown"] in blank_part
    assert told["name"].endswith(".html")


def test_names_from_strangers_are_no_markup():
    hostile = "<b>x</b>&amp;"
    points = Points(((0.0, 0.0, 0), (1.0, 1.0, 1), (0.0, 1.0, 0), (1.0, 0.0, 1)), (hostile, "y"))
    experiment = SMALL.with_points(points)
    experiment = replace(experiment, data=replace(experiment.data, train_ratio=1.0))
    told = worksheet(Scene(Run(experiment)))
    assert "<b>x" not in told["file"]
    assert printable(told | {"title": hostile}, []).count("&lt;b&gt;x&lt;/b&gt;&amp;amp;") == 2
