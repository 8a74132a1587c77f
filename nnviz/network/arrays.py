"""The array types that the signatures of this package speak of."""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
"""Float64 or float32, whichever precision the network was built with."""
