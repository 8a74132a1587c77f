"""What is told about a landscape in words: its axes, what the plane shows, where it is wrong."""

import math
from collections.abc import Iterator
from typing import Any

from nnviz.runs.landscape import DIFFERS, Landscape


def axes(found: Landscape, kind: str) -> list[dict[str, Any]]:
    """Return the title of each axis and the coordinates at both ends, as plain JSON values."""
    word = "principal" if kind == "path" else "random"
    titles = [f"{ordinal} {word} direction" for ordinal in ("First", "Second")]
    if kind == "path" and found.explained is not None:
        parts = zip(titles, found.explained, strict=True)
        titles = [f"{title} ({share:.1%} of the variance)" for title, share in parts]
    return [
        {"title": title, "low": low, "high": high}
        for title, low, high in zip(titles, found.low.tolist(), found.high.tolist(), strict=True)
    ]


def shares(found: Landscape, kind: str) -> str:
    """Say how much of the path can be seen on the plane."""
    if found.explained is None:
        return "The parameters have not changed: the path is one point."
    first, second = found.explained
    if kind == "path":
        return (
            f"This plane shows {first + second:.1%} of the path's variance: {first:.1%} along the "
            f"first direction and {second:.1%} along the second."
        )
    return (
        f"Random directions do not follow the path: this plane shows {first + second:.1%} of its "
        "variance."
    )


def sentences(found: Landscape, kind: str, n_train: int) -> Iterator[str]:
    """Say what is drawn, and where it is wrong."""
    end, side, n_params = int(found.steps[-1]), len(found.loss), len(found.plane.origin)
    if kind == "path":
        yield (
            f"The plane goes through the {n_params:,} parameters at step {end:,}, along the two "
            "directions in which the path from step 0 varies most (principal components). A "
            "coordinate is a distance between parameters."
        )
    else:
        yield (
            f"The plane goes through the {n_params:,} parameters at step {end:,}, along two random "
            "directions. At a coordinate of 1, the weights of each unit have changed by as much "
            "as they are long; the biases do not change (Li et al. 2018)."
        )
    yield (
        f"The colour is the mean loss of the {n_train:,} training points, without penalties and "
        f"without dropout, calculated at {side} × {side} places."
    )
    n, n_wrong = len(found.steps), int((found.difference > DIFFERS).sum())
    every = int(found.steps[1]) if n > 1 else 1
    apart = f", which are {every} updates apart" if every > 1 else ""
    if n_wrong:
        yield (
            f"At {n_wrong} of the {n} points of the path{apart}, the loss on the plane differs "
            f"from the true loss by more than {DIFFERS:.0%}: there the path is grey and dashed, "
            "because it runs above or below the surface."
        )
    elif n > 1:
        yield (
            f"At all {n} points of the path{apart}, the loss on the plane is within {DIFFERS:.0%} "
            f"of the true loss; the largest difference is {100 * found.difference.max():.2g}%."
        )
    if n_params > 2:
        yield (
            "A valley of this plane need not be one in all directions: the picture shows two of "
            f"{n_params:,}."
        )


def less(asked: int, side: int, seconds: float, limit: float) -> Iterator[str]:
    """Say that fewer places than were asked for are calculated; a place takes ``seconds``."""
    if side < asked:
        yield (
            f"{asked} × {asked} places would take about {asked**2 * seconds:.0f} s for this "
            f"network and these points; the limit is {limit:g} s, so there are {side} × {side}."
        )


def finite(value: float) -> float | None:
    """Return the value, or None for infinity and NaN, which JSON cannot hold."""
    return value if math.isfinite(value) else None
