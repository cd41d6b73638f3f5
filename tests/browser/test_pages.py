"""What holds of every page, whoever looks at it: with a phone, at night, by keyboard, on paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import WIDTHS, Look, Scheme, Sight
from tests.browser.pages import NAMES, PAIRS

GRAVE = {"serious", "critical"}  # of axe-core's violations
MOST_PAGES = 60  # of paper
_A4 = (595, 842)  # points

each_page = pytest.mark.parametrize("name", NAMES)

# Of what is on a page when it is printed, all that does not fit on it; labels in drawings are cut off.
_TOO_WIDE = """width => [...document.querySelectorAll("main *")]
    .filter(one => one.getClientRects().length && !one.closest("foreignObject"))
    .filter(one => one.getBoundingClientRect().right > width + 1)
    .map(one => one.tagName + "." + one.className).slice(0, 5)"""
# Of the rules, only those of colours depend on the scheme.
_RULES = {Scheme.LIGHT: None, Scheme.DARK: ["color-contrast", "link-in-text-block"]}
_AXE = """async rules => (await axe.run(document, {resultTypes: ["violations"],
    ...(rules ? {runOnly: {type: "rule", values: rules}} : {})})).violations
    .map(one => [one.impact, one.id, one.nodes.slice(0, 3).map(node => node.html).join(" ")])"""
_ELEMENTS = """() => [...document.querySelectorAll("*")].map(one =>
    one.tagName + " " + one.getAttributeNames().sort().join(" "))"""


@each_page
def test_it_asks_nobody_for_anything_and_nothing_goes_wrong(
    browser: Any, pages: Mapping[str, Path], name: str
) -> None:
    with Sight(browser) as sight:
        sight.open(pages[name])
        sight.unfold()
        sight.page.wait_for_load_state("networkidle")
        assert sight.requests == [pages[name].as_uri()]
        assert sight.complaints == []


@each_page
@pytest.mark.parametrize("scheme", Scheme)
def test_axe_finds_nothing_serious(
    browser: Any, pages: Mapping[str, Path], axe: str, name: str, scheme: Scheme
) -> None:
    with Sight(browser, Look(scheme=scheme), injecting=True) as sight:
        sight.open(pages[name])
        sight.page.evaluate(axe)
        assert [found for found in sight.page.evaluate(_AXE, _RULES[scheme]) if found[0] in GRAVE] == []


@each_page
def test_nothing_is_to_be_scrolled_sideways(browser: Any, pages: Mapping[str, Path], name: str) -> None:
    with Sight(browser) as sight:
        sight.open(pages[name])
        for width in WIDTHS:
            sight.resize(width)
            assert sight.page.evaluate("document.documentElement.scrollWidth") <= width
        sight.unfold()
        for width in WIDTHS:
            sight.resize(width)
            assert sight.page.evaluate("document.documentElement.scrollWidth") <= width


@each_page
def test_without_script_the_same_is_there_and_opens(
    browser: Any, pages: Mapping[str, Path], name: str
) -> None:
    with Sight(browser) as scripted, Sight(browser, Look(script=False)) as bare:
        texts = [one.open(pages[name]).page.locator("main").inner_text() for one in (scripted, bare)]
        plain = [re.sub(r"\s+", " ", text) for text in texts]
        assert plain[0] == plain[1]
        first = bare.page.locator("details").first
        first.locator("summary").first.click()
        assert first.get_attribute("open") is not None


@each_page
def test_it_fits_on_paper(browser: Any, pages: Mapping[str, Path], name: str) -> None:
    with Sight(browser) as sight:
        sight.open(pages[name])
        paper = sight.page.pdf(format="A4")
        sight.page.emulate_media(media="print")
        width = 688  # CSS pixels between the margins
        sight.resize(width)
        assert sight.page.evaluate(_TOO_WIDE, width) == []
        assert not sight.page.locator("nav").is_visible()
    boxes = set(re.findall(rb"/MediaBox *\[([0-9. ]+)\]", paper))
    sizes = [float(side) for box in boxes for side in box.split()[2:]]
    assert sizes == pytest.approx(_A4, abs=1)
    assert 0 < len(re.findall(rb"/Type */Page\b", paper)) <= MOST_PAGES


@each_page
def test_tables_are_sorted_by_every_column(browser: Any, pages: Mapping[str, Path], name: str) -> None:
    with Sight(browser) as sight:
        sight.open(pages[name])
        sight.unfold()
        unsorted = sight.page.evaluate(_SORTING)
        assert unsorted == []


@each_page
def test_every_link_and_fold_is_reached_by_tab(browser: Any, pages: Mapping[str, Path], name: str) -> None:
    with Sight(browser) as sight:
        sight.open(pages[name])
        wanted = sight.page.evaluate(_FOCUSABLE)
        seen = set()
        for _ in range(min(wanted, _MOST_TABS)):
            sight.page.keyboard.press("Tab")
            seen.add(sight.page.evaluate(_FOCUSED))
        assert None not in seen
        assert len(seen) == min(wanted, _MOST_TABS)


@pytest.mark.parametrize(("plain", "hostile"), PAIRS)
def test_hostile_names_change_no_element(
    browser: Any, pages: Mapping[str, Path], plain: str, hostile: str
) -> None:
    found = []
    for name in (plain, hostile):
        with Sight(browser) as sight:
            found.append(sight.open(pages[name]).page.evaluate(_ELEMENTS))
            assert sight.complaints == []
    assert found[0] == found[1]


_MOST_TABS = 150
_VISIBLE = "one => one.checkVisibility({contentVisibilityAuto: false}) && one.tabIndex >= 0"
_FOCUSABLE = f"""() => [...document.querySelectorAll("a[href], summary, button, input, [tabindex]")]
    .filter({_VISIBLE}).length"""
# The focused element's place in the document, and whether one sees that it is focused.
_FOCUSED = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    if (one === document.body || (style.outlineStyle === "none" || style.outlineWidth === "0px")) return null;
    return [...document.querySelectorAll("*")].indexOf(one);
}"""
# Columns that are not in order once their heading was pressed, up and down.
_SORTING = """() => {
    const key = cell => {
        const number = cell.querySelector("data, time");
        return number ? Number(number.dataset.value ?? number.value) : cell.textContent.trim().toLowerCase();
    };
    const bad = [];
    for (const table of document.querySelectorAll("table.sortable")) {
        const rows = table.tBodies[0].rows, before = rows.length;
        [...table.tHead.rows[0].cells].forEach((head, place) => {
            const button = head.querySelector("button");
            if (!button) { if (before > 1) bad.push("no button: " + head.textContent); return; }
            for (const way of ["ascending", "descending"]) {
                button.click();
                const keys = [...rows].map(row => key(row.cells[place]));
                const wrong = keys.some((one, at) => at && typeof one === typeof keys[at - 1] &&
                    (way === "ascending" ? one < keys[at - 1] : one > keys[at - 1]));
                if (wrong || head.getAttribute("aria-sort") !== way || rows.length !== before) {
                    bad.push(head.textContent + " " + way + ": " + keys.slice(0, 5));
                }
            }
        });
    }
    return bad;
}"""
