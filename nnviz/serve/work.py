"""Compute the answer for each kind of address, in slices, with the runs of the pool.

The bytes of an answer depend on its address alone, not on the slices of the work or on earlier
requests to the pool.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.experiment import LIVE_FIELDS, Experiment
from nnviz.experiment.rules import Refusal
from nnviz.frames.close_up import fine_surface, unit_map
from nnviz.runs import Run
from nnviz.serve import quota
from nnviz.serve.address import Address
from nnviz.serve.advice import advice
from nnviz.serve.batches import RunSource, batch, counts
from nnviz.serve.blocks import last_step_of, rows_of
from nnviz.serve.desk import Work
from nnviz.serve.ensembles import ensemble, ensembles, lines, spread_curve, versus
from nnviz.serve.explaining import along, check, layers, mark, sheet, trace, why
from nnviz.serve.hidden_space import hidden, hiddens
from nnviz.serve.landscapes import landscape
from nnviz.serve.libraries import libraries
from nnviz.serve.metrics import metrics
from nnviz.serve.models import model, models
from nnviz.serve.opening import losses_of_margins, opening_header
from nnviz.serve.pool import Pool
from nnviz.serve.posted import spell
from nnviz.serve.races import race
from nnviz.serve.reach import reach
from nnviz.serve.records import told
from nnviz.serve.sweeps import sweep, sweeps
from nnviz.serve.writer import Writer
from nnviz.training.history import COLUMNS


def work(pool: Pool, address: Address) -> Work:
    """Answer an address; a slice may raise ``Refusal`` or ``Busy``."""
    return _MAKERS[address.kind](pool, address)


def _runs(pool: Pool, address: Address) -> Work:
    """Answer with what never changes in a run: points, axes, layers, first frame."""
    entry, writer = pool.entry(address.experiment), Writer()
    yield from reach(RunSource(entry), 0, "from")
    header = {
        "experiment": spell(address.experiment),
        "counts": counts(RunSource(entry)),
        "live": live_values(address.experiment),
        **opening_header(entry.run, entry.maker),
    }
    sections = entry.maker.make_many(entry.run.collect([0])) | {
        "input_maps": entry.maker.input_maps(),
        "losses": losses_of_margins(entry.run),
    }
    yield writer.message(header, sections, n_frames=1, compress=False)
    yield writer.end(entry.run.stopped)


def live_values(experiment: Experiment) -> dict[str, list[tuple[int, float]]]:
    """Return for each live field the pairs (step, value): its first value and its changes."""
    return {
        field: [
            (0, getattr(experiment.training, field)),
            *((c.step, c.value) for c in experiment.changes if c.field == field),
        ]
        for field in LIVE_FIELDS
    }


def _frames(pool: Pool, address: Address) -> Work:
    """Answer with a batch of frames; after a change, with the rest of the batch from its step."""
    experiment, header = address.experiment, {}
    if address.then:
        experiment = changed(address)
        header = {
            "experiment": spell(experiment),
            "same_until": _same_until(address.experiment, experiment, address.number("from")),
            "live": live_values(experiment),
        }
    source = RunSource(pool.entry(experiment), "gradients" in address.asked)
    yield from batch(source, address, header)


def changed(address: Address) -> Experiment:
    """Return an address's experiment after its changes; ``Refusal`` if one is not allowed."""
    experiment, step = address.experiment, address.number("from")
    for change in address.then:
        if change.step != step:
            raise Refusal("then", f"must be at step {step}, as from says", str(change.step))
        try:
            experiment = experiment.with_change(change)
            quota.bounds().hold(experiment)
        except ValueError as reason:
            raise Refusal("then", str(reason), f"{change.field}={change.value!r}") from None
    return experiment


def _same_until(before: Experiment, after: Experiment, step: int) -> int:
    common = before.same_until(after)
    return min(step, common or 0)


def _curve(pool: Pool, address: Address) -> Work:
    """Answer with a block of the recorded history; with ``at``, only rows up to that step."""
    entry, writer, rows = pool.entry(address.experiment), Writer(), rows_of(address)
    step, key = last_step_of(address, entry.run.history)
    yield from reach(RunSource(entry), step, key)
    steps, values = entry.run.history.all_rows()
    columns = {"step": steps[rows].astype(np.float64)}
    columns |= {name: column[rows] for name, column in zip(COLUMNS, values, strict=True)}
    yield writer.message({"block": address.number("block")}, columns)
    yield writer.end(entry.run.stopped)


def _moment(pool: Pool, address: Address) -> Work:
    """Answer with the advice at a step; on request with one unit, or a finer surface."""
    step = address.number("at")
    entry, writer = pool.entry(address.experiment), Writer()
    yield from reach(RunSource(entry), step, "at")
    run = entry.run
    header: dict[str, Any] = {
        "step": run.step,
        **advice(run),
        "stopped": told(run.stopped),
    }
    sections: dict[str, NDArray[Any]] = {}
    if "unit" in address.asked:
        sections["unit"], header["unit_scale"] = _unit(run, address)
    if "grid" in address.asked:
        sections["surface"], header["surface_scale"] = fine_surface(run, address.number("grid"))
    yield writer.message(header, sections)
    yield writer.end(run.stopped)


def _unit(run: Run, address: Address) -> tuple[NDArray[np.int8], float]:
    layer, unit = address.unit
    hidden = run.experiment.hidden
    if not 1 <= layer <= len(hidden) or unit >= hidden[layer - 1].units:
        raise Refusal(
            "unit", "must name a hidden layer, from 1, and a unit of it, from 0", f"{layer}.{unit}"
        )
    return unit_map(run, layer - 1, unit)


_MAKERS: dict[str, Callable[[Pool, Address], Work]] = {
    "runs": _runs,
    "frames": _frames,
    "curve": _curve,
    "moment": _moment,
    "trace": trace,
    "why": why,
    "along": along,
    "check": check,
    "layers": layers,
    "sheet": sheet,
    "mark": mark,
    "race": race,
    "ensembles": ensembles,
    "ensemble": ensemble,
    "spread": spread_curve,
    "lines": lines,
    "versus": versus,
    "hiddens": hiddens,
    "hidden": hidden,
    "landscape": landscape,
    "metrics": metrics,
    "models": models,
    "model": model,
    "libraries": libraries,
    "sweeps": sweeps,
    "sweep": sweep,
}
