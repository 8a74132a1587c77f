"""The parts of an exported script that depend on settings: NumPy code as text, by setting.

Every piece does the same operations in the same order as the trainer, so that a script gets the
same digits. The keys are those of the registries; the tests try all of them.
"""

from collections.abc import Mapping
from typing import Any

from nnviz.data import COORDINATES, Dataset
from nnviz.data.points import CLASSES

SIGMOID = '''
def sigmoid(z):
    """Return 1 / (1 + exp(-z)), elementwise; exp may overflow to infinity, which gives 0."""
    return 1.0 / (1.0 + np.exp(-z))
'''

SOFTPLUS = '''
def softplus(z):
    """Return log(1 + exp(z)), elementwise, without overflow."""
    return np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0.0)
'''

NORMAL = '''
def normal_pdf(z):
    """Return the density of the normal distribution."""
    return np.exp(-0.5 * z * z) * (1.0 / math.sqrt(2.0 * math.pi))


def taylor_table():
    """Return Taylor coefficients (7, n_nodes) of the normal distribution, at nodes 1/64 apart."""
    x = np.linspace(-9.0, 9.0, 2 * 9 * 64 + 1)
    table = np.empty((7, x.size))
    table[0] = [0.5 * math.erfc(-node / math.sqrt(2.0)) for node in x]
    hermite_before, hermite = np.zeros_like(x), np.ones_like(x)
    density = normal_pdf(x)
    for k in range(1, 7):
        sign = -1.0 if k % 2 == 0 else 1.0
        table[k] = sign * hermite * density / math.factorial(k)
        hermite_before, hermite = hermite, x * hermite - (k - 1) * hermite_before
    table[:, 0] = 0.0
    return table.astype(DTYPE)


def normal_cdf(z):
    """Return the cumulative normal distribution of z, which NumPy does not have."""
    inside = np.clip(z, -9.0, 9.0)
    node = np.rint(inside * 64)
    distance = inside - node / 64
    terms = np.take(TAYLOR, (node + 9.0 * 64).astype(np.intp), axis=1, mode="clip")
    total = terms[-1]
    for term in terms[-2::-1]:
        total = total * distance + term
    return total


TAYLOR = taylor_table()
'''

