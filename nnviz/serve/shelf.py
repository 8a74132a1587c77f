"""Finished answers by address, within a bound of bytes.

What was asked for a second time moves to a part of its own, which what was asked for once cannot
push out: a batch that a hall watches stays, whatever single visitors ask for meanwhile.
"""

import threading
from collections import OrderedDict

_OVERHEAD = 200  # bytes that Python adds to a key and its answer
_SHARE_OF_ONCE = 0.25


class Shelf:
    """A bounded cache: least recently used goes first, of those asked for once before others."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._once: OrderedDict[str, bytes] = OrderedDict()
        self._again: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = {"once": 0, "again": 0}

    @property
    def nbytes(self) -> int:
        """Bytes that all answers take."""
        return sum(self._bytes.values())

    def get(self, key: str) -> bytes | None:
        """The answer, if it is held; asking counts."""
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
        """Hold an answer; what does not fit any more goes."""
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
