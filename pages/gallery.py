"""The gallery: experiments worth seeing, each to be opened in the playground."""

from nnviz.ui import session
from nnviz.ui.gallery import show_gallery
from nnviz.ui.page import PLAYGROUND, enter_through_app, go_to

enter_through_app()
opened = show_gallery()
if opened is not None:
    session.open_preset(opened)
    go_to(PLAYGROUND)
