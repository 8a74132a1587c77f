"""Real and own data at first contact: what nobody chose suits the data, and a network learns it."""

import numpy as np
import pytest
from scipy.optimize import linprog

from nnviz.data import BUNDLED, OWN, DataSpec, Points
from nnviz.data.placing import with_point
from nnviz.data.table import Table, reading
from nnviz.experiment import Experiment
from nnviz.experiment.json import from_json, to_json
from nnviz.experiment.query import format_points, from_query, to_query
from nnviz.export import numpy_script, record, replay_html, torch_code
from nnviz.figures.stage import boundary_figure
from nnviz.figures.theme import palettes
from nnviz.frames import FrameMaker
from nnviz.runs import Run
from nnviz.serve.opening import opening_header
from nnviz.stage.sources import sources

SECONDS, FRAMES_A_SECOND = 10, 60

# Written by hand: units that differ by orders of magnitude, and classes that no line separates.
TABLES = {
    "flats": """rent,metres,heating
310,18,gas
420,25,gas
450,29,gas
1900,31,oil
2100,36,oil
1700,40,oil
520,95,oil
610,110,oil
700,99,oil
1950,105,gas
2200,120,gas
2050,97,gas
""",
    "stars": """mass;kelvin;kind
0,2;3100;ruhig
0,3;3300;ruhig
1,1;5900;aktiv
1,0;5700;aktiv
0,9;6100;aktiv
1,2;5500;aktiv
2,9;10100;ruhig
3,1;9800;ruhig
2,7;11000;ruhig
0,25;10500;aktiv
0,3;9900;aktiv
2,8;3200;aktiv
""",
    "patients": """age,platelets,ill
21,150000,0
25,410000,1
33,160000,0
31,390000,1
29,170000,0
27,420000,1
71,165000,1
75,400000,0
68,155000,1
79,395000,0
73,172000,1
70,415000,0
""",
}


def pasted(name: str) -> Points:
    table = list(reading(TABLES[name].encode()))[-1]
    assert isinstance(table, Table)
    return table.points(*table.suggest())[0]


def is_bent(run: Run, side: int = 120) -> bool:
    """Whether both classes are seen on the plane, and no straight line parts them."""
    window = run.dataset.window
    x1, x2 = (np.linspace(low, high, side) for low, high in window.spans)
    X = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    side_of = 2.0 * (run.predict_proba(X) > 0.5) - 1.0
    if abs(side_of.mean()) > 0.95:
        return False
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    # A line w parts the classes if side * (w · x) >= 1 for all x.
    rows = -side_of[:, np.newaxis] * np.column_stack([scaled, np.ones(len(X))])
    found = linprog(np.zeros(3), rows, -np.ones(len(X)), bounds=(None, None))
    return bool(found.status == 2)


@pytest.mark.parametrize("name", [*BUNDLED, *TABLES])
def test_a_link_that_says_no_scaling_learns_a_bent_boundary_within_ten_seconds(name: str) -> None:
    said = {"data": name}
    if name in TABLES:
        said = {"data": OWN, "points": format_points(pasted(name))}
    experiment, notes = from_query(said)
    assert (experiment.data.scaling, notes) == ("standardize", [])
    run = Run(experiment)
    run.advance(SECONDS * FRAMES_A_SECOND)
    assert is_bent(run)
    share = run.dataset.y_train.mean()
    assert run.metrics().accuracy_train > max(share, 1.0 - share)


def test_unscaled_wine_is_seen_to_be_flat() -> None:
    """Otherwise the test above could not fail."""
    run = Run(from_query({"data": "wine", "scaling": "none"})[0])
    run.advance(SECONDS * FRAMES_A_SECOND)
    assert not is_bent(run)


@pytest.mark.parametrize("scaling", ["none", "standardize"])
@pytest.mark.parametrize("name", ["moons", "wine", OWN])
def test_every_text_keeps_a_scaling_and_says_it_only_where_it_does_not_suit(
    name: str, scaling: str
) -> None:
    points = pasted("flats") if name == OWN else None
    plain = Experiment(data=DataSpec(name, points=points))
    suits = plain.data.scaling
    assert suits == ("none" if name == "moons" else "standardize")
    chosen = Experiment(data=DataSpec(name, points=points, scaling=scaling))
    assert ("scaling" in to_query(chosen)) == (scaling != suits)
    assert from_query(to_query(chosen)) == (chosen, [])
    written = to_json(chosen)
    assert from_json(written) == chosen
    del written["data"]["scaling"]
    assert from_json(written) == plain


@pytest.mark.parametrize("name", ["wine", "patients"])
def test_known_names_stand_wherever_people_read(name: str) -> None:
    points = pasted(name) if name in TABLES else None
    data = DataSpec(OWN if points else name, points=points)
    run = Run(Experiment(data=data))
    names = {"wine": ("alcohol", "proline"), "patients": ("age", "platelets")}[name]
    classes = {
        "wine": ("another grower", "the first grower"),
        "patients": ("ill 0", "ill 1"),
    }[name]
    header = opening_header(run, FrameMaker(run))
    assert (header["names"], header["classes"]) == ([*names], [*classes])
    assert [each["name"] for each in header["inputs"]] == [*names]
    figure = boundary_figure(run.dataset).to_json()
    messages = [*record(run, 1)]
    page = replay_html(run.experiment, run.dataset, messages, sources(), palettes())
    for text in (figure, page, numpy_script(run), torch_code(run)):
        for known in (*names, *classes):
            assert known in text
    for text in (figure, page.split("<script")[0]):
        assert "class 0" not in text
        assert "class 1" not in text


def test_a_point_that_is_placed_among_real_ones_keeps_all_names() -> None:
    points = with_point(DataSpec("iris", scaling="none"), 1.0, 1.0, 1)
    assert points.names == DataSpec("iris").names
    assert points.classes == DataSpec("iris").classes
