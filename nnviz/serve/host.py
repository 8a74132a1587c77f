"""Read the host's settings for this server: environment variables and the file ``nnviz.toml``.

``NNVIZ_UNITS=128`` in the environment means the same as ``units = 128`` in the table ``[nnviz]`` of
the file in the working directory. The environment has priority.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

_FILE = Path("nnviz.toml")
_TABLE = "nnviz"
_PREFIX = "NNVIZ_"
DASK = "NNVIZ_DASK"
"""The variable with the address of a cluster that trains the sweeps of the page."""
_OTHERS = ("NNVIZ_CHROMIUM", DASK)  # no quotas; the first is the path of the tests' browser


def given() -> dict[str, tuple[str, Any]]:
    """Return what was set, by lower-case name: where the host has set it, and its value.

    Raises ``ValueError`` if the file does not have this form.
    """
    found = {name: (f"{_FILE}: {name}", value) for name, value in _table().items()}
    for key, text in os.environ.items():
        if key.startswith(_PREFIX) and key not in _OTHERS:
            found[key.removeprefix(_PREFIX).lower()] = (key, _number(text))
    return found


def _table() -> dict[str, Any]:
    if not _FILE.exists():
        return {}
    try:
        contents = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise ValueError(f"{_FILE} must be TOML in UTF-8: {fault}") from None
    table = contents.pop(_TABLE, {})
    if contents or not isinstance(table, dict):
        got = ", ".join(contents) or repr(table)
        raise ValueError(f"{_FILE} must hold one table, [{_TABLE}], and nothing else; got {got}")
    return table


def _number(text: str) -> int | float | str:
    """Return the number that a text stands for, or the text if it is not a number."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
