"""The sidebar: which data, which layers, how to train."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from nnviz import limits
from nnviz.network import ACTIVATIONS, LayerSpec
from nnviz.presets import PRESETS
from nnviz.rules import Choice, Number, Optional
from nnviz.settings import SETTINGS, Setting
from nnviz.ui import session

_RATES = (1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_BATCHES = (1, 2, 5, 10, 20, 30, 50, 100, 200, None)
_PENALTIES = (0.0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1)
_DROPOUTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)
_OF_OPTIMIZER = {
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "rmsprop": ("rho",),
    "adam": ("beta1", "beta2"),
}
_SAMPLES = (20, 50, 100, 200, 300, 500, 1000, 2000)


def _show(key: str, value: Any) -> str:
    """The key of a widget of this generation, set to what it has to show."""
    key = f"{key}_{session.generation()}"
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def _if_current(change: Callable[[], None]) -> Callable[[], None]:
    """The change, made only if its widget has not been replaced by then."""
    drawn = session.generation()

    def changed() -> None:
        if session.generation() == drawn:
            change()

    return changed


def _prepare(setting: Setting, value: Any) -> dict[str, Any]:
    """What all widgets of settings share; the widget shows the experiment's own value."""
    key = _show(f"set_{setting.key}", value)
    changed = _if_current(lambda: session.put(setting, st.session_state[key]))
    return {"label": setting.label, "help": setting.help, "key": key, "on_change": changed}


def _value(setting: Setting) -> Any:
    if setting.live:
        return session.playback().value_now(setting.path[-1])
    return setting.get(session.experiment())


def _choice(name: str) -> None:
    setting = SETTINGS[name]
    assert isinstance(setting.rule, Choice)
    titles = setting.rule.options
    shared = _prepare(setting, _value(setting))
    st.selectbox(options=list(titles), format_func=lambda option: titles[option], **shared)


def _pick(name: str, offered: Sequence[Any]) -> None:
    """A slider over a few round values, and the present one if it is none of them."""
    setting = SETTINGS[name]
    value = _value(setting)
    options = list(offered)
    if value not in options:
        numbers = sorted([*(o for o in options if o is not None), value])
        options = numbers + [o for o in options if o is None]
    shared = _prepare(setting, value)
    st.select_slider(
        options=options,
        format_func=lambda option: "full" if option is None else f"{option:g}",
        **shared,
    )


def _slide(name: str, step: float) -> None:
    setting = SETTINGS[name]
    assert isinstance(setting.rule, Number)
    allowed = setting.rule.range
    shared = _prepare(setting, float(_value(setting)))
    st.slider(min_value=allowed.low, max_value=allowed.high, step=step, **shared)


def _number(name: str) -> None:
    """A number to type; it can be left empty where the setting may be off."""
    setting = SETTINGS[name]
    optional = isinstance(setting.rule, Optional)
    rule = setting.rule.rule if isinstance(setting.rule, Optional) else setting.rule
    assert isinstance(rule, Number)
    low, high = rule.range.low, rule.range.high
    # Streamlit gives an emptied field its default: None where the setting may be off.
    shared = _prepare(setting, _value(setting)) | {
        "value": None if optional else "min",
        "placeholder": "off" if optional else None,
    }
    if rule.whole:
        st.number_input(min_value=int(low), max_value=int(high), step=1, **shared)
    else:
        st.number_input(min_value=float(low), max_value=float(high), format="%g", **shared)


def show_trouble() -> None:
    """The last refusal, if there is one that has not been shown."""
    trouble = session.trouble()
    if trouble:
        st.warning(trouble)


def _preset_shown() -> str | None:
    now = session.as_set_now()
    return next((name for name, preset in PRESETS.items() if preset.experiment == now), None)


def show_presets() -> None:
    """A list of experiments worth seeing; it names the present one when it is among them."""
    shown = _preset_shown()
    key = _show(f"preset_{shown}", shown)

    def opened() -> None:
        chosen = st.session_state[key]
        if chosen is not None and shown == _preset_shown():
            session.open_experiment(PRESETS[chosen].experiment)

    st.selectbox(
        "Preset",
        list(PRESETS),
        format_func=lambda name: PRESETS[name].title,
        key=key,
        on_change=_if_current(opened),
        placeholder="Your own experiment",
        help="Experiments worth seeing, the three articles' networks among them.",
    )
    if shown is not None:
        st.caption(PRESETS[shown].sentence)


