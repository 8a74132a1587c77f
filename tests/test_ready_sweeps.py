"""The ready sweeps can be planned, and halving finds what the full grid does: see the benchmark."""

import pytest

from nnviz.presets.sweeps import SWEEPS
from nnviz.runs.sweep import Halving, plan
from tests.experiments import QUOTAS


@pytest.mark.parametrize("name", SWEEPS)
def test_every_combination_of_a_ready_sweep_fits_and_is_within_the_limits_of_a_server(
    name: str,
) -> None:
    ready = SWEEPS[name]
    made = plan(ready.experiment, ready.grid, range(ready.n_seeds), ready.steps, bounds=QUOTAS)
    assert all(cell.experiment is not None for cell in made.cells)
    assert ready.words.endswith("?")
    assert Halving().updates(made) <= 0.4 * len(made) * ready.steps
