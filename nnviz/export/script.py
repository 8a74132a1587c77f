"""Export a run as one script that needs only NumPy and prints the same losses.

The script contains only what this experiment needs: its activations, its optimizer, its training
points. The operations, their order and the memory layouts are those of the trainer, so that the
same routines of the linear algebra library are called.
"""

from textwrap import indent
from typing import Any

import numpy as np

from nnviz.data import COORDINATES
from nnviz.export import pieces, skeleton
from nnviz.export.pieces import literal
from nnviz.network import LOSSES
from nnviz.runs import Run
from nnviz.training import OPTIMIZERS


class _Script:
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
        body = [
            skeleton.ONE_THREAD,
            "import numpy as np\n",
            self._settings(),
            *self._functions(),
            self._table(),
            self._train(),
            self._data(),
            self._end(),
        ]
        imports = ["os"]
        if any("math." in block for block in body):
            imports.insert(0, "math")
        head = self._docstring() + "\n\n" + "".join(f"import {name}\n" for name in imports)
        return _spaced([head, *body])

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

    def _settings(self) -> str:
        run, training = self.run, self.training
        sizes = ", ".join(str(n) for n in self.experiment.network.dims)
        lines = [
            "# exp may overflow before the final result, which is finite and correct.",
            'np.seterr(all="ignore")',
            "",
            f"SIZES = [{sizes}]  # of all layers, the inputs first",
            f"N_STEPS = {run.step}  # parameter updates",
            f"RECORD_EVERY = {_record_every(run)}  # steps between two printed losses",
            f"LEARNING_RATE = {literal(training.learning_rate)}",
        ]
        if self.batch_size is not None:
            lines.append(f"BATCH_SIZE = {self.batch_size}  # of {len(run.dataset.y_train)}")
        for field, meaning in (("l1", "sum(|W|)"), ("l2", "sum(W²) / 2")):
            if self.penalised(field):
                value = literal(getattr(training, field))
                lines.append(f"{field.upper()} = {value}  # strength of the penalty {meaning}")
        if self.drops:
            rates = ", ".join(literal(layer.dropout) for layer in self.hidden)
            lines.append(f"DROPOUT = [{rates}]  # share of units dropped in each hidden layer")
        if any(layer.activation == "gelu" for layer in self.hidden):
            lines.append(f"DTYPE = np.{self.experiment.precision}")
        lines += self._change_tables()
        return "\n".join(lines) + "\n"

    def _change_tables(self) -> list[str]:
        lines: list[str] = []
        for field, name in (("learning_rate", "NEW_RATE"), ("l1", "NEW_L1"), ("l2", "NEW_L2")):
            if table := self._table_of(field):
                lines += [f"{name} = {{  # from step: value"]
                lines += [f"    {step}: {literal(value)}," for step, value in table.items()]
                lines += ["}"]
        if self.edits:
            lines += ["EDITED = {  # at step: {index into theta: new value}"]
            for step, edit in self.edits.items():
                pairs = ", ".join(f"{k}: {literal(value)}" for k, value in edit.items())
                lines.append(f"    {step}: {{{pairs}}},")
            lines += ["}"]
        if lines:
            lines.insert(0, "# Changes made during training.")
        return lines

    def _table_of(self, field: str) -> dict[int, float]:
        """Return the changes of a live field; none for a penalty that is always zero."""
        if field != "learning_rate" and not self.penalised(field):
            return {}
        return self.changed(field)

    def _initialize(self) -> str:
        experiment = self.experiment
        draw = pieces.INITIALIZERS[experiment.initializer]
        W, b = draw.format(shape="(n_out, n_in)"), "np.zeros((n_out, 1))"
        if experiment.biases == "same":
            b = draw.format(shape="(n_out, 1)")
        body = [f"random = np.random.RandomState({experiment.init_seed})", "blocks = []"]
        if "random." not in W:
            body = ["blocks = []"]
        body.append("for n_in, n_out in zip(SIZES, SIZES[1:]):")
        if experiment.initializer in pieces.SPREADS:
            body.append(f"    spread = {pieces.SPREADS[experiment.initializer]}")
        body += [
            f"    W = {W}",
            f"    b = {b}",
            "    blocks.append(np.hstack([W, b]).T)  # (n_in + 1, n_out)",
            f"return np.concatenate([block.ravel() for block in blocks]){self._astype}",
        ]
        return (
            "\ndef initialize():\n"
            '    """Draw the initial parameters as one vector (n_params,)."""\n'
            + indent("\n".join(body), "    ")
            + "\n"
        )

    @property
    def _astype(self) -> str:
        return ".astype(np.float32)" if self.single else ""

    def _functions(self) -> list[str]:
        """Return the needed functions, each once and after those that it calls."""
        needed: list[str] = []
        used = dict.fromkeys(layer.activation for layer in self.hidden)
        parts = [pieces.ACTIVATIONS[name] for name in used]
        parts.append(pieces.LOSSES[self.experiment.network.loss])
        for helpers, _ in parts:
            needed += helpers
        needed += [code for _, code in parts]
        fed = pieces.features_function(self.run.dataset, "np")
        functions = [self._initialize(), skeleton.LAYERS, *dict.fromkeys(needed), fed]
        if self.drops:
            scale = "1.0 / (1.0 - rate)"
            functions.append(
                skeleton.DROPOUT.format(
                    seed=self.training.dropout_seed,
                    astype=self._astype,
                    scale=f"({scale})",
                )
            )
        functions += [_with_ones(self.single), *self._passes()]
        if self.batch_size is not None:
            functions.append(skeleton.BATCHES.format(seed=self.training.batch_seed))
        if self.training.clip_norm is not None:
            functions.append(skeleton.CLIP.format(norm=literal(self.training.clip_norm)))
        if self.scheduled:
            functions.append(self._schedule())
        return functions

    def _passes(self) -> list[str]:
        if not self.hidden:
            return [skeleton.FORWARD_FLAT, skeleton.GRADIENT_FLAT]
        masks = ", masks" if self.drops else ""
        return [
            skeleton.FORWARD.format(masks=masks, kept="f(z) * masks[k]" if self.drops else "f(z)"),
            skeleton.GRADIENT.format(masks=masks, da="da * masks[k - 1]" if self.drops else "da"),
        ]

    def _schedule(self) -> str:
        training = self.training
        body = []
        if training.warmup_steps:
            body += [
                f"if step < {training.warmup_steps}:  # the warm-up",
                f"    return (step + 1) / {training.warmup_steps}",
            ]
            if training.schedule != "constant":
                body.append(f"step = step - {training.warmup_steps}")
        body.append(
            pieces.SCHEDULES[training.schedule].format(
                decay_rate=literal(training.decay_rate), decay_steps=training.decay_steps
            )
        )
        return (
            "\ndef rate_factor(step):\n"
            '    """Return the factor of the learning rate in this step."""\n'
            + indent("\n".join(body), "    ")
            + "\n"
        )

    def _table(self) -> str:
        if not self.hidden:
            return ""
        rows = [
            f"    ({layer.activation}, {layer.activation}_backward),  # {layer.units} units"
            for layer in self.hidden
        ]
        return "\n".join(["HIDDEN = [", *rows, "]"]) + "\n"

    def _train(self) -> str:
        memory, update = pieces.OPTIMIZERS[self.training.optimizer]
        start = ["theta = initialize()"]
        start += [f"{name} = np.zeros_like(theta)" for name in memory]
        start.append("rate = LEARNING_RATE" if not self.scheduled else "base = LEARNING_RATE")
        penalties = [field for field in ("l1", "l2") if self.penalised(field)]
        start += [f"{field} = {field.upper()}" for field in penalties]
        if penalties:
            start += [
                "weights = np.ones_like(theta)  # 1 for a weight, 0 for a bias: no penalty",
                "for block in layers(weights):",
                "    block[-1] = 0.0",
            ]
        loop = [*self._loop_changes(), *self._loop_record()]
        data = "X, signs"
        if self.batch_size is not None:
            loop.append("X_batch, signs_batch = batch(step, X, signs)")
            data = "X_batch, signs_batch"
        if self.drops:
            loop.append(f"masks = draw_masks(step, {data.split(', ')[1]}.size)")
            data += ", masks"
        loop.append(f"grad = gradient(theta, {data})")
        if "l1" in penalties:
            loop.append("grad = grad + np.sign(theta) * (l1 * weights)")
        if "l2" in penalties:
            loop.append("grad = grad + theta * (l2 * weights)")
        if self.training.clip_norm is not None:
            loop.append("grad = shorten(grad)")
        if self.scheduled:
            base = "np.float32(base)" if self.single else "base"
            loop.append(f"rate = {base} * rate_factor(step)")
        names = ("momentum", "rho", "beta1", "beta2", "epsilon")
        values = {name: literal(getattr(self.training, name)) for name in names}
        loop.append(update.format(**values))
        body = [*start, "for step in range(N_STEPS + 1):", indent("\n".join(loop), "    ")]
        return (
            "\ndef train(X, signs):\n"
            '    """Train on X (n_in + 1, n) and signs (1, n); return theta, (n_params,)."""\n'
            + indent("\n".join([*body, "return theta"]), "    ")
            + "\n"
        )

    def _loop_changes(self) -> list[str]:
        lines = []
        rate = "base" if self.scheduled else "rate"
        for field, variable, table in (
            ("learning_rate", rate, "NEW_RATE"),
            ("l1", "l1", "NEW_L1"),
            ("l2", "l2", "NEW_L2"),
        ):
            if self._table_of(field):
                lines.append(f"{variable} = {table}.get(step, {variable})")
        if self.edits:
            lines += [
                "for index, value in EDITED.get(step, {}).items():",
                "    theta[index] = value",
            ]
        return lines

    def _loop_record(self) -> list[str]:
        masks = ", [1.0] * len(HIDDEN)" if self.drops else ""
        take = ", _" if self.hidden else ""
        last = self.run.history.last
        every = _record_every(self.run)
        condition = "step % RECORD_EVERY == 0"
        if last is not None and self.run.step // every * every != last.step:
            condition += f" and step <= {last.step}"
        return [
            f"if {condition}:",
            f"    logits{take} = forward(theta, X{masks})",
            "    print(step, float(loss(logits, signs)))",
            "if step == N_STEPS:",
            "    break",
        ]

    def _data(self) -> str:
        data = self.run.dataset
        rows = [f"[{literal(x1)}, {literal(x2)}]" for x1, x2 in data.X_train]
        lines = [", ".join(rows[i : i + 2]) for i in range(0, len(rows), 2)]
        points = "".join(f"    {line},\n" for line in lines)
        labels = "".join(str(int(y)) for y in data.y_train)
        chunks = "".join(f'    "{labels[i : i + 80]}"\n' for i in range(0, len(labels), 80))
        plain = data.features == COORDINATES
        # NumPy may round a sine differently in another memory layout.
        inputs = "POINTS" if plain else "features(*np.ascontiguousarray(POINTS.T))"
        scaling = ""
        if self.experiment.data.scaling != "none":
            scaling = (
                f"# {'Both' if plain else 'All'} inputs get mean 0 and standard deviation 1 over "
                "the training points.\n"
                f"MEAN = {_row(data.offset)}\nSPREAD = {_row(data.scale)}\n"
            )
            inputs = f"(({inputs} - MEAN) / SPREAD)"
        return (
            f"# The training points, (n, 2), and the class of each.\n{pieces.axis_comments(data)}"
            f"POINTS = np.array([\n{points}])\n"
            f"CLASSES = np.array(list(\n{chunks}), float)\n{scaling}\n"
            f"# One column per sample with a 1 below, ({len(data.features) + 1}, n), "
            "and classes as signs -1 and 1, (1, n).\n"
            f"X = with_ones({inputs}.T)\n"
            f"signs = (2.0 * CLASSES - 1.0){self._astype}[np.newaxis]\n"
        )

    def _end(self) -> str:
        return (
            "theta = train(X, signs)\n"
            "for k, block in enumerate(layers(theta), start=1):\n"
            '    print(f"W{k} =", block[:-1].tolist())  # (n_in, n_out)\n'
            '    print(f"b{k} =", block[-1].tolist())  # (n_out,)\n'
        )


def _with_ones(single: bool) -> str:
    return skeleton.WITH_ONES.format(dtype=", np.float32" if single else "")


def _row(values: Any) -> str:
    return "np.array([" + ", ".join(literal(v) for v in np.ravel(values)) + "])"


def _record_every(run: Run) -> int:
    last = run.history.last
    return 1 if last is None else run.history.stride(last.step)


def _spaced(blocks: list[str]) -> str:
    """Join the blocks: two empty lines around functions, one between other blocks."""
    text, before = "", False
    for block in blocks:
        content = block.strip("\n")
        if not content:
            continue
        function = content.startswith("def ") or "\ndef " in content
        if text:
            text += "\n\n\n" if function or before else "\n\n"
        text += content
        before = function
    return text + "\n"


def numpy_script(run: Run) -> str:
    """Write a self-contained script that trains ``run``'s network again, up to its step."""
    return _Script(run).text()
