"""Lab: many runs side by side, with their uncertainty, on the stage."""

import streamlit as st

from nnviz.ui.page import PLAYGROUND, enter_through_app, go_to
from nnviz.ui.sidebar import controls
from nnviz.ui.visit import address, session

enter_through_app()
if session.leaves():
    go_to(PLAYGROUND)
if not session.controls_wait():
    controls.show_trouble()
    if not address.hides_controls():
        with st.container(key="nnviz_share"):
            controls.offer_share()