# Per activation: the helpers that it needs, and the code of f(z) and of its backward pass.
ACTIVATIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "sigmoid": (
        (SIGMOID,),
        '''
def sigmoid_backward(da, z, a):
    """Return the gradient by z from the gradient by a = sigmoid(z): the slope is a (1 - a)."""
    return da * a - da * a * a
''',
    ),
    "tanh": (
        (),
        '''
def tanh(z):
    """Return the hyperbolic tangent, from -1 to 1."""
    return np.tanh(z)


def tanh_backward(da, z, a):
    """Return the gradient by z from the gradient by a = tanh(z): the slope is 1 - a²."""
    return da - da * a**2
''',
    ),
    "relu": (
        (),
        '''
def relu(z):
    """Return max(0, z)."""
    return np.maximum(z, 0.0)


def relu_backward(da, z, a):
    """Return the gradient by z from the gradient by a = relu(z): the slope is 1 or 0."""
    return da * (a > 0.0)
''',
    ),
    "leaky_relu": (
        (),
        '''
def leaky_relu(z):
    """Return z above zero and 0.01 z below, so that no unit dies."""
    return np.maximum(z, z * 0.01)


def leaky_relu_backward(da, z, a):
    """Return the gradient by z from the gradient by a = leaky_relu(z): the slope is 1 or 0.01."""
    return np.where(z > 0.0, da, da * 0.01)
''',
    ),
    "elu": (
        (),
        '''
def elu(z):
    """Return z above zero and exp(z) - 1 below."""
    return np.maximum(z, np.expm1(np.minimum(z, 0.0)))


def elu_backward(da, z, a):
    """Return the gradient by z from the gradient by a = elu(z): the slope is 1 or a + 1."""
    return da * (np.minimum(a, 0.0) + 1.0)
''',
    ),
    "gelu": (
        (NORMAL,),
        '''
def gelu(z):
    """Return z times the cumulative normal distribution of z."""
    return z * normal_cdf(z)


def gelu_backward(da, z, a):
    """Return the gradient by z from the gradient by a = gelu(z): the slope is cdf(z) + z pdf(z)."""
    cdf = np.divide(a, z, out=np.full_like(z, 0.5), where=z != 0.0)
    return da * (cdf + z * normal_pdf(z))
''',
    ),
    "silu": (
        (SIGMOID,),
        '''
def silu(z):
    """Return z sigmoid(z), also called swish."""
    return z * sigmoid(z)


def silu_backward(da, z, a):
    """Return the gradient by z from the gradient by a = silu(z)."""
    s = sigmoid(z)
    return da * (s + a * (1.0 - s))
''',
    ),
    "softplus": (
        (SIGMOID, SOFTPLUS),
        '''
def softplus_backward(da, z, a):
    """Return the gradient by z from the gradient by a = softplus(z): the slope is sigmoid(z)."""
    return da * sigmoid(z)
''',
    ),
    "sin": (
        (),
        '''
def sin(z):
    """Return the sine."""
    return np.sin(z)


def sin_backward(da, z, a):
    """Return the gradient by z from the gradient by a = sin(z): the slope is cos(z)."""
    return da * np.cos(z)
''',
    ),
    "linear": (
        (),
        '''
def linear(z):
    """Return z itself."""
    return z


def linear_backward(da, z, a):
    """Return the gradient by z, which equals the gradient by a: the slope is 1."""
    return da
''',
    ),
}

# Per loss: the helpers that it needs, and the code of the mean loss and of its gradient.
LOSSES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "binary_cross_entropy": (
        (SOFTPLUS,),
        '''
def loss(logits, signs):
    """Return the mean cross-entropy: -log of the probability of the right class.

    With the margin m = s z this is log(1 + exp(-m)), which needs no probability that could be 0.
    """
    return softplus(-(logits * signs))[0].sum() / signs.size


def loss_backward(logits, signs):
    """Return the gradient of the mean loss by the logits, (1, n): it is (p - y) / n."""
    return (signs / signs.size) / (-1.0 - np.exp(logits * signs))
''',
    ),
    "mean_squared_error": (
        (SIGMOID,),
        '''
def loss(logits, signs):
    """Return the mean of (p - y)²; |p - y| is the probability of the wrong class."""
    return np.square(sigmoid(-(logits * signs)))[0].sum() / signs.size


def loss_backward(logits, signs):
    """Return the gradient of the mean loss by the logits, (1, n)."""
    q = sigmoid(-(logits * signs))  # the probability of the wrong class
    return (signs / signs.size) * (sigmoid(logits * signs) * (q * q) * -2.0)
''',
    ),
    "hinge": (
        (),
        '''
def loss(logits, signs):
    """Return the mean hinge loss: max(0, 1 - m) with the margin m = s z."""
    return np.maximum(1.0 - logits * signs, 0.0)[0].sum() / signs.size


def loss_backward(logits, signs):
    """Return the gradient of the mean loss by the logits, (1, n): 0 for margins above 1."""
    return (signs / signs.size) * -np.heaviside(1.0 - logits * signs, 0.0)
''',
    ),
}

# Per initializer: the code that draws an array of a shape.
INITIALIZERS: Mapping[str, str] = {
    "zeros": "np.zeros({shape})",
    "constant_0.5": "np.full({shape}, 0.5)",
    "normal_0.01": "random.randn(*{shape}) * 0.01",
    "normal_0.1": "random.randn(*{shape}) * 0.1",
    "normal_1": "random.randn(*{shape}) * 1.0",
    "uniform_0.5": "random.uniform(-0.5, 0.5, {shape})",
    "glorot_uniform": "random.uniform(-spread, spread, {shape})",
    "glorot_normal": "random.randn(*{shape}) * spread",
    "he_normal": "random.randn(*{shape}) * spread",
    "he_uniform": "random.uniform(-spread, spread, {shape})",
    "lecun_normal": "random.randn(*{shape}) * spread",
}

