"""Every text and control has its place: nothing overlaps, is cut or leaves the window.

A page goes from size to size.
"""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from nnviz.experiment import Experiment
from nnviz.experiment.query import to_query
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.serve import quota, spell
from nnviz.ui.visit.view import LONGEST_TITLE
from tests.e2e.conftest import PHONE
from tools.playground import HEAVIEST, Playground

LECTURE = [(1280, 720), (1024, 768), (1920, 1080)]
OTHERS = [(1280, 720), (933, 600), (844, 390), (390, 844)]
AT_ALL_SIZES = ["first", "article-sigmoid-deep"]

# A link with names as long as those of real data, and a title as long as a link may have it.
WORDY = "/?data=wine&title=" + ("A+title+of+many+words+" * 9)[:LONGEST_TITLE]

# Returns one line for each fault. Text counts with its own boxes, less the empty part of each line.
# The notice lies above the plane, the hidden status is for screen readers, and the sidebar is
# Streamlit's own; the buttons of neurons are invisible.
FAULTS = """isLecture => {
    const roots = '.nnv, .st-key-nnviz_pages, [data-testid="stHeader"], .st-key-nnviz_trouble';
    const apart = ".nnv-status, .nnv-chip, .nnv-notice, .nnv-diagram-nodes";
    const faults = new Set(), boxes = [], style = (element) => getComputedStyle(element);
    const isClipped = (element) =>
        element && (style(element).clipPath === "inset(50%)" || isClipped(element.parentElement));
    const isSeen = (element) => !element.closest(apart) && !isClipped(element)
        && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const textBoxes = (node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        const isUpright = style(node.parentElement).writingMode === "horizontal-tb";
        return [...range.getClientRects()].map(({ left, right, top, bottom, width, height }) => {
            const x = isUpright ? 0 : 0.14 * width, y = isUpright ? 0.14 * height : 0;
            return { left: left + x, right: right - x, top: top + y, bottom: bottom - y };
        });
    };
    for (const root of document.querySelectorAll(roots)) {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode()); ) {
            const element = node.parentElement, what = `"${node.data.trim().slice(0, 30)}"`;
            if (!node.data.trim() || !isSeen(element)) continue;
            for (const box of textBoxes(node)) boxes.push({ what, element, box, isText: true });
        }
        for (const element of root.querySelectorAll("button, input, a")) {
            const what = `<${element.dataset.testid ?? element.ariaLabel ?? element.textContent}>`;
            const box = element.getBoundingClientRect();
            if (isSeen(element)) boxes.push({ what, element, box });
        }
    }
    const checkInside = ({ what, element, box }) => {
        for (let p = element; !p.matches(".nnv, body"); p = p.parentElement) {
            const { display, overflowY, position } = style(p), outer = p.getBoundingClientRect();
            const hides = ["hidden", "clip"].includes(overflowY);
            const isHigh = hides && p.scrollHeight > p.clientHeight + 1;
            const isWide = p.clientWidth && p.scrollWidth > p.clientWidth + 1;
            if (isHigh || isWide) faults.add(`${what} is cut in .${p.className}`);
            const isOut = box.left < outer.left - 1.5 || box.right > outer.right + 1.5;
            if (isOut && !["inline", "contents"].includes(display)) {
                faults.add(`${what} sticks out of .${p.className}`);
            }
            if (position === "absolute") break;
        }
    };
    for (const one of boxes) {
        const { what, box, element, isText } = one;
        if (box.left < -1 || box.right > innerWidth + 1) faults.add(`${what} leaves the window`);
        const isOut = box.top < -1 || box.bottom > innerHeight + 1;
        if (isLecture && isOut) faults.add(`${what} is out of sight`);
        if (isText && !element.closest("svg")) checkInside(one);
    }
    boxes.forEach((one, i) => boxes.slice(i + 1).forEach((other) => {
        const [a, b] = [one.element, other.element];
        if (a.contains(b) || b.contains(a)) return;
        const x = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const y = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (x > 1.5 && y > 2.5) faults.add(`${one.what} and ${other.what} overlap`);
    }));
    const main = document.querySelector('[data-testid="stMain"]');
    if (isLecture && main.scrollHeight > main.clientHeight) faults.add("the page scrolls");
    if (main.scrollWidth > main.clientWidth) faults.add("the page scrolls sideways");
    if (boxes.length < 30) faults.add(`only ${boxes.length} texts and controls are seen`);
    return [...faults];
}"""

