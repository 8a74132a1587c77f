"""What a visitor does on the page: changes of the experiment, and what the next page shows."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from nnviz.data import OWN, Points
from nnviz.experiment import LIVE_FIELDS, Experiment
from nnviz.experiment.settings import Setting
from nnviz.export import Saved
from nnviz.network import LayerSpec
from nnviz.presets import PRESETS, Preset
from nnviz.serve import quota
from nnviz.ui.visit import link
from nnviz.ui.visit.kept import change_made_here, kept, refuse, replace_widgets
from nnviz.ui.visit.lab_view import PAGE, LabView
from nnviz.ui.visit.link import visit
from nnviz.ui.visit.view import SWEEP_PAGE, View, read_sweep_text
from nnviz.ui.visit.visit import differ_in_changes_only


def own_points() -> Points | None:
    """Return the visitor's own points, also while other data are used."""
    return kept().own


def experiment() -> Experiment:
    """Return the current experiment, without wishes that the stage has not carried out."""
    return visit().experiment


def value_now(field: str) -> float:
    """Return the latest value of a live field, including wishes."""
    return visit().value_now(field)


def open_experiment(wanted: Experiment, step: int = 0, view: View | None = None) -> None:
    """Open a run, and give all widgets new keys, because their values may change."""
    with change_made_here():
        visit().open(wanted, step, view)
        replace_widgets()


def open_other(wanted: Experiment, step: int, stays: bool = False) -> None:
    """Open a run that the stage offers.

    One of the pages Lab and Sweep is then shown in the playground, unless the page ``stays``.
    """
    open_experiment(wanted, step)
    kept().leaves = not stays and kept().page in (PAGE, SWEEP_PAGE)


def leaves() -> bool:
    """Return whether a run of the pages Lab or Sweep was opened, which the playground shows.

    Side effect: if so, the next page ignores the address, which is out of date.
    """
    state = kept()
    goes, state.leaves = state.leaves, False
    state.changed_here = state.changed_here or goes
    return goes


def open_preset(name: str) -> None:
    """Open one of the presets, at the speed at which it is worth watching."""
    preset = PRESETS[name]
    kept().view = replace(kept().view.of_pages, speed=preset.speed)
    open_experiment(preset.experiment, view=kept().view)


def keep_lab(lab: LabView) -> None:
    """Keep what the page Lab shows, for its address."""
    kept().view = replace(kept().view, lab=lab)


def keep_sweep(text: str) -> None:
    """Keep the text of the sweep on the page Sweep, for its address."""
    kept().view = replace(kept().view, sweep=read_sweep_text(text))


def section() -> str:
    """Return the section of the gallery that was shown last, or an empty text."""
    return kept().section


def keep_section(name: str) -> None:
    """Keep the section of the gallery for the next visit of that page."""
    kept().section = name


def _caption() -> str:
    """Return the title of the link, or else of the preset that is trained, or an empty text."""
    shown = preset_shown()
    return link.title() or (shown.title if shown else "")


def preset_shown() -> Preset | None:
    """Return the preset that is being trained, or None."""
    now = as_set_now()
    return next((preset for preset in PRESETS.values() if preset.experiment == now), None)


def open_saved(saved: Saved) -> None:
    """Open a saved run at its step."""
    kept().view = kept().view.of_pages
    open_experiment(saved.experiment, saved.step)


def travel(way: str) -> None:
    """Undo or redo; see :meth:`Visit.travel`."""
    with change_made_here():
        visit().travel(way)
        replace_widgets()


def set_layers(layers: Iterable[LayerSpec]) -> None:
    """Begin a new run with these hidden layers."""
    with change_made_here():
        visit().open(as_set_now().with_hidden(tuple(layers)))


def rearrange_layers(layers: Iterable[LayerSpec]) -> None:
    """Like `set_layers`, but also give the widgets new keys, because layers moved."""
    open_experiment(as_set_now().with_hidden(tuple(layers)))


