"""Answer with what was recorded about the libraries, then with NumPy and scikit-learn, live.

PyTorch and Keras are in the record only; the server does not need them.
"""

from typing import Any

from nnviz.libraries import words
from nnviz.libraries.live import live
from nnviz.libraries.record import MARK, Record, as_json, recorded
from nnviz.libraries.task import Task
from nnviz.presets import PRESETS
from nnviz.serve.address import Address
from nnviz.serve.batches import RunSource
from nnviz.serve.desk import Work
from nnviz.serve.explaining import in_slices
from nnviz.serve.pool import Pool
from nnviz.serve.posted import spell, whole
from nnviz.serve.reach import reach
from nnviz.serve.writer import Writer

LIVE_STEPS = 100
_SECONDS = 0.3  # of NumPy's training, estimated; large networks make fewer updates


def libraries(pool: Pool, address: Address) -> Work:
    """Answer with the record, and in a second message with the rows of the experiment."""
    writer = Writer()
    yield writer.message(told(recorded()), {})
    try:
        task = Task(address.experiment)
    except ValueError as reason:
        yield writer.message({"live": [], "why": f"Nothing is trained: {reason}."}, {})
    else:
        source = RunSource(pool.entry(task.experiment))
        steps = max(1, min(LIVE_STEPS, int(_SECONDS / source.seconds_of_update)))
        yield from reach(source, steps, "libraries")
        run = source.run
        rows = yield from in_slices(live(task, run.step), run.step)
        header = {
            "live": [row | _said(row) for row in rows],
            "why": "",
            "experiment": spell(task.experiment),
            "own": whole(task.experiment),
        }
        yield writer.message(header, {})
    yield writer.end(None)


def told(found: Record) -> dict[str, Any]:
    """Return the record with its sentences, as plain JSON values."""
    written, titles = as_json(found), {name: preset.title for name, preset in PRESETS.items()}
    for row, locked in zip(written["lockstep"], found.lockstep, strict=True):
        preset = PRESETS[locked.preset]
        row |= {"title": preset.title, "experiment": spell(preset.experiment)}
        row["difference"] = words.difference(locked)
    for row, one in zip(written["defaults"], found.defaults, strict=True):
        row["changed"] = words.changed(one, words.base_of(found, one)) if one.row else ""
        row["result"] = words.result(one)
        row["time"] = words.spread(one.seconds)
    for series, about in zip(written["widths"], found.widths, strict=True):
        for row, width in zip(series["rows"], about.rows, strict=True):
            row["words"] = [words.spread(t) for t in (width.numpy, width.pytorch, width.threads)]
            row["shows"] = words.at_width(width, about)
    return written | {
        "mark": MARK,
        "sentences": {
            "article": words.the_article(found),
            "lockstep": words.same_work(found, titles),
            "widths": words.overtaking(found),
            "starts": words.starting(found),
            "recorded": words.origin(found.recorded),
        },
    }


def _said(row: dict[str, Any]) -> dict[str, str]:
    """Say what a live training gave, and how long an update took."""
    if row["reason"]:
        return {"words": f"Not the same: {row['reason']}.", "time": "–"}
    said = f"After {row['step']} updates."
    if row["largest"] is not None:
        said += f" No parameter differs by more than {row['largest']:.1g} from NumPy's."
    return {"words": said, "time": words.spread(row["seconds"]) if row["seconds"] else "–"}
