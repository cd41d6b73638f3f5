"""By keyboard alone: to what one came for, and into it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import Look, Sight
from tests.browser.pages import CHECK, LONG_SURVEY, PROBED, SURVEY

_MOST_TABS = 200


def walk_to(sight: Sight, selector: str) -> Any:
    """Press Tab until something like that has the focus."""
    for _ in range(_MOST_TABS):
        sight.page.keyboard.press("Tab")
        if sight.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return sight.page.locator(":focus")
    raise AssertionError(f"{selector} is not reached by {_MOST_TABS} times Tab")


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", [PROBED[0], PROBED[1], PROBED[10]])
def test_a_message_of_a_ladder_is_opened_by_enter(
    browser: Any, pages: Mapping[str, Path], name: str, script: bool
) -> None:
    with Sight(browser, Look(script=script)) as sight:
        sight.open(pages[name])
        summary = walk_to(sight, ".messages summary")
        message = summary.locator("..")
        tree = message.locator(".tree").first
        assert not tree.is_visible()
        sight.page.keyboard.press("Enter")
        assert tree.is_visible()
        assert message.locator(".dump").first.is_visible()
        sight.page.keyboard.press("Enter")
        assert not tree.is_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_cell_of_the_grid_is_opened_by_enter(browser: Any, pages: Mapping[str, Path], script: bool) -> None:
    with Sight(browser, Look(script=script)) as sight:
        sight.open(pages[CHECK])
        target = walk_to(sight, ".grid td a").get_attribute("href")
        probe = sight.page.locator(target)
        assert not probe.is_visible()
        sight.page.keyboard.press("Enter")
        probe.wait_for(state="visible")
        assert probe.evaluate("one => { const at = one.getBoundingClientRect();"
                              " return at.bottom > 0 && at.top < innerHeight; }")  # fmt: skip


def test_a_table_is_sorted_by_enter(browser: Any, pages: Mapping[str, Path]) -> None:
    with Sight(browser) as sight:
        sight.open(pages[SURVEY])
        button = walk_to(sight, "th button")
        head = button.locator("..")
        sight.page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "ascending"
        sight.page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == "descending"


def test_the_first_tab_skips_to_the_content(browser: Any, pages: Mapping[str, Path]) -> None:
    with Sight(browser) as sight:
        sight.open(pages[CHECK])
        sight.page.keyboard.press("Tab")
        sight.page.keyboard.press("Enter")
        assert sight.page.evaluate("document.activeElement.id") == "main"


def test_a_survey_of_ten_thousand_is_laid_out_where_it_is_looked_at(
    browser: Any, pages: Mapping[str, Path]
) -> None:
    """No time is asserted: without folds a page of that size has to lay out each of its rows."""
    with Sight(browser) as sight:
        sight.open(pages[LONG_SURVEY])
        rows = sight.page.locator("#domains tbody tr")
        assert rows.count() == 10_000
        visible = "all => all.filter(one => one.checkVisibility()).length"
        assert rows.evaluate_all(visible) == 0
        sight.page.locator("#domains summary").first.click()
        assert rows.evaluate_all(visible) == 500