def as_set_now() -> Experiment:
    """Return the experiment with the latest settings from step 0 on, without changes."""
    return experiment().from_the_start({field: value_now(field) for field in LIVE_FIELDS})


def put(setting: Setting, value: Any) -> None:
    """Set a value: at the shown step if the setting is live, else in a new run."""
    with change_made_here():
        if setting.live:
            visit().ask_for(setting.path[-1], value)
        else:
            visit().open(_put(setting, value))


def put_text(setting: Setting, text: str) -> None:
    """Set a value that was typed; see :func:`put`."""
    with change_made_here():
        put(setting, setting.rule.parse(setting.label, text.strip()))


def ask_to_take_home(shown: Experiment, step: int) -> None:
    """Make the next page offer the shown run at ``step`` for download."""
    quota.bounds().step_rule.check("step", step)
    if not differ_in_changes_only(experiment(), shown):
        raise ValueError("the run to take home must be the one on the page; got another one")
    kept().take_home = (shown, step)


def taken_home() -> tuple[Experiment, int] | None:
    """Return the run and the step that this page offers for download, or None."""
    return kept().taken_home


def ask_to_share() -> None:
    """Make the next page show the dialog that shares the link."""
    kept().share = True


def shares() -> bool:
    """Return whether this page shows the dialog that shares the link."""
    return kept().shares


def take_over(shown: Experiment, step: int, wish: int | None, run: int | None, seen: View) -> None:
    """Take over the state that the stage reports; see :meth:`Visit.told`."""
    before = as_set_now()
    kept().seen = seen
    if visit().told(shown, step, wish, run):
        kept().trouble = None  # the stage had what the link could not hold
    if as_set_now() != before:
        replace_widgets()


def _what_is_shown() -> tuple[object, ...]:
    """Return all that the page shows of the run; if it changes, the page must be redrawn."""
    live = (value_now(field) for field in LIVE_FIELDS)
    return (visit().run, experiment(), kept().view, *live)


def has_trouble() -> bool:
    """Return whether a refusal must still be shown."""
    return kept().visited and kept().trouble is not None


def page_is_stale() -> bool:
    """Return whether the page must be redrawn.

    Side effect: if so, the next rerun ignores the address, which is out of date.
    """
    _keep_time()
    link.let_go_of_the_moment()
    state = kept()
    is_other = state.shown != _what_is_shown()
    state.changed_here = is_other or has_trouble() or state.share or state.take_home is not None
    return state.changed_here


def _keep_time() -> None:
    """Carry out a wish that no stage has answered in time."""
    try:
        visit().keep_time()
    except ValueError as refusal:
        refuse(refusal)


def begin_page(page: str) -> None:
    """Follow the address, and note what the page will show; every page begins with this."""
    link.follow(page)
    _keep_time()
    link.let_go_of_the_moment()
    visit().show_caption(_caption())
    state = kept()
    if state.visited:
        state.told, state.trouble = state.trouble, None
    state.taken_home, state.take_home = state.take_home, None
    state.shares, state.share = state.share, False
    state.shown = _what_is_shown()
    state.own = experiment().data.points or state.own


def put_controls_off(has_stage: bool) -> None:
    """Draw a visitor's first page without its controls, if it has the stage.

    Otherwise the browser would fetch the code of every kind of widget before it shows the stage.
    The stage's first message makes the page draw again, with all controls.
    """
    state = kept()
    state.waits = has_stage and not state.visited
    state.visited = True
    if state.waits:
        state.shown = None


def controls_wait() -> bool:
    """Whether this page is drawn without its controls."""
    return kept().waits


def reset() -> None:
    """Open the run again at its initial weights."""
    with change_made_here():
        visit().open(as_set_now())


def _put(setting: Setting, value: Any) -> Experiment:
    now = as_set_now()
    if setting.key != "data":
        return setting.put(now, value)
    own = own_points() if value == OWN else None
    wanted: Experiment = setting.put(now, value) if own is None else now.with_points(own)
    return wanted.scaled_like(now)


def trouble() -> str | None:
    """Return the refusal that this page shows, or None."""
    return kept().told
