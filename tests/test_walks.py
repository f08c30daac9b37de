"""The walks of docs/walks: made anew with real Dovecot and Postfix they say the same; they are small and need no network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.walks.__main__ import DOCS, walked_pages
from tests.walks.script import WALKS

SMALL = 120_000  # bytes of one page


@pytest.fixture(scope="module")
def fresh() -> dict[str, str]:
    return walked_pages()


@pytest.mark.dovecot
@pytest.mark.postfix
@pytest.mark.alone
@pytest.mark.timeout(600)
def test_the_pages_are_current(fresh: dict[str, str]) -> None:
    """A letter, a template or a rule has changed: look at what changed, then `python -m tests.walks`."""
    kept = {path.name: path.read_text("utf-8") for path in DOCS.glob("*.html")}
    assert kept.keys() == fresh.keys()
    for name, page in fresh.items():
        assert _words(kept[name]) == _words(page), f"{name} is old: run `python -m tests.walks`"


def _words(page: str) -> list[str]:
    """What a reader reads, line by line."""
    text = re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    return [" ".join(line.split()) for line in re.sub(r"<[^>]*>", "\n", text).splitlines() if line.strip()]


@pytest.mark.parametrize("name", ["index", *WALKS])
def test_a_page_stands_alone(name: str) -> None:
    page = (DOCS / f"{name}.html").read_text("utf-8")
    assert len(page.encode()) < SMALL
    assert not re.search(r"<script|<img|<link|src=|url\(|https?://|mailto:", page)
    assert all((DOCS / target).exists() for target in re.findall(r'href="([\w-]+\.html)"', page))
    assert not re.search(r"~[a-z0-9]+\.\d{8}\.[a-z2-7]{26}", page), "a token"


@pytest.mark.parametrize("name", WALKS)
def test_no_number_is_parted_in_the_heading_of_a_mail(name: str) -> None:
    heads = re.findall(r"<br><b>(.*?)</b>", (DOCS / f"{name}.html").read_text("utf-8"))
    tags = [tag for head in heads for tag in re.findall(r"\[#[\d-]+\]", head)]
    assert len(tags) >= 5
    assert sum(head.count("<nobr>[#") for head in heads) == len(tags)


def test_each_walk_tells_the_whole() -> None:
    """From the customer's mail by her program to the close."""
    assert set(WALKS) == {"quality", "quantity", "damage", "warranty", "other"}
    for name in WALKS:
        page = (DOCS / f"{name}.html").read_text("utf-8")
        assert page.count("<article") >= 8
        assert "!закрыть" in page
        assert "Состояние" in page
        assert Path(DOCS / "index.html").read_text("utf-8").count(f"{name}.html") == 1
