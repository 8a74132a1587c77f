"""Answer about a sweep: its plan before it starts, and what each of its parts comes to.

A part is a group of trainings. The browser asks for one after the other, so a sweep that is
cancelled, or left, goes on from the parts that are on the shelf.
"""

from collections.abc import Generator, Sequence
from dataclasses import replace
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data import make_dataset
from nnviz.experiment import Experiment
from nnviz.experiment.bounds import Bounds
from nnviz.experiment.rules import Refusal
from nnviz.experiment.settings import SETTINGS
from nnviz.frames.grid import Grid
from nnviz.frames.quantise import quantise_surfaces
from nnviz.network import Network
from nnviz.presets.sweeps import SWEEPS
from nnviz.runs import Result
from nnviz.runs.sweep import Failure, Group, Outcome, Plan, Training, grouped, plan
from nnviz.serve import quota
from nnviz.serve.address import Address
from nnviz.serve.cluster import connect, parts_at_once, trained_on_cluster
from nnviz.serve.desk import Charge, Progress, Work
from nnviz.serve.explaining import in_slices
from nnviz.serve.pool import Pool
from nnviz.serve.posted import spell, whole
from nnviz.serve.records import told
from nnviz.serve.sweep_text import MOST_AXES, MOST_SEEDS, Asked, read_sweep, text_of, write_sweep
from nnviz.serve.sweep_words import about, axes_to_choose
from nnviz.serve.writer import Sections, Writer
from nnviz.training.history import COLUMNS

SIDE = 24
"""Points along a side of the picture of one training."""
CURVE_POINTS = 64


def sweeps(pool: Pool, address: Address) -> Work:
    """Answer with the plan of a sweep and what else can be swept; ``cell`` opens one training."""
    experiment = address.experiment
    asked = asked_of(address)
    made, groups = planned(experiment, asked)
    connect()  # it takes a second, which the visitor may take too
    settings = axes_to_choose(experiment)
    labels = {one["key"]: one["label"] for one in settings}
    header: dict[str, Any] = {
        "sweep": write_sweep(asked),
        "query": replace(address, asked={"sweep": write_sweep(asked)}).query(),
        "experiment": spell(experiment),
        "axes": [{"key": k, "label": labels[k], "values": list(texts)} for k, texts in made.grid],
        "seeds": list(made.seeds),
        "steps": made.steps,
        "parts": [len(group.cells) for group in groups],
        "at_once": parts_at_once(),
        "seconds": made.seconds,
        "words": about(made),
        "failed": {cell.index: cell.words for cell in made.cells if cell.experiment is None},
        "has_test": experiment.data.train_ratio < 1.0,
        "settings": settings,
        "ready": [
            {
                "name": name,
                "title": ready.title,
                "words": ready.words,
                "experiment": spell(ready.experiment),
                "sweep": text_of(ready.grid, ready.n_seeds, ready.steps),
            }
            for name, ready in SWEEPS.items()
        ],
        "most": {"axes": MOST_AXES, "seeds": MOST_SEEDS, "trainings": quota.SWEEP_TRAININGS},
    }
    if "cell" in address.asked:
        header["opened"] = _opened(made, address.number("cell"))
    writer = Writer()
    yield writer.message(header, {})
    yield writer.end(None)


def sweep(pool: Pool, address: Address) -> Work:
    """Answer with one part: numbers, curve and picture of each of its trainings."""
    _, groups = planned(address.experiment, asked_of(address))
    part = address.number("part")
    if part >= len(groups):
        raise Refusal("part", f"must be below {len(groups)}, the number of parts", str(part))
    seconds, charged = groups[part].seconds, 0.0
    yield Charge(needed=seconds)
    group, writer = groups[part].with_data(), Writer()
    goal = group.steps * len(group.cells)
    outcomes = yield from trained_on_cluster(group)
    if outcomes is None:
        training = Training(group)
        while not training.advance(quota.SLICE):
            share = seconds * training.updates / goal
            yield Charge(done=share - charged)
            yield Progress(training.updates, goal)
            charged = share
        outcomes = training.results()
    yield Charge(done=seconds - charged)
    header, sections = yield from in_slices(_seen(group, outcomes), goal)
    yield writer.message(header, sections)
    yield writer.end(None)


