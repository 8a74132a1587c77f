"""Named experiments: first examples, the articles' networks, classic lessons, and failures."""

from nnviz.presets.articles import ARTICLES
from nnviz.presets.classics import CLASSICS, START_HERE
from nnviz.presets.museum import MUSEUM
from nnviz.presets.preset import Preset

GROUPS: dict[str, dict[str, Preset]] = {
    "Start here": START_HERE,
    "The articles": ARTICLES,
    "Classics": CLASSICS,
    "Failure museum": MUSEUM,
}
"""The presets by heading, in the order in which they are shown."""

PRESETS: dict[str, Preset] = {
    name: preset for group in GROUPS.values() for name, preset in group.items()
}
"""All presets by name."""

__all__ = ["GROUPS", "PRESETS", "Preset"]
