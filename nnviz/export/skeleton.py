"""The parts of a script that hardly depend on the experiment: layers, both passes, batches."""

ONE_THREAD = """
# One thread: sharing such small matrices out costs more than multiplying them, and it would make
# the last digits depend on the machine. It has to be said before NumPy is imported.
for library in ("OPENBLAS", "OMP", "MKL", "BLIS"):
    os.environ[library + "_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"
"""

LAYERS = '''
def layers(vector):
    """Views into a vector of all parameters: one (n_in + 1, n_out) per layer, W over b."""
    views, start = [], 0
    for n_in, n_out in zip(SIZES, SIZES[1:]):
        stop = start + (n_in + 1) * n_out
        views.append(vector[start:stop].reshape(n_in + 1, n_out))
        start = stop
    return views
'''

WITH_ONES = '''
def with_ones(a):
    """Signals (n_units, n) over a row of ones (n_units + 1, n): W over b then adds the bias."""
    A = np.ones((a.shape[0] + 1, a.shape[1]){dtype})
    A[:-1] = a
    return A
'''

FORWARD = '''
def forward(theta, X{masks}):
    """The logits (1, n) of inputs X (n_in + 1, n), and what every layer was fed on the way."""
    A, memory = X, []
    for k, block in enumerate(layers(theta)):
        # W.T x + b in one product: (n_out, n_in + 1) times (n_in + 1, n).
        # np.dot rather than @: for few samples the two may add up in another order.
        z = np.dot(block.T, A)
        memory.append((A, z))
        if k < len(HIDDEN):
            f, _ = HIDDEN[k]
            A = with_ones({kept})
    return z, memory
'''

FORWARD_FLAT = '''
def forward(theta, X):
    """The logits (1, n) of inputs X (n_in + 1, n): W.T x + b in one product."""
    (block,) = layers(theta)
    return np.dot(block.T, X)
'''

GRADIENT = '''
def gradient(theta, X, signs{masks}):
    """The gradient of the mean loss by theta, (n_params,): backpropagation."""
    logits, memory = forward(theta, X{masks})
    blocks, grads = layers(theta), [None] * len(memory)
    dz = loss_backward(logits, signs)
    for k in reversed(range(len(memory))):
        A, _ = memory[k]
        grads[k] = np.dot(A, dz.T)  # (n_in + 1, n_out): dW over db
        if k > 0:
            da = np.dot(blocks[k][:-1], dz)  # W dz: back to what the layer before put out
            _, z = memory[k - 1]
            f, f_backward = HIDDEN[k - 1]
            dz = f_backward({da}, z, f(z))
    return np.concatenate([grad.ravel() for grad in grads])
'''

GRADIENT_FLAT = '''
def gradient(theta, X, signs):
    """The gradient of the mean loss by theta, (n_params,)."""
    dz = loss_backward(forward(theta, X), signs)
    return np.dot(X, dz.T).ravel()  # dW over db
'''

DROPOUT = '''
def draw_masks(step, n):
    """What dropout keeps of every hidden layer in this step; the rest is scaled up for it."""
    random = np.random.RandomState([{seed}, step])
    masks = []
    for n_units, rate in zip(SIZES[1:], DROPOUT):
        kept = 1.0  # all of it
        if rate > 0.0:
            # 0 where a unit is silenced for a sample, 1 / (1 - rate) elsewhere: (n_units, n)
            kept = random.random_sample((n_units, n)) >= rate
            kept = kept{astype} * {scale}
        masks.append(kept)
    return masks
'''

BATCHES = '''
def batch(step, X, signs):
    """The samples of one update: in each epoch all are dealt once, in an order of its own."""
    n = signs.size
    epoch, position = divmod(step, -(-n // BATCH_SIZE))
    order = np.random.RandomState([{seed}, epoch]).permutation(n)
    part = slice(position * BATCH_SIZE, (position + 1) * BATCH_SIZE)
    return np.take(X, order, axis=1)[:, part], np.take(signs, order, axis=1)[:, part]
'''

CLIP = '''
def shorten(grad):
    """The gradient, shortened to a length of {norm} if it is longer."""
    # Dividing by the largest entry first keeps the squares of a huge gradient finite.
    unit = np.maximum(np.abs(grad).max(axis=-1, keepdims=True), 1.0)
    norm = unit * np.sqrt(np.square(grad / unit).sum(axis=-1, keepdims=True))
    return grad * np.minimum(1.0, {norm} / (norm + 1e-6))
'''
