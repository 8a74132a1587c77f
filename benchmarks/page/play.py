"""Measure how smoothly the stage plays, and the cost for the server."""

from dataclasses import dataclass

import numpy as np
import psutil
from playwright.sync_api import Page

from benchmarks.page.report import Row
from benchmarks.page.tabs import IDLE_RATE, NOTE_PAINTING, PAINTED, tab
from tools.playground import HEAVIEST, SIX_LAYERS_OF_EIGHT, WIDE
from tools.server import Server

# Limits: painted ÷ idle rate, kilobytes and server milliseconds per frame; None: no limit.
NETS = (
    ("default net", "", 0.98, 3.0, 2.0),
    ("six tanh layers of eight", SIX_LAYERS_OF_EIGHT, 0.97, 12.0, None),
    ("2-25-50-50-25-1", WIDE, 0.95, None, None),
    ("8 × 64, 2,000 samples", HEAVIEST, None, None, None),
)


@dataclass(frozen=True)
class Played:
    """Measurements of some seconds of play: per second, and per painted frame."""

    idle_rate: float
    painted_rate: float
    late_interval_ms: float
    cpu_ms: float
    kilobytes: float
    stalls: int
    foreign: list[str]


def cpu_seconds(pid: int) -> float:
    """Return the processor time of the server."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def play(page: Page, server: Server, query: str = "", seconds: float = 10.0) -> Played:
    """Play for `seconds`, after measuring the display's rate at rest."""
    with tab(page, server.url) as (playground, traffic):
        playground.open(query)
        idle_rate = playground.page.evaluate(IDLE_RATE, min(seconds, 3))
        playground.page.evaluate(NOTE_PAINTING)
        cpu, received = cpu_seconds(server.pid), traffic.received
        playground.play()
        seen = playground.page.evaluate(PAINTED, seconds)
        cpu, received = cpu_seconds(server.pid) - cpu, traffic.received - received
        return Played(
            idle_rate=idle_rate,
            painted_rate=seen["painted"] / seen["seconds"],
            late_interval_ms=float(np.percentile(seen["intervals"], 95)),
            cpu_ms=1e3 * cpu / max(seen["painted"], 1),
            kilobytes=received / 1e3 / max(seen["painted"], 1),
            stalls=seen["stalls"],
            foreign=traffic.foreign,
        )


def measure(page: Page, server: Server, seconds: float, most: int = len(NETS)) -> list[Row]:
    """Return the rows on smoothness, server cost, traffic, and requests to other hosts.

    ``most`` is the number of networks that play.
    """
    rows, foreign = [], []
    for name, query, smooth, light, cheap in NETS[:most]:
        played = play(page, server, query, seconds)
        foreign += played.foreign
        how = (
            f"{played.painted_rate:.1f} of {played.idle_rate:.1f} a second for {seconds:g} s, "
            f"{played.stalls} stalls"
        )
        rows += [
            Row(
                f"painted ÷ idle rate, {name}",
                played.painted_rate / played.idle_rate,
                "×",
                smooth,
                "at least",
                how,
            ),
            Row(
                f"interval between frames, {name}",
                played.late_interval_ms,
                "ms",
                None if query else 34.0,
                how="95th percentile",
            ),
            Row(
                f"server CPU a frame, {name}",
                played.cpu_ms,
                "ms",
                cheap,
                how="user + system time of the server process ÷ frames painted",
            ),
            Row(
                f"bytes a frame, {name}",
                played.kilobytes,
                "kB",
                light,
                how="received by the tab, websocket and HTTP, ÷ frames painted",
            ),
        ]
    rows.append(
        Row(
            "requests to any other host",
            len(foreign),
            mark=0,
            rule="exactly",
            how=" ".join(foreign) or "every tab of the rows above",
        )
    )
    return rows


def measure_mounts(page: Page, server: Server, seconds: float) -> list[Row]:
    """Return how often the stage was built in `seconds` of play with ten changes of the rate."""
    with tab(page, server.url) as (playground, _):
        playground.open()
        playground.play()
        run = playground.frame["run"]
        for _ in range(10):
            with playground.rerun():
                playground.nudge_learning_rate()
            playground.page.evaluate(PAINTED, seconds / 10)
        state = playground.state
    assert state["frame"]["run"] == run, "the changes were meant to keep the run"
    return [
        Row(
            "times the stage was built in a minute of play",
            state["mounts"],
            mark=1,
            rule="exactly",
            how=f"{seconds:g} s of play, ten learning rate changes, {state['painted']} painted",
        )
    ]
