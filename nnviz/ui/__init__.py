"""The Streamlit part of the page, around the stage. Only this package uses session state."""
