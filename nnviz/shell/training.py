"""``nnviz train``: train one experiment, and save it as the page does."""

from pathlib import Path

from tqdm import tqdm

from nnviz.experiment import Experiment
from nnviz.export.saved import save_file
from nnviz.runs import Run
from nnviz.training.history import COLUMNS

_SLICE = 0.2  # seconds between two steps of the progress bar


def train(experiment: Experiment, steps: int, path: Path | None) -> None:
    """Train for ``steps`` updates, print the metrics, and save the run to ``path``."""
    run = Run(experiment)
    with tqdm(total=steps, unit=" updates") as bar:
        while run.step < steps and (made := run.advance(steps - run.step, seconds=_SLICE)):
            bar.update(made)
    print(f"step {run.step:,}")
    for name, value in zip(COLUMNS, run.metrics(), strict=True):
        print(f"{name} {value:.6g}")
    if run.stopped is not None:
        print(run.stopped)
    if path is not None:
        path.write_text(save_file(run))
