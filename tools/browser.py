"""Find or install the Chromium for the browser tests and the page benchmark.

The order of the search is: the path in `NNVIZ_CHROMIUM`, the one found last time, the browsers of
this machine, Playwright's own. If none starts, `python tools/browser.py` installs one: first with
Playwright, then, as root, with the system's package manager. If that fails, it is an error.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Playwright, sync_playwright

# The file with the path of the last browser that started, in the environment that used it.
REMEMBERED = Path(sys.prefix) / "nnviz-chromium"

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

# No calls home, no first-run pages, no graphics card: the same browser on every machine.
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--process-per-site",  # a second tab needs no process, and compiles no script again
)

# Features to switch off. A list of ours replaces Playwright's, so ours has that one too, in the
# first part. In the second, the address bar would be a page of its own in every window, and a
# process would wait for a site that none of ours leads to; each costs as much as a simple page.
FEATURES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
    # ours
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "SpareRendererForSitePerProcess",
)


def _flags() -> list[str]:
    """Return the flags for this user: Chromium's sandbox refuses to run as root."""
    flags = [*FLAGS, "--disable-features=" + ",".join(FEATURES_OFF)]
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*flags, "--no-sandbox"] if as_root else flags


def launch(playwright: Playwright, path: str) -> Browser:
    """Start the Chromium at `path`, headless."""
    return playwright.chromium.launch(executable_path=path, args=_flags())


def launch_profile(
    playwright: Playwright, path: str, folder: Path, **options: Any
) -> BrowserContext:
    """Start it with a profile on the disk, which keeps compiled scripts; `options` of a context."""
    chromium = playwright.chromium
    return chromium.launch_persistent_context(
        folder, executable_path=path, args=_flags(), **options
    )


def candidates(playwright: Playwright) -> Iterator[str]:
    """Yield the paths of the browsers on this machine, the preferred one first."""
    if REMEMBERED.exists():
        yield REMEMBERED.read_text().strip()
    for name in NAMES:
        if path := shutil.which(name):
            yield path
    if Path(playwright.chromium.executable_path).exists():
        yield playwright.chromium.executable_path


def starts(playwright: Playwright, path: str) -> bool:
    """Return whether the browser at `path` can show a page; a library may be missing."""
    try:
        browser = launch(playwright, path)
        browser.new_page().goto("data:text/html,ready")
        browser.close()
    except Error as error:
        print(f"{path} does not start: {str(error).splitlines()[0]}", file=sys.stderr)
        return False
    return True


def find(playwright: Playwright) -> str | None:
    """Return the path of a Chromium that starts, or None; the path is stored for the next time."""
    if chosen := os.environ.get("NNVIZ_CHROMIUM"):
        return chosen
    for path in dict.fromkeys(candidates(playwright)):
        if starts(playwright, path):
            REMEMBERED.write_text(path)
            return path
    return None


def find_here() -> str | None:
    """Return the result of `find`, or None if Playwright's driver does not start."""
    try:
        with sync_playwright() as playwright:
            return find(playwright)
    except Exception as error:  # the driver ended, for which Playwright has no narrower class
        print(f"Playwright does not start: {error}", file=sys.stderr)
        return None


def ways_to_get_one() -> Iterator[list[list[str]]]:
    """Yield the ways to install a Chromium here, each a list of commands.

    Playwright's driver needs libatomic, which is missing on a minimal system.
    """
    yield [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        if shutil.which("apt-get"):
            yield [
                ["apt-get", "update"],
                [
                    "apt-get",
                    "install",
                    "-y",
                    "-qq",
                    "--no-install-recommends",
                    "chromium",
                    "libatomic1",
                ],
            ]
        elif shutil.which("dnf"):
            yield [["dnf", "install", "-y", "chromium", "libatomic"]]


def main() -> int:
    """Print the path of a Chromium that starts; get one if there is none."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    path = find_here()
    for commands in ways_to_get_one():
        if path:
            break
        for command in commands:
            print("No Chromium yet; trying:", *command, flush=True)
            subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, check=False)
        path = find_here()
    if path:
        print("Chromium:", path)
        return 0
    print(
        "The browser tests need a Chromium and none could be found or installed.\n"
        "Install Chromium or Chrome, or name one: NNVIZ_CHROMIUM=/path/to/chrome make test",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
