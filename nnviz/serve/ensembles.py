"""Answer about an ensemble: what it is, its frames, its curves, its boundaries, and another one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.experiment import Experiment
from nnviz.experiment.compare import AS_SET, title_of
from nnviz.experiment.variants import apply, read_variant
from nnviz.figures import stage_figures
from nnviz.frames.agreement import picks, spread, watched
from nnviz.runs import Ensemble, cost
from nnviz.runs.ensemble import SEEDS, STUCK, VARIES
from nnviz.runs.pairs import compare, in_words
from nnviz.serve import quota
from nnviz.serve.address import Address
from nnviz.serve.batches import batch, counts
from nnviz.serve.blocks import last_step_of, rows_of
from nnviz.serve.desk import Work
from nnviz.serve.ensemble_pool import Entry, Seeds, offered, seconds_of_update
from nnviz.serve.pool import Busy, Pool
from nnviz.serve.posted import spell, whole
from nnviz.serve.races import settings_of
from nnviz.serve.reach import reach
from nnviz.serve.writer import Sections, Writer

_STUCK_WORDS = (
    f"A network counts as stuck while its training loss is not below {STUCK:.0%} of the loss of "
    "always answering the share of the classes. Before training, nearly all do."
)


@dataclass(frozen=True)
class EnsembleSource:
    """The frames of an ensemble of the pool."""

    pool: Pool
    experiment: Experiment
    seeds: Seeds

    @classmethod
    def of(cls, pool: Pool, address: Address) -> "EnsembleSource":
        """Return the source of an address."""
        return cls(pool, address.experiment, seeds_of(address))

    @property
    def entry(self) -> Entry:
        """The ensemble with its maker; ``Busy`` if there is no room for it."""
        found = self.pool.ensembles.entry(self.experiment, self.seeds)
        if found is None:
            raise Busy(retry_after=round(quota.KEPT_IN_USE))
        return found

    @property
    def run(self) -> Ensemble:
        """The ensemble, at the step of its last use."""
        return self.entry.ensemble

    @cached_property
    def seconds_of_update(self) -> float:
        """The time of an update of all networks, estimated."""
        return seconds_of_update(self.experiment, self.seeds)

    @cached_property
    def seconds_of_frame(self) -> float:
        """The time of a frame, estimated."""
        return cost.seconds_of_map(self.experiment, self.seeds.n_members)

    def make(self, steps: Sequence[int]) -> Sections:
        """Return the frames at the ``steps``."""
        entry = self.entry
        return entry.maker.make_many(entry.ensemble.collect(steps))


def seeds_of(address: Address) -> Seeds:
    """Return which ensemble is asked for."""
    return Seeds(address.number("seeds"), address.text("vary"))


def ensembles(pool: Pool, address: Address) -> Work:
    """Answer with what never changes in an ensemble; it has as many networks as are offered."""
    asked = seeds_of(address)
    n_members, less = offered(address.experiment, asked)
    source = EnsembleSource(pool, address.experiment, Seeds(n_members, asked.vary))
    run = source.run
    data, window = run.base.dataset, run.base.dataset.window
    header = {
        "seeds": n_members,
        "asked": asked.n_members,
        "less": less,
        "counts": counts(source),
        "figures": stage_figures(data),
        "window": [window.x1_min, window.x1_max, window.x2_min, window.x2_max],
        "names": list(data.names),
        "classes": list(data.classes),
        "steps_per_epoch": run.base.steps_per_epoch,
        "has_test": data.has_test,
        "members": _told(run.members, asked.vary),
        "stuck": _STUCK_WORDS,
        "choices": {"seeds": SEEDS, "vary": list(VARIES.items())},
        "settings": settings_of(address.experiment),
    }
    writer = Writer()
    yield writer.message(header, {}, compress=False)
    yield writer.end(None)


def _told(members: Iterable[Experiment], vary: str) -> list[dict[str, Any]]:
    def seed(one: Experiment) -> int:
        if vary == "weights":
            return one.init_seed
        return one.data.seed if one.data.draws else one.data.split_seed

    return [
        {"experiment": spell(one), "own": whole(one), "title": f"Seed {seed(one)}"}
        for one in members
    ]


def ensemble(pool: Pool, address: Address) -> Work:
    """Answer with a batch of frames."""
    yield from batch(EnsembleSource.of(pool, address), address)


def spread_curve(pool: Pool, address: Address) -> Work:
    """Answer with the quantiles of both losses at a block of the recorded steps."""
    source, writer = EnsembleSource.of(pool, address), Writer()
    step, key = last_step_of(address, source.run.base.history)
    yield from reach(source, step, key)
    run = source.run
    steps, values = run.history()
    rows = rows_of(address)
    columns: dict[str, NDArray[Any]] = {"step": steps[rows].astype(np.float64)}
    for name, column in (("loss_train", 0), ("loss_test", 1)):
        quantiles = spread(values[rows, :, column])
        columns |= {f"{name}_{i}": quantiles[:, i].copy() for i in range(quantiles.shape[1])}
    header = {"block": address.number("block"), "more": len(steps) > rows.stop}
    yield writer.message(header, columns)
    yield writer.end(run.stopped)


def lines(pool: Pool, address: Address) -> Work:
    """Answer with the boundary of each network."""
    source, writer = EnsembleSource.of(pool, address), Writer()
    yield from reach(source, address.number("at"), "at")
    entry = source.entry
    sections = entry.maker.lines(entry.ensemble.collect([entry.ensemble.step]))
    yield writer.message({"step": entry.ensemble.step}, sections)
    yield writer.end(entry.ensemble.stopped)


def versus(pool: Pool, address: Address) -> Work:
    """Answer with how the same seeds do with another setting, in all pairs of networks."""
    text, at = address.text("against"), address.number("at")
    varied = apply(address.experiment, text, quota.bounds())
    seeds, writer = seeds_of(address), Writer()
    found, steps, sides = [], [], (address.experiment, varied)
    for one in sides:
        source = EnsembleSource(pool, one, seeds)
        yield from reach(source, at, "at")
        moment = source.run.collect([source.run.step])
        found.append((moment.metrics[0], source.run.base.dataset.has_test))
        steps.append(source.run.step)
    other = source.run.members
    has_test = all(tested for _, tested in found)
    same_loss = varied.network.loss == address.experiment.network.loss
    part = "test" if has_test else "training"
    if same_loss:
        what = f"{part} loss"
        mine, others = (watched(metrics, has_test) for metrics, _ in found)
    else:
        what = f"share of wrong answers on {part} points"
        mine, others = (1.0 - metrics[:, 3 if has_test else 2] for metrics, _ in found)
    pairs = compare(mine, others)
    title = title_of(varied, list(read_variant(text)))
    header = {
        "step": at,
        "steps": steps,
        "holds": pairs.share,
        "pairs": pairs.count,
        "what": what,
        "sentences": in_words(pairs, AS_SET, title, what),
        "title": title,
        "mine": _quantiles(mine),
        "other": _quantiles(others),
        "members": _told(other, seeds.vary),
        "picks": picks(others).tolist(),
    }
    yield writer.message(header, {})
    yield writer.end(None)


def _quantiles(values: NDArray[np.float64]) -> dict[str, float | None]:
    names = ("min", "lower", "median", "upper", "max")
    found = spread(values).tolist()
    return {
        name: value if np.isfinite(value) else None
        for name, value in zip(names, found, strict=True)
    }
