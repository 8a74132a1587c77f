"""Model code for other libraries: scikit-learn's is executed here, all of it is looked at.

PyTorch's and Keras' are executed by ``python -m benchmarks.receipts``, where they are installed.
"""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.receipts.cases import CASES
from benchmarks.receipts.execute import executed
from nnviz.data import COORDINATES, FEATURES, DataSpec, Points
from nnviz.data.points import CLASSES
from nnviz.experiment import Experiment
from nnviz.export import MODEL_CODE, keras_code, sklearn_code, torch_code
from nnviz.network import ACTIVATIONS, LayerSpec
from nnviz.runs import Run
from tests.experiments import SMALL, network_of, own_points


def trained(experiment: Experiment) -> Run:
    run = Run(experiment)
    run.advance(50)
    return run


def test_scikit_learn_gives_the_same_probabilities(tmp_path: Path) -> None:
    names_in_sklearn = [name for name, record in ACTIVATIONS.items() if record.sklearn]
    names = ["no hidden layer", "dropout", "hinge", "standardized", *names_in_sklearn]
    names += ["iris, standardized", "wine, standardized", "breast_cancer, standardized"]
    names += ["every input", "every input, standardized", "one input", "own points"]
    runs = {tmp_path / f"{number}.py": trained(CASES[name]) for number, name in enumerate(names)}
    for path, run in runs.items():
        path.write_text(sklearn_code(run))
    for path, rows in executed([str(path) for path in runs]).items():
        run = runs[Path(path)]
        assert rows.shape == (9, 3)
        np.testing.assert_allclose(rows[:, 2], run.predict_proba(rows[:, :2]), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("activations", "message"),
    [
        (("gelu", "tanh"), "layer 1 must be one of sigmoid, tanh, relu, linear .* got gelu"),
        (("tanh", "sin"), "layer 2 must be one of .* got sin"),
        (("tanh", "tanh", "relu"), "layer 3 must have the activation of layer 1, tanh, .* relu"),
    ],
)
def test_what_scikit_learn_cannot_do_is_refused_by_layer(
    activations: tuple[str, ...], message: str
) -> None:
    hidden = tuple(LayerSpec(2, name) for name in activations)
    with pytest.raises(ValueError, match=message):
        sklearn_code(Run(replace(SMALL, network=network_of(hidden))))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_code_of_every_activation_is_what_its_record_says(name: str) -> None:
    record, run = ACTIVATIONS[name], Run(replace(SMALL, network=network_of((LayerSpec(2, name),))))
    for write, there in ((torch_code, record.torch), (keras_code, record.keras)):
        if there is None:
            with pytest.raises(ValueError, match=f"layer 1 must be one of .* got {name}"):
                write(run)
        else:
            code = write(run)
            compile(code, name, "exec")
            assert there.code in code
            assert there.definition in code


@pytest.mark.parametrize("library", MODEL_CODE)
@given(own_points(), st.sets(st.sampled_from(list(FEATURES)), min_size=1))
@settings(max_examples=60)
def test_no_name_of_a_stranger_becomes_code(library: str, points: Points, inputs: set[str]) -> None:
    """A link may bring any names along; whoever runs the script must not run them."""
    assume(len({label for _, _, label in points.rows}) == 2)
    named = DataSpec("own", train_ratio=1.0, inputs=tuple(inputs), points=points)
    plain = replace(named, points=replace(points, names=COORDINATES, classes=CLASSES))
    plain_code, named_code = (
        MODEL_CODE[library](Run(replace(SMALL, data=data))) for data in (plain, named)
    )
    assert ast.dump(ast.parse(named_code)) == ast.dump(ast.parse(plain_code))
    if points.names != ("x1", "x2"):
        assert f"# x2 is {points.names[1]!r}\n" in named_code


@pytest.mark.parametrize("library", MODEL_CODE)
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_code_holds_the_very_weights_of_the_run(library: str, precision: str) -> None:
    run = trained(replace(SMALL, precision=precision))
    (weights,) = [
        ast.literal_eval(node.value)
        for node in ast.parse(MODEL_CODE[library](run)).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "WEIGHTS"
    ]
    np.testing.assert_array_equal(run.network.pack(weights), run.theta)
