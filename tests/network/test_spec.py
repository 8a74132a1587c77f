"""What a network may be made of, and how a mistake is answered."""

import pytest

from nnviz.network import LOSSES, LayerSpec, Network, NetworkSpec


def test_three_ways_to_say_the_same():
    spec = NetworkSpec(2, (LayerSpec(3, "tanh"), LayerSpec(1, "sigmoid")))
    assert NetworkSpec.from_dims([2, 3, 1], hidden="tanh") == spec
    dicts = [
        {"input_dim": 2, "output_dim": 3, "activation": "tanh"},
        {"input_dim": 3, "output_dim": 1, "activation": "sigmoid"},
    ]
    assert NetworkSpec.from_dicts(dicts) == spec
    assert len({spec, NetworkSpec.from_dims([2, 3, 1])}) == 1
    assert spec.dims == (2, 3, 1)
    assert spec.n_params == 2 * 3 + 3 + 3 + 1


def test_layers_given_as_a_list_still_hash():
    spec = NetworkSpec(2, [LayerSpec(1, "sigmoid")])
    assert hash(spec) == hash(NetworkSpec.from_dims((2, 1)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LayerSpec(0), r"units must be a whole number of at least 1; got 0"),
        (lambda: LayerSpec(2.5), r"units .* got 2.5"),
        (lambda: LayerSpec(True), r"units .* got True"),
        (lambda: LayerSpec(2, "Relu"), r"activation must be one of sigmoid, .*; got 'Relu'"),
        (lambda: LayerSpec(2, "tanh", 1.0), r"dropout must be at least 0 and below 1; got 1.0"),
        (lambda: LayerSpec(2, "tanh", float("nan")), r"dropout .* got nan"),
        (lambda: NetworkSpec(0, (LayerSpec(1, "sigmoid"),)), r"n_inputs .* got 0"),
        (lambda: NetworkSpec(2, ()), r"layers must hold at least one LayerSpec"),
        (lambda: NetworkSpec.from_dims([2, 3, 2]), r"output layer must have 1 unit; got 2"),
        (lambda: NetworkSpec.from_dims([2, 1], output="tanh"), r"must be sigmoid .* got 'tanh'"),
        (lambda: NetworkSpec.from_dims([2, 1], loss="mse"), r"loss must be one of .* got 'mse'"),
        (lambda: NetworkSpec.from_dims([2]), r"dims must hold the inputs and at least one layer"),
        (lambda: NetworkSpec(2, (LayerSpec(1, "sigmoid", 0.5),)), r"must have dropout 0; got 0.5"),
        (lambda: NetworkSpec.from_dicts([]), r"at least one layer; got none"),
    ],
)
def test_a_wrong_spec_is_refused_by_name_rule_and_value(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_sizes_that_do_not_fit_together_are_refused():
    dicts = [
        {"input_dim": 2, "output_dim": 25, "activation": "relu"},
        {"input_dim": 50, "output_dim": 1, "activation": "sigmoid"},
    ]
    with pytest.raises(ValueError, match="input_dim of layer 2 must equal output_dim of layer 1"):
        NetworkSpec.from_dicts(dicts)
    with pytest.raises(ValueError, match="must have the keys"):
        NetworkSpec.from_dicts([{"input_dim": 2, "output_dim": 1}])


@pytest.mark.parametrize("loss", LOSSES)
def test_linear_output_is_for_hinge_only(loss):
    if loss == "hinge":
        assert Network(NetworkSpec.from_dims([2, 1], output="linear", loss=loss)).n_params == 3
    else:
        with pytest.raises(ValueError, match="output activation must be sigmoid"):
            NetworkSpec.from_dims([2, 1], output="linear", loss=loss)


def test_other_precisions_are_refused():
    with pytest.raises(ValueError, match="dtype must be float32 or float64; got 'float16'"):
        Network(NetworkSpec.from_dims([2, 1]), dtype="float16")
