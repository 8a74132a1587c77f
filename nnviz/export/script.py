"""Export a run as one script that needs only NumPy and prints the same losses.

The script is assembled from the project's own source: the records of its activations, its loss and
its initializer, the optimizer's rule, the skeleton of an update. It contains only what this
experiment needs, and its training points.
"""

import inspect
import re
from dataclasses import fields
from textwrap import dedent, indent
from typing import Any

from nnviz.export import skeleton
from nnviz.export.pieces import features_function, literal, points_of, spaced
from nnviz.export.sources import Sources, source_of, without_types
from nnviz.network import ACTIVATIONS, INITIALIZERS, LOSSES
from nnviz.network.activation import pull_by
from nnviz.network.initializers import initial_parameters
from nnviz.network.losses import margin_pull, margin_value
from nnviz.runs import Run
from nnviz.training import OPTIMIZERS, SCHEDULES
from nnviz.training.schedules import warmed_up
from nnviz.training.trainer import clip


class Script:
    """Builds the script of one run, block by block."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.experiment = run.experiment
        self.training = run.experiment.training
        self.hidden = run.experiment.hidden
        self.single = run.experiment.precision == "float32"
        self.drops = any(layer.dropout for layer in self.hidden)
        n_train = len(run.dataset.y_train)
        size = self.training.batch_size
        self.batch_size = size if size is not None and size < n_train else None
        self.scheduled = self.training.schedule != "constant" or self.training.warmup_steps > 0
        self.changes = [c for c in self.experiment.changes if c.step <= run.step]

    def changed(self, field: str) -> dict[int, float]:
        """Return the changes of a live field as {step: value}."""
        return {c.step: c.value for c in self.changes if c.field == field}

    @property
    def edits(self) -> dict[int, dict[int, float]]:
        """The changes of parameters as {step: {index: value}}."""
        found: dict[int, dict[int, float]] = {}
        for change in self.changes:
            if change.parameter is not None:
                found.setdefault(change.step, {})[change.parameter] = change.value
        return found

    def penalised(self, field: str) -> bool:
        """Return whether a penalty is above zero at any step."""
        return getattr(self.training, field) > 0 or any(self.changed(field).values())

    # the blocks of the script -------------------------------------------------------------------

    def text(self) -> str:
        """Return the whole script."""
        sources = Sources(given=skeleton.SETTINGS)
        self._add_functions(sources)
        sources.blocks.append(features_function(self.run.dataset, "np"))
        body = [
            skeleton.ONE_THREAD,
            "import numpy as np\n",
            self._settings(sources.constants),
            *sources.blocks,
            self._tables(),
            self._train(),
            self._data(),
            self._end(),
        ]
        imports = sorted({"import os", *sources.imports} - {"import numpy as np"})
        return spaced([self._docstring() + "\n\n" + "\n".join(imports), *body])

    def _docstring(self) -> str:
        experiment = self.experiment
        sizes = "-".join(str(n) for n in experiment.network.dims)
        data = experiment.data.title
        loss = LOSSES[experiment.network.loss].title.lower()
        optimizer = OPTIMIZERS[self.training.optimizer].title.lower()
        return f'''"""A neural network in plain NumPy, exactly as it was trained in nnviz.

Data: {data}, {len(self.run.dataset.y_train)} training points. Layers: {sizes}.
Loss: {loss}. Updates: {optimizer}.

