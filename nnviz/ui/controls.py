"""The sidebar: which data, which layers, how to train."""

import streamlit as st

from nnviz.presets import PRESETS
from nnviz.ui import session
from nnviz.ui.layers import show_layers
from nnviz.ui.widgets import choice, if_current, number, pick, section, shown_as, slide

_RATES = (1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_BATCHES = (1, 2, 5, 10, 20, 30, 50, 100, 200, None)
_PENALTIES = (0.0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1)
_OF_OPTIMIZER = {
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "rmsprop": ("rho",),
    "adam": ("beta1", "beta2"),
}
_SAMPLES = (20, 50, 100, 200, 300, 500, 1000, 2000)


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
    key = shown_as(f"preset_{shown}", shown)

    def opened() -> None:
        chosen = st.session_state[key]
        if chosen is not None and shown == _preset_shown():
            session.open_experiment(PRESETS[chosen].experiment)

    st.selectbox(
        "Preset",
        list(PRESETS),
        format_func=lambda name: PRESETS[name].title,
        key=key,
        on_change=if_current(opened),
        placeholder="Your own experiment",
        help="Experiments worth seeing, the three articles' networks among them.",
    )
    if shown is not None:
        st.caption(PRESETS[shown].sentence)


def show_data() -> None:
    """The pattern, how many points of it, and which of them are held out."""
    st.subheader("Data", anchor=False)
    choice("data")
    pick("samples", _SAMPLES)
    slide("noise", 0.05)
    slide("train", 0.05)


def show_training() -> None:
    """How the weights are drawn and moved, and when to stop."""
    st.subheader("Training", anchor=False)
    pick("rate", _RATES)
    pick("batch", _BATCHES)
    choice("optimizer")
    for name in _OF_OPTIMIZER.get(session.experiment().training.optimizer, ()):
        number(name)
    section("Regularization", "penalties", _penalties)
    section("Loss, schedule and clipping", "loss", _loss)
    section("When to stop", "stopping", _stopping)
    section("Initial weights, scaling and seeds", "start", _start)


def _penalties() -> None:
    pick("l1", _PENALTIES)
    pick("l2", _PENALTIES)


def _loss() -> None:
    choice("loss")
    choice("schedule")
    if session.experiment().training.schedule != "constant":
        number("decay_steps")
        number("decay_rate")
    number("warmup")
    number("clip")


def _stopping() -> None:
    for name in ("epochs", "target_loss", "target_accuracy", "patience"):
        number(name)


def _start() -> None:
    for name in ("init", "biases", "scaling", "precision"):
        choice(name)
    for name in ("data_seed", "split_seed", "init_seed", "batch_seed", "dropout_seed"):
        number(name)


def show_all() -> None:
    """The whole sidebar, from the link's refusals down to the seeds."""
    show_trouble()
    show_presets()
    show_data()
    show_layers()
    show_training()