SPREADS: Mapping[str, str] = {
    "glorot_uniform": "math.sqrt(6.0 / (n_in + n_out))",
    "glorot_normal": "math.sqrt(2.0 / (n_in + n_out))",
    "he_normal": "math.sqrt(2 / n_in)",
    "he_uniform": "math.sqrt(6.0 / n_in)",
    "lecun_normal": "math.sqrt(1.0 / n_in)",
}

# Per optimizer: the names of its memory, and the code of one update with braces for its settings.
OPTIMIZERS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "sgd": ((), "theta = theta - grad * rate"),
    "momentum": (
        ("velocity",),
        """velocity = velocity * {momentum} + grad
theta = theta - velocity * rate""",
    ),
    "nesterov": (
        ("velocity",),
        """velocity = velocity * {momentum} + grad
theta = theta - (grad + velocity * {momentum}) * rate""",
    ),
    "rmsprop": (
        ("square",),
        """square = square * {rho} + grad**2 * (1.0 - {rho})  # running mean of the square
theta = theta - grad / (np.sqrt(square) + {epsilon}) * rate""",
    ),
    "adam": (
        ("mean", "square"),
        """# Running means of the gradient and of its square, with corrections for their start at 0.
square = square * {beta2} + grad**2 * (1.0 - {beta2})
mean = mean * {beta1} + grad * (1.0 - {beta1})
t = step + 1
length = np.sqrt(square / (1.0 - {beta2}**t)) + {epsilon}
theta = theta - mean / length * rate / (1.0 - {beta1}**t)""",
    ),
}

# Per schedule: the code of the factor after the warm-up.
SCHEDULES: Mapping[str, str] = {
    "constant": "return 1.0",
    "step": "return {decay_rate} ** (step // {decay_steps})",
    "exponential": "return {decay_rate} ** (step / {decay_steps})",
    "cosine": """t = min(1.0, step / {decay_steps})
return {decay_rate} + (1.0 - {decay_rate}) * 0.5 * (1.0 + math.cos(math.pi * t))""",
}


# Per feature: the code that computes it from x1 and x2, (n,) each, in NumPy or PyTorch.
FEATURES: Mapping[str, str] = {
    "x1": "x1",
    "x2": "x2",
    "x1_squared": "x1 * x1",
    "x2_squared": "x2 * x2",
    "x1_x2": "x1 * x2",
    "sin_x1": "{library}.sin(x1)",
    "sin_x2": "{library}.sin(x2)",
    "r": "{library}.hypot(x1, x2)",
    "angle": "{library}.arctan2(x2, x1)",
}


def features_function(data: Dataset, library: str) -> str:
    """Write the function that computes the network's inputs, if they are not the coordinates."""
    if data.features == COORDINATES:
        return ""
    columns = "".join(
        f"        {FEATURES[name].format(library=library)},\n" for name in data.features
    )
    return f'''
def features(x1, x2):
    """Return the network's inputs (n, {len(data.features)}) for coordinates (n,) each."""
    return {library}.column_stack([
{columns}    ])

'''


def axis_comments(data: Dataset) -> str:
    """Write the names of coordinates and classes as comments, quoted: they are not trusted."""
    pairs = ((COORDINATES, data.names), (CLASSES, data.classes))
    return "".join(
        f"# {one} is {name!r}\n"
        for plain, names in pairs
        if names != plain
        for one, name in zip(plain, names, strict=True)
    )


def literal(value: Any) -> str:
    """Write a number with the digits that are needed to read the same number back."""
    return repr(float(value))
