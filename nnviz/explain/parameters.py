"""Find one weight or bias: by its place in `theta`, or by its ask."""

import numpy as np

from nnviz.explain import quantity
from nnviz.explain.answer import title_of
from nnviz.explain.ask import Ask, read_ask
from nnviz.explain.scene import Scene


def parameter_at(scene: Scene, index: int) -> Ask:
    """Return the ask of the parameter at a place in `theta`."""
    for layer, (W, b) in enumerate(scene.positions, start=1):
        for name, array in (("W", W), ("b", b)):
            for place in np.argwhere(array == index):
                return Ask(name, (layer, *(int(i) + 1 for i in place)))
    raise ValueError(f"index must be from 0 to {scene.spec.n_params - 1}; got {index}")


def read_parameter(scene: Scene, text: str) -> Ask:
    """Read the ask of a weight or a bias; ``ValueError`` if this network has none such."""
    ask = read_ask(text)
    if ask.name not in ("W", "b") or ask.after:
        raise ValueError(f"ask must name a weight or a bias, such as W.1.1.1; got {text[:40]!r}")
    quantity.check(scene, ask)
    return ask


def words_of(scene: Scene, ask: Ask) -> str:
    """Return what a number is called, for the middle of a sentence."""
    title = title_of(scene, ask)
    return f"the {title[0].lower()}{title[1:]}"
