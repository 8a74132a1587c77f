"""Pure functions from finished data to Plotly figures; all colours and fonts are here."""

from nnviz.figures.animation import animated_figure
from nnviz.figures.stage import boundary_figure, loss_figure, stage_figures
from nnviz.figures.theme import palettes

__all__ = ["animated_figure", "boundary_figure", "loss_figure", "palettes", "stage_figures"]
