"""Start here: ``streamlit run app.py``."""

import streamlit as st

from nnviz.ui.chrome import dress_page

dress_page()
st.navigation([st.Page("pages/playground.py", title="Playground")], position="hidden").run()
