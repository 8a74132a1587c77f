"""The gallery: presets that can be opened in the playground."""

from nnviz.ui.gallery.cards import show_gallery
from nnviz.ui.page import PLAYGROUND, enter_through_app, go_to
from nnviz.ui.visit import session

enter_through_app()
opened = show_gallery()
if opened is not None:
    session.open_preset(opened)
    go_to(PLAYGROUND)
