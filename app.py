"""Start here: ``streamlit run app.py``. One file is the server's application and the page.

Streamlit finds ``app`` by reading this file, and imports it once to serve it, the frames included.
For every visitor it then executes the same file as the page. A host that knows no ``st.App``
executes the page alone; the stage gets its frames through the component there.
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
