"""What Streamlit draws around the stage. The only user of session state."""
