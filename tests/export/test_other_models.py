"""The code to copy of another model: it runs far from this project and has the page's accuracy."""

from dataclasses import replace

import pytest

from nnviz.data import GENERATORS, DataSpec, Points, make_dataset
from nnviz.experiment import Experiment
from nnviz.export.other_models import fit_script
from nnviz.models import MODELS, fit
from nnviz.serve import read
from tests import elsewhere
from tests.experiments import SMALL

SPELLED = [
    "",
    "data=wine&axes=pca&inputs=x1.x1_x2.sin_x1",
    "samples=60&scaling=standardize&train=1.0",
]


def check(name, experiment):
    data = make_dataset(experiment.data)
    found = fit(MODELS[name], experiment, data)
    script = fit_script(experiment, data, found.estimator, MODELS[name].title)
    done = elsewhere.execute(script, "sklearn.ensemble, sklearn.neural_network")
    assert done.returncode == 0, f"{done.stderr}\n{script[:3000]}"
    printed = dict(line.split(": ") for line in done.stdout.splitlines())
    expected = {"training points": found.accuracy_train, "test points": found.accuracy_test}
    assert {key: float(value) for key, value in printed.items()} == {
        key: value for key, value in expected.items() if value is not None
    }
    assert "._" not in script, "no private module is imported"


@pytest.mark.parametrize("name", MODELS)
def test_every_model(name):
    check(name, SMALL)


@pytest.mark.parametrize("generator", GENERATORS)
def test_every_generator(generator):
    data = DataSpec(name=generator, n_samples=50, noise=0.3, seed=5, split_seed=2)
    check("tree", replace(Experiment(), data=data))


@pytest.mark.parametrize("spelled", SPELLED)
def test_inputs_scaling_and_real_data(spelled):
    check("neighbours", read(spelled))


def test_names_of_strangers_are_only_comments():
    rows = tuple((float(i), float(i * i % 7), i % 2) for i in range(12))
    points = Points(rows, names=('"""); import os #', "x'; import os #"))
    check("bayes", SMALL.with_points(points))
