"""What every test shares."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from nnviz.serve import answers, posted, quota
from nnviz.serve.version import version

# The same examples on every run and machine: a red test is a fault, never bad luck. No deadline:
# a busy machine is slow, not wrong.
# More examples than these would be found once, by the first run, and cost all others their time.
settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("repeatable")


def _forget() -> None:
    """Drop what was kept under other quotas: a host's never change while a server runs."""
    for kept in (answers.house, posted.spell, version):
        kept.cache_clear()


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Set quotas by their names, as a host does before the server starts."""

    def set_quotas(**values: float) -> None:
        for name, value in values.items():
            monkeypatch.setattr(quota, name.upper(), value)
        _forget()

    yield set_quotas
    monkeypatch.undo()
    _forget()
