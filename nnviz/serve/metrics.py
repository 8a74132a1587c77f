"""Answer with the metrics of a run at a step, and the probability of each of its points."""

from nnviz.runs.metrics import measure
from nnviz.serve.address import Address
from nnviz.serve.batches import RunSource
from nnviz.serve.desk import Work
from nnviz.serve.explaining import in_slices
from nnviz.serve.pool import Pool
from nnviz.serve.reach import reach
from nnviz.serve.writer import Writer


def metrics(pool: Pool, address: Address) -> Work:
    """Answer with all measures over all thresholds, for training and test points apart."""
    yield from reach(RunSource(pool.entry(address.experiment)), address.number("at"), "at")
    run, writer = pool.entry(address.experiment).run, Writer()
    step, stopped = run.step, run.stopped
    header, sections = yield from in_slices(measure(run), step)
    yield writer.message(header, sections)
    yield writer.end(stopped)
