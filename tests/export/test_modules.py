"""Modules joined to one script. That it runs is looked at wherever a browser shows the stage."""

import pytest

from nnviz.export.modules import bundle


def test_modules_become_functions_that_return_what_they_export() -> None:
    text = bundle(
        {"b.js": 'import { x as y } from "./a.js";\ny;', "a.js": "export const x = 1;"}, "b.js"
    )
    assert 'modules["a.js"] = (() => {\nconst x = 1;\nreturn { x };\n})();' in text
    assert 'const { x: y } = modules["a.js"];' in text
    assert text.index('modules["a.js"] =') < text.index('modules["b.js"] =')


def test_what_is_not_needed_stays_away() -> None:
    assert "unused" not in bundle({"a.js": "1;", "b.js": "export const unused = 1;"}, "a.js")


def test_modules_that_import_each_other_are_refused() -> None:
    circle = {"a.js": 'import { b } from "./b.js";', "b.js": 'import { a } from "./a.js";'}
    with pytest.raises(ValueError, match=r"a\.js"):
        bundle(circle, "a.js")


@pytest.mark.parametrize(
    "source",
    ["export default 1;", 'import "./a.js";', 'import * as a from "./a.js";', '"</script>"'],
)
def test_a_module_that_cannot_be_joined_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"a\.js must"):
        bundle({"a.js": source}, "a.js")
