"""The same training in PyTorch."""

import numpy as np
import torch

from benchmarks.libraries.exported import exported_model


class PyTorch:
    """A task in PyTorch, on one thread; a ``ValueError`` says what cannot be the same there.

    ``drawn`` are the initial parameters that it draws itself, from ``seed``.
    """

    name = "PyTorch"

    def __init__(self, task, seed=0, precision="float64"):
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        self.task, self.step = task, 0
        self.model = exported_model(task, self.name, precision)[:-1]  # without the sigmoid
        self.model.train()
        self.dense = [layer for layer in self.model if isinstance(layer, torch.nn.Linear)]
        first = self.layers()
        for layer in self.dense:
            layer.reset_parameters()
        self.drawn = self.layers()
        self.put(first)
        self.optimizer = self._optimizer(task.experiment.training)
        self.loss = torch.nn.BCEWithLogitsLoss()
        dtype = getattr(torch, precision)
        self.X = torch.tensor(task.X, dtype=dtype)
        self.y = torch.tensor(task.y[:, np.newaxis], dtype=dtype)

    def _optimizer(self, settings):
        parameters, rate = self.model.parameters(), settings.learning_rate
        match settings.optimizer:
            case "sgd":
                return torch.optim.SGD(parameters, rate)
            case "momentum" | "nesterov" as name:
                return torch.optim.SGD(
                    parameters, rate, settings.momentum, nesterov=name == "nesterov"
                )
            case "rmsprop":
                return torch.optim.RMSprop(parameters, rate, settings.rho, settings.epsilon)
            case "adam":
                betas = settings.beta1, settings.beta2
                return torch.optim.Adam(parameters, rate, betas, settings.epsilon)

    def put(self, layers):
        """Replace the parameters: W (n_in, n_out) and b (n_out,) of each layer."""
        with torch.no_grad():
            for layer, (W, b) in zip(self.dense, layers, strict=True):
                layer.weight.copy_(torch.from_numpy(W).T)
                layer.bias.copy_(torch.from_numpy(b))

    def layers(self):
        """Return W (n_in, n_out) and b (n_out,) of each layer, copied."""
        return [
            tuple(part.detach().numpy().T.astype(np.float64) for part in (layer.weight, layer.bias))
            for layer in self.dense
        ]

    def advance(self, n_updates):
        """Make updates with the batches of the task."""
        for _ in range(n_updates):
            samples = torch.from_numpy(self.task.samples(self.step))
            self._update(self.X[samples], self.y[samples])
            self.step += 1

    def advance_epochs(self, n_epochs):
        """Train with its own loop: a ``DataLoader`` draws the order of the samples."""
        settings = self.task.experiment.training
        data = torch.utils.data.TensorDataset(self.X, self.y)
        size = settings.batch_size or len(data)
        loader = torch.utils.data.DataLoader(data, batch_size=size, shuffle=True)
        for _ in range(n_epochs):
            for X, y in loader:
                self._update(X, y)

    def _update(self, X, y):
        settings = self.task.experiment.training
        self.optimizer.zero_grad()
        objective = self.loss(self.model(X), y)
        if settings.l1 or settings.l2:
            for layer in self.dense:
                objective = objective + settings.l1 * layer.weight.abs().sum()
                objective = objective + 0.5 * settings.l2 * layer.weight.square().sum()
        objective.backward()
        self.optimizer.step()
