"""An empty Streamlit page, with which the time to the first boundary is compared."""

import streamlit as st

st.write("An empty page.")
