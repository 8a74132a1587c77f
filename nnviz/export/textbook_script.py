"""Export a run as the textbook's network: its source, the run's data and weights, and a loop.

It computes the same as the NumPy script, as the books write it: samples in rows, one array for each
W and b. Its losses agree with the page's to about nine digits, because sums have another order.
"""

import inspect
from textwrap import dedent, indent
from typing import Any

import numpy as np

from nnviz.export import skeleton
from nnviz.export.pieces import features_function, literal, points_of, spaced
from nnviz.export.script import Script
from nnviz.export.sources import Sources, without_types
from nnviz.network import ACTIVATIONS, LOSSES, textbook
from nnviz.runs import Run
from nnviz.training import OPTIMIZERS, SCHEDULES, optimizers
from nnviz.training.schedules import warmed_up


class Activation:
    """f(z) and its derivative df(z, a), where a = f(z)."""

    def __init__(self, f: Any, df: Any) -> None:
        self.f, self.df = f, df

    def __call__(self, z: Any) -> Any:
        """Return f(z)."""
        return self.f(z)

    def derivative(self, z: Any) -> Any:
        """Return f'(z)."""
        return self.df(z, self.f(z))


class Loss:
    """Each sample's loss f(z, y), for logits z and classes y, and its derivative by z."""

    def __init__(self, f: Any, derivative: Any) -> None:
        self.f, self.derivative = f, derivative

    def __call__(self, z: Any, y: Any) -> Any:
        """Return f(z, y)."""
        return self.f(z, y)


