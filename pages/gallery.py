"""The gallery: presets that can be opened in the playground."""

from nnviz.ui.gallery.cards import show_gallery
from nnviz.ui.page import PLAYGROUND, enter_through_app, go_to
from nnviz.ui.visit import address, session

enter_through_app()
opened, section = show_gallery(session.section() or address.section())
session.keep_section(section)
if opened is not None:
    session.open_preset(opened)
    go_to(PLAYGROUND)
