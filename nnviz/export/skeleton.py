"""The parts of an exported script that are nearly the same for all experiments."""

ONE_THREAD = """
# One thread: for such small matrices, sharing the work costs more than the product itself, and the
# last digits would depend on the machine. This must be set before NumPy is imported.
for library in ("OPENBLAS", "OMP", "MKL", "BLIS"):
    os.environ[library + "_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"
"""

LAYERS = '''
def layers(vector):
    """Return views of a vector of all parameters: per layer (n_in + 1, n_out), W above b."""
    views, start = [], 0
    for n_in, n_out in zip(SIZES, SIZES[1:]):
        stop = start + (n_in + 1) * n_out
        views.append(vector[start:stop].reshape(n_in + 1, n_out))
        start = stop
    return views
'''

WITH_ONES = '''
def with_ones(a):
    """Return signals (n_units, n) with a row of ones below: their product with b adds the bias."""
    A = np.ones((a.shape[0] + 1, a.shape[1]){dtype})
    A[:-1] = a
    return A
'''

FORWARD = '''
def forward(theta, X{masks}):
    """Return the logits (1, n) of inputs X (n_in + 1, n), and each layer's input and z."""
    A, memory = X, []
    for k, block in enumerate(layers(theta)):
        # W.T x + b in one product: (n_out, n_in + 1) times (n_in + 1, n).
        # np.dot and not @: for few samples the two may add the terms in another order.
        z = np.dot(block.T, A)
        memory.append((A, z))
        if k < len(HIDDEN):
            f, _ = HIDDEN[k]
            A = with_ones({kept})
    return z, memory
'''

FORWARD_FLAT = '''
def forward(theta, X):
    """Return the logits (1, n) of inputs X (n_in + 1, n): W.T x + b in one product."""
    (block,) = layers(theta)
    return np.dot(block.T, X)
'''

GRADIENT = '''
def gradient(theta, X, signs{masks}):
    """Return the gradient of the mean loss by theta, (n_params,): backpropagation."""
    logits, memory = forward(theta, X{masks})
    blocks, grads = layers(theta), [None] * len(memory)
    dz = loss_backward(logits, signs)
    for k in reversed(range(len(memory))):
        A, _ = memory[k]
        grads[k] = np.dot(A, dz.T)  # (n_in + 1, n_out): dW over db
        if k > 0:
            da = np.dot(blocks[k][:-1], dz)  # W dz: the gradient by the output of the layer before
            _, z = memory[k - 1]
            f, f_backward = HIDDEN[k - 1]
            dz = f_backward({da}, z, f(z))
    return np.concatenate([grad.ravel() for grad in grads])
'''

GRADIENT_FLAT = '''
def gradient(theta, X, signs):
    """Return the gradient of the mean loss by theta, (n_params,)."""
    dz = loss_backward(forward(theta, X), signs)
    return np.dot(X, dz.T).ravel()  # dW over db
'''

DROPOUT = '''
def draw_masks(step, n):
    """Return the dropout masks of all hidden layers for this step; kept units are scaled up."""
    random = np.random.RandomState([{seed}, step])
    masks = []
    for n_units, rate in zip(SIZES[1:], DROPOUT):
        kept = 1.0  # no dropout
        if rate > 0.0:
            # (n_units, n): 0 where a unit is dropped for a sample, 1 / (1 - rate) elsewhere
            kept = random.random_sample((n_units, n)) >= rate
            kept = kept{astype} * {scale}
        masks.append(kept)
    return masks
'''

BATCHES = '''
def batch(step, X, signs):
    """Return the samples of one update; each epoch uses all samples once, in another order."""
    n = signs.size
    epoch, position = divmod(step, -(-n // BATCH_SIZE))
    order = np.random.RandomState([{seed}, epoch]).permutation(n)
    part = slice(position * BATCH_SIZE, (position + 1) * BATCH_SIZE)
    return np.take(X, order, axis=1)[:, part], np.take(signs, order, axis=1)[:, part]
'''

CLIP = '''
def shorten(grad):
    """Return the gradient, shortened to a length of {norm} if it is longer."""
    # Dividing by the largest entry first keeps the squares of a huge gradient finite.
    unit = np.maximum(np.abs(grad).max(axis=-1, keepdims=True), 1.0)
    norm = unit * np.sqrt(np.square(grad / unit).sum(axis=-1, keepdims=True))
    return grad * np.minimum(1.0, {norm} / (norm + 1e-6))
'''
