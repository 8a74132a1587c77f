"""Holds the linear algebra library to one thread, which is fastest for networks this small."""

from functools import cache

from threadpoolctl import threadpool_limits


@cache
def limit_blas_threads() -> None:
    """Limit BLAS to one thread for the whole process; calls after the first do nothing.

    Handing a matrix of a few hundred numbers to several threads costs more than multiplying it,
    and results would depend on how many cores a machine has.
    """
    threadpool_limits(limits=1, user_api="blas")