def show_data() -> None:
    """The pattern, how many points of it, and which of them are held out."""
    st.subheader("Data", anchor=False)
    _choice("data")
    _pick("samples", _SAMPLES)
    _slide("noise", 0.05)
    _slide("train", 0.05)


def _layer_row(index: int, layers: list[LayerSpec]) -> None:
    layer = layers[index]
    units_key = _show(f"units_{index}", layer.units)
    activation_key = _show(f"activation_{index}", layer.activation)
    dropout_key = _show(f"dropout_{index}", layer.dropout)

    def edited() -> None:
        units, activation = st.session_state[units_key], st.session_state[activation_key]
        dropout = st.session_state[dropout_key]
        changed = LayerSpec(units, activation, dropout=dropout)
        session.set_layers([*layers[:index], changed, *layers[index + 1 :]])

    def rearranged(stack: Sequence[LayerSpec]) -> None:
        session.open_experiment(session.as_set_now().with_hidden(tuple(stack)))

    others = [*layers[:index], *layers[index + 1 :]]

    def moved(by: int) -> None:
        rearranged([*others[: index + by], layer, *others[index + by :]])

    units, activation, more = st.columns([10, 11, 6], vertical_alignment="bottom", gap="small")
    units.number_input(
        f"Layer {index + 1}",
        int(limits.UNITS.low),
        int(limits.UNITS.high),
        key=units_key,
        on_change=_if_current(edited),
        help="Units: how many neurons this hidden layer has.",
    )
    activation.selectbox(
        "Activation",
        list(ACTIVATIONS),
        format_func=lambda name: name.replace("_", " "),
        key=activation_key,
        on_change=_if_current(edited),
        help="What each neuron of this layer does with its weighted sum.",
    )
    with more.popover("", icon=":material/more_vert:", help=f"More on layer {index + 1}"):
        st.select_slider(
            "Dropout",
            sorted({*_DROPOUTS, layer.dropout}),
            key=dropout_key,
            on_change=_if_current(edited),
            help="The share of this layer's units that is silenced at each update, at random. "
            "It keeps units from relying on one another.",
        )
        st.button(
            "Move towards the inputs",
            icon=":material/arrow_upward:",
            key=f"up_{index}",
            disabled=index == 0,
            on_click=moved,
            args=(-1,),
        )
        st.button(
            "Move towards the output",
            icon=":material/arrow_downward:",
            key=f"down_{index}",
            disabled=index == len(layers) - 1,
            on_click=moved,
            args=(1,),
        )
        st.button(
            "Remove",
            icon=":material/delete:",
            key=f"remove_{index}",
            on_click=rearranged,
            args=(others,),
        )


def show_layers() -> None:
    """The stack of hidden layers: add, edit, move, remove."""
    layers = list(session.experiment().hidden)
    st.subheader("Hidden layers", anchor=False)
    if not layers:
        st.caption("None: the network can only draw a straight line.")
    for index in range(len(layers)):
        _layer_row(index, layers)
    last = layers[-1] if layers else LayerSpec(4, "tanh")
    st.button(
        "Add a layer",
        icon=":material/add:",
        width="stretch",
        disabled=len(layers) >= limits.HIDDEN_LAYERS.high,
        on_click=session.set_layers,
        args=([*layers, LayerSpec(last.units, last.activation)],),
        help=f"Up to {limits.HIDDEN_LAYERS.high:g} hidden layers, one after the other.",
    )


def show_training() -> None:
    """How the weights are drawn and moved, and when to stop."""
    training = session.experiment().training
    st.subheader("Training", anchor=False)
    _pick("rate", _RATES)
    _pick("batch", _BATCHES)
    _choice("optimizer")
    for name in _OF_OPTIMIZER.get(training.optimizer, ()):
        _number(name)
    _pick("l1", _PENALTIES)
    _pick("l2", _PENALTIES)
    with st.expander("Loss, schedule and clipping"):
        _choice("loss")
        _choice("schedule")
        if training.schedule != "constant":
            _number("decay_steps")
            _number("decay_rate")
        _number("warmup")
        _number("clip")
    with st.expander("When to stop"):
        for name in ("epochs", "target_loss", "target_accuracy", "patience"):
            _number(name)
    with st.expander("Initial weights, scaling and seeds"):
        for name in ("init", "biases", "scaling", "precision"):
            _choice(name)
        for name in ("data_seed", "split_seed", "init_seed", "batch_seed", "dropout_seed"):
            _number(name)


def show_all() -> None:
    """The whole sidebar, from the link's refusals down to the seeds."""
    show_trouble()
    show_presets()
    show_data()
    show_layers()
    show_training()
