"""A Streamlit page with nothing on it: what the first boundary is measured against."""

import streamlit as st

st.write("An empty page.")
