"""Answer with other models on the same points, fitted in a thread of their own.

scikit-learn cannot pause a fit, so the queue of questions does not wait for it: one model at a
time is fitted beside it. The time of a fit is measured, so these answers differ in it.
"""

from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

from nnviz.experiment.rules import Refusal
from nnviz.export.other_models import fit_script
from nnviz.frames.grid import Grid
from nnviz.frames.quantise import quantise_surfaces
from nnviz.models import MODELS, decision, fit, salt, settings_of
from nnviz.runs import picture
from nnviz.serve.address import Address
from nnviz.serve.desk import Work
from nnviz.serve.pool import Pool
from nnviz.serve.writer import Sections, Writer

T = TypeVar("T")
Answer = tuple[dict[str, Any], Sections]


def _begin() -> None:
    """Keep the fits on one core; OpenMP's limit holds for the thread that sets it."""
    threadpool_limits(limits=1, user_api="openmp")


FITTER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fitter", initializer=_begin)
"""The one thread that fits."""


def models(pool: Pool, address: Address) -> Work:
    """Answer with the list of the models, and what their comparison cannot show."""
    experiment = address.experiment
    data = pool.entry(experiment).run.dataset

    def listed() -> Answer:
        found = [
            {
                "name": model.name,
                "title": model.title,
                "words": model.words,
                "settings": settings_of(model.make(experiment, data)),
            }
            for model in MODELS.values()
        ]
        return {"models": found, "salt": salt(experiment, data)}, {}

    yield from _tell(listed, address)


def model(pool: Pool, address: Address) -> Work:
    """Answer with a fitted model: its scores, its code and its values over the plane.

    The values are quantised as the logits of a frame; above 0 is class 1.
    """
    experiment, chosen = address.experiment, MODELS[address.text("model")]
    data = pool.entry(experiment).run.dataset

    def fitted() -> Answer:
        found = fit(chosen, experiment, data)
        side = picture.GRID_RESOLUTION
        points = Grid.over(data.window, side).points
        values = decision(found.estimator, data.inputs(points)).reshape(1, side, side)
        levels, scales = quantise_surfaces(values)
        header = {
            "name": chosen.name,
            "accuracy": {"train": found.accuracy_train, "test": found.accuracy_test},
            "loss_test": found.loss_test,
            "fit_seconds": found.seconds,
            "code": fit_script(experiment, data, found.estimator, chosen.title),
            "notes": list(found.notes),
            "surface_scale": float(scales[0]),
        }
        return header, {"surface": levels[0]}

    yield from _tell(fitted, address)


def _tell(make: Callable[[], Answer], address: Address) -> Work:
    writer = Writer()
    try:
        header, sections = yield from _beside(make)
    except ValueError as reason:
        rule = f"must be one that can be fitted to these points: {reason}"
        raise Refusal("model", rule, address.text("model")) from None
    yield writer.message(header, sections)
    yield writer.end(None)


def _beside(make: Callable[[], T]) -> Generator[Future[Any], None, T]:
    """Make something in the other thread; it is not begun if nobody asks for it any more."""
    future = FITTER.submit(make)
    try:
        yield future
        return future.result()
    finally:
        future.cancel()
