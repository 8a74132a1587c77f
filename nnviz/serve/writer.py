"""Write the messages of an answer as records, and its end record with their checksum."""

import zlib
from typing import Any

from numpy.typing import NDArray

from nnviz.frames import pack
from nnviz.serve.records import end_record, record
from nnviz.training import StopReason

Sections = dict[str, NDArray[Any]]


class Writer:
    """Writes messages as records, and the end record with their checksum."""

    def __init__(self) -> None:
        self._crc = 0
        self._frames = 0

    def message(
        self,
        header: dict[str, Any],
        sections: Sections,
        n_frames: int = 0,
        compress: bool = True,
    ) -> bytes:
        """Write a message."""
        written = record(pack(header, sections, compress=compress))
        self._crc = zlib.crc32(written, self._crc)
        self._frames += n_frames
        return written

    def frames(self, header: dict[str, Any], sections: Sections) -> bytes:
        """Write a message of frames."""
        return self.message(header, sections, n_frames=len(sections["step"]))

    def end(self, stopped: StopReason | None) -> bytes:
        """Write the end record."""
        return end_record(self._crc, self._frames, stopped)
