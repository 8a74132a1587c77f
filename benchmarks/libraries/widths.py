"""Time an update over the width of the network, in NumPy and in PyTorch."""

import os

from benchmarks.engine import steppers
from benchmarks.engine.cases import Case
from benchmarks.engine.target import DIMS
from benchmarks.libraries.timing import on_the_wall, per_update, spent
from nnviz.libraries.record import overtakes
from nnviz.training import limit_blas_threads

WIDTHS = [4, 8, 16, 32, 64, 128, 256, 512, 1024]
SERIES = [(1, 900, "float32"), (1, 900, "float64"), (1, 32, "float32"), (2, 900, "float32")]
LAYERS = {1: "One hidden layer", 2: "Two hidden layers"}


def widths(rounds, sizes, series=SERIES):
    """Yield the times of networks with hidden layers of ReLU, and of the article's.

    Several threads are timed only if the machine has nothing else to do.
    """
    limit_blas_threads()
    is_quiet = os.getloadavg()[0] < os.cpu_count()
    for depth, n_samples, precision in series:
        rows = []
        for width in [*sizes, None]:
            dims = DIMS if width is None else (2, *[width] * depth, 1)
            case = Case(dims, n_samples, "relu", precision, mark=0.0)
            rows.append({"width": width, "threads": None} | _times(case, rounds, is_quiet))
        yield {
            "title": f"{LAYERS[depth]} of ReLU, {n_samples} points an update, {precision}",
            "n_samples": n_samples,
            "precision": precision,
            "rows": rows,
            "overtakes": overtakes(rows, "pytorch"),
            "overtakes_on_threads": overtakes(rows, "threads"),
        }


def _times(case, rounds, is_quiet):
    import torch

    one, many = steppers.pytorch(case), steppers.pytorch(case)

    def on_threads(n_updates):
        torch.set_num_threads(os.cpu_count())
        many(n_updates)
        torch.set_num_threads(1)

    runs = {"numpy": (steppers.ours(case), spent), "pytorch": (one, spent)}
    if is_quiet:
        runs["threads"] = (on_threads, on_the_wall)
    return per_update(runs, rounds)
