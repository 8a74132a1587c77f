"""Why a new run has begun: what a visitor has changed, in words for the stage."""

from nnviz.experiment import LIVE_FIELDS, Experiment, limits
from nnviz.experiment.settings import SETTINGS, Setting

MOST = 2
"""Changes that are named; with more of them, another experiment was opened on purpose."""


def why_anew(before: Experiment, after: Experiment) -> str | None:
    """Return a question and its answer, or None if nothing or very much has changed."""
    latest = {field: before.value_at(field, int(limits.STEP.high)) for field in LIVE_FIELDS}
    changed = _changes(before.from_the_start(latest), after.from_the_start({}))
    if not 0 < len(changed) <= MOST:
        return None
    return (
        f"Why is it at step 0 again? {' and '.join(changed)}, so training has begun anew; "
        "Undo brings the old run back."
    )


def _changes(before: Experiment, after: Experiment) -> list[str]:
    if after.data.name != before.data.name:
        return [_says(SETTINGS["data"], after)]
    changed = [
        _says(setting, after)
        for setting in SETTINGS.values()
        if setting.get(after) != setting.get(before)
    ]
    if after.data.points != before.data.points:
        changed.append("The points changed")
    if after.network.dims[1:] != before.network.dims[1:]:
        changed.append(f"The network changed to {'-'.join(map(str, after.network.dims))}")
    elif after.hidden != before.hidden:
        changed.append("The hidden layers changed")
    return changed


def _says(setting: Setting, experiment: Experiment) -> str:
    return f"{setting.label} changed to {setting.shown(experiment)}"