# The sides of the plane and of the other parts in pixels.
SIZES = """() => Object.fromEntries(["contour", "diagram-box", "curve-box"].map((name) => {
    const { width, height } = document.querySelector(`.nnv-${name}`).getBoundingClientRect();
    return [name, [width, height]];
}))"""


def address(name: str) -> str:
    """Return the address of a preset."""
    return "/?" + urlencode(to_query(PRESETS[name].experiment, quota.bounds()))


def faults(playground: Playground, width: int, height: int, in_lecture: bool = False) -> list[str]:
    """Show the stage at a size, and return what does not fit."""
    page = playground.page
    page.set_viewport_size({"width": width, "height": height})
    button = playground.part("lecture")
    if (button.get_attribute("aria-pressed") == "true") != in_lecture:
        page.keyboard.press("l")
    expect(button).to_have_attribute("aria-pressed", "true" if in_lecture else "false")
    playground.rest(5)
    found = page.evaluate(FAULTS, in_lecture)
    where = f"{width}x{height}{' in lecture mode' if in_lecture else ''}"
    return [f"{where}: {fault}" for fault in found]


def faults_at_all_sizes(playground: Playground) -> list[str]:
    """Return what does not fit at any size, in lecture mode and outside it."""
    outside = [fault for size in OTHERS for fault in faults(playground, *size)]
    return outside + [fault for size in LECTURE for fault in faults(playground, *size, True)]


@pytest.mark.parametrize("query", [*map(address, AT_ALL_SIZES), HEAVIEST, WORDY])
def test_nothing_overlaps_is_cut_or_leaves_the_window(tab: Playground, query: str) -> None:
    """The dark scheme differs in colours alone: the fullest page at one size is enough for it."""
    playground = tab.open(query)
    found = faults_at_all_sizes(playground)
    if query == WORDY:
        playground.page.emulate_media(color_scheme="dark")
        for in_lecture in (True, False):
            found += [f"dark, {fault}" for fault in faults(playground, *LECTURE[0], in_lecture)]
    assert not found, "\n".join(found)


def longest(words: Sequence[str]) -> int:
    """Return the number of letters of the longest of some names."""
    return max(map(len, words))


# What of an experiment needs room: the size of its network, and the lengths of its names.
NEEDS: tuple[Callable[[Experiment], int], ...] = (
    lambda one: len(one.network.layers),
    lambda one: max(layer.units for layer in one.network.layers),
    lambda one: one.network.n_inputs,
    lambda one: longest(Run(one).dataset.names),
    lambda one: longest(Run(one).dataset.classes),
    lambda one: len(spell(one)),
)


def test_the_presets_that_need_the_most_room_fit_a_projector(tab: Playground) -> None:
    found = []
    largest = {max(PRESETS, key=lambda name: need(PRESETS[name].experiment)) for need in NEEDS}
    for name in sorted(largest):
        tab.open(address(name) + "&lecture=1&controls=0")
        found += [f"{name} at {fault}" for fault in faults(tab, 1280, 720, True)]
    assert not found, "\n".join(found)


def test_losses_without_bounds_fit_and_the_end_is_explained_once(tab: Playground) -> None:
    playground = tab.open(address("exploding"))
    playground.part("play").click()
    expect(playground.trouble()).to_contain_text("Stopped at step")
    ticks = playground.part("loss-curve").locator(".ytick")
    expect(ticks.last).to_contain_text("e+")
    assert not faults_at_all_sizes(playground)
    advice = playground.trouble().inner_text().split(". ", 1)[1]
    expect(playground.part("stage").get_by_text(advice)).to_have_count(1)


