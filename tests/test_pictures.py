"""Every letter in a real browser, wide and narrow, light and dark: nothing clipped or scrolling sideways, no faint words, no small buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from mailbot.claims.ready_replies import ReadyReply
from mailbot.mail_out.sample_letters import NEEDS
from tests.pictures import CLAIM, PHONE, WIDTHS, Sample, chromium, chromium_run, composed, composer, draw, samples
from tests.store_fixtures import missing

pytestmark = pytest.mark.chromium

LEGIBLE = 4.5  # WCAG 2.2, 1.4.3: contrast of words and what is behind them
THUMB = 44
LINK = "https://cloud.example/f/" + "0123456789abcdef" * 6  # what a customer pastes: no blank in it, wider than a phone

# every letter in a frame of its own; each tells how wide it is and how much it says
_PAGE = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
{frames}
<pre id="found"></pre>
<script>
const shade = colour => {{
  const [r, g, b] = colour.map(one => one / 255).map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}};
const numbers = colour => colour.match(/[0-9.]+/g).map(Number);
const behind = (one, look) => {{
  for (; one; one = one.parentElement) {{
    const [r, g, b, solid = 1] = numbers(look(one).backgroundColor);
    if (solid > 0) return [r, g, b];
  }}
  return [255, 255, 255];
}};
const faintest = (page, look) => {{
  const words = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT), found = [21];
  while (words.nextNode()) {{
    const one = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || one.tagName === "STYLE") continue;
    const [dark, light] = [shade(numbers(look(one).color).slice(0, 3)), shade(behind(one, look))].sort((a, b) => a - b);
    found.push((light + 0.05) / (dark + 0.05));
  }}
  return Math.floor(100 * Math.min(...found));
}};
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
    const thumbs = [...page.querySelectorAll("a.chip")].map(one => one.getBoundingClientRect()).map(
      one => Math.floor(Math.min(one.height, one.width)));
    return [frame.id, frame.clientWidth, page.scrollingElement.scrollWidth, Math.ceil(right), words, page.scrollingElement.scrollHeight,
            Math.min(...thumbs, 999), clipped, faintest(page, one => frame.contentWindow.getComputedStyle(one))].join(" ");
  }}).join("\\n");
}});
</script>"""
_FOUND = re.compile(r"^(\S+)@(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as it stands in a window of `width`. `action`: the smaller side of its smallest button, 999 without one."""

    name: str
    width: int
    scroll: int
    right: int
    words: int
    height: int
    action: int
    clipped: int
    contrast: float

    def faults(self) -> list[str]:
        """What a reader would not be glad to receive."""
        told = {
            f"hides words in {self.clipped} places": self.clipped > 0,
            f"scrolls sideways: {self.scroll}": self.scroll > self.width,
            f"reaches {self.right}": self.right > self.width,
            "is all but blank": self.words <= 150 or self.height <= 250,
            f"has a button of {self.action} px": self.action < THUMB,
            f"has words of contrast {self.contrast}": self.contrast < LEGIBLE,
        }
        return [f"{self.name} at {self.width} {fault}" for fault, holds in told.items() if holds]


def measured(folder: Path, pages: dict[str, str], *widths: int, dark: bool = False) -> Iterator[Seen]:
    """Each page in a window of each width, as a reader with a light or a dark screen has it."""
    frames = []
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
        frames += [
            f'<iframe id="{name}@{width}" src="{name}.html" style="border:0;width:{width}px;height:800px"></iframe>' for width in widths
        ]
    sheet = folder / "sheet.html"
    sheet.write_text(_PAGE.format(frames="\n".join(frames)), encoding="utf-8")
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    flags = ("--allow-file-access-from-files", "--virtual-time-budget=5000", "--dump-dom")
    dumped = chromium_run(*flags, *scheme, sheet.as_uri(), width=1200)
    for name, _asked, *numbers in _FOUND.findall(dumped.partition('id="found">')[2].replace("</pre>", "\n")):
        width, scroll, right, words, height, action, clipped, contrast = map(int, numbers)
        yield Seen(name, width, scroll, right, words, height, action, clipped, contrast / 100)


def stretched(value: Any) -> Any:
    """The same facts, each written by somebody who pastes a link without a blank into it. What has no blank may be an id and stays."""
    if isinstance(value, ReadyReply):
        return value
    if isinstance(value, str):
        return f"{value} {LINK}" if " " in value else value
    if isinstance(value, tuple):
        return tuple(map(stretched, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: stretched(getattr(value, one.name)) for one in fields(value) if one.init})
    return value


@pytest.fixture(scope="module", autouse=True)
def _browser() -> None:
    if chromium() is None:
        missing("Chromium")


def look(folder: Path, pages: dict[str, str], *widths: int, dark: bool = False) -> None:
    found = list(measured(folder, pages, *widths, dark=dark))
    assert {(seen.name, seen.width) for seen in found} == {(name, width) for name in pages for width in widths}
    assert sum(seen.action < 999 for seen in found) >= 12
    assert [fault for seen in found for fault in seen.faults()] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_letter_is_legible_on_a_phone_and_on_a_desk(tmp_path: Path, dark: bool) -> None:
    by = composer()
    look(tmp_path, {sample.name: composed(sample, by).html for sample in samples()}, PHONE if dark else 360, 1000, dark=dark)


def test_no_fact_is_too_wide_for_a_letter(tmp_path: Path) -> None:
    by = composer()
    look(tmp_path, {sample.name: composed(replace(sample, letter=stretched(sample.letter)), by).html for sample in samples()}, PHONE, 1000)


def test_the_number_of_the_tenth_thing_stays_on_its_line(tmp_path: Path) -> None:
    letter = replace(CLAIM, needs=NEEDS)
    page = composed(Sample("many", letter, subject=CLAIM.subject), composer()).html
    tall = "Math.max(...[...document.querySelectorAll('td.accent')].map(one => { const all = document.createRange(); all.selectNodeContents(one); return all.getBoundingClientRect().height; }))"
    (tmp_path / "many.html").write_text(page + f"<pre id=found></pre><script>found.textContent = {tall}</script>", encoding="utf-8")
    dumped = chromium_run("--dump-dom", (tmp_path / "many.html").as_uri(), width=500)
    assert len(NEEDS) > 9
    assert 0 < float(dumped.partition('id="found">')[2].partition("<")[0]) < 30


# every number, command and telephone of a page, and on how many lines it stands
_PARTED = """<script>
const parted = [], wanted = /(?<!\\d, )20\\d\\d-\\d{4}(?!, 20)|\\[#[0-9-]+\\]|(?<=^|[\\s«“])![a-zа-яё-]{3,}|\\+7 \\d{3} \\d{3}-\\d\\d-\\d\\d/g;
const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let seen = 0;
while (words.nextNode()) for (const one of words.currentNode.data.replaceAll("\\u00a0", " ").matchAll(wanted)) {
  const all = document.createRange();
  all.setStart(words.currentNode, one.index);
  all.setEnd(words.currentNode, one.index + one[0].length);
  const tops = [...all.getClientRects()].map(box => box.top);
  seen += 1;
  if (Math.max(...tops) - Math.min(...tops) > 5) parted.push(one[0]);
}
document.title = seen + ": " + parted.join(" ");
</script>"""


def test_no_number_command_or_telephone_is_parted(tmp_path: Path) -> None:
    """Half of a case number on one line and half on the next was seen on a phone, «!» without its command too."""
    by = composer()
    letters = [composed(sample, by).html.partition("<body")[2].partition("</body>")[0] for sample in samples()]
    pages = "".join(f"<div style='width:{width}px'><div{letter}</div></div>" for letter in letters for width in (360, 375, 390, 412, 700))
    (tmp_path / "all.html").write_text(f"<!DOCTYPE html><meta charset='utf-8'><title></title><body>{pages}{_PARTED}", encoding="utf-8")
    dumped = chromium_run("--dump-dom", (tmp_path / "all.html").as_uri(), width=800)
    count, _, parted = dumped.partition("<title>")[2].partition("</title>")[0].partition(": ")
    assert int(count) > 400
    assert parted.split() == []


def test_the_measure_sees_what_is_wrong_with_a_page(tmp_path: Path) -> None:
    night = "<style>@media (prefers-color-scheme: dark) { body { background:#000 !important } }</style>"
    pages = {
        "good": "<!DOCTYPE html><body style='height:300px; color:#333'><a class='chip' style='display:block; height:44px'>press</a>" + "words " * 40,
        "wide": "<!DOCTYPE html><body><div style='width:900px'>wide</div>", "blank": "<!DOCTYPE html><body><br>",
        "clipped": "<!DOCTYPE html><body><div style='width:40px; overflow:hidden; white-space:nowrap'>half of this is hidden</div>",
        "faint": "<!DOCTYPE html><body style='background:#fff'><div style='background:transparent; color:#999'>grey on white</div>",
        "blue-on-black": f"<!DOCTYPE html>{night}<body style='background:#fff'><span style='color:#1f5f8b'>a link</span>",
        "low": "<!DOCTYPE html><body><a class='chip' style='display:inline-block; width:90px; height:30px'>press</a>",
        "narrow": "<!DOCTYPE html><body><a class='chip' style='display:inline-block; width:20px; height:50px'>x</a>",
    }  # fmt: skip
    by_day, by_night = ({seen.name: seen for seen in measured(tmp_path, pages, PHONE, dark=dark)} for dark in (False, True))
    assert by_day["good"].faults() == []
    assert by_day["wide"].scroll > PHONE
    assert by_day["blank"].words == 0
    assert (by_day["clipped"].clipped, by_day["faint"].clipped) == (1, 0)
    assert by_day["faint"].contrast == 2.84
    assert (by_day["blue-on-black"].contrast, by_night["blue-on-black"].contrast) == (6.84, 3.06)
    assert (by_day["low"].action, by_day["narrow"].action) == (30, 20)


def test_a_picture_of_each_width(tmp_path: Path) -> None:
    pictures = draw(tmp_path, "digest-ru")
    assert [picture.name for picture in pictures] == [f"digest-ru-{width}.png" for width in WIDTHS]
    assert all(picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 20_000 for picture in pictures)
