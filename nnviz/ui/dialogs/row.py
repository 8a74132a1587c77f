"""A row of the dialog "Take it home": a button with words beside it, and the name of its file."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz.runs import Run


def file_name(run: Run, suffix: str) -> str:
    """Return the file name of a download, from the data, the step and its kind."""
    return f"nnviz-{run.experiment.data.name}-step-{run.step}{suffix}"


def columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Draw a row and return the places of its button and of its words."""
    button, words = st.columns([2, 5], vertical_alignment="center", gap="xsmall")
    return button, words
