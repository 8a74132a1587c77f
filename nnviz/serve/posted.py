"""An experiment's text in an address: its query, or the digest of what no address can hold.

A query of more than ``quota.QUERY`` characters, or more points of a person's own than a link
holds, travels once, in the body of a request or in this process, and is named by its digest from
then on. What is held is bounded; whoever needs an experiment that was dropped brings it again.
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
    """The one text of an experiment in addresses; two equal experiments have the same.

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
    """The JSON text of an experiment that no query holds, and keep it; None for all others."""
    if not spell(experiment).startswith(f"{ID}="):
        return None
    text = _written(experiment)
    _keep(text, experiment)
    return text


def hold(text: str | bytes) -> Experiment:
    """Check the JSON text of an experiment and keep it; ``ValueError`` says what is wrong."""
    experiment = from_json(parse(text, quota.ONE_POSTED_BYTES), bounds=quota.bounds())
    written = _written(experiment)
    if len(written) > quota.ONE_POSTED_BYTES:
        raise ValueError(
            f"an experiment must be at most {quota.ONE_POSTED_BYTES:,} bytes; got {len(written):,}"
        )
    _keep(written, experiment)
    return experiment


def held(digest: str) -> Experiment:
    """The experiment with this digest; ``Refusal`` when it is not held (any more)."""
    with _lock:
        if digest not in _held:
            raise Refusal(ID, "must be the digest of an experiment that was posted", clip(digest))
        _held.move_to_end(digest)
        return _held[digest][1]


def digest_of(experiment: Experiment) -> str:
    """What names an experiment that was posted."""
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
