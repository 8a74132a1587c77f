"""Answer "why?" for one number: its words, its formula, the numbers in it, and its line of code."""

import inspect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from nnviz.explain import quantity
from nnviz.explain.ask import Ask, read_ask
from nnviz.explain.backward import n_paths
from nnviz.explain.expression import Expression, Leaf, Number
from nnviz.explain.numbers import DIGITS, MOST_DIGITS, rounded, shown
from nnviz.explain.quantity import QUANTITIES, Many, Symbol
from nnviz.explain.scene import Scene
from nnviz.network import textbook
from nnviz.training import optimizers

Token = str | dict[str, Any]

_MOST_SHOWN = 12  # digits of a result


def value_of(scene: Scene, ask: Ask) -> Number:
    """Return a number of the run; ``ValueError`` if there is none such."""
    record = quantity.check(scene, ask)
    if ask.after:
        made = record.made(scene, ask)
        if isinstance(made, Many):
            if not made.holds(ask.after):
                raise ValueError(f"ask must leave out 8, 16, … of more terms; got {ask.text}")
            return made.rest(ask.after)
    if record.value is not None:
        with np.errstate(all="ignore"):
            return record.value(scene, ask)
    tree = tree_of(scene, ask)
    if tree is None:
        raise ValueError(f"ask must name a number that this run uses; got {ask.text}")
    return tree.calculate(lambda leaf: value_of(scene, read_ask(leaf.ask)))


def tree_of(scene: Scene, ask: Ask) -> Expression | None:
    """Return the formula of a number, or None for one that is only given."""
    made = quantity.check(scene, ask).made(scene, ask)
    if isinstance(made, Many):
        return made.tree(ask)
    if ask.after and QUANTITIES[ask.name].name != "paths":
        raise ValueError(f"ask must name a sum to leave out terms; got {ask.text}")
    return made


def symbol_of(scene: Scene, ask: Ask) -> Symbol:
    """Return how a number is written."""
    if ask.after:
        return Symbol(f"{n_others(scene, ask):,} more")
    return QUANTITIES[ask.name].symbol(scene, ask)


def title_of(scene: Scene, ask: Ask) -> str:
    """Return what a number is called."""
    record = QUANTITIES[ask.name]
    indices = ask.indices
    words: dict[str, object] = {}
    if record.indices.startswith("slot "):
        words["slot"] = scene.optimizer.slots[indices[0] - 1].title
        indices = indices[1:]
    if indices:
        words |= {"layer": indices[0], "before": indices[0] - 1, "unit": indices[-1]}
        words["source"] = indices[1] if len(indices) > 2 else 0
    first = record.first and indices[0] == 1
    title = (record.first if first else record.title).format(**words)
    if ask.after:
        return f"{title}: the sum of the other {n_others(scene, ask):,} terms"
    return title


def n_others(scene: Scene, ask: Ask) -> int:
    """Return how many terms a sum has without its `ask.after` largest ones."""
    made = QUANTITIES[ask.name].made(scene, ask)
    if isinstance(made, Many):
        return len(made.values) - ask.after
    return n_paths(scene, ask.indices[0]) - ask.after


def answer(scene: Scene, text: str) -> dict[str, Any]:
    """Return the whole answer to an ask, as plain values; ``ValueError`` for a wrong ask.

    Every number is given twice: as it is shown, and in full. What is shown can be calculated again
    from the shown numbers of the formula: they get as many digits as that needs.
    """
    ask = read_ask(text)
    value = value_of(scene, ask)
    record = QUANTITIES[ask.name]
    tree = tree_of(scene, ask)
    leaves = [] if tree is None else tree.leaves()
    values = {leaf: value_of(scene, read_ask(leaf.ask)) for leaf in leaves}
    digits = DIGITS if tree is None else digits_needed(scene, ask, tree)
    result = shown(value, digits_of(scene, ask))
    parts = [
        {
            "ask": leaf.ask,
            "symbol": symbol_of(scene, read_ask(leaf.ask)),
            "title": title_of(scene, read_ask(leaf.ask)),
            "shown": shown(values[leaf], digits),
            "value": full(values[leaf]),
        }
        for leaf in leaves
    ]
    return {
        "step": scene.step,
        "sample": scene.sample,
        "ask": ask.text,
        "title": title_of(scene, ask),
        "symbol": symbol_of(scene, ask),
        "definition": record.definition,
        "value": full(value),
        "shown": result,
        "formula": [] if tree is None else _with_symbols(scene, tree),
        "numbers": [] if tree is None else _with_numbers(tree, values, digits, result),
        "source": source_of(scene, ask),
        "parts": parts,
        "notes": [*record.notes(scene, ask), *_where(scene, ask)],
        "see": [
            {"ask": other, "title": title_of(scene, read_ask(other))}
            for other in record.see(scene, ask)
        ],
        "lit": [ask.text, *(leaf.ask for leaf in leaves)],
    }


def full(value: Number) -> str:
    """Return a number with all its digits."""
    return repr(float(value)) if not isinstance(value, int) else str(value)


def digits_of(scene: Scene, ask: Ask) -> int:
    """Return how many digits of a result to show: of a new weight so many that it has changed."""
    if ask.name not in ("newW", "newb"):
        return DIGITS
    new, step = float(value_of(scene, ask)), size_of_step(scene, ask)
    if not step or not new:
        return DIGITS
    return max(DIGITS, min(math.ceil(math.log10(abs(new) / step)) + 3, _MOST_SHOWN))


