"""The data section of the sidebar: the points, their columns, and the inputs made of them."""

import streamlit as st

from nnviz.data import BUNDLED, COORDINATES, DATA_TITLES, OWN, PCA, Points
from nnviz.experiment.query import link_holds
from nnviz.experiment.settings import SETTINGS
from nnviz.serve import quota
from nnviz.ui.dialogs.own_data import show_own_data
from nnviz.ui.sidebar.widgets import choice, if_current, pick, pills, shown_as, slide
from nnviz.ui.visit import session

_SAMPLES = (20, 50, 100, 200, 300, 500, 1000)


def show_data() -> None:
    """Draw the choice of points, the size of the test set, and the network's inputs."""
    data = session.experiment().data
    st.subheader("Data", anchor=False)
    choice("data", [name for name in DATA_TITLES if name != OWN or session.own_points()])
    with st.container():
        if data.name in BUNDLED:
            _show_columns()
        if data.points is not None:
            _show_own(data.points)
    if st.button(
        "Your own data",
        icon=":material/table:",
        width="stretch",
        help="Upload or paste a table, and choose two features and a label. "
        "To place single points, use the buttons below the boundary.",
    ):
        show_own_data(_use_points)
    with st.container():
        if data.draws:
            pick("samples", [*(n for n in _SAMPLES if n < quota.SAMPLES), quota.SAMPLES])
            slide("noise", 0.05)
    slide("train", 0.05)
    known = zip(COORDINATES, data.names, strict=True)
    pills("inputs", {one: name for one, name in known if one != name})
    choice("scaling")


def _use_points(points: Points) -> None:
    now = session.as_set_now()
    session.open_experiment(now.with_points(points).scaled_like(now))


def _show_own(points: Points) -> None:
    n_points = len(points.rows)
    if link_holds(session.experiment(), quota.bounds()):
        st.caption(f"{n_points} points, all of them in the link.")
    else:
        st.caption(
            f"{n_points} points: a link holds {quota.LINK_POINTS} at most. "
            "To keep or share them, use **Take home** and save the run."
        )
    if points.placed:
        st.caption("Placed points always train. The share below divides the others.")


def _show_columns() -> None:
    """Draw the choice of two columns of a real data set, or of its two principal components."""
    data = session.experiment().data
    bundled = BUNDLED[data.name]
    pair = data.axes if isinstance(data.axes, tuple) else bundled.pair
    setting = SETTINGS["axes"]
    st.caption(f"{bundled.teaches} Class 1: {bundled.classes[1]}.")
    components = shown_as("components", data.axes == PCA)

    def changed_kind() -> None:
        session.put(setting, PCA if st.session_state[components] else None)

    if data.axes != PCA:
        _show_pair(pair, bundled.features)
    st.toggle(
        "Two principal components",
        key=components,
        on_change=if_current(changed_kind),
        help="The two directions in which the standardized columns vary most.",
    )


def _show_pair(pair: tuple[int, ...], names: tuple[str, ...]) -> None:
    keys = [shown_as(f"column_{i}", column) for i, column in enumerate(pair)]

    def changed() -> None:
        session.put(SETTINGS["axes"], tuple(st.session_state[key] for key in keys))

    for key, label, other in zip(keys, ("Across", "Upwards"), reversed(pair), strict=True):
        st.selectbox(
            label,
            [column for column in range(len(names)) if column != other],
            format_func=lambda column: names[column],
            key=key,
            on_change=if_current(changed),
            help="The column that this axis shows.",
        )
