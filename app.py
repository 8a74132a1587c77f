"""Start here: ``streamlit run app.py``. This file is both the server's application and the page.

Streamlit finds ``app`` by reading this file, and imports it once to serve the page and the frames.
For every visitor it executes the same file as the page. A host that does not support ``st.App``
executes only the page; then the stage gets its frames through the component.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from starlette.middleware import Middleware

    from nnviz.serve import Packed, routes
    from nnviz.ui.visit.inbox import Inbox

    app = st.App(
        __file__,
        routes=routes(st.get_option("server.baseUrlPath")),
        middleware=[Middleware(Inbox), Middleware(Packed)],
    )
else:
    from nnviz.ui import page

    page.show()