class TextbookScript(Script):
    """Builds the script of one run, block by block."""

    def text(self) -> str:
        """Return the whole script."""
        sources = Sources(given=("ACTIVATIONS", "LOSSES", *skeleton.SETTINGS))
        self._add_functions(sources)
        sources.blocks.append(features_function(self.run.dataset, "np"))
        points, inputs = points_of(self.run)
        settings = ['np.seterr(all="ignore")  # exp may overflow before the final result', ""]
        if self.drops:
            sizes = ", ".join(str(n) for n in self.experiment.network.dims)
            settings += [f"SIZES = [{sizes}]  # of all layers, the inputs first"]
            settings += ["DTYPE = np.float64"]
        settings += [*self.steps_and_rates(), *sources.constants, *self._change_tables()]
        imports = sorted({*sources.imports} - {"import numpy as np"})
        return spaced(
            [
                self._docstring() + "\n\n" + "\n".join(imports),
                "import numpy as np",
                "\n".join(settings),
                *sources.blocks,
                self._rule(),
                self._tables(),
                f"{points}\nX = {inputs}\ny = CLASSES\n",
                self._layers(),
                self._loop(),
            ]
        )

    def _docstring(self) -> str:
        sizes = "-".join(str(n) for n in self.experiment.network.dims)
        data, n = self.experiment.data.title, len(self.run.dataset.y_train)
        return f'''"""A neural network as the books write it, trained as it was in nnviz.

Data: {data}, {n} training points. Layers: {sizes}.

Start reading at `forward` and `backward`. Needs only NumPy 2. Prints "step loss" for every recorded
step, computed in float64, then the parameters.
"""'''

    def _add_functions(self, sources: Sources) -> None:
        sources.add(textbook.Layer, textbook.Trace, textbook.forward, textbook.backward)
        sources.add(textbook.penalty, textbook.trace, textbook.update)
        for name in self._names:
            sources.add(ACTIVATIONS[name].f, ACTIVATIONS[name].df)
        loss = LOSSES[self.experiment.network.loss]
        sources.add(loss.f, loss.df, Activation, Loss)
        if self.drops:
            sources.add(skeleton.draw_masks)
        if self.batch_size is not None:
            sources.add(skeleton.batch)
        if self.scheduled:
            sources.add(SCHEDULES[self.training.schedule].factor, warmed_up)
        sources.add(optimizers.OptimizerState, optimizers.as_rate)

    @property
    def _names(self) -> list[str]:
        """The activations of the hidden layers, then those of the output and of p."""
        hidden = [layer.activation for layer in self.hidden]
        return list(dict.fromkeys([*hidden, "linear", "sigmoid"]))

    def _rule(self) -> str:
        """Write the optimizer: its settings, and the methods that say its rule."""
        rule = OPTIMIZERS[self.training.optimizer]
        lines = [f'"""{inspect.getdoc(rule)}"""', "", "learning_rate = LEARNING_RATE"]
        lines += [f"{name} = {literal(getattr(self.training, name))}" for name in self.hyper]
        lines += [f"slots = {tuple(slot.symbol for slot in rule.slots)}  # what it remembers"]
        methods = (rule.init, rule.update, rule.remember, rule.move)
        lines += [f"\n{without_types(dedent(inspect.getsource(method)))}" for method in methods]
        return f"class {rule.__name__}:\n" + indent("\n".join(lines), "    ") + "\n"

    def _tables(self) -> str:
        name = self.experiment.network.loss
        rows = "".join(
            f'    "{name}": Activation({ACTIVATIONS[name].f.__name__}, '
            f"{ACTIVATIONS[name].df.__name__}),\n"
            for name in self._names
        )
        pair = f"{LOSSES[name].f.__name__}, {LOSSES[name].df.__name__}"
        return f'ACTIVATIONS = {{\n{rows}}}\nLOSS = "{name}"\nLOSSES = {{LOSS: Loss({pair})}}\n'

    def _layers(self) -> str:
        """Write the initial layers as literals: a row of W per line, then b."""
        experiment = self.experiment
        theta = self.run.network.initialize(
            experiment.initializer, experiment.init_seed, experiment.biases
        )
        names = [*(layer.activation for layer in self.hidden), "linear"]
        lines = ["# The initial weights W (n_in, n_out) and biases b (n_out,).", "layers = ["]
        for (W, b), name in zip(self.run.network.unpack(theta), names, strict=True):
            rows = [f"            [{', '.join(map(literal, row))}]," for row in W]
            lines += ["    Layer(", "        W=np.array([", *rows, "        ]),"]
            lines += [f"        b=np.array([{', '.join(map(literal, b))}]),"]
            lines += [f'        activation="{name}",', "    ),"]
        return "\n".join([*lines, "]"]) + "\n"

    def _edit_table(self) -> list[str]:
        if not self.edits:
            return []
        places = self.run.network.unpack(np.arange(float(self.run.network.n_params)))
        lines = ["EDITED = {  # at step: layer, array, place in it and new value"]
        for step, edit in self.edits.items():
            lines.append(f"    {step}: [")
            for index, value in edit.items():
                for k, pair in enumerate(places):
                    for name, indices in zip("Wb", pair, strict=True):
                        for at in np.argwhere(indices == index).tolist():
                            place = f'{k}, "{name}", {tuple(at)}, {literal(value)}'
                            lines.append(f"        ({place}),")
            lines.append("    ],")
        return [*lines, "}"]

    def _loop(self) -> str:
        rule = OPTIMIZERS[self.training.optimizer]
        start = [f"rule, memory = {rule.__name__}(), []"]
        if self.scheduled:
            start.append("base = LEARNING_RATE")
        start += [f"{name} = {name.upper()}" for name in ("l1", "l2") if self.penalised(name)]
        loop = self._loop_changes("base" if self.scheduled else "rule.learning_rate")
        if self.edits:
            loop += [
                "for k, name, place, value in EDITED.get(step, []):",
                "    getattr(layers[k], name)[place] = value",
            ]
        loop += [
            f"if {self.recorded}:",
            "    print(step, float(trace(layers, X, y, LOSS).cost))",
            "if step == N_STEPS:",
            "    break",
        ]
        samples, n = "X, y", "len(y)"
        if self.batch_size is not None:
            loop.append("part = batch(step, len(y))")
            samples, n = "X[part], y[part]", "len(part)"
        named = [f"{name}={name}" for name in ("l1", "l2") if self.penalised(name)]
        if self.drops:
            loop.append("# The books have a sample in each row; the output layer drops nothing.")
            loop.append(f"masks = [*map(np.transpose, draw_masks(step, {n})), 1.0]")
            named.append("masks=masks")
        if self.scheduled:
            loop += [self.factor, "rule.learning_rate = base * factor"]
        loop.append(f"found = trace({', '.join(['layers', samples, 'LOSS', *named])})")
        if self.training.clip_norm is not None:
            loop += [
                "gradients = [*found.dW, *found.db]",
                "length = np.sqrt(sum(np.square(g).sum() for g in gradients))",
                "for g in gradients:",
                "    g *= min(1.0, MAX_NORM / (length + 1e-6))",
            ]
        loop.append("layers = update(layers, found, rule, memory)")
        end = [
            "for k, layer in enumerate(layers, start=1):",
            '    print(f"W{k} =", layer.W.tolist())',
            '    print(f"b{k} =", layer.b.tolist())',
        ]
        body = ["for step in range(N_STEPS + 1):", indent("\n".join(loop), "    "), *end]
        return "\n".join([*start, *body]) + "\n"


def textbook_script(run: Run) -> str:
    """Write the textbook's network with the data and first weights of ``run``, and train it."""
    return TextbookScript(run).text()
