"""The version of the answers: a fingerprint of everything that affects their bytes.

Servers of the same version give the same bytes for the same address, so caches may keep them
for ever.
"""

import hashlib
import platform
import zlib
from functools import cache
from pathlib import Path

import numpy
import plotly
import sklearn
from threadpoolctl import threadpool_info

from nnviz.serve import quota

_PACKAGE = Path(__file__).parents[1]
_NOT_IN_AN_ANSWER = ("notebook.py", "shell", "stage", "ui")


@cache
def version() -> str:
    """Return the fingerprint as sixteen hexadecimal digits."""
    digest = hashlib.sha256()
    for file in sorted(_PACKAGE.rglob("*.py")):
        path = file.relative_to(_PACKAGE)
        if path.parts[0] not in _NOT_IN_AN_ANSWER:
            digest.update(str(path).encode() + b"\0" + file.read_bytes() + b"\0")
    digest.update("\n".join(_surroundings()).encode())
    return digest.hexdigest()[:16]


def _surroundings() -> list[str]:
    """List the libraries, the BLAS kernels and the quotas that affect the bytes of an answer."""
    kernels = [
        f"{blas['internal_api']} {blas['version']} {blas.get('architecture')}"
        for blas in threadpool_info()
        if blas["user_api"] == "blas"
    ]
    return [
        f"python {platform.python_version()} {platform.machine()}",
        f"numpy {numpy.__version__}",
        f"scikit-learn {sklearn.__version__}",
        f"plotly {plotly.__version__}",
        f"zlib {zlib.ZLIB_RUNTIME_VERSION}",
        f"{quota.bounds()} {quota.BATCH} {quota.BATCH_SECONDS} {quota.FASTEST} {quota.QUERY}",
        *sorted(set(kernels)),
    ]
