"""The name of one number, as text: which quantity, at which indices, of which point.

    z.1.3          the weighted sum of unit 3 of layer 1, for the chosen point
    s17-z.1.3      the same for point 17
    u17-z.1.3      the same in the coming update: with its dropout mask
    u-meanW.2.3.1  a number of the coming update that belongs to no single point
    cost~8         a sum without its eight largest terms

All indices count from 1, as in formulas; points are counted from 0.
"""

import re
from dataclasses import dataclass, replace

LONGEST = 120
_FORM = re.compile(r"(?:([su])(\d{0,6})-)?([A-Za-z]+)((?:\.[a-z0-9_]{1,20}){0,70})(?:~(\d{1,6}))?")


@dataclass(frozen=True)
class Ask:
    """One number.

    Attributes
    ----------
    name : a key of `QUANTITIES`
    indices : from 1
    key : the name of a setting
    sample : the point, or None for the chosen one
    update : whether it belongs to the coming update
    after : so many of the largest terms of a sum are left out
    """

    name: str
    indices: tuple[int, ...] = ()
    key: str = ""
    sample: int | None = None
    update: bool = False
    after: int = 0

    @property
    def text(self) -> str:
        """The canonical text."""
        parts = [self.name, *([self.key] if self.key else []), *map(str, self.indices)]
        prefix = ""
        if self.update or self.sample is not None:
            prefix = f"{'u' if self.update else 's'}{'' if self.sample is None else self.sample}-"
        return f"{prefix}{'.'.join(parts)}{f'~{self.after}' if self.after else ''}"

    def rest(self, after: int) -> "Ask":
        """Return the ask of the sum without its `after` largest terms."""
        return replace(self, after=after)


def read_ask(text: str) -> Ask:
    """Read an ask; ``ValueError`` for another form. Whether the number exists is not checked."""
    found = _FORM.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise ValueError(f"ask must name a number, such as dW.2.3.1; got {text[:40]!r}")
    way, sample, name, tail, after = found.groups()
    words = tail.split(".")[1:]
    key = words.pop(0) if words and not words[0].isdigit() else ""
    if not all(word.isdigit() for word in words):
        raise ValueError(f"ask must end with whole numbers, such as z.1.3; got {text[:40]!r}")
    ask = Ask(
        name,
        tuple(map(int, words)),
        key,
        int(sample) if sample else None,
        way == "u",
        int(after or 0),
    )
    if ask.text != text:
        raise ValueError(f"ask must be written as {ask.text[:60]}; got {text[:40]!r}")
    return ask
