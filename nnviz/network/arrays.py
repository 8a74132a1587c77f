"""The array type in the signatures of this package."""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
"""Float64 or float32, the precision of the network."""
