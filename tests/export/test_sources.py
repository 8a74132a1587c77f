"""Source that is taken home says what ours says, without types, and brings all that it needs."""

import ast
import math

import numpy as np
import pytest

from nnviz.data import FEATURES
from nnviz.export.script import method_source
from nnviz.export.skeleton import without_dropout
from nnviz.export.sources import Sources, returned_by, source_of, without_types
from nnviz.network.activations import gelu, gelu_slope, leaky_relu_slope
from nnviz.training.optimizers import Momentum

TYPED = '''\
def f(
    x: "list[int]", *rest: int, y: float = 0.5
) -> int:
    """Say f(x), in symbols: φ."""
    ü: int = 1; z: int = x  # a comment: it stays

    def g(a: int) -> int:
        return a + ü

    return g(z)
'''
PLAIN = '''\
def f(x, *rest, y=0.5):
    """Say f(x), in symbols: φ."""
    ü = 1; z = x  # a comment: it stays

    def g(a):
        return a + ü

    return g(z)'''


def test_types_are_left_out_and_all_else_stays() -> None:
    assert without_types(TYPED) == PLAIN


def test_an_optimizer_s_method_becomes_a_function_of_settings_in_capitals() -> None:
    assert method_source(Momentum.remember) == (
        "def remember(grad, slots):\n"
        '    """Return the velocity, a sum of gradients in which old ones count less and less."""\n'
        "    (velocity,) = slots\n"
        "    return [velocity * MOMENTUM + grad]"
    )


def test_a_pass_without_dropout_has_no_masks() -> None:
    source = "def forward(theta, X, masks):\n    return f(z) * masks[k] + da * masks[k - 1]"
    assert without_dropout(source) == "def forward(theta, X):\n    return f(z) + da"


def test_a_function_brings_modules_numbers_and_functions_in_order() -> None:
    sources = Sources()
    sources.add(gelu, leaky_relu_slope, gelu)
    text = "\n\n".join([*sources.imports, *sources.constants, *sources.blocks])
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert names == ["normal_pdf", "_taylor_table", "normal_cdf", "gelu", "leaky_relu_slope"]
    told: dict[str, object] = {}
    exec(text, told)  # noqa: S102 (our own source)
    z = np.linspace(-3.0, 3.0, 7)
    expected = [v * 0.5 * math.erfc(-v / math.sqrt(2.0)) for v in z]
    np.testing.assert_allclose(told["gelu"](z), expected, rtol=1e-14)
    assert told["leaky_relu_slope"](z, z).tolist() == [0.01, 0.01, 0.01, 0.01, 1.0, 1.0, 1.0]


def test_a_feature_is_repeated_as_the_expression_that_it_returns() -> None:
    assert returned_by(FEATURES["r"].of) == "np.hypot(x1, x2)"
    with pytest.raises(ValueError, match="gelu_slope must only return an expression; got 'def"):
        returned_by(gelu_slope)


def test_what_has_no_source_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"must have a name.*got lambda"):
        source_of(lambda z: z)
    with pytest.raises(ValueError, match=r"settings must be a module, .* got \{\}"):
        Sources().add_text("def f():\n    return settings", {"settings": {}})
