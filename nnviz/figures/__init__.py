"""Pure functions from finished data to Plotly figures; all colours and fonts are here."""

from nnviz.figures.stage import boundary_figure, loss_figure, stage_figures
from nnviz.figures.theme import palettes

__all__ = ["boundary_figure", "loss_figure", "palettes", "stage_figures"]
