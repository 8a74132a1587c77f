"""Explain: every number of one sample's way through the network answers "why?", on the stage."""

from nnviz.ui.page import enter_through_app

enter_through_app()
