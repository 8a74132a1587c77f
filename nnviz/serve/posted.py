"""The text of an experiment in an address: its query, or a digest if the query is too long.

If a query has more than ``quota.QUERY`` characters, or too many of the visitor's own points, the
experiment is posted once as JSON, and addresses name it by its digest. The memory for posted
experiments is limited; a client posts an experiment again if it was dropped.
"""

import hashlib
import json
import threading
from collections import OrderedDict
from functools import lru_cache
from urllib.parse import urlencode

from nnviz.experiment import Experiment
from nnviz.experiment.json import from_json, parse, to_json
from nnviz.experiment.query import link_holds, to_query
from nnviz.experiment.rules import Refusal, clip
from nnviz.serve import quota

ID = "id"

_lock = threading.Lock()
_held: OrderedDict[str, tuple[str, Experiment]] = OrderedDict()


@lru_cache(maxsize=512)
def spell(experiment: Experiment) -> str:
    """Return the text of an experiment in addresses. Equal experiments have the same text.

    >>> spell(Experiment())
    ''
    """
    bounds = quota.bounds()
    query = urlencode(to_query(experiment, bounds))
    if link_holds(experiment, bounds) and len(query) <= quota.QUERY:
        return query
    text = _written(experiment)
    return f"{ID}={_digest(text)}"


def whole(experiment: Experiment) -> str | None:
    """Store an experiment that no query can hold and return its JSON; None for all others."""
    if not spell(experiment).startswith(f"{ID}="):
        return None
    text = _written(experiment)
    _keep(text, experiment)
    return text


def hold(text: str | bytes) -> Experiment:
    """Check the JSON text of an experiment and store it; a ``ValueError`` says what is wrong."""
    experiment = from_json(parse(text, quota.ONE_POSTED_BYTES), bounds=quota.bounds())
    written = _written(experiment)
    if len(written) > quota.ONE_POSTED_BYTES:
        raise ValueError(
            f"an experiment must be at most {quota.ONE_POSTED_BYTES:,} bytes; got {len(written):,}"
        )
    _keep(written, experiment)
    return experiment


def held(digest: str) -> Experiment:
    """Return the experiment with this digest; ``Refusal`` if it is not stored (any more)."""
    with _lock:
        if digest not in _held:
            raise Refusal(ID, "must be the digest of an experiment that was posted", clip(digest))
        _held.move_to_end(digest)
        return _held[digest][1]


def digest_of(experiment: Experiment) -> str:
    """Return the digest that names a posted experiment."""
    return _digest(_written(experiment))


def _written(experiment: Experiment) -> str:
    return json.dumps(to_json(experiment), separators=(",", ":"), sort_keys=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _keep(text: str, experiment: Experiment) -> None:
    with _lock:
        _held[_digest(text)] = (text, experiment)
        _held.move_to_end(_digest(text))
        while sum(len(kept) for kept, _ in _held.values()) > quota.POSTED_BYTES:
            _held.popitem(last=False)
