"""Start here: ``streamlit run app.py``."""

from nnviz.ui.chrome import dress_page, navigation

dress_page()
navigation().run()
