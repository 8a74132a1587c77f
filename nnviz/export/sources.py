"""The source of the project's own functions, with all that they need, for scripts to take home."""

import ast
import inspect
from collections.abc import Callable, Iterable
from textwrap import dedent
from types import ModuleType
from typing import Any


class Sources:
    """Collects functions as source text, each once and after what it uses.

    Parameters
    ----------
    given : the names that the script defines itself

    Attributes
    ----------
    imports : the modules that the functions use, as import statements
    constants : the numbers that they use, as assignments
    blocks : the functions, as source text without types
    """

    def __init__(self, given: Iterable[str] = ()) -> None:
        self.imports: list[str] = []
        self.constants: list[str] = []
        self.blocks: list[str] = []
        self._known = set(given)

    def add(self, *functions: Callable[..., Any]) -> None:
        """Add functions, and everything of this project that they use."""
        for function in functions:
            if function.__name__ not in self._known:
                self.add_text(source_of(function), vars(inspect.getmodule(function)))

    def add_text(self, text: str, names: dict[str, Any]) -> None:
        """Add the source of a function whose global names mean what `names` says."""
        self._known |= _defined_in(text)
        for name in _names_in(text):
            if name in names:
                self._need(name, names[name])
        self.blocks.append(text)

    def _need(self, name: str, value: Any) -> None:
        if name in self._known:
            return
        if isinstance(value, ModuleType):
            self._known.add(name)
            alias = "" if value.__name__ == name else f" as {name}"
            self.imports.append(f"import {value.__name__}{alias}")
        elif isinstance(value, int | float):
            self._known.add(name)
            self.constants.append(f"{name} = {value!r}")
        elif callable(value) and value.__name__ == name:
            if value.__module__.startswith("nnviz."):
                self.add(value)
            else:
                self._known.add(name)
                self.imports.append(imported(value))
        else:
            raise ValueError(f"{name} must be a module, a number or a function; got {value!r}")


def imported(value: Callable[..., Any]) -> str:
    """Return the statement that imports a function or class of a library from a public module."""
    return f"from {value.__module__.partition('._')[0]} import {value.__name__}"


def _defined_in(text: str) -> set[str]:
    body = ast.parse(text).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _names_in(text: str) -> list[str]:
    """Return the names that the source of a function reads, in order of their first use."""
    found = [node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    return list(dict.fromkeys(found))


def source_of(function: Callable[..., Any]) -> str:
    """Return the source of a function or class without its types; all else stays.

    The fields of a class keep theirs, in NumPy's own words.
    """
    if function.__name__ == "<lambda>":
        raise ValueError("a function must have a name, so that its source can be shown; got lambda")
    return without_types(dedent(inspect.getsource(function))).replace("FloatArray", "np.ndarray")


def returned_by(function: Callable[..., Any]) -> str:
    """Return the expression that a function returns, which must be all that it does."""
    text = source_of(function)
    (found,) = ast.parse(text).body
    *before, end = found.body if isinstance(found, ast.FunctionDef) else [found]
    if isinstance(end, ast.Return) and end.value and all(isinstance(x, ast.Expr) for x in before):
        return ast.unparse(end.value)
    raise ValueError(f"{function.__name__} must only return an expression; got {text!r}")


def without_types(text: str) -> str:
    r"""Return source text without annotations; a signature is then written in one line.

    >>> print(without_types("def f(x: int, *, y: float = 0.5) -> int:\n    z: int = x\n"))
    def f(x, *, y=0.5):
        z = x
    """
    lines = [line.encode() for line in text.split("\n")]  # ast counts bytes
    nodes = list(ast.walk(ast.parse(text)))
    kept = [one for node in nodes if isinstance(node, ast.ClassDef) for one in node.body]
    typed = [node for node in nodes if isinstance(node, ast.AnnAssign) and node not in kept]
    for one in sorted(typed, key=lambda one: -one.col_offset):
        at, stop = one.target.end_col_offset, one.annotation.end_col_offset
        line = lines[one.lineno - 1]
        lines[one.lineno - 1] = line[:at] + line[stop:]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    for node in sorted(functions, key=lambda node: -node.lineno):
        for each in ast.walk(node.args):
            if isinstance(each, ast.arg):
                each.annotation = None
        indent = b" " * node.col_offset
        head = f"def {node.name}({ast.unparse(node.args)}):".encode()
        lines[node.lineno - 1 : node.body[0].lineno - 1] = [indent + head]
    return b"\n".join(lines).decode().rstrip("\n")
