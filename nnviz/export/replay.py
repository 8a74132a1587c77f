"""Export a recorded run as one HTML page that plays offline and without this project.

The page draws with the stage's own modules. This package must not import the stage, so the caller
passes their source text. So the dependency is a visible argument, and not a path to a file that
the import rules would not find.
"""

import base64
import html
import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np

from nnviz.data import Dataset
from nnviz.experiment import Experiment
from nnviz.export.modules import bundle
from nnviz.frames import FrameMaker, pack
from nnviz.runs import Moments, Run
from nnviz.training.history import COLUMNS

MOST_MOMENTS = 500
_MOMENTS_PER_MESSAGE = 25
_KEPT = ("step", "epoch", "surface_scale", "surface")
_ALSO_READ = ("weight_scale", "weights")  # unpack.js reads them in every frame


def record(
    run: Run,
    last_step: int,
    moments: int = MOST_MOMENTS,
    seconds: float | None = None,
) -> Iterator[bytes]:
    """Train ``run`` up to ``last_step`` and yield its frames, message by message.

    The run must be at step 0. At most ``moments`` frames are recorded, evenly spaced up to the
    last step. Between two messages the caller can show progress, or stop. With ``seconds``, an
    empty message is yielded if no other was for so long (and at least one update was made).
    """
    if not 2 <= moments <= MOST_MOMENTS:
        raise ValueError(f"moments must be from 2 to {MOST_MOMENTS}; got {moments!r}")
    if run.step != 0:
        raise ValueError(f"a run to be recorded must be at step 0; got step {run.step}")
    maker = FrameMaker(run)
    steps = np.unique(np.linspace(0, last_step, min(moments, last_step + 1)).round().astype(int))
    pause = math.inf if seconds is None else seconds
    due = time.perf_counter() + pause
    for start in range(0, len(steps), _MOMENTS_PER_MESSAGE):
        wanted = steps[start : start + _MOMENTS_PER_MESSAGE].tolist()
        after = int(steps[start - 1]) if start else -1
        parts: list[Moments] = []
        while wanted:
            part = run.collect(wanted, seconds, after)
            parts.append(part)
            if time.perf_counter() >= due:
                yield b""
                due = time.perf_counter() + pause
            if run.step < wanted[-1] and run.stopped is not None:
                break
            after = int(part.step[-1]) if len(part) else after
            wanted = [step for step in wanted if step > run.step]
        found = Moments.join(parts)
        if len(found):
            sections = maker.make_many(found)
            kept = {name: sections[name] for name in (*_KEPT, *COLUMNS)}
            for name in _ALSO_READ:
                kept[name] = sections[name][..., :0] if name == "weights" else sections[name]
            yield pack({"run": ""}, kept)
            due = time.perf_counter() + pause
        if run.stopped is not None:
            return


def replay_html(
    experiment: Experiment,
    dataset: Dataset,
    messages: Sequence[bytes],
    modules: Mapping[str, str],
    palettes: Mapping[str, Mapping[str, str]],
) -> str:
    """Write a page that plays ``messages``, see :func:`record`, with the points of ``dataset``.

    ``modules`` holds the source text of the stage's modules by file name, ``palettes`` the light
    and dark colours of the figures (``nnviz.figures.theme.palettes()``).
    """
    window = dataset.window
    contents: dict[str, Any] = {
        "messages": [base64.b64encode(message).decode() for message in messages],
        "palettes": dict(palettes),
        "window": [window.x1_min, window.x1_max, window.x2_min, window.x2_max],
        "points": _points(dataset),
    }
    own = files("nnviz.export")
    style = own.joinpath("replay.css").read_text(encoding="utf-8")
    script = own.joinpath("replay.js").read_text(encoding="utf-8")
    # In JSON, "<" occurs in texts only, where it can be escaped. So no text can end the script tag.
    data = json.dumps(contents, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    return _PAGE.format(
        title=html.escape(experiment.title),
        x1=html.escape(dataset.names[0]),
        x2=html.escape(dataset.names[1]),
        first=html.escape(dataset.classes[0]),
        second=html.escape(dataset.classes[1]),
        style=style,
        data=data,
        script=bundle({**modules, "replay.js": script}, "replay.js"),
    )


def _points(dataset: Dataset) -> list[dict[str, Any]]:
    """Return the training and the test points: positions to visible precision, classes 0 and 1."""
    return [
        {"X": dataset.window.rounded(X).tolist(), "y": y.astype(int).tolist()}
        for X, y in ((dataset.X_train, dataset.y_train), (dataset.X_test, dataset.y_test))
    ]


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>Replay: {title}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<div class="views">
<figure>
<div class="plane" role="img" aria-label="The decision boundary over the points">
<canvas class="surface"></canvas>
<canvas class="contour"></canvas>
<canvas class="points"></canvas>
</div>
<figcaption class="legend">
<span class="class-0">● {first}</span>
<span class="class-1">◆ {second}</span>
<span>filled: training, open: test</span>
<span>{x1} to the right, {x2} upwards</span>
</figcaption>
</figure>
<figure>
<div class="curve-box">
<canvas class="curve" role="img" aria-label="The loss by step"></canvas>
</div>
<figcaption class="legend">
<span class="train">━ training loss</span>
<span class="test">┅ test loss</span>
</figcaption>
</figure>
</div>
<div class="controls">
<button type="button" class="play" data-testid="replay-play">Play</button>
<input type="range" class="scrub" data-testid="replay-scrub" min="0" value="0" aria-label="Moment">
<label>Moments a second
<select class="speed"><option>5</option><option>15</option><option selected>30</option>
<option>60</option></select></label>
</div>
<dl class="numbers" data-testid="replay-numbers"></dl>
<noscript>This replay needs JavaScript, which is switched off here.</noscript>
</main>
<script type="application/json" id="recording">{data}</script>
<script>
(() => {{
"use strict";
{script}
}})();
</script>
</body>
</html>
"""
