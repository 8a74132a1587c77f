"""Join ES modules into one script, which a browser can run from a file or fetch in one request."""

import json
import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|const|class) (\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def bundle(modules: Mapping[str, str], entry: str) -> str:
    """Join the module ``entry`` and all that it imports; each becomes a function.

    ``modules`` holds source texts by file name. The script's constant ``modules`` holds what each
    module exports. A ``ValueError`` names a module that cannot be joined.

    >>> modules = {"a.js": "export const x = 1;", "b.js": 'import { x } from "./a.js";'}
    >>> bundle(modules, "b.js").splitlines()[:4]
    ['const modules = {};', 'modules["a.js"] = (() => {', 'const x = 1;', 'return { x };']
    """
    needs: dict[str, list[str]] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in needs:
            needs[name] = [found[2] for found in _IMPORT.finditer(modules[name])]
            waiting += needs[name]
    parts = ["const modules = {};"]
    for name in TopologicalSorter(needs).static_order():
        body = _IMPORT.sub(_as_constants, modules[name])
        exported = [found[2] for found in _EXPORT.finditer(body)]
        body = _EXPORT.sub(r"\1 \2", body)
        if left := _LEFT_OVER.search(body):
            raise ValueError(f"{name} must import and export by name only; got {left[0]!r}")
        if "</script" in body.lower():
            raise ValueError(f"{name} must not hold the text that ends a script")
        parts.append(
            f"modules[{json.dumps(name)}] = (() => {{\n{body}\n"
            f"return {{ {', '.join(exported)} }};\n}})();"
        )
    return "\n".join(parts)


def _as_constants(found: re.Match[str]) -> str:
    names = found[1].replace(" as ", ": ")
    return f"const {{{names}}} = modules[{json.dumps(found[2])}];"
