"""Explain: every number of one sample's way through the network answers "why?", on the stage."""

from nnviz.ui.dialogs.mathematics import offer_mathematics
from nnviz.ui.page import enter_through_app
from nnviz.ui.visit import address, session

enter_through_app()
if not (address.hides_controls() or session.controls_wait()):
    offer_mathematics()
