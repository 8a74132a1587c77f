"""The terms of the page, each with one sentence; the articles' words beside the field's."""

GLOSSARY: tuple[tuple[str, str], ...] = (
    ("weighted sum", "Each input of a unit times its weight, added up, plus the bias: z."),
    ("pre-activation", "The field's word for the weighted sum z of a unit."),
    ("activation function", "The curve f that turns the weighted sum z of a unit into its output."),
    ("activation", "The output a of a unit: its activation function of its weighted sum."),
    ("forward propagation", "Computing all outputs, layer by layer, from the inputs to p."),
    (
        "backward propagation",
        "Computing all gradients, layer by layer, from the loss back to the inputs.",
    ),
    ("backpropagation", "The usual short word for backward propagation."),
    ("loss", "How bad the network's answer for one point is; 0 would be perfect."),
    ("cost", "The mean of all training points' losses, plus the penalty if there is one."),
    (
        "gradient",
        "How much the cost changes when one number grows a little; its sign says whether "
        "the cost rises.",
    ),
    ("slope", "How steep the activation function is at the present z; in its flat parts it is 0."),
    ("error", "How far the output is from the right answer, and what of that arrives at a unit."),
    ("chain rule", "The derivative of a chain of functions is the product of their derivatives."),
    ("learning rate", "How far an update goes against the gradient: η."),
    ("update", "One change of all weights and biases, made from one gradient."),
    ("batch", "The training points that one update uses."),
    ("epoch", "One pass over all training points."),
    ("optimizer", "The rule that makes an update from a gradient and from earlier ones."),
    ("momentum", "A share of the last update's direction that is kept for the next one."),
    ("bias", "A number that is added to a weighted sum whatever the inputs are."),
    ("weight", "How strongly a unit listens to a unit of the layer before."),
    ("logit", "The weighted sum of the output unit; above 0 the network says class 1."),
    ("dropout", "Switching off random units in each update, so that none is relied on too much."),
    ("penalty", "A cost of large weights, L1 or L2, that keeps the boundary simple."),
    ("clipping", "Shortening a gradient that is longer than allowed."),
    ("saturated", "In the flat part of the activation function, where gradients are nearly 0."),
    ("dead unit", "A unit whose slope is 0 for every point, so that it never learns again."),
    ("central difference", "The change of the cost when a weight is moved a little up and down."),
)
