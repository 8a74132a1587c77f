"""Linear algebra stays on one thread, which small matrices need to be fast."""

import numpy as np
from threadpoolctl import threadpool_info

from nnviz.training import limit_blas_threads


def test_blas_is_held_to_one_thread_for_good():
    np.dot(np.ones((2, 2)), np.ones((2, 2)))
    limit_blas_threads()
    limit_blas_threads()
    ours = [pool for pool in threadpool_info() if "numpy" in pool["filepath"]]
    assert {pool["num_threads"] for pool in ours} == {1}
