"""Training tests run as the product does: linear algebra on one thread."""

from nnviz.training import limit_blas_threads

limit_blas_threads()