def test_in_lecture_mode_the_plane_is_the_largest_part(playground: Playground) -> None:
    for width, height in LECTURE:
        assert not faults(playground, width, height)
        before = playground.page.evaluate(SIZES)
        assert not faults(playground, width, height, True)
        sizes = playground.page.evaluate(SIZES)
        side = sizes.pop("contour")[0]
        if width > 1024:  # outside, a narrower page has the plane alone, and must be scrolled
            assert side > before["contour"][0], "lecture mode makes the plane larger"
        assert side > 0.6 * height
        for name, (across, high) in sizes.items():
            assert side * side > across * high, f"the {name} is larger than the plane"


def test_a_broken_link_in_lecture_mode_says_so(tab: Playground) -> None:
    playground = tab.open("/?rate=loud&lecture=1")
    note = playground.page.get_by_test_id("stAlert")
    expect(note).to_have_count(1)
    expect(note).to_contain_text("rate='loud'")
    expect(note).to_be_in_viewport(ratio=1)
    box, button = note.bounding_box(), playground.part("continue").bounding_box()
    assert box is not None
    assert button is not None
    assert box["y"] >= button["y"] + button["height"], "the note covers the last controls"
    assert not faults(playground, 1280, 720, True)


def smallest_sides(page: Page, selector: str) -> dict[str, float]:
    """Return the smaller side in pixels of each visible control, by its name."""
    sides = """all => Object.fromEntries(all.filter((c) => c.checkVisibility()).map((c) => {
        const { width, height } = (c.closest("label") ?? c).getBoundingClientRect();
        return [c.dataset.testid ?? c.ariaLabel ?? c.textContent, Math.min(width, height)];
    }))"""
    measured = page.locator(selector).evaluate_all(sides)
    assert isinstance(measured, dict)
    return measured


def test_a_finger_hits_every_control_and_play_and_a_small_plane_stay_when_it_scrolls(
    phone: Playground,
) -> None:
    playground, page = phone, phone.page
    controls = ".nnv :is(button, input):not(.nnv-diagram-nodes *)"
    others = '.st-key-nnviz_pages a, [data-testid="stExpandSidebarButton"]'
    sides = smallest_sides(page, f"{controls}, {others}")
    assert len(sides) > 15
    assert {name: side for name, side in sides.items() if side < 40} == {}
    assert not faults(phone, PHONE["width"], PHONE["height"])

    play = playground.part("play")
    small, scrolled = (playground.page.locator(name) for name in (".nnv-small", ".stMain"))
    whole = scrolled.evaluate("main => main.scrollHeight")
    expect(small).to_be_hidden()
    playground.part("time").scroll_into_view_if_needed()
    expect(small).to_be_in_viewport(ratio=1)
    assert scrolled.evaluate("main => main.scrollHeight") == whole
    before = small.screenshot()
    play.tap()
    playground.play_until_step(20)
    expect(play).to_be_in_viewport(ratio=1)
    play.tap()
    assert small.screenshot() != before
    playground.part("boundary").scroll_into_view_if_needed()
    expect(small).to_be_hidden()


def test_the_closed_drawer_of_a_phone_is_called_settings(
    phone: Playground,
) -> None:
    playground = phone
    opener = playground.page.get_by_test_id("stExpandSidebarButton")
    said = opener.evaluate("button => getComputedStyle(button, '::after').content")
    assert said == '"Settings"'
    expect(opener.get_by_text("keyboard_double")).to_be_hidden()
    opener.tap()
    expect(playground.sidebar.get_by_text("Data set")).to_be_in_viewport()

    # A preset that is opened from here is not hidden by the drawer.
    playground.page.get_by_role("link", name="Gallery").tap(force=True)
    playground.page.get_by_role("button", name=f"Open {PRESETS['spirals'].title}").tap()
    expect(playground.part("play")).to_be_in_viewport()
    expect(playground.sidebar.get_by_text("Data set")).not_to_be_in_viewport()
