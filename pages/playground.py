"""The playground: choose what is trained at the side, watch it learn in the middle."""

import streamlit as st

from nnviz.stage.mount import show_stage
from nnviz.ui import address, controls, edits, session
from nnviz.ui.chrome import enter_through_app
from nnviz.ui.take_home import show_take_home

enter_through_app()
session.begin_page()
show_stage(session.visit(), edits.carry_out, session.page_is_stale)

waiting = session.controls_can_wait()
if not address.hides_controls():
    with st.sidebar:
        st.title("nnviz", anchor=False)
        if not waiting:
            controls.show_all()
elif not waiting:
    controls.show_trouble()

taken = session.taken_home()
if taken is not None:
    show_take_home(*taken)

address.write(session.experiment())
