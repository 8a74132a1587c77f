"""What the record says, in sentences with its numbers."""

from collections.abc import Mapping

from nnviz.libraries.record import (
    MARK,
    Default,
    Locked,
    Quartiles,
    Record,
    Recorded,
    Series,
    Trained,
    Width,
)

Told = dict[str, str | list[str]]


def seconds(value: float) -> str:
    """Write a time with two digits: ``41 s``, ``0.24 s``, ``3.1 ms``, ``28 µs``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= (0.1 if unit == "s" else 1.0) * size:
            return f"{_two(value / size)} {unit}"
    return f"{_two(value / 1e-9)} ns"


def times(ratio: float) -> str:
    """Write how many times longer something takes: ``12 times``, ``1.3 times``."""
    return f"{_two(ratio)} times"


def share(value: float) -> str:
    """Write a share of one in percent: ``95.2 %``."""
    return f"{100.0 * value:.3g} %"


def _two(value: float) -> str:
    return f"{float(f'{value:.2g}'):,g}"


def changed(row: Default, base: Default) -> str:
    """Say what a default changed against the training before it was put back."""
    return (
        f"Loss {base.loss[1]:.4f} → {row.loss[1]:.4f}; "
        f"accuracy {share(base.accuracy[1])} → {share(row.accuracy[1])}; "
        f"time {seconds(base.seconds[1])} → {seconds(row.seconds[1])}, "
        f"{times(row.seconds[1] / base.seconds[1])} as long."
    )


def result(row: Default) -> str:
    """Say what a training gave."""
    return f"Loss {row.loss[1]:.4f}; accuracy {share(row.accuracy[1])} after {row.epochs} epochs."


def difference(row: Locked) -> str:
    """Say how far apart a library and NumPy are: ``2e-16``, or why they are not the same."""
    if row.largest is None:
        return f"Not the same: {row.reason}."
    return f"{row.largest:.1g}" + (f": {row.reason}." if row.reason else "")


def origin(about: Recorded) -> list[str]:
    """Say where and when it was recorded."""
    versions = ", ".join(f"{name} {version}" for name, version in about.versions.items())
    return [
        f"Recorded on {about.date} on {about.machine} with {about.cores} cores: {versions}.",
        "Times are medians of five, with their quartiles, of the processor time on one thread.",
        f"The load average of the machine was {about.load[0]:.1f} to {about.load[1]:.1f}."
        + " Other programs were running, so times that differ by less than half are no evidence."
        * (about.load[1] > about.cores),
    ]


def base_of(found: Record, row: Default) -> Default:
    """Return the training before a default was put back."""
    key = (row.base, row.library, "")
    return next(one for one in found.defaults if (one.base, one.library, one.row) == key)


def same_work(found: Record, titles: Mapping[str, str]) -> list[str]:
    """Say what the trainings in lockstep show; ``titles`` are those of the presets."""
    done = [row for row in found.lockstep if row.largest is not None]
    equal = [row for row in done if (row.largest or 0.0) <= MARK]
    largest = max(row.largest or 0.0 for row in equal)
    steps = max(row.steps for row in done)
    presets = {row.preset for row in found.lockstep}
    said = [
        f"With the same initial weights, batches and rule, all libraries compute the same network. "
        f"{len(found.lockstep)} trainings were compared with NumPy's in float64: {len(presets)} "
        f"presets in three libraries, {steps} updates each. In {len(equal)} of them, no parameter "
        f"differs by more than {largest:.1g}.",
    ]
    said += [
        f"“{titles[row.preset]}” in {row.library} is not the same: {row.reason}."
        for row in found.lockstep
        if row.largest is None or row.largest > MARK
    ]
    return said


def the_article(found: Record) -> list[str]:
    """Say what the first article concluded about NumPy and Keras, and what is measured."""
    said = [
        "An article trains the same layers in plain NumPy and in Keras, both to an accuracy of "
        "95 % on the test set, and says: “it took several dozen times longer for our model”. It "
        "concludes that its code is not optimised.",
        "But the two did not do the same work. NumPy made one update an epoch, with all 900 "
        "points, from weights with a standard deviation of 0.1. Keras made 29, with batches of 32, "
        "from Glorot's weights.",
    ]
    cells = {(row.library, row.settings): row for row in found.article}
    if len(cells) == 4:
        said += _four(cells)
    return said


def _four(cells: dict[tuple[str, str], Trained]) -> list[str]:
    slow, quick = cells["NumPy", "article"], cells["NumPy", "keras"]
    keras_slow, keras_quick = cells["Keras", "article"], cells["Keras", "keras"]
    return [
        f"With the settings of the article, both need {slow.updates:,} updates in float64: Keras "
        f"takes {seconds(keras_slow.seconds[1])}, the NumPy of this playground "
        f"{seconds(slow.seconds[1])}.",
        f"With the settings of Keras, in float32, it takes {seconds(keras_quick.seconds[1])} for "
        f"{keras_quick.epochs[1]:g} epochs, and NumPy {seconds(quick.seconds[1])} for "
        f"{quick.epochs[1]:g}.",
        f"So other settings make NumPy {times(slow.seconds[1] / quick.seconds[1])} as fast. "
        f"At equal settings, Keras takes {times(keras_slow.seconds[1] / slow.seconds[1])} as long "
        f"as NumPy with full batches, and {times(keras_quick.seconds[1] / quick.seconds[1])} with "
        "batches of 32: a network this small is mostly calls between functions.",
        "The times are of the NumPy of this playground, which reuses its arrays; the code of the "
        "article is slower, but it makes as many updates.",
    ]


def overtaking(found: Record) -> list[str]:
    """Say from which width on PyTorch is faster than NumPy."""
    said, is_complete = [], True
    for series in found.widths:
        last = max(row.width or 0 for row in series.rows)
        if series.overtakes is None:
            words = f"{series.title}: NumPy is as fast or faster up to {last} units."
        else:
            words = f"{series.title}: PyTorch is faster from {series.overtakes} units on."
        if series.overtakes_on_threads is not None:
            words += f" On several threads it is from {series.overtakes_on_threads} units on."
        said.append(words)
        is_complete &= all(row.threads is not None for row in series.rows)
    said.append(
        "Both use one thread, and their processor time is given. PyTorch on several threads is "
        "timed by the clock on the wall."
    )
    if not is_complete:
        said.append("The machine was too busy to time PyTorch on several threads.")
    return said


def at_width(row: Width, series: Series) -> str:
    """Say what the times at a width show."""
    said = []
    if row.width is not None and row.width == series.overtakes:
        said.append("PyTorch is faster from here on.")
    if row.width is not None and row.width == series.overtakes_on_threads:
        said.append("On several threads, PyTorch is faster from here on.")
    return " ".join(said)


def starting(found: Record) -> list[str]:
    """Say what each library needs before it trains."""
    return [
        f"{row.library}: {seconds(row.imports[1])} to import it, {seconds(row.first[1])} for the "
        f"first update, {seconds(row.warm[1])} for one after that."
        for row in found.starts
    ]


def spread(values: Quartiles | None) -> str:
    """Write a median of times with its quartiles."""
    if values is None:
        return "–"
    low, median, high = map(seconds, values)
    return f"{median} ({low} to {high})"
