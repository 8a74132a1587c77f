"""A cache of finished answers by address, limited in bytes.

Answers that were requested again are kept in a separate part, and single requests cannot push them
out. So a batch that a whole lecture hall watches stays in the cache.
"""

import threading
from collections import OrderedDict

_OVERHEAD = 200  # bytes of Python's own for a key and its answer
_SHARE_OF_ONCE = 0.25


class Shelf:
    """Drops the least recently used answers first, and those requested once before the others."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._once: OrderedDict[str, bytes] = OrderedDict()
        self._again: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = {"once": 0, "again": 0}

    @property
    def nbytes(self) -> int:
        """The memory of all answers, in bytes."""
        return sum(self._bytes.values())

    def get(self, key: str) -> bytes | None:
        """Return the answer, or None. This counts as a request for it."""
        with self._lock:
            answer = self._again.get(key)
            if answer is not None:
                self._again.move_to_end(key)
                return answer
            answer = self._once.pop(key, None)
            if answer is not None:
                self._bytes["once"] -= _size(key, answer)
                self._again[key] = answer
                self._bytes["again"] += _size(key, answer)
            return answer

    def put(self, key: str, answer: bytes) -> None:
        """Store an answer, and drop others if there is no room for all."""
        with self._lock:
            if key in self._once or key in self._again:
                return
            self._once[key] = answer
            self._bytes["once"] += _size(key, answer)
            while self.nbytes > self._capacity:
                least = self._capacity * _SHARE_OF_ONCE
                part = "once" if self._bytes["once"] > least or not self._again else "again"
                held = self._once if part == "once" else self._again
                dropped, old = held.popitem(last=False)
                self._bytes[part] -= _size(dropped, old)


def _size(key: str, answer: bytes) -> int:
    return len(key) + len(answer) + _OVERHEAD
