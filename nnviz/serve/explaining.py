"""Answer with explanations: the numbers of a point, why one is what it is, and the other views.

The scene of a step is kept for the next questions about it, because a reader asks many.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from nnviz.experiment.rules import Refusal, clip
from nnviz.explain import Scene, answer, overview
from nnviz.explain.along import along as cost_along
from nnviz.explain.check import gradient_check
from nnviz.explain.layer_view import layer_view
from nnviz.explain.marking import mark as marked
from nnviz.explain.worksheet import worksheet
from nnviz.serve import quota
from nnviz.serve.address import Address
from nnviz.serve.batches import RunSource
from nnviz.serve.desk import Progress, Work
from nnviz.serve.pool import Pool
from nnviz.serve.posted import spell
from nnviz.serve.reach import reach
from nnviz.serve.writer import Writer

_SCENE_BYTES = 32_000_000  # of the kept scenes; the one in use may be larger
_scenes: OrderedDict[tuple[str, int], Scene] = OrderedDict()

T = TypeVar("T")
Told = dict[str, Any]
Slices = Generator[None, None, Told]


def trace(pool: Pool, address: Address) -> Work:
    """Answer with all numbers of a point that are visible at once."""
    yield from _tell(pool, address, overview)


def why(pool: Pool, address: Address) -> Work:
    """Answer with the explanation of one number."""
    yield from _tell(pool, address, lambda scene: answer(scene, address.text("ask")))


def along(pool: Pool, address: Address) -> Work:
    """Answer with the cost over one parameter."""
    yield from _tell(pool, address, lambda scene: cost_along(scene, address.text("ask")))


def check(pool: Pool, address: Address) -> Work:
    """Answer whether the gradient is right."""
    yield from _tell(pool, address, gradient_check)


def layers(pool: Pool, address: Address) -> Work:
    """Answer with the view of each layer."""
    yield from _tell(pool, address, layer_view)


def sheet(pool: Pool, address: Address) -> Work:
    """Answer with a worksheet for a point."""
    yield from _tell(pool, address, worksheet)


def mark(pool: Pool, address: Address) -> Work:
    """Answer with the marks for a worksheet that was filled in, and its solution."""
    answers = address.text("answers")
    yield from _tell(pool, address, lambda scene: marked(scene, answers), "answers")


def _tell(
    pool: Pool,
    address: Address,
    tell: Callable[[Scene], Told | Slices],
    key: str = "ask",
) -> Work:
    at = address.number("at")
    if (spell(address.experiment), at) not in _scenes:
        yield from reach(RunSource(pool.entry(address.experiment)), at, "at")
        at = pool.entry(address.experiment).run.step
    scene, sample, writer = _scene(pool, address, at), address.asked.get("sample", 0), Writer()
    try:
        about = scene.about(int(str(sample)))
    except ValueError as reason:
        raise Refusal("sample", str(reason), str(sample)) from None
    try:
        told = tell(about)
        header = told if isinstance(told, dict) else (yield from in_slices(told, scene.step))
    except ValueError as reason:
        raise Refusal(key, str(reason), clip(address.text(key))) from None
    yield writer.message(header, {})
    yield writer.end(scene.stopped)


def in_slices(work: Generator[None, None, T], step: int) -> Generator[Progress, None, T]:
    """Do work that pauses often, with a slice's time between two turns of others."""
    began = time.perf_counter()
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result
        if time.perf_counter() - began > quota.SLICE:
            yield Progress(step, step)
            began = time.perf_counter()


def _scene(pool: Pool, address: Address, step: int) -> Scene:
    """Return the scene of a step, a kept one or that of the run there; the last few are kept.

    A kept one needs no run that goes back: in play, the run is ahead of what is asked.
    """
    key = (spell(address.experiment), step)
    scene = _scenes.pop(key, None) or Scene(pool.entry(address.experiment).run)
    _scenes[key] = scene
    while len(_scenes) > 1 and sum(held.nbytes for held in _scenes.values()) > _SCENE_BYTES:
        _scenes.popitem(last=False)
    return scene
