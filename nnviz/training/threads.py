"""Limit the linear algebra library to one thread, which is fastest for small networks."""

from functools import cache

from threadpoolctl import threadpool_limits


@cache
def limit_blas_threads() -> None:
    """Limit BLAS to one thread for the whole process; calls after the first do nothing.

    For a matrix of a few hundred numbers, sharing the work costs more than the product itself. The
    results would also depend on the number of cores.
    """
    threadpool_limits(limits=1, user_api="blas")
