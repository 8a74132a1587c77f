"""The playground: settings in the sidebar, the training on the stage."""

import streamlit as st

from nnviz.ui.dialogs.take_home import show_take_home
from nnviz.ui.page import enter_through_app
from nnviz.ui.sidebar import controls
from nnviz.ui.visit import address, session

enter_through_app()
if not address.hides_controls():
    with st.sidebar:
        st.title("nnviz", anchor=False)
        if not session.controls_wait():
            controls.show_all()
if address.hides_sidebar() and not session.controls_wait():
    with st.container(key="nnviz_trouble"):
        controls.show_trouble()

taken = session.taken_home()
if taken is not None:
    show_take_home(*taken)
