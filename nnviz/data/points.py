"""A visitor's own points: placed by hand, read from a file, or from a link."""

import math
from dataclasses import astuple, dataclass

from nnviz.data.window import FARTHEST, Window, check_window

MOST_POINTS = 2000  # that are used from a table
FEWEST_POINTS = 4
LONGEST_NAME = 40

Row = tuple[float, float, int]

CLASSES = ("class 0", "class 1")
"""The names of the two classes if nobody has given them others."""


def check_name(name: str, of: str = "feature") -> None:
    """Refuse the name of a feature or a class that is empty, too long, or not printable."""
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise ValueError(
            f"a {of}'s name must be 1 to {LONGEST_NAME} printable characters; "
            f"got {name[: LONGEST_NAME + 1]!r}"
        )


@dataclass(frozen=True)
class Points:
    """Labelled points of the plane: ``rows`` of (x1, x2, class).

    ``names`` are those of the two features, ``classes`` those of the two classes. ``window`` is the
    visible part of the plane if the points must not fill it, so that it stays while points are
    placed. The last ``placed`` rows were placed by hand: they always train, and the train/test
    split of the other rows does not depend on them.

    >>> Points(((0.0, 0.0, 0), (0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0))).rows[1]
    (0.0, 1.0, 1)
    """

    rows: tuple[Row, ...]
    names: tuple[str, str] = ("x1", "x2")
    classes: tuple[str, str] = CLASSES
    window: Window | None = None
    placed: int = 0

    def __post_init__(self) -> None:
        if len(self.rows) < FEWEST_POINTS:
            raise ValueError(
                f"points must be at least {FEWEST_POINTS} in number; got {len(self.rows)}"
            )
        if self.window is not None:
            check_window(self.window)
            ends = (end + 0.0 for end in astuple(self.window))  # -0 becomes 0
            object.__setattr__(self, "window", Window(*ends))
        most = len(self.rows) - FEWEST_POINTS
        if not 0 <= self.placed <= most:
            raise ValueError(
                f"placed must be from 0 to {most}, all points but {FEWEST_POINTS}; "
                f"got {self.placed!r}"
            )
        for number, (x1, x2, label) in enumerate(self.rows, start=1):
            for name, value in zip(self.names, (x1, x2), strict=True):
                if not math.isfinite(value) or abs(value) > FARTHEST:
                    raise ValueError(
                        f"point {number}: {name} must be a number from {-FARTHEST:g} to "
                        f"{FARTHEST:g}; got {value!r}"
                    )
            if self.window is not None and not self.window.holds(x1, x2):
                raise ValueError(
                    f"point {number} must be in the window, {self.window.spans}; got {(x1, x2)}"
                )
            if label not in (0, 1):
                raise ValueError(f"point {number}: class must be 0 or 1; got {label!r}")
        for name in self.names:
            check_name(name)
        for name in self.classes:
            check_name(name, "class")
        if self.classes[0] == self.classes[1]:
            raise ValueError(f"classes must have two different names; got {self.classes!r}")
        # -0 becomes 0: both are equal, but the feature "angle" differs for them. All other rows are
        # shared, because one visit may hold many points that differ in a few rows.
        rows = tuple(r if r[0] and r[1] else (r[0] + 0.0, r[1] + 0.0, r[2]) for r in self.rows)
        object.__setattr__(self, "rows", rows)