def size_of_step(scene: Scene, ask: Ask) -> float:
    """Return how far an update moves a parameter, given the ask of the new one."""
    old = float(value_of(scene, Ask(ask.name.removeprefix("new"), ask.indices)))
    return abs(float(value_of(scene, ask)) - old)


def digits_needed(scene: Scene, ask: Ask, tree: Expression) -> int:
    """Return how many digits of the written numbers give all the shown digits of the result."""
    values = {leaf: value_of(scene, read_ask(leaf.ask)) for leaf in tree.leaves()}
    least = digits_of(scene, ask)

    def calculated(digits: int) -> str:
        def short(leaf: Leaf) -> Number:
            if leaf not in values:
                return value_of(scene, read_ask(leaf.ask))
            value = values[leaf]
            return value if isinstance(value, int) else rounded(float(value), digits)

        return shown(tree.calculate(short), least)

    with np.errstate(all="ignore"):
        wanted = calculated(MOST_DIGITS)
        enough = (d for d in range(least, MOST_DIGITS) if calculated(d) == wanted)
        return next(enough, MOST_DIGITS)


def _with_symbols(scene: Scene, tree: Expression) -> list[Token]:
    return [
        piece
        if isinstance(piece, str)
        else {"ask": piece.ask, "symbol": symbol_of(scene, read_ask(piece.ask))}
        for piece in _joined(tree)
    ]


def _with_numbers(
    tree: Expression, values: dict[Leaf, Number], digits: int, result: str
) -> list[Token]:
    """Return the formula with numbers; a negative one after a sign stands in parentheses."""
    tokens: list[Token] = []
    pieces = _joined(tree)
    for k, piece in enumerate(pieces):
        if isinstance(piece, str):
            tokens.append(piece)
            continue
        text = shown(values[piece], digits)
        token = {"ask": piece.ask, "shown": text, "value": full(values[piece])}
        before = pieces[k - 1] if k else "("
        after = pieces[k + 1] if k + 1 < len(pieces) else ")"
        opens = isinstance(before, str) and before.endswith("(")
        raised = isinstance(after, str) and after.startswith(("²", "^"))
        if (text.startswith("−") and not opens) or (raised and not text.isalnum()):
            tokens += ["(", token, ")"]
        else:
            tokens.append(token)
    return [*tokens, f" = {result}"]


def _joined(tree: Expression) -> list[str | Leaf]:
    """Return the pieces of a formula with neighbouring texts as one."""
    joined: list[str | Leaf] = []
    for piece in tree.pieces():
        if joined and isinstance(piece, str) and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _where(scene: Scene, ask: Ask) -> Sequence[str]:
    """Say to which point and to which pass a number belongs, unless it is the chosen point's."""
    notes = []
    if ask.sample is not None and ask.sample != scene.sample:
        number = ask.sample + 1
        if ask.sample < scene.n_train:
            notes.append(f"This number belongs to training point {number}.")
        else:
            notes.append(f"This number belongs to test point {number - scene.n_train}.")
    if ask.update and QUANTITIES[ask.name].each:
        notes.append(
            f"It is computed with the dropout masks of update {scene.step + 1}, as the trainer "
            "does."
        )
    if scene.experiment.precision == "float32" and ask.name[0] in "gnrs" and scene.rehearsal:
        notes.append("This run trains in float32, with about 7 digits.")
    return notes


# lines of code ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """A line of code: its file, its number, its text, and the function around it."""

    file: str
    line: int
    code: str
    function: str


def source_of(scene: Scene, ask: Ask) -> dict[str, Any] | None:
    """Return the line that computes a number, or None for one that is only given."""
    record = QUANTITIES[ask.name]
    if record.source in ("remember", "move"):
        return vars(_of_method(scene.optimizer.__name__, record.source))
    text = record.source
    if record.last_source and ask.indices and ask.indices[0] == len(scene.layers):
        text = record.last_source
    return vars(line_of(textbook, text)) if text else None


@cache
def line_of(module: ModuleType, text: str) -> Source:
    """Return the one line of a module with this text; ``ValueError`` if there is not just one."""
    lines = inspect.getsource(module).splitlines()
    found = [k for k, line in enumerate(lines) if line.strip() == text]
    if len(found) != 1:
        raise ValueError(f"source must occur once in {module.__name__}, not {len(found)}: {text}")
    (k,) = found
    function = next(line for line in reversed(lines[:k]) if line.startswith("def "))
    name = function.removeprefix("def ").partition("(")[0]
    return Source(f"{module.__name__.replace('.', '/')}.py", k + 1, text, name)


@cache
def _of_method(owner: str, name: str) -> Source:
    """Return the body of a method of an optimizer's class, without its docstring."""
    lines, start = inspect.getsourcelines(getattr(getattr(optimizers, owner), name))
    end = next(k for k, line in enumerate(lines) if line.rstrip().endswith('"""'))
    body = inspect.cleandoc("\n" + "".join(lines[end + 1 :]))
    file = f"{optimizers.__name__.replace('.', '/')}.py"
    return Source(file, start + end + 1, body, f"{owner}.{name}")
