"""The network: activations, losses, initializers, the layer stack, forward and backward.

It uses only NumPy. Start reading at `textbook.py`. `engine/` computes the same, fast; `network.py`
has its functions.
"""

from nnviz.network.activation import Activation
from nnviz.network.activations import ACTIVATIONS
from nnviz.network.checks import check_data
from nnviz.network.engine.evaluator import Evaluator, class_ones, judge, lanes_within
from nnviz.network.initializers import INITIALIZERS, Initializer
from nnviz.network.losses import LOSSES, Loss
from nnviz.network.network import Network
from nnviz.network.spec import LayerSpec, NetworkSpec

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "Activation",
    "Evaluator",
    "Initializer",
    "LayerSpec",
    "Loss",
    "Network",
    "NetworkSpec",
    "check_data",
    "class_ones",
    "judge",
    "lanes_within",
]
