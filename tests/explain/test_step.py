"""The arithmetic of an update ends in the very parameters of the next step."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.data import DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.explain import Ask, Scene, answer, read_ask, value_of
from nnviz.explain.answer import tree_of
from nnviz.network import LayerSpec, NetworkSpec
from nnviz.runs import Run
from nnviz.training import OPTIMIZERS, TrainingSettings

KINDS = {
    "plain": {},
    "warm-up": {"warmup_steps": 9},
    "step schedule": {"schedule": "step", "decay_steps": 3, "decay_rate": 0.7},
    "exponential schedule": {"schedule": "exponential", "decay_steps": 7},
    "cosine schedule": {"schedule": "cosine", "decay_steps": 50, "warmup_steps": 2},
    "clipping": {"clip_norm": 0.05},
    "penalties": {"l1": 0.001, "l2": 0.01},
    "batches": {"batch_size": 7},
    "all": {"clip_norm": 0.1, "l1": 0.001, "l2": 0.01, "batch_size": 7, "schedule": "cosine"},
}


def experiment(optimizer: str, kind: str, precision: str = "float64") -> Experiment:
    settings = TrainingSettings(optimizer=optimizer, learning_rate=0.03)
    layers = (LayerSpec(3, "tanh", 0.3), LayerSpec(2, "relu"), LayerSpec(1, "sigmoid"))
    return Experiment(
        data=DataSpec(n_samples=30),
        network=NetworkSpec(2, layers),
        training=replace(settings, **KINDS[kind]),
        precision=precision,
        changes=(Change(5, "theta.4", 0.25), Change(5, "learning_rate", 0.07)),
    )


def parameters(scene: Scene) -> list[Ask]:
    """All parameters, as asks of W and b."""
    found = []
    for layer, (W, b) in enumerate(scene.positions, start=1):
        found += [Ask("W", (layer, i + 1, j + 1)) for i, j in np.ndindex(*W.shape)]
        found += [Ask("b", (layer, j + 1)) for j in range(len(b))]
    return found


def calculated(scene: Scene, ask: Ask) -> float:
    return tree_of(scene, ask).calculate(lambda leaf: value_of(scene, read_ask(leaf.ask)))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_new_parameters_are_those_of_the_next_step(optimizer, kind, precision):
    run = Run(experiment(optimizer, kind, precision))
    for step in (0, 1, 5, 12):
        run.advance(step - run.step)
        scene = Scene(run)
        run.advance(1)
        after = run.theta
        run.rewind(step)
        for ask in parameters(scene):
            k = scene.position(ask.name, ask.indices)
            new = Ask(f"new{ask.name}", ask.indices)
            assert calculated(scene, new) == value_of(scene, new) == after[k], (step, new.text)
            for slot in range(1, len(scene.optimizer.slots) + 1):
                memory = Ask(f"newslot{ask.name}", (slot, *ask.indices))
                assert calculated(scene, memory) == value_of(scene, memory), (step, memory.text)


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_is_explained_to_the_twelfth_digit(kind):
    run = Run(experiment("adam", kind))
    run.advance(8)
    scene = Scene(run)
    for ask in parameters(scene):
        g = Ask(f"g{ask.name}", ask.indices)
        assert calculated(scene, g) == pytest.approx(float(value_of(scene, g)), abs=1e-12)


def test_where_a_run_ends_there_is_no_update():
    stopping = replace(TrainingSettings().stopping, max_epochs=4)
    run = Run(Experiment(training=TrainingSettings(stopping=stopping)))
    run.advance(10)
    scene = Scene(run)
    assert scene.rehearsal is None
    with pytest.raises(ValueError, match="the run ends here"):
        answer(scene, "newW.1.1.1")
    assert "newW.1.1.1" not in [other["ask"] for other in answer(scene, "W.1.1.1")["see"]]


def test_a_rehearsal_changes_nothing():
    plain, explained = Run(experiment("adam", "all")), Run(experiment("adam", "all"))
    plain.advance(20)
    for _ in range(20):
        explained.rehearse()
        explained.advance(1)
        explained.rehearse()
    np.testing.assert_array_equal(plain.theta, explained.theta)
    assert plain.metrics() == explained.metrics()
