"""Kill the server, or cut its connections, while many play: all must continue at their step."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType

from playwright.sync_api import Browser

from benchmarks.crowd.rows import Serving, version_of
from benchmarks.crowd.viewer import Viewer
from benchmarks.page.report import Row
from benchmarks.page.tabs import DESK, chromium
from tools.playground import Playground
from tools.server import free_port

PATIENCE = 120.0  # seconds until all must have continued

DATA = ("moons", "circles", "gaussians", "xor", "spirals", "stripes")


class Loop:
    """An event loop in its own thread, running inside its ``with`` block."""

    def __enter__(self) -> "Loop":
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()


class Door:
    """A TCP proxy to a server. Shutting it ends all connections and refuses new ones."""

    def __init__(self, loop: asyncio.AbstractEventLoop, port: int) -> None:
        self._loop, self._inner = loop, port
        self._open = True
        self._passing: set[asyncio.StreamWriter] = set()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        serving = asyncio.start_server(self._pass, "127.0.0.1", self.port)
        asyncio.run_coroutine_threadsafe(serving, loop).result()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        ends = {writer}
        with suppress(OSError):
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._inner)
            ends.add(inner_writer)
            self._passing |= ends
            await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))
        for end in ends:  # if one of them was lost, the other is
            end.transport.abort()
        self._passing -= ends

    def shut(self) -> None:
        """End every connection, and refuse new ones."""
        self._open = False
        self._loop.call_soon_threadsafe(self._end_all)

    def _end_all(self) -> None:
        for writer in self._passing:
            writer.transport.abort()

    def open(self) -> None:
        """Accept connections again."""
        self._open = True


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


@contextmanager
def playing(loop: asyncio.AbstractEventLoop, url: str, count: int) -> Iterator[list[Viewer]]:
    """Let viewers without a screen play until the block ends."""
    version = asyncio.run_coroutine_threadsafe(version_of(url), loop).result()
    crowd = [Viewer(url, version, f"init_seed={i % 10}") for i in range(count)]

    async def come(viewer: Viewer) -> None:
        await viewer.open()
        await viewer.play()

    tasks = [asyncio.run_coroutine_threadsafe(come(viewer), loop) for viewer in crowd]
    yield crowd
    for task in tasks:
        task.cancel()


def _tabs(browser: Browser, url: str, count: int) -> list[Playground]:
    """Open browser tabs that play different data sets and detect a reload of the page."""
    found = []
    for data in DATA[:count]:
        playground = Playground(browser.new_page(viewport=DESK), url).open(f"/?data={data}")
        playground.page.evaluate("() => { window.sameDocument = true; }")
        playground.play()
        found.append(playground)
    for playground in found:
        playground.play_until_step(60)
    return found


def _goes_on(playground: Playground, run: str, step: int) -> bool:
    """Return whether a tab plays on in the same run and element, without a reload."""
    playground.until("s.playing && s.frame.step > arg", step, patience=1e3 * PATIENCE)
    state = playground.state
    same = playground.page.evaluate("() => window.sameDocument === true")
    return bool(same and state["frame"]["run"] == run and state["mounts"] == 1)


def _interrupted(
    what: str, pages: list[Playground], crowd: list[Viewer], interrupt: Callable[[], None]
) -> list[Row]:
    interrupt()
    runs = [(page.frame["run"], page.step_shown) for page in pages]
    steps = [viewer.step for viewer in crowd]
    seen = sum(_goes_on(page, *run) for page, run in zip(pages, runs, strict=True))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not all(
        viewer.step > step for viewer, step in zip(crowd, steps, strict=True)
    ):
        time.sleep(0.1)
    heard = sum(viewer.step > step for viewer, step in zip(crowd, steps, strict=True))
    return [
        Row(f"browsers that play on, {what}", seen, "", len(pages), "exactly",
            "same run, at their step, same page and picture"),
        Row(f"viewers without a screen that go on, {what}", heard, "", len(crowd), "exactly",
            "each at its own step"),
    ]  # fmt: skip


def restarted(serving: Serving, viewers: int, tabs: int, away: float) -> list[Row]:
    """Return the rows on a server that was killed and restarted, and then on one cut off."""
    with ExitStack() as stack:
        loop, server = stack.enter_context(Loop()).loop, stack.enter_context(serving())
        door = Door(loop, server.port)
        pages = _tabs(stack.enter_context(chromium()), door.url, tabs)
        crowd = stack.enter_context(playing(loop, door.url, viewers))
        while min(viewer.step for viewer in crowd) == 0:
            time.sleep(0.1)

        def kill() -> None:
            server.kill()
            time.sleep(away / 6)
            server.start()

        def cut() -> None:
            door.shut()
            time.sleep(away)
            door.open()

        return [
            *_interrupted("server killed and started", pages, crowd, kill),
            *_interrupted(f"the way cut for {away:g} s", pages, crowd, cut),
        ]
