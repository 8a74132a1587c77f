"""The hidden layers in the sidebar: add, edit, move, remove."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from nnviz.data.features import COORDINATES
from nnviz.experiment import limits
from nnviz.network import ACTIVATIONS, LayerSpec
from nnviz.serve import quota
from nnviz.ui.sidebar.widgets import if_current, shown_as
from nnviz.ui.visit import kept, session

_DROPOUTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)


def show_layers() -> None:
    """Draw one row per hidden layer, and the button that adds one."""
    layers = list(session.experiment().hidden)
    st.subheader("Hidden layers", anchor=False)
    if not layers:
        of = "" if session.experiment().data.inputs == COORDINATES else " in its inputs"
        st.caption(f"None: the network can only draw a straight line{of}.")
    for index, layer in enumerate(layers):
        _row(index, layer)
    last = layers[-1] if layers else LayerSpec(4)
    st.button(
        "Add a layer",
        icon=":material/add:",
        width="stretch",
        disabled=len(layers) >= quota.HIDDEN_LAYERS,
        on_click=session.set_layers,
        args=([*layers, LayerSpec(last.units, last.activation)],),
        help=f"Up to {quota.HIDDEN_LAYERS} hidden layers, one after the other.",
    )


def _setter(index: int, field: str, key: str) -> Callable[[], None]:
    """Return the callback that sets one field of one layer to the value of its widget."""

    def changed() -> None:
        layers = list(session.experiment().hidden)
        layers[index] = replace(layers[index], **{field: st.session_state[key]})
        session.set_layers(layers)

    return if_current(changed)


def _row(index: int, layer: LayerSpec) -> None:
    units_key = shown_as(f"units_{index}", layer.units)
    activation_key = shown_as(f"activation_{index}", layer.activation)
    units, activation, more = st.columns([10, 11, 6], vertical_alignment="bottom", gap="small")
    units.number_input(
        f"Layer {index + 1}",
        int(limits.UNITS.low),
        quota.UNITS,
        key=units_key,
        on_change=_setter(index, "units", units_key),
        help="Units: how many neurons this hidden layer has.",
    )
    activation.selectbox(
        f"Activation {index + 1}",
        list(ACTIVATIONS),
        format_func=lambda name: name.replace("_", " "),
        key=activation_key,
        on_change=_setter(index, "activation", activation_key),
        help="The function that each neuron of this layer applies to its weighted sum.",
    )
    menu = more.popover(
        f"More on layer {index + 1}",
        icon=":material/more_vert:",
        key=f"more_{index}_{kept.generation()}",
        on_change="rerun",
    )
    if menu.open:
        with menu:
            _menu(index, layer)


def _menu(index: int, layer: LayerSpec) -> None:
    """Draw the less common settings of a layer; called only while the menu is open."""
    layers = list(session.experiment().hidden)
    others = [*layers[:index], *layers[index + 1 :]]
    dropout_key = shown_as(f"dropout_{index}", layer.dropout)
    st.select_slider(
        "Dropout",
        sorted({*_DROPOUTS, layer.dropout}),
        key=dropout_key,
        on_change=_setter(index, "dropout", dropout_key),
        help="The share of this layer's units that are set to 0 at random in each update. "
        "It keeps units from relying on one another.",
    )
    st.button(
        "Move towards the inputs",
        icon=":material/arrow_upward:",
        key=f"up_{index}",
        disabled=index == 0,
        on_click=session.rearrange_layers,
        args=([*others[: index - 1], layer, *others[index - 1 :]],),
    )
    st.button(
        "Move towards the output",
        icon=":material/arrow_downward:",
        key=f"down_{index}",
        disabled=index == len(layers) - 1,
        on_click=session.rearrange_layers,
        args=([*others[: index + 1], layer, *others[index + 1 :]],),
    )
    st.button(
        "Remove",
        icon=":material/delete:",
        key=f"remove_{index}",
        on_click=session.rearrange_layers,
        args=(others,),
    )
