"""Every letter in a real browser: it stands in a phone's width without sideways scrolling or clipped words, and it is not blank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pictures import PHONE, WIDTHS, chromium, chromium_run, composed, composer, draw, samples
from tests.store_fixtures import missing

pytestmark = pytest.mark.chromium

# every letter in a frame of its own; each tells how wide it is and how much it says
_PAGE = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
{frames}
<pre id="found"></pre>
<script>
addEventListener("load", () => {{
  document.getElementById("found").textContent = [...document.querySelectorAll("iframe")].map(frame => {{
    const page = frame.contentDocument;
    const boxes = [...page.querySelectorAll("body *")].map(one => one.getBoundingClientRect());
    const right = Math.max(...boxes.map(box => box.right));
    const words = page.body.innerText.trim().length;
    const clipped = [...page.querySelectorAll("body *")].filter(one => {{
      const style = frame.contentWindow.getComputedStyle(one);
      return style.overflow !== "visible" && (one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight);
    }}).length;
    const thumbs = [...page.querySelectorAll("a.chip")].map(one => Math.floor(one.getBoundingClientRect().height));
    return [frame.id, frame.clientWidth, page.scrollingElement.scrollWidth, Math.ceil(right), words, page.scrollingElement.scrollHeight,
            Math.min(...thumbs, 999), clipped].join(" ");
  }}).join("\\n");
}});
</script>"""
_FOUND = re.compile(r"^(\S+)@(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", re.MULTILINE)


def measured(folder: Path, pages: dict[str, str], *widths: int) -> Iterator[tuple[str, int, int, int, int, int, int, int]]:
    """Name, width, scroll width, right edge, letters and height of each page, the height of its lowest action (999: none), clipped boxes."""
    frames = []
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
        frames += [
            f'<iframe id="{name}@{width}" src="{name}.html" style="border:0;width:{width}px;height:800px"></iframe>' for width in widths
        ]
    sheet = folder / "sheet.html"
    sheet.write_text(_PAGE.format(frames="\n".join(frames)), encoding="utf-8")
    dumped = chromium_run("--allow-file-access-from-files", "--virtual-time-budget=5000", "--dump-dom", sheet.as_uri(), width=1200)
    for name, _asked, *numbers in _FOUND.findall(dumped.partition('id="found">')[2].replace("</pre>", "\n")):
        width, scroll, right, words, height, action, clipped = map(int, numbers)
        yield name, width, scroll, right, words, height, action, clipped


@pytest.fixture(scope="module", autouse=True)
def _browser() -> None:
    if chromium() is None:
        missing("Chromium")


def test_every_letter_fits_a_phone_and_a_desk_and_is_not_blank(tmp_path: Path) -> None:
    by = composer()
    pages = {sample.name: composed(sample, by).html for sample in samples()}
    found = list(measured(tmp_path, pages, 360, PHONE, 1000))
    assert {(name, width) for name, width, *_rest in found} == {(name, width) for name in pages for width in (360, PHONE, 1000)}
    assert sum(action < 999 for *_page, action, _clipped in found) >= 12
    for name, width, scroll, right, words, height, action, clipped in found:
        assert not clipped, f"{name} hides words at {width}"
        assert scroll <= width, f"{name} scrolls sideways at {width}: {scroll}"
        assert right <= width, f"{name} reaches {right} at {width}"
        assert words > 150, f"{name} is all but blank"
        assert height > 250, f"{name} is all but blank"
        assert action >= 44, f"an action of {name} is too low for a thumb at {width}: {action}"


def test_the_measure_sees_a_wide_page_and_a_blank_one(tmp_path: Path) -> None:
    pages = {
        "wide": "<!DOCTYPE html><body><div style='width:900px'>wide</div>", "blank": "<!DOCTYPE html><body><br>",
        "clipped": "<!DOCTYPE html><body><div style='width:40px; overflow:hidden; white-space:nowrap'>half of this is hidden</div>",
    }  # fmt: skip
    found = {name: (scroll > PHONE, words > 0, clipped) for name, _, scroll, _, words, _, _, clipped in measured(tmp_path, pages, PHONE)}
    assert found == {"wide": (True, True, 0), "blank": (False, False, 0), "clipped": (False, True, 1)}


def test_a_picture_of_each_width(tmp_path: Path) -> None:
    pictures = draw(tmp_path, "digest-ru")
    assert [picture.name for picture in pictures] == [f"digest-ru-{width}.png" for width in WIDTHS]
    assert all(picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 20_000 for picture in pictures)
