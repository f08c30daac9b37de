"""What elements and their attributes mean to a reader: hidden, blocks, and the places mail programs mark. Pure."""

from __future__ import annotations

import re

HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|(?<!-)opacity\s*:\s*0(?:\.0+)?%?\s*(?:[;!]|$)|(?:text-indent|left|top)\s*:\s*-\d{3,5}(?:px|pt|em|%)|(?<![\w-])color\s*:\s*transparent",
    re.IGNORECASE,
)
# Letters of no size: what stands inside may have a size of its own. MJML, with which shops and ticket systems write, is built so.
NO_SIZE = re.compile(r"font-size\s*:\s*0(?:\.0+)?\s*(?:px|pt|em|rem|%)?\s*(?:[;!]|$)", re.IGNORECASE)
SOME_SIZE = re.compile(
    r"font-size\s*:\s*(?:(?:[1-9]\d{0,3}|0?\.\d{0,9}[1-9])(?:\.\d{1,9})?\s*(?:px|pt|rem|mm|cm|in|vw)|(?:x{1,3}-)?(?:small|large)|medium)",
    re.IGNORECASE
)
NO_HEIGHT = re.compile(r"(?:max-height|line-height|(?<![\w-])height)\s*:\s*0(?:px|pt)?\s*(?:[;!]|$)", re.IGNORECASE)
_COLOUR = r"(#\w{3,8}|rgba?\([\d,. %]{3,40}\)|(?!inherit|initial|unset|revert|none|auto|current)[a-z]{3,20}(?![\w(-]))"
_INK = re.compile(rf"(?<![\w-])color\s*:\s*{_COLOUR}", re.IGNORECASE)
_PAPER = re.compile(rf"(?<![\w-])background(?:-color)?\s*:\s*{_COLOUR}", re.IGNORECASE)
_NAME = re.compile(r"(?:[a-z][a-z0-9]{0,10})?([.#][\w-]{1,60})")
_BRACE = re.compile(r"[{};]")
_MAX_CSS = 100_000
CUT_OFF = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
# What Gmail, Thunderbird, Outlook and its kin, Yahoo, AOL, Proton, Zoho and Mail.ru write where the earlier letter begins.
QUOTE_NAMES = re.compile(
    r"(?:^|[\s_])(?:gmail_quote|gmail_quote_container|gmail_attr|moz-cite-prefix|moz-forward-container|divrplyfwdmsg|appendonsend"
    r"|olk_src_body_section|stopspelling|zwchr|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|aolmail_\w*quote"
    r"|mail-editor-reference-message-container"
    r"|mail-quote-collapse|quoted-header|reply_header|replyforwardheader)(?![\w-])",
    re.IGNORECASE,
)
SIGNATURE_NAMES = re.compile(
    r"(?:^|[\s_])(?:gmail_signature(?:_prefix)?|moz-signature|ms-outlook-mobile-signature|applemailsignature|mobile-?signature"
    r"|mail-signature"
    r"|protonmail_signature_block(?:-user)?|signature)(?![\w-])",
    re.IGNORECASE,
)
TOP_LINE = re.compile(
    r"border-top\s*:\s*(?:solid|[\d.]+p[tx]\s+solid)|border-top-style\s*:\s*solid|border-width\s*:\s*1pt (?:medium|none|0)", re.IGNORECASE
)
NO_BORDER = re.compile(r"border\s*:\s*(?:none|0)", re.IGNORECASE)

RAW = frozenset(
    ["script", "style", "title", "textarea", "xml", "svg", "noframes", "template", "iframe", "canvas", "audio", "video", "datalist"]
)
VOID = frozenset(("br", "hr", "img", "input", "meta", "link", "base", "area", "col", "embed", "source", "track", "wbr", "param", "o:p"))
BLOCKS = frozenset(
    ["address", "article", "aside", "body", "button", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
     "figure", "footer", "form", "head", "header", "html", "legend", "main", "nav", "option", "section", "select", "summary", "tbody",
     "tfoot", "thead"]
)  # fmt: skip
PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6"))
RULE = "_" * 32


def is_hidden(attributes: dict[str, str]) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style", "")
    if not style:
        return False
    if HIDDEN.search(style) is not None or (NO_HEIGHT.search(style) is not None and CUT_OFF.search(style) is not None):
        return True
    ink, paper = _INK.search(style), _PAPER.search(style)
    return ink is not None and paper is not None and ink.group(1).lower() == paper.group(1).lower()


def names_hidden_by(css: str) -> set[str]:
    """`.class` and `#id` that a page's style sheet hides whatever the screen: rules inside @media and the like count for nothing."""
    found: set[str] = set()
    for rule in _outside_blocks(css[:_MAX_CSS]).split("}"):
        selectors, _, said = rule.partition("{")
        if said and HIDDEN.search(said) is not None:
            for selector in selectors.replace("*/", ",").split(","):
                name = _NAME.fullmatch(selector.strip())
                if name is not None:
                    found.add(name.group(1))
    return found


def _outside_blocks(css: str) -> str:
    """The style sheet without its @ blocks, which hold rules of their own."""
    kept: list[str] = []
    at = 0
    while (begin := css.find("@", at)) >= 0:
        kept.append(css[at:begin])
        depth = 0
        for brace in _BRACE.finditer(css, begin):
            depth += {"{": 1, "}": -1}.get(brace.group(), 0)
            at = brace.end()
            if depth <= 0:
                break
        else:
            return "".join(kept)
    return "".join(kept) + css[at:]


def whole_number(written: str, digits: int) -> int:
    """A whole number of at most so many digits, else 1."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= digits else 1


def mail_address(attributes: dict[str, str]) -> str:
    link = attributes.get("href", "")
    if link[:7].lower() != "mailto:":
        return ""
    address = link[7:].partition("?")[0].strip()
    return address if "@" in address and " " not in address and "%" not in address and len(address) < 255 else ""
