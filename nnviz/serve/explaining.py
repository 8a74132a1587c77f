"""Answer with explanations: all visible numbers of a point, or why one number is what it is.

The scene of a step is kept for the next questions about it, because a reader asks many.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from nnviz.experiment.rules import Refusal, clip
from nnviz.explain import Scene, answer, overview
from nnviz.serve.address import Address
from nnviz.serve.desk import Work
from nnviz.serve.pool import Pool
from nnviz.serve.posted import spell
from nnviz.serve.reach import reach
from nnviz.serve.writer import Writer

_SCENES = 2
_scenes: OrderedDict[tuple[str, int], Scene] = OrderedDict()


def trace(pool: Pool, address: Address) -> Work:
    """Answer with all numbers of a point that are visible at once."""
    yield from _tell(pool, address, overview)


def why(pool: Pool, address: Address) -> Work:
    """Answer with the explanation of one number."""
    yield from _tell(pool, address, lambda scene: answer(scene, address.text("ask")))


def _tell(pool: Pool, address: Address, tell: Callable[[Scene], dict[str, Any]]) -> Work:
    yield from reach(pool.entry(address.experiment), address.number("at"), "at")
    scene, sample, writer = _scene(pool, address), address.number("sample"), Writer()
    try:
        about = scene.about(sample)
    except ValueError as reason:
        raise Refusal("sample", str(reason), str(sample)) from None
    try:
        header = tell(about)
    except ValueError as reason:
        raise Refusal("ask", str(reason), clip(address.text("ask"))) from None
    yield writer.message(header, {})
    yield writer.end(scene.stopped)


def _scene(pool: Pool, address: Address) -> Scene:
    """Return the scene of the run's step; the last few are kept."""
    run = pool.entry(address.experiment).run
    key = (spell(address.experiment), run.step)
    scene = _scenes.pop(key, None) or Scene(run)
    _scenes[key] = scene
    while len(_scenes) > _SCENES:
        _scenes.popitem(last=False)
    return scene
