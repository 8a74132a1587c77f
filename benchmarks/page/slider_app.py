"""A Streamlit page with one slider and one component, to compare with a change on the stage."""

import streamlit as st

_probe = st.components.v2.component(
    "nnviz_probe",
    js="""
export default function ({ data }) {
  window.heard = [data.value, performance.now()];
}
""",
)

_probe(key="probe", data={"value": st.slider("Value", 0, 1000, 500)})
