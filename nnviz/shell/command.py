"""The commands ``nnviz run``, ``train`` and ``sweep``; without a command, the page starts."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from os import cpu_count
from pathlib import Path

from nnviz.experiment.rules import Refusal
from nnviz.presets.sweeps import SWEEPS
from nnviz.runs.sweep import Halving, Plan, Workers, plan
from nnviz.shell import sweeping, training
from nnviz.shell.link import read_link

_SHORT = 2.0  # seconds of a sweep, estimated, for which processes are not worth their start
_STEPS = 500
_PORT = 8501


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the command; return the exit code."""
    parser = _parser()
    options = parser.parse_args(sys.argv[1:] if arguments is None else arguments)
    try:
        if options.command == "sweep":
            _sweep(options)
        elif options.command == "train":
            training.train(read_link(options.link), options.steps, options.save)
        else:
            from nnviz.shell.page import start  # what trains needs no page

            start(options.port)
    except (Refusal, OSError) as reason:
        parser.exit(2, f"nnviz: {reason}\n")
    except KeyboardInterrupt:
        return 130
    return 0


def _sweep(options: argparse.Namespace) -> None:
    made = _plan(options)
    halving = Halving() if options.halving else None
    with _executor(options, made) as executor:
        sweeping.sweep(made, executor, halving, options.file, options.csv)


def _plan(options: argparse.Namespace) -> Plan:
    """Return the plan: that of the ready sweep, with what the options say otherwise."""
    if options.ready is None:
        experiment, n_seeds, steps = read_link(options.link), 5, _STEPS
        grid: dict[str, Sequence[str]] = {}
    else:
        ready = SWEEPS[options.ready]
        experiment, grid, n_seeds = ready.experiment, dict(ready.grid), ready.n_seeds
        steps = ready.steps
    for axis in options.set:
        key, equals, values = axis.partition("=")
        if not equals:
            raise Refusal("--set", "must be key=value,value,…", repr(axis))
        if key in grid and options.ready is None:
            raise Refusal(key, "must be set once", repr(values))
        grid[key] = values.split(",")
    n_seeds = n_seeds if options.seeds is None else options.seeds
    seeds = [(experiment.init_seed + k) % 2**32 for k in range(n_seeds)]
    steps = steps if options.steps is None else options.steps
    sample = None if options.sample is None else (options.sample, 0)
    return plan(experiment, grid, seeds, steps, sample=sample)


@contextmanager
def _executor(options: argparse.Namespace, made: Plan) -> Iterator[Executor | None]:
    if options.dask is not None:
        from distributed import Client  # only with the extra: nnviz[cluster]

        with Client(options.dask) as client:
            yield client.get_executor()
        return
    n = options.workers
    if n is None:
        n = 1 if made.seconds < _SHORT else cpu_count() or 1
    if n == 1:
        yield None
        return
    with Workers(n) as workers:
        yield workers


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("nnviz", description=__doc__)
    parser.set_defaults(command="run", port=_PORT)
    commands = parser.add_subparsers(dest="command")

    run = commands.add_parser("run", help="start the page")
    run.add_argument("--port", type=int, default=_PORT, help="of the page (default: %(default)s)")

    train = commands.add_parser("train", help="train one experiment")
    train.add_argument("link", help="a link of the page, or its query: rate=0.1&layers=4-tanh")
    train.add_argument("--steps", type=_whole, default=_STEPS, help="updates (%(default)s)")
    train.add_argument("--save", type=Path, metavar="FILE", help="as the page saves a run")

    sweep = commands.add_parser("sweep", help="train an experiment with many settings and seeds")
    sweep.add_argument("link", nargs="?", default="", help="what all have in common")
    sweep.add_argument("--ready", choices=SWEEPS, help="start from a ready sweep")
    sweep.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE,VALUE,…",
        help='an axis: --set rate=0.03,0.3 --set "layers=4-tanh,8-tanh 8-tanh"',
    )
    sweep.add_argument("--seeds", type=_whole, metavar="N", help="of each combination (5)")
    sweep.add_argument("--steps", type=_whole, metavar="N", help=f"updates of each ({_STEPS})")
    sweep.add_argument("--sample", type=_whole, metavar="N", help="draw N combinations")
    sweep.add_argument("--halving", action="store_true", help="stop most combinations early")
    where = sweep.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_whole, metavar="N", help="processes (one per core)")
    where.add_argument("--dask", metavar="ADDRESS", help="of a scheduler, such as tcp://host:8786")
    sweep.add_argument("--file", type=Path, help="keep results here, and go on from them")
    sweep.add_argument("--csv", type=Path, metavar="FILE", help="write a line per training")
    return parser


def _whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {value}")
    return value
