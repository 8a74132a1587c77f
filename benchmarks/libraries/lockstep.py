"""Train every preset in every library, update for update, and compare the parameters."""

import numpy as np

from benchmarks.libraries.peers import peers
from nnviz.libraries.record import MARK
from nnviz.libraries.task import Task
from nnviz.presets import PRESETS
from nnviz.runs import Run

STEPS = 100


def lockstep(names, steps):
    """Yield one row per preset and library: the largest difference of a parameter, or a reason."""
    for name in names:
        experiment = PRESETS[name].experiment
        for library, peer in peers().items():
            row = {"preset": name, "library": library, "steps": 0, "largest": None, "weight": None}
            try:
                task = Task(experiment)
                there = peer(task)
            except ValueError as reason:
                yield row | {"reason": str(reason)}
                continue
            run = Run(task.experiment)
            run.advance(steps)
            there.advance(run.step)
            off = np.abs(task.network.pack(there.layers()) - run.theta).max()
            weight = np.abs(run.theta).max()
            share = (
                f"the weights reach {weight:.1e}, and the difference is {off / weight:.0e} of that"
            )
            yield row | {
                "steps": run.step,
                "largest": float(f"{off:.2g}"),
                "weight": float(f"{weight:.4g}"),
                "reason": share if off > MARK else "",
            }
