"""What the category needs and the mail does not bring; what was sent is never asked for, and a logo is no photo."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from mailbot.claims.category import Verdict
from mailbot.claims.facts import Facts
from mailbot.claims.message import Attachment, IncomingMail
from mailbot.rulebook import Rules

LOGO_BELOW = 20_000  # bytes: an inline image under it belongs to a signature
PHOTOS_ENOUGH = 2  # from so many on they may show the packaging too
SHORT_LETTER = 6  # words: a letter of fewer describes nothing
_LOGO = re.compile(
    r"(?:^|[^a-zа-я])(?:logo|логотип|image0\d\d|banner|icon|facebook|instagram|vk|telegram|signature|подпись)(?:[^a-zа-я]|$)",
    re.IGNORECASE,
)
_ANYTHING = re.compile(
    r"претенз|рекламац|заявлени|жалоб|claim|complaint|pretenz|reklam|письмо|letter|scan|скан|документ|document|\bdoc\b|комплект",
    re.IGNORECASE,
)
_ACT = re.compile(r"(?<![a-zа-я])(?:акт|akt|act|торг-?2|torg-?2|discrepancy|report|osd|коммерч|дефектн)", re.IGNORECASE)
_INVOICE = re.compile(
    r"(?<![a-zа-я])(?:накл|nakl|упд|upd|счет|счёт|schet|invoice|inv\b|ттн|ttn|торг-?12|torg-?12|cmr|waybill|delivery.?note|packing"
    r"|сч-?ф|реализ|расх)",
    re.IGNORECASE,
)
_PROOF = re.compile(
    r"(?<![a-zа-я])(?:чек|check|chek|cheque|receipt|квитанц|kvitan|талон|talon|garant|гарант|warranty|паспорт"
    r"|pasport|passport|kassa|касс)",
    re.IGNORECASE,
)
_SERIAL = re.compile(
    r"(?<![a-zа-я])(?:sn(?![a-z])|s_n|serial|серийн|шильд|shild|табличк|tablich|nameplate|label|этикет|etiket|бирк"
    r"|birk|stiker|sticker|заводск)",
    re.IGNORECASE,
)
_PACKAGING = re.compile(
    r"упак|upak|короб|korob|тара|pack|box|carton|pallet|поддон|паллет|кузов|kuzov|truck|машин|plomb|пломб|seal"
    r"|pupyr",
    re.IGNORECASE,
)
_PHOTO = re.compile(r"фото|foto|photo|img|dsc|pic|снимок|снимк|фотк|wa0\d|изображ", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(?:zip|rar|7z|tar|gz)$", re.IGNORECASE)
_VIDEO = re.compile(r"\.(?:mp4|mov|avi|3gp|mkv|webm|heic|heif|jpe?g|png|webp|bmp|tiff?)$", re.IGNORECASE)


def read_missing(mail: IncomingMail, verdict: Verdict, facts: Facts, rules: Rules) -> tuple[str, ...]:
    """The needs of the verdict's category (rules/categories) that neither the words nor the attachments meet, in the rule's order."""
    category = rules.category(verdict.primary)
    if category is None:
        return ()
    sent = [attachment for attachment in mail.attachments if not _is_logo(attachment)]
    open_ = [need for need in category.needs if need in _MET and not _MET[need](mail, facts, sent)]
    return tuple(need for need in open_ if not (sent and _is_said_to_come(need, mail)))


def _is_said_to_come(need: str, mail: IncomingMail) -> bool:
    """ "serial is on the photo", "фото акта прилагаю": where something came and the letter says that this is in it, it is not asked for."""
    named = _IN_WORDS.get(need)
    text = mail.forwarded.text if mail.forwarded is not None else mail.text
    if named is None:
        return False
    return any(named.search(sentence) for sentence in _SENTENCES.split(text[:MOST_SEARCHED]) if _BROUGHT.search(sentence))


MOST_SEARCHED = 20_000  # signs of the letter
_SENTENCES = re.compile(r"[.!?;\n]+(?:\s|$)")
_BROUGHT = re.compile(
    r"прилага|приложен|приложи|прикладыв|прикреп|вложен|во вложении|высыла|шлю|на фото|на снимк|на скане|на видео"
    r"|фото(?:графи[яюи])?\s|фотк"
    r"|скан\w{0,3}\s|см\.|смотри|attach|enclos|on the (?:photo|picture|scan|video)|see (?:the )?(?:photo|pic|scan|video)"
    r"|photo of|picture of|scan of"
    r"|in the (?:photo|pic)",
    re.IGNORECASE,
)
_IN_WORDS = {
    "serial": re.compile(r"серийн|серийник|заводск|шильд|табличк|наклейк|зав\.|\bs/?n\b|serial|plate|sticker", re.IGNORECASE),
    "act": re.compile(r"(?<![а-я])акт|торг-?2|\bact\b|discrepancy|report|\bncr\b|cmr", re.IGNORECASE),
    "invoice": re.compile(r"накладн|накл\.|\bупд\b|сч[её]т|invoice|delivery note|waybill|docket|ticket|cmr", re.IGNORECASE),
    "purchase_proof": re.compile(r"(?<![а-я])чек|квитанц|талон|паспорт|receipt|proof|invoice|накладн|\bупд\b", re.IGNORECASE),
    "packaging_photo": re.compile(r"упаков|короб|тар[аыуе]|поддон|паллет|пломб|packag|carton|box|pallet|wrap|seal", re.IGNORECASE),
    "batch": re.compile(r"парти|серии|серия|маркиров|этикет|бирк|\blot\b|batch|label|heat", re.IGNORECASE),
    "article": re.compile(r"артикул|маркиров|этикет|бирк|label|article|part no|sku", re.IGNORECASE),
}


def _is_logo(attachment: Attachment) -> bool:
    """A small image inside the text, or one named so; larger inline images are photos, phones send them that way."""
    if not attachment.media_type.startswith("image/"):
        return False
    named = bool(_LOGO.search(attachment.name or ""))
    return (attachment.inline and attachment.size < LOGO_BELOW) or (named and attachment.size < 3 * LOGO_BELOW)


def _is_image(attachment: Attachment) -> bool:
    return attachment.media_type.startswith(("image/", "video/")) or bool(_VIDEO.search(attachment.name or ""))


def _may_hold_anything(attachment: Attachment) -> bool:
    """A scanned letter, an archive, a PDF or an image without telling name: what is in it is not asked for."""
    name = attachment.name or ""
    if _ARCHIVE.search(name) or _ANYTHING.search(name) or attachment.media_type == "message/rfc822":
        return True
    telling = any(pattern.search(name) for pattern in (_ACT, _INVOICE, _PROOF, _SERIAL))
    return attachment.media_type == "application/pdf" and not telling


def _papers(pattern: re.Pattern[str]) -> Callable[[Sequence[Attachment]], bool]:
    return lambda sent: any(pattern.search(attachment.name or "") or _may_hold_anything(attachment) for attachment in sent)


def _has_photo(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    return any(_is_photo(attachment) or _may_hold_anything(attachment) or _PHOTO.search(attachment.name or "") for attachment in sent)


def _is_photo(attachment: Attachment) -> bool:
    """An image that is not by its name a paper: "akt.jpg" is an act."""
    name = attachment.name or ""
    return _is_image(attachment) and not any(pattern.search(name) for pattern in (_ACT, _INVOICE, _PROOF))


def _has_packaging(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    photos = [attachment for attachment in sent if _is_photo(attachment)]
    named = any(_PACKAGING.search(attachment.name or "") for attachment in sent)
    return named or len(photos) >= PHOTOS_ENOUGH or any(_may_hold_anything(attachment) for attachment in sent)


def _has_act(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    written = any(document.type in _ACTS for document in facts.documents)  # its number is enough: it was drawn up with our carrier or sent
    return written or _papers(_ACT)(sent)


_ACTS = frozenset(("act", "torg2", "ncr"))


def _has_invoice(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    """Its number is enough, we have our copy; a private person has no invoice but an order or a contract."""
    known = any(document.type in _TRADE_PAPERS | {"other"} for document in facts.documents)
    private = facts.sender_kind != "business" and bool(facts.orders or facts.contracts)
    return known or private or _papers(_INVOICE)(sent)


_TRADE_PAPERS = frozenset(("invoice", "invoice_vat", "upd", "waybill", "ttn", "torg12", "cmr", "delivery_note"))


def _has_count(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    roles = {fact.role for fact in facts.quantities}
    return bool(roles & {"missing", "surplus"}) or roles >= {"by_papers", "received"} or _has_act(mail, facts, sent)


def _has_serial(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    return bool(facts.serials) or _papers(_SERIAL)(sent)


def _has_day(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    days = facts.purchased_on or facts.delivered_on or facts.commissioned_on
    dated = any(document.date for document in facts.documents if document.type in _TRADE_PAPERS | {"other"})
    return days is not None or dated or _has_proof(mail, facts, sent)


def _has_proof(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    known = any(document.type in _TRADE_PAPERS | {"other"} for document in facts.documents)
    return known or _papers(_PROOF)(sent) or _papers(_INVOICE)(sent)


def _has_order(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    return bool(facts.orders or facts.contracts or facts.documents) or any(_may_hold_anything(attachment) for attachment in sent)


def _has_description(mail: IncomingMail, facts: Facts, sent: Sequence[Attachment]) -> bool:
    text = mail.forwarded.text if mail.forwarded is not None else mail.text
    return len(text.split()) >= SHORT_LETTER or any(_may_hold_anything(attachment) for attachment in sent)


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
    "batch": lambda mail, facts, sent: bool(facts.batches) or any(map(_may_hold_anything, sent)),
    "serial": _has_serial,
    "purchase_date": _has_day,
    "purchase_proof": _has_proof,
    "order": _has_order,
    "description": _has_description,
    "contact": _has_contact,
}
