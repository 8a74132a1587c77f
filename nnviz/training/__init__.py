"""Training: optimizers, schedules, batches, the update loop, the history and stopping rules.

Start reading at `trainer.py`.
"""

from nnviz.training.history import History, Metrics, Row
from nnviz.training.optimizers import OPTIMIZERS, Optimizer, OptimizerState, make_optimizer
from nnviz.training.schedules import SCHEDULES, Schedule, make_schedule
from nnviz.training.settings import TrainingSettings
from nnviz.training.stopping import StoppingRules, StopReason, max_epochs_reached
from nnviz.training.tape import Tape
from nnviz.training.threads import limit_blas_threads
from nnviz.training.trainer import Rehearsal, Snapshot, Trainer

__all__ = [
    "OPTIMIZERS",
    "SCHEDULES",
    "History",
    "Metrics",
    "Optimizer",
    "OptimizerState",
    "Rehearsal",
    "Row",
    "Schedule",
    "Snapshot",
    "StopReason",
    "StoppingRules",
    "Tape",
    "Trainer",
    "TrainingSettings",
    "limit_blas_threads",
    "make_optimizer",
    "make_schedule",
    "max_epochs_reached",
]
