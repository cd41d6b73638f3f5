"""What comes of values in templates: markup that is ours, and text that stays text."""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from hashlib import sha256

import pytest

from pyfinger.errors import UsageError
from pyfinger.page.template_rendering import Pages

jinja2 = pytest.importorskip("jinja2", reason="pages need Jinja2")


@pytest.fixture(scope="module")
def page() -> str:
    return Pages("base.html").render("base.html")


@pytest.mark.parametrize("element", ["style", "script"])
def test_the_policy_names_what_stands_in_the_page(page: str, element: str) -> None:
    found = re.findall(f"<{element}>(.*?)</{element}>", page, re.DOTALL)
    assert len(found) == 1
    digest = b64encode(sha256(found[0].encode()).digest()).decode()
    policy = re.search('http-equiv="Content-Security-Policy" content="(.*?)"', page)
    assert policy is not None
    assert f"{element}-src &#39;sha256-{digest}&#39;" in policy[1]


def test_nothing_is_fetched_from_elsewhere(page: str) -> None:
    assert "default-src &#39;none&#39;" in page
    assert not re.search(r"https?://|url\(|@import|src=", page)


def test_without_jinja2_one_line_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UsageError, match=r"^pages need the package Jinja2: pip install"):
        Pages()