Needs only NumPy 2. Prints "step loss" for every recorded step, then the parameters.
On the same machine with the same version of NumPy, all digits are those of the page.
"""'''

    def _settings(self, constants: list[str]) -> str:
        training = self.training
        sizes = ", ".join(str(n) for n in self.experiment.network.dims)
        lines = [
            "# exp may overflow before the final result, which is finite and correct.",
            'np.seterr(all="ignore")',
            "",
            f"SIZES = [{sizes}]  # of all layers, the inputs first",
            *self.steps_and_rates(),
            f"INIT_SEED = {self.experiment.init_seed}  # of the initial parameters",
        ]
        lines += [f"{name.upper()} = {literal(getattr(training, name))}" for name in self.hyper]
        if self.single or self.drops:
            lines.append(f"DTYPE = np.{self.experiment.precision}")
        return "\n".join([*lines, *constants, *self._change_tables()]) + "\n"

    def steps_and_rates(self) -> list[str]:
        """Write the settings of the loop, one a line."""
        training = self.training
        lines = [
            f"N_STEPS = {self.run.step}  # parameter updates",
            f"RECORD_EVERY = {_record_every(self.run)}  # steps between two printed losses",
            f"LEARNING_RATE = {literal(training.learning_rate)}",
        ]
        if self.scheduled:
            lines += [
                f"DECAY_STEPS = {training.decay_steps}",
                f"DECAY_RATE = {literal(training.decay_rate)}",
                f"WARMUP_STEPS = {training.warmup_steps}",
            ]
        if self.batch_size is not None:
            lines.append(f"BATCH_SIZE = {self.batch_size}  # of {len(self.run.dataset.y_train)}")
            lines.append(f"BATCH_SEED = {training.batch_seed}")
        if training.clip_norm is not None:
            lines.append(f"MAX_NORM = {literal(training.clip_norm)}  # longest gradient")
        for field, meaning in (("l1", "sum(|W|)"), ("l2", "sum(W²) / 2")):
            if self.penalised(field):
                value = literal(getattr(training, field))
                lines.append(f"{field.upper()} = {value}  # strength of the penalty {meaning}")
        if self.drops:
            rates = ", ".join(literal(layer.dropout) for layer in self.hidden)
            lines.append(f"DROPOUT = [{rates}]  # share of units dropped in each hidden layer")
            lines.append(f"DROPOUT_SEED = {training.dropout_seed}")
        return lines

    def _change_tables(self) -> list[str]:
        lines: list[str] = []
        for field, name in (("learning_rate", "NEW_RATE"), ("l1", "NEW_L1"), ("l2", "NEW_L2")):
            if table := self._table_of(field):
                lines += [f"{name} = {{  # from step: value"]
                lines += [f"    {step}: {literal(value)}," for step, value in table.items()]
                lines += ["}"]
        lines += self._edit_table()
        if lines:
            lines.insert(0, "# Changes made during training.")
        return lines

    def _edit_table(self) -> list[str]:
        """Write the parameters that were set by hand."""
        if not self.edits:
            return []
        lines = ["EDITED = {  # at step: {index into theta: new value}"]
        for step, edit in self.edits.items():
            pairs = ", ".join(f"{k}: {literal(value)}" for k, value in edit.items())
            lines.append(f"    {step}: {{{pairs}}},")
        return [*lines, "}"]

    def _table_of(self, field: str) -> dict[int, float]:
        """Return the changes of a live field; none for a penalty that is always zero."""
        if field != "learning_rate" and not self.penalised(field):
            return {}
        return self.changed(field)

    @property
    def _astype(self) -> str:
        return ".astype(DTYPE)" if self.single else ""

    def _add_functions(self, sources: Sources) -> None:
        """Collect the needed functions, each once and after those that it calls."""
        sources.add(INITIALIZERS[self.experiment.initializer].draw, initial_parameters)
        for layer in self.hidden:
            record = ACTIVATIONS[layer.activation]
            sources.add(record.f)
            sources.add(*((record.fused.pull,) if record.fused else (record.df, pull_by)))
        loss = LOSSES[self.experiment.network.loss]
        sources.add(*(loss.fused or (loss.f, loss.df, margin_value, margin_pull)))
        sources.add(skeleton.with_ones)
        for function in (skeleton.forward, skeleton.mean_loss, skeleton.gradient):
            text = source_of(function)
            text = text if self.drops else skeleton.without_dropout(text)
            sources.add_text(text, function.__globals__)
        if self.drops:
            sources.add(skeleton.draw_masks)
        if self.batch_size is not None:
            sources.add(skeleton.batch)
        if self.training.clip_norm is not None:
            sources.add(clip)
        if self.scheduled:
            sources.add(SCHEDULES[self.training.schedule].factor, warmed_up)
        for method in self.rule:
            sources.add_text(method_source(method), method.__globals__)

    @property
    def factor(self) -> str:
        """The line that computes the learning rate's factor."""
        shape = SCHEDULES[self.training.schedule].factor.__name__
        return f"factor = warmed_up(step, {shape}, DECAY_STEPS, DECAY_RATE, WARMUP_STEPS)"

    @property
    def hyper(self) -> list[str]:
        """The names of the optimizer's settings, without the learning rate."""
        return [field.name for field in fields(OPTIMIZERS[self.training.optimizer])][1:]

    @property
    def rule(self) -> list[Any]:
        """The optimizer's methods that make an update; `remember` only if it has a memory."""
        optimizer = OPTIMIZERS[self.training.optimizer]
        return [optimizer.remember, optimizer.move] if optimizer.slots else [optimizer.move]

    def _tables(self) -> str:
        """Write the activations of the hidden layers, and the loss, by name."""
        rows = []
        for layer in self.hidden:
            record = ACTIVATIONS[layer.activation]
            pull = f"pull_by({record.df.__name__})"
            if record.fused:
                pull = record.fused.pull.__name__
            rows.append(f"    ({record.f.__name__}, {pull}),  # {layer.units} units\n")
        loss = LOSSES[self.experiment.network.loss]
        value = f"margin_value({loss.f.__name__}), margin_pull({loss.df.__name__})"
        if loss.fused:
            value = ", ".join(form.__name__ for form in loss.fused)
        return (
            "# f of each hidden layer, and its chain rule in place.\n"
            f"HIDDEN = [\n{''.join(rows)}]\n"
            "# The loss of margins, and its slope.\n"
            f"LOSS = ({value})\n"
        )

    def _train(self) -> str:
        draw = INITIALIZERS[self.experiment.initializer].draw.__name__
        biases = self.experiment.biases == "same"
        start = [f"theta = initial_parameters(SIZES, {draw}, INIT_SEED, {biases}){self._astype}"]
        n_slots = len(OPTIMIZERS[self.training.optimizer].slots)
        start.append(f"slots = [{', '.join(['np.zeros_like(theta)'] * n_slots)}]")
        start.append("rate = LEARNING_RATE" if not self.scheduled else "base = LEARNING_RATE")
        penalties = [field for field in ("l1", "l2") if self.penalised(field)]
        start += [f"{field} = {field.upper()}" for field in penalties]
        if penalties:
            start += [
                "weights = np.ones_like(theta)  # 1 for a weight, 0 for a bias: no penalty",
                "for block in blocks(SIZES, weights):",
                "    block[-1] = 0.0",
            ]
        rate = "base" if self.scheduled else "rate"
        loop = self._loop_changes(rate)
        if self.edits:
            loop += [
                "for index, value in EDITED.get(step, {}).items():",
                "    theta[index] = value",
            ]
        loop += self._loop_record()
        data = "X, signs"
        if self.batch_size is not None:
            loop.append("part = batch(step, signs.size)")
            data = "np.take(X, part, axis=1), np.take(signs, part, axis=1)"
        if self.drops:
            n = "signs.size" if self.batch_size is None else "part.size"
            loop.append(f"masks = draw_masks(step, {n})")
            data += ", masks"
        loop.append(f"grad = gradient(theta, {data})")
        if "l1" in penalties:
            loop.append("grad = grad + np.sign(theta) * (l1 * weights)")
        if "l2" in penalties:
            loop.append("grad = grad + theta * (l2 * weights)")
        if self.training.clip_norm is not None:
            loop.append("clip(grad, MAX_NORM)")
        if self.scheduled:
            loop.append(self.factor)
            loop.append(f"rate = {'DTYPE(base)' if self.single else 'base'} * factor")
        if n_slots:
            loop.append("slots = remember(grad, slots)")
        loop.append("theta = theta - move(grad, slots, rate, step)")
        body = [*start, "for step in range(N_STEPS + 1):", indent("\n".join(loop), "    ")]
        return (
            "\ndef train(X, signs):\n"
            '    """Train on X (n_in + 1, n) and signs (1, n); return theta, (n_params,)."""\n'
            + indent("\n".join([*body, "return theta"]), "    ")
            + "\n"
        )

    def _loop_changes(self, rate: str) -> list[str]:
        lines = []
        for field, variable, table in (
            ("learning_rate", rate, "NEW_RATE"),
            ("l1", "l1", "NEW_L1"),
            ("l2", "l2", "NEW_L2"),
        ):
            if self._table_of(field):
                lines.append(f"{variable} = {table}.get(step, {variable})")
        return lines

    @property
    def recorded(self) -> str:
        """The condition under which a step's loss is printed."""
        last = self.run.history.last
        every = _record_every(self.run)
        condition = "step % RECORD_EVERY == 0"
        if last is not None and self.run.step // every * every != last.step:
            condition += f" and step <= {last.step}"
        return condition

    def _loop_record(self) -> list[str]:
        masks = ", [1.0] * len(HIDDEN)" if self.drops else ""
        return [
            f"if {self.recorded}:",
            f"    logits, _ = forward(theta, X{masks})",
            "    print(step, mean_loss(logits, signs))",
            "if step == N_STEPS:",
            "    break",
        ]

    def _data(self) -> str:
        points, inputs = points_of(self.run)
        return (
            f"{points}\n"
            f"# One column per sample with a 1 below, ({len(self.run.dataset.features) + 1}, n), "
            "and classes as signs -1 and 1, (1, n).\n"
            f"X = with_ones({inputs}.T{self._astype})\n"
            f"signs = (2.0 * CLASSES - 1.0){self._astype}[np.newaxis]\n"
        )

    def _end(self) -> str:
        return (
            "theta = train(X, signs)\n"
            "for k, block in enumerate(blocks(SIZES, theta), start=1):\n"
            '    print(f"W{k} =", block[:-1].tolist())  # (n_in, n_out)\n'
            '    print(f"b{k} =", block[-1].tolist())  # (n_out,)\n'
        )


def method_source(method: Any) -> str:
    """Return the source of an optimizer's method as a function, with its settings in capitals."""
    text = without_types(dedent(inspect.getsource(method))).replace("(self, ", "(")
    return re.sub(r"self\.(\w+)", lambda found: found[1].upper(), text)


def _record_every(run: Run) -> int:
    last = run.history.last
    return 1 if last is None else run.history.stride(last.step)


def numpy_script(run: Run) -> str:
    """Write a self-contained script that trains ``run``'s network again, up to its step."""
    return Script(run).text()
