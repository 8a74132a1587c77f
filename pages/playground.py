"""The playground: choose what is trained at the side, watch it learn in the middle."""

import streamlit as st

from nnviz.stage.mount import show_stage
from nnviz.ui import controls, session
from nnviz.ui.chrome import enter_through_app

enter_through_app()
session.begin_page()
show_stage(session.playback(), session.reset, session.edit, session.page_is_stale)

with st.sidebar:
    st.title("nnviz", anchor=False)
    if not session.controls_can_wait():
        controls.show_all()

session.write_link()
