"""Other models on the same points: one record each, their fits, and what two dimensions hide."""

from nnviz.models.fit import Fitted, changed, decision, fit, settings_of
from nnviz.models.registry import MODELS, Model
from nnviz.models.salt import salt

__all__ = ["MODELS", "Fitted", "Model", "changed", "decision", "fit", "salt", "settings_of"]
