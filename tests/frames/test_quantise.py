"""What the eye is shown must be what the network says, as far as an eye can tell."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnviz.frames.quantise import (
    FINE_LEVELS,
    LEVELS,
    SATURATED_LOGIT,
    powers_of_two_above,
    quantise_feature,
    quantise_maps,
    quantise_surfaces,
    quantise_weights,
)
from tests.frames.logits import dequantise_signed

NOTHING = 1e-30
"""What a float32 can hardly scale is shown as zero; no network says it on purpose."""

shapes = array_shapes(max_dims=2, max_side=12)
ordinary = st.floats(-(2.0**100), 2.0**100, width=32)
surfaces = arrays(np.float32, shapes, elements=ordinary)
near_zero = arrays(np.float32, shapes, elements=st.floats(-(2.0**-10), 2.0**-10, width=32))
anything = arrays(np.float32, shapes, elements=st.floats(width=32))


def of_one_frame(quantise: Callable[..., Any], values: np.ndarray) -> tuple[np.ndarray, float]:
    """Bytes and scale of a single frame, of any shape."""
    q, scale = quantise(values[np.newaxis])
    assert q.shape == (1, *values.shape)
    assert scale.shape == (1,)
    return q[0], float(scale[0])


def quantise_signed(values: np.ndarray) -> tuple[np.ndarray, float]:
    return of_one_frame(quantise_surfaces, values)


@pytest.mark.parametrize("quantise", [quantise_surfaces, quantise_maps, quantise_weights])
@given(arrays(np.float32, (5, 4), elements=st.floats(width=32)))
def test_a_frame_does_not_depend_on_the_others(quantise: Callable[..., Any], values: Any) -> None:
    """Also where one of them has overflowed and another is as large as it gets."""
    q, scale = quantise(values)
    for i in range(len(values)):
        alone, its_scale = quantise(values[i : i + 1])
        assert alone[0].tobytes() == q[i].tobytes()
        assert its_scale[0] == scale[i]


@given(surfaces | near_zero)
def test_logits_come_back_within_the_promised_error(values: np.ndarray) -> None:
    """A boundary drawn elsewhere than it is would be a wrong picture."""
    q, scale = quantise_signed(values)
    assert q.dtype == np.int8
    assert q.shape == values.shape
    assert 0.0 <= scale <= SATURATED_LOGIT
    clipped = np.clip(values.astype(np.float64), -SATURATED_LOGIT, SATURATED_LOGIT)
    error = np.abs(dequantise_signed(q, scale) - clipped)
    rounding = 1e-6 * scale + NOTHING  # of float32 itself
    assert (error <= scale / LEVELS + rounding).all()
    smallest = np.abs(clipped) < scale / (2 * LEVELS) ** 2
    assert (error[smallest] <= scale / LEVELS**2 / 4 + rounding).all()


@given(surfaces | near_zero)
def test_no_point_changes_sides(values: np.ndarray) -> None:
    """The sign of a logit is the class that is predicted."""
    q, _ = quantise_signed(values)
    assert (q[values > 0] >= 0).all()
    assert (q[values < 0] <= 0).all()
    assert (q[values == 0] == 0).all()


@given(surfaces)
def test_a_larger_logit_is_never_shown_as_smaller(values: np.ndarray) -> None:
    """Otherwise shading would show ridges that are not there."""
    order = np.argsort(values, axis=None)
    q, _ = quantise_signed(values)
    assert (np.diff(q.ravel()[order].astype(int)) >= 0).all()


@pytest.mark.parametrize("shape", [(4, 4), (0,), (3, 0)])
def test_a_network_that_says_nothing_gives_an_even_surface(shape: tuple[int, ...]) -> None:
    """All weights zero: p is 0.5 everywhere, and there is no boundary."""
    q, scale = quantise_signed(np.zeros(shape, np.float32))
    assert scale == 0.0
    assert not q.any()
    assert not dequantise_signed(q, scale).any()


def test_what_no_eye_can_tell_from_certainty_is_clipped() -> None:
    q, scale = quantise_signed(np.array([-1e9, -12.0, 0.0, 12.0, 1e9], np.float32))
    assert scale == SATURATED_LOGIT
    assert q.tolist() == [-LEVELS, -LEVELS, 0, LEVELS, LEVELS]


@given(anything)
def test_even_a_surface_that_overflowed_has_a_picture(values: np.ndarray) -> None:
    """At the last finite step of a diverging run, float32 may be too narrow for the picture."""
    q, scale = quantise_signed(values)
    assert np.isfinite(scale)
    finite = np.isfinite(values)
    back = dequantise_signed(q, scale)
    clipped = np.clip(values[finite].astype(np.float64), -SATURATED_LOGIT, SATURATED_LOGIT)
    assert (np.abs(back[finite] - clipped) <= scale / LEVELS + 1e-6 * scale + NOTHING).all()
    assert (back[values == np.inf] == scale).all()
    assert (back[values == -np.inf] == -scale).all()


@given(arrays(np.float32, shapes, elements=st.floats(-(2.0**100), 2.0**100, width=32)))
def test_activations_come_back_to_half_a_level(values: np.ndarray) -> None:
    q, scale = of_one_frame(quantise_maps, values)
    assert q.dtype == np.int8
    error = np.abs(q.astype(np.float64) / LEVELS * scale - values)
    assert (error <= scale / (2 * LEVELS) * (1 + 1e-4) + NOTHING).all()


@given(arrays(np.float64, shapes, elements=st.floats(-1e30, 1e30)))
def test_weights_come_back_to_half_a_fine_level(values: np.ndarray) -> None:
    """The number a person reads off a link, and then edits, is the weight."""
    q, scale = of_one_frame(quantise_weights, values)
    assert q.dtype == np.int16
    error = np.abs(q.astype(np.float64) / FINE_LEVELS * scale - values)
    assert (error <= scale / (2 * FINE_LEVELS) * (1 + 1e-9) + NOTHING).all()


@given(anything)
def test_activations_and_weights_that_overflowed_can_be_sent(values: np.ndarray) -> None:
    for quantise in (quantise_maps, quantise_weights):
        q, scale = of_one_frame(quantise, values)
        assert np.isfinite(scale)
        assert scale > 0.0
        assert (q[values > 0] >= 0).all()
        assert (q[values < 0] <= 0).all()


@given(st.floats(2 * NOTHING, 1e300))
def test_a_scale_is_the_next_power_of_two_and_so_seldom_changes(largest: float) -> None:
    """A scale that moves with every frame would undo the compression between frames."""
    (scale,) = powers_of_two_above(np.array([largest]))
    assert np.frexp(scale)[0] == 0.5
    assert scale / 2 < largest <= scale


@given(arrays(np.float64, shapes, elements=st.floats(-1e18, 1e18)))
def test_a_feature_fills_all_levels_in_proportion(values: np.ndarray) -> None:
    """The smallest value is the darkest of one colour, the largest of the other."""
    q = quantise_feature(values)
    assert q.dtype == np.int8
    assert q.shape == values.shape
    low, high = values.min(), values.max()
    if low == high:
        assert not q.any()
        return
    assert set(q[values == low].tolist()) == {-LEVELS}
    assert set(q[values == high].tolist()) == {LEVELS}
    back = low + (q / LEVELS + 1.0) / 2.0 * (high - low)
    np.testing.assert_allclose(back, values, atol=(high - low) / 2.0 / LEVELS * 0.51)
