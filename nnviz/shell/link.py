"""Read the experiment of a link, or of its query alone."""

from urllib.parse import parse_qsl, urlsplit

from nnviz.experiment import Experiment
from nnviz.experiment.query import from_query
from nnviz.experiment.rules import Refusal, clip


def read_link(text: str) -> Experiment:
    """Return the experiment; ``Refusal`` for a value that cannot be used.

    Keys of the page are ignored, such as the step that it shows.

    >>> read_link("http://localhost:8501/?rate=0.1&speed=4").training.learning_rate
    0.1
    >>> read_link("rate=0.1") == read_link("?rate=0.1")
    True
    """
    query = urlsplit(text).query if "?" in text else text
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise Refusal("link", "must have a query, such as ?rate=0.1", clip(text)) from None
    experiment, notes = from_query(dict(pairs))
    if notes:
        raise Refusal("link", notes[0], clip(text))
    return experiment
