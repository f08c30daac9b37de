"""What elements and their attributes mean to a reader: hidden, blocks, and the places mail programs mark. Pure."""

from __future__ import annotations

import re

HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:\.0+)?\s*(?:px|pt|em|%)?\s*(?:[;!]"
    r"|$)",
    re.IGNORECASE,
)
NO_HEIGHT = re.compile(r"(?:max-height|line-height)\s*:\s*0(?:px|pt)?\s*(?:[;!]|$)", re.IGNORECASE)
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

RAW = frozenset(("script", "style", "title", "textarea", "xml", "svg", "noframes"))
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
    return HIDDEN.search(style) is not None or (NO_HEIGHT.search(style) is not None and CUT_OFF.search(style) is not None)
