"""What the category needs and the mail does not bring; what was sent is never asked for, and a logo is no photo."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mailbot.claims.category import Verdict
from mailbot.claims.facts import Facts
from mailbot.claims.logos import is_logo
from mailbot.claims.message import Attachment, IncomingMail
from mailbot.classify.matching import may_hold
from mailbot.classify.said_to_come import (
    is_bought_on_a_day,
    is_named,
    is_said_to_be_elsewhere,
    is_said_to_be_here,
    is_told_by_its_day,
    is_told_by_number,
)
from mailbot.rulebook import Rules

PHOTOS_ENOUGH = 2  # from so many on they may show the packaging too
SHORT_LETTER = 6  # words: a letter of fewer describes nothing
_ANYTHING = re.compile(
    r"претенз|рекламац|заявлени|жалоб|claim|complaint|pretenz|reklam|письмо|letter|scan|скан|документ|document|\bdoc\b|комплект"
    r"|приложени|вложени|attachment|survey|inspection",
    re.IGNORECASE,
)
_ACT = re.compile(
    r"(?<![a-zа-я])(?:акт|akt|act|торг-?2|torg-?2|discrepancy|report|osd|коммерч|дефектн|ncr"
    r"|grn|goods.?received|pod(?![a-z])|proof.?of.?deliv)|remark|отметк|пометк|разноглас|расхожд|rashozhd|marked|signed|подписан",
    re.IGNORECASE,
)
_INVOICE = re.compile(
    r"(?<![a-zа-я])(?:накл|nakl|упд|upd|счет|счёт|schet|invoice|inv\b|ттн|ttn|торг-?12|torg-?12|cmr|waybill|delivery.?note|packing.?(?:list|slip|note)"
    r"|сч-?ф|реализ|расх(?!ожд)|lieferschein|rechnung|faktur|facture|fattura|bon.de|dn(?![a-z])|pod(?![a-z])|proof.?of.?deliv|grn"
    r"|goods.?received|frachtbrief|docket|d[ei]spatch|slip|пэкинг|упаковочн|коносамент|konosament|awb|bol(?![a-z])|b[_-]?l(?![a-z])|ордер)",
    re.IGNORECASE,
)
_PROOF = re.compile(
    r"(?<![a-zа-я])(?:чек|check|chek|cheque|receipt|квитанц|kvitan|талон|talon|garant|гарант|warranty|паспорт|order.?conf|payment|выписк"
    r"|pasport|passport|kassa|касс)",
    re.IGNORECASE,
)
_SERIAL = re.compile(
    r"(?<![a-zа-я])(?:sn(?![a-z])|s_n|serial|серийн|шильд|shild|табличк|tablich|plate(?![a-z])|label|этикет|etiket|бирк|наклейк|nakle"
    r"|birk|stiker|sticker|заводск|tabliczk|typenschild|паспорт|pasport|passport|талон|talon|гарант|garant|warranty)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?<![a-zа-я])(?:label|этикет|etiket|бирк|birk|маркир|markir|ярлык|yarlyk|наклейк|nakle|lot|batch|парти)", re.IGNORECASE
)
_PACKAGING = re.compile(
    r"упак(?!овочн)|upak|короб|korob|тара|pack(?!ing.?(?:list|slip|note))|box|carton|pallet|поддон|паллет|кузов|kuzov|truck|машин|plomb|пломб|seal"
    r"|pupyr",
    re.IGNORECASE,
)
_PHOTO = re.compile(r"фото|foto|photo|img|dsc|pic|снимок|снимк|фотк|wa0\d|изображ", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(?:zip|rar|7z|tar|gz)$", re.IGNORECASE)
# Many programs send a PDF as application/octet-stream: its name says what it is.
_PAPER = re.compile(r"(?:\.(?:pdf|tiff?|docx?|rtf|odt|pptx?|xlsx?|ods|msg|eml)|(?<![a-zа-я])doc\d{6,}\.\w+)$", re.IGNORECASE)
# Papers of another kind: none of what is needed is looked for in them.
_OTHER_PAPER = re.compile(
    r"(?<![a-zа-я])(?:logs?|логи?|termo|термо|реквизит|rekvizit|карточк|доверен|doveren|договор|dogovor|contract|прайс|price|cv|резюме|resume"
    r"|чертеж|drawing|заключен|zakl[uy]|эксперт|expert|ekspert|протокол|protok|измер|izmer|замер|zamer|results?|расч[её]т|calc|сверк|sverk)(?!eipt)"
    r"|messprotokoll|lebenslauf",
    re.IGNORECASE,
)
_VIDEO = re.compile(r"\.(?:mp4|mov|avi|3gp|mkv|webm|heic|heif|jpe?g|png|webp|bmp|tiff?)$", re.IGNORECASE)
_FILM = re.compile(r"\.(?:mp4|mov|avi|3gp|mkv|webm)$", re.IGNORECASE)


def read_missing(verdict: Verdict, brought: Sequence[str], rules: Rules) -> tuple[str, ...]:
    """The needs of the verdict's category (rules/categories) that the mail does not bring, in the rule's order."""
    category = rules.category(verdict.primary)
    return tuple(need for need in category.needs if need in _MET and need not in brought) if category is not None else ()


def read_brought(mail: IncomingMail, facts: Facts) -> tuple[str, ...]:
    """Whatever a category may need that the words or the attachments meet."""
    sent, words = [attachment for attachment in mail.attachments if not is_logo(attachment)], _words(mail)
    return tuple(need for need, met in _MET.items() if met(mail, facts, sent) or _is_said(need, words, sent))


def _is_said(need: str, words: str, sent: Sequence[Attachment]) -> bool:
    here = bool(sent) and is_said_to_be_here(need, words)
    return here or is_said_to_be_elsewhere(need, words) or is_told_by_number(need, words)


def lacks_its_files(mail: IncomingMail) -> bool:
    """ "Акт и фото прилагаю", and the mail brings no file: forgotten, or lost on the way. A forward may have lost them itself, a link is no
    file."""
    if mail.forwarded is not None or any(not is_logo(attachment) for attachment in mail.attachments):
        return False
    small = mail.text.lower()
    return may_hold(small, _BRINGS_HEADS) and _BRINGS_FILES.search(small) is not None and _BY_LINK.search(small) is None


_BRINGS_HEADS = ("прилаг", "прилож", "прикла", "прикре", "вложен", "attach", "enclos")
_BRINGS_FILES = re.compile(
    r"\b(?:прилага(?:ю|ем)|прикладыва(?:ю|ем)|прикрепля(?:ю|ем)|прикрепил[аи]?)\b"
    r"|\b(?:акт|фото\w*|скан\w*|чек|видео\w*|копи\w+|документ\w*|протокол|смет[ау])\s{1,9}(?:прилага[ею]тся|приложен[аоы]?(?!\s{1,9}к\b)|прикреплен[аоы]?)\b"
    r"|\bво?\s{1,9}вложени(?:и|ях)\b|\b(?:см\.?|смотри(?:те)?)\s{1,9}вложени|^[^\S\n]{0,9}приложени[ея]\s{0,9}(?:[:№(]|\d)"
    r"|\b(?:please\s{1,9}find|is|are|i've|we've|have|see|pics?|pictures?|photos?|copy|copies|invoice|receipt|report)\s{1,9}(?:attached|enclosed)\b(?!\s{1,9}to\b)"
    r"|\b(?:attached|enclosed)\s{1,9}(?:is|are|please|find|you|photos?|pictures?|pics?)\b|\b(?:i|we)\s{1,9}(?:attach|enclose)\b|\b(?:see|in)\s{1,9}(?:the\s{1,9})?attachments?\b",
    re.MULTILINE,
)
_BY_LINK = re.compile(r"https?://|\bссылк|\blinks?\b|\b(?:диск|облак)")


def _words(mail: IncomingMail) -> str:
    return mail.forwarded.text if mail.forwarded is not None else mail.text


def _is_image(attachment: Attachment) -> bool:
    return attachment.media_type.startswith(("image/", "video/")) or bool(_VIDEO.search(attachment.name or ""))


def _holds_photos(attachment: Attachment) -> bool:
    """ "Damage report with photos.docx"."""
    return not _is_image(attachment) and _PHOTO.search(attachment.name or "") is not None


def _is_film(attachment: Attachment) -> bool:
    """A film of goods whose packaging the letter speaks of shows both."""
    return attachment.media_type.startswith("video/") or bool(_FILM.search(attachment.name or ""))


def _may_hold_anything(attachment: Attachment) -> bool:
    """A scanned letter, an archive, a PDF or an image without telling name: what is in it is not asked for."""
    name = attachment.name or ""
    if (_ARCHIVE.search(name) and not _OTHER_PAPER.search(name)) or _ANYTHING.search(name) or attachment.media_type == "message/rfc822":
        return True
    telling = any(pattern.search(name) for pattern in (_ACT, _INVOICE, _PROOF, _SERIAL, _OTHER_PAPER))
    unread = _PAPER.search(name) is not None and not attachment.text  # what is read is known
    return (attachment.media_type == "application/pdf" or unread) and not telling


def _may_hold_pictures(attachment: Attachment) -> bool:
    return _may_hold_anything(attachment) and _SHEETS.search(attachment.name or "") is None


_SHEETS = re.compile(r"\.(?:xlsx?|ods|csv)$", re.IGNORECASE)


def _papers(pattern: re.Pattern[str]) -> Callable[[Sequence[Attachment]], bool]:
    return lambda sent: any(pattern.search(attachment.name or "") or _may_hold_anything(attachment) for attachment in sent)


def _has_photo(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    return any(_is_photo(attachment) or _may_hold_pictures(attachment) or _PHOTO.search(attachment.name or "") for attachment in sent)


def _is_photo(attachment: Attachment) -> bool:
    """An image that is not by its name a paper: "akt.jpg" is an act."""
    name = attachment.name or ""
    return _is_image(attachment) and not any(pattern.search(name) for pattern in (_ACT, _INVOICE, _PROOF))


def _has_packaging(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    photos = [attachment for attachment in sent if _is_photo(attachment)]
    filmed = any(map(_is_film, sent)) and is_named("packaging_photo", _words(mail))
    named = filmed or any(_PACKAGING.search(attachment.name or "") or _holds_photos(attachment) for attachment in sent)
    return named or len(photos) >= PHOTOS_ENOUGH or any(_may_hold_pictures(attachment) for attachment in sent)


def _has_act(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    written = any(document.type in _ACTS for document in facts.documents)  # its number is enough: it was drawn up with our carrier or sent
    titled = _ACT_ITSELF.match(mail.subject) is not None  # the letter is the act
    return written or titled or is_told_by_its_day("act", _words(mail)) or _papers(_ACT)(sent)


_ACT_ITSELF = re.compile(
    r"\W{0,3}(?:акт\b|(?:discrepancy|damage|inspection|survey|shortage|non-?conformance) report\b|ncr\b)", re.IGNORECASE
)
_ACTS = frozenset(("act", "torg2", "ncr", "expert_report"))


def _has_invoice(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    """Its number is enough, we have our copy; a private person has no invoice but an order or a contract."""
    known = any(document.type in _TRADE_PAPERS | {"other"} for document in facts.documents)
    private = facts.sender_kind != "business" and bool(facts.orders or facts.contracts)
    return known or private or is_told_by_its_day("invoice", _words(mail)) or _papers(_INVOICE)(sent)


_TRADE_PAPERS = frozenset(("invoice", "invoice_vat", "upd", "waybill", "ttn", "torg12", "cmr", "delivery_note"))


def _has_count(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    roles = {fact.role for fact in facts.quantities}
    return bool(roles & {"missing", "surplus"}) or roles >= {"by_papers", "received"} or _has_act(mail, facts, sent)


def _has_serial(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    return bool(facts.serials) or _papers(_SERIAL)(sent)


def _has_day(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    days = facts.purchased_on or facts.delivered_on or facts.commissioned_on
    dated = any(document.date for document in facts.documents if document.type in _TRADE_PAPERS | {"other"})
    return days is not None or dated or bool(facts.orders) or is_bought_on_a_day(_words(mail)) or _has_proof(mail, facts, sent)


def _has_proof(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    known = any(document.type in _TRADE_PAPERS | {"other"} for document in facts.documents)
    return known or _papers(_PROOF)(sent) or _papers(_INVOICE)(sent)


def _has_order(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    return bool(facts.orders or facts.contracts or facts.documents) or any(_may_hold_anything(attachment) for attachment in sent)


def _has_description(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    return len(_words(mail).split()) >= SHORT_LETTER or any(_may_hold_anything(attachment) for attachment in sent)


def _has_contact(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    sender = mail.forwarded.from_ if mail.forwarded is not None else mail.from_
    reachable = sender is not None and not re.match(r"(?:no-?reply|do-?not-?reply|mailer-daemon)", sender.address, re.IGNORECASE)
    return reachable or bool(facts.phones or facts.emails)


_MET: dict[str, Callable[[IncomingMail, Facts, Sequence[Attachment]], bool]] = {
    "photo": _has_photo,
    "packaging_photo": _has_packaging,
    "act": _has_act,
    "invoice": _has_invoice,
    "count": _has_count,
    "article": lambda mail, facts, sent: bool(facts.articles or facts.models) or any(map(_may_hold_anything, sent)),
    "batch": lambda mail, facts, sent: bool(facts.batches) or _papers(_LABEL)(sent),
    "serial": _has_serial,
    "purchase_date": _has_day,
    "purchase_proof": _has_proof,
    "order": _has_order,
    "description": _has_description,
    "contact": _has_contact,
}
