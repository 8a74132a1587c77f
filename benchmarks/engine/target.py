"""Measure the time to 95 % test accuracy on article 0's data, here and in Keras.

Both train the network of article 0 with Keras's default settings: 2-25-50-50-25-1 with ReLU,
batches of 32, Glorot uniform weights, zero biases, plain gradient descent at 0.01. The accuracy
over the test set is checked after every epoch.
"""

import numpy as np
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

from nnviz.network import Network, NetworkSpec
from nnviz.training import Trainer, TrainingSettings

DIMS = (2, 25, 50, 50, 25, 1)
TARGET = 0.95
BATCH_SIZE = 32
LEARNING_RATE = 0.01
MAX_EPOCHS = 300
SEEDS = (0, 1, 2)


def data(dtype):
    """Return X_train, X_test, y_train, y_test of article 0."""
    X, y = make_moons(1000, noise=0.2, random_state=100)
    parts = train_test_split(X, y, test_size=0.1, random_state=42)
    return [part.astype(dtype) for part in parts]


def ours(dtype, seed):
    """Train until the target is met; return the epochs it took."""
    X_train, X_test, y_train, y_test = data(dtype)
    network = Network(NetworkSpec.from_dims(DIMS, "relu"), dtype=dtype)
    settings = TrainingSettings(learning_rate=LEARNING_RATE, batch_size=BATCH_SIZE, batch_seed=seed)
    theta = network.initialize("glorot_uniform", seed=seed)
    trainer = Trainer(network, X_train, y_train, settings, theta)
    on_test = network.evaluator(X_test, y_test)
    for epoch in range(1, MAX_EPOCHS + 1):
        trainer.advance(trainer.steps_per_epoch)
        if on_test.loss_and_accuracy(trainer.theta)[1] >= TARGET:
            return epoch
    raise RuntimeError(f"the target was not met in {MAX_EPOCHS} epochs")


def keras(dtype, seed):
    """Train until the target is met, by model.fit with a callback; return the epochs it took."""
    import keras

    class StopAtTarget(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if logs["val_accuracy"] >= TARGET:
                self.model.stop_training = True

    X_train, X_test, y_train, y_test = data(dtype)
    keras.backend.set_floatx(dtype)
    keras.utils.set_random_seed(seed)
    layers = [keras.layers.Dense(units, "relu") for units in DIMS[1:-1]]
    model = keras.Sequential([*layers, keras.layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.SGD(LEARNING_RATE), "binary_crossentropy", metrics=["accuracy"])
    done = model.fit(
        X_train,
        y_train[:, np.newaxis],
        batch_size=BATCH_SIZE,
        epochs=MAX_EPOCHS,
        validation_data=(X_test, y_test[:, np.newaxis]),
        callbacks=[StopAtTarget()],
        verbose=0,
    )
    if done.history["val_accuracy"][-1] < TARGET:
        raise RuntimeError(f"the target was not met in {MAX_EPOCHS} epochs")
    return len(done.epoch)