def asked_of(address: Address) -> Asked:
    """Return what an address asks for; the empty text is one that this server allows."""
    if text := address.text("sweep"):
        return read_sweep(text, quota.bounds())
    first = next(iter(SWEEPS.values()))
    present = {"rate": [SETTINGS["rate"].rule.format(SETTINGS["rate"].get(address.experiment))]}
    try:
        asked = read_sweep(text_of(first.grid, first.n_seeds, first.steps), quota.bounds())
        planned(address.experiment, asked)
    except Refusal:
        return read_sweep(text_of(present, 1, 1), quota.bounds())
    return asked


def planned(experiment: Experiment, asked: Asked) -> tuple[Plan, Sequence[Group]]:
    """Return the plan and its groups; ``Refusal`` if it is too large for this server."""
    trainings = prod(len(texts) for _, texts in asked.grid) * asked.n_seeds
    if trainings > quota.SWEEP_TRAININGS:
        most = f"must have at most {quota.SWEEP_TRAININGS:,} trainings on this server"
        raise Refusal("sweep", most, f"{trainings:,}")
    made, groups = _planned(experiment, asked, quota.bounds())
    if made.seconds > quota.SWEEP_SECONDS:
        most = f"must take at most {quota.SWEEP_SECONDS:g} s on this server, estimated"
        raise Refusal("sweep", most, f"{made.seconds:.0f} s")
    return made, groups


@lru_cache(maxsize=8)
def _planned(experiment: Experiment, asked: Asked, bounds: Bounds) -> tuple[Plan, Sequence[Group]]:
    seeds = [(experiment.init_seed + k) % 2**32 for k in range(asked.n_seeds)]
    made = plan(experiment, dict(asked.grid), seeds, asked.steps, bounds=bounds)
    return made, grouped(made.cells, made.steps)


def _opened(made: Plan, index: int) -> dict[str, str | None]:
    """Return the address and, if that is only a digest, the JSON of one training."""
    if index >= len(made) or (experiment := made.cells[index].experiment) is None:
        raise Refusal("cell", "must be a training of the sweep", str(index))
    return {"experiment": spell(experiment), "own": whole(experiment)}


def _seen(
    group: Group, outcomes: Sequence[Outcome]
) -> Generator[None, None, tuple[dict[str, Any], Sections]]:
    """Return header and sections of a part; pause after each picture."""
    results = {
        cell.index: outcome
        for cell, outcome in zip(group.cells, outcomes, strict=True)
        if isinstance(outcome, Result)
    }
    header = {
        "ended": [told(result.stopped) for result in results.values()],
        "failed": {one.cell.index: one.words for one in outcomes if isinstance(one, Failure)},
    }
    surfaces = np.zeros((len(results), SIDE, SIDE))
    curves = np.full((3, len(results), CURVE_POINTS), np.nan)
    for k, result in enumerate(results.values()):
        surfaces[k] = _surface(group, result)
        rows = _curve(result)
        curves[:, k, : rows.shape[1]] = rows
        yield
    levels, scales = quantise_surfaces(surfaces)
    with np.errstate(over="ignore"):
        steps, train, test = curves.astype(np.float32)
    metrics = np.array([result.metrics for result in results.values()]).reshape(-1, len(COLUMNS))
    sections: Sections = {
        "index": np.array(list(results), np.float64),
        "step": np.array([result.step for result in results.values()], np.float64),
        **{name: metrics[:, k] for k, name in enumerate(COLUMNS)},
        "surface": levels,
        "surface_scale": scales,
        "curve_steps": steps,
        "curve_train": train,
        "curve_test": test,
    }
    return header, sections


def _surface(group: Group, result: Result) -> NDArray[np.float64]:
    """Return the logits over the data's window, (SIDE, SIDE), row 0 at the bottom."""
    data = group.dataset or make_dataset(result.experiment.data)
    inputs = data.inputs(Grid.over(data.window, SIDE).points)
    logits = Network(result.experiment.network).logits(result.theta, inputs)
    return logits.astype(np.float64).reshape(SIDE, SIDE)


def _curve(result: Result) -> NDArray[np.float64]:
    """Return steps, training and test loss at up to CURVE_POINTS recorded steps, (3, n_steps)."""
    steps, values = result.history.all_rows()
    columns = dict(zip(COLUMNS, values, strict=True))
    rows = np.array([steps, columns["loss_train"], columns["loss_test"]])
    last = (result.step, result.metrics.loss_train, result.metrics.loss_test)
    if result.step > steps[-1]:
        rows = np.column_stack([rows, last])
    n_rows = rows.shape[1]
    kept = np.linspace(0, n_rows - 1, min(n_rows, CURVE_POINTS)).round().astype(int)
    return rows[:, kept]
