"""How mail programs send what a person typed above a letter of ours: both parts as the programs write them, the letter quoted whole."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Quoted:
    """The letter that is answered: its own text and page."""

    text: str
    page: str

    @property
    def body(self) -> str:
        found = re.search(r"<body[^>]*>(.*)</body>", self.page, re.DOTALL)
        return found[1] if found else self.page

    @property
    def marked(self) -> str:
        return "".join(f"> {line}\n" if line else ">\n" for line in self.text.splitlines())


Form = Callable[[str, Quoted], EmailMessage]
FIRMA = "Фирма <claims@firma.example>"
_LINK = 'Фирма &lt;<a href="mailto:claims@firma.example" target="_blank">claims@firma.example</a>&gt;'
_HEADS = "От: Фирма <claims@firma.example>\nОтправлено: понедельник, 23 ноября 2026 г. 10:00\nКому: Анна Петрова <anna@firma.example>\nТема: Сводка\n"
_SENT = "From: Firma <claims@firma.example>\nSent: Monday, November 23, 2026 10:00 AM\nTo: Anna <anna@firma.example>\nSubject: Digest\n"


def _mail(text: str | None, page: str | None, *, charset: str = "utf-8", flowed: bool = False) -> EmailMessage:
    mail = EmailMessage()
    if text is not None:
        mail.set_content(text, charset=charset, params={"format": "flowed"} if flowed else None, cte="base64" if charset == "utf-8" else "8bit")
    if page is not None and text is not None:
        mail.add_alternative(page, subtype="html", cte="quoted-printable")
    elif page is not None:
        mail.set_content(page, subtype="html", cte="quoted-printable")
    return mail


def _each(typed: str, open_: str, close: str, blank: str) -> str:
    return "".join(f"{open_}{html.escape(line)}{close}\n" if line.strip() else blank for line in typed.splitlines())


def _wrapped(text: str, width: int = 76) -> str:
    """As programs wrap the plain part, and never the page."""
    lines: list[str] = []
    for line in text.splitlines():
        while len(line) > width and " " in line[:width]:
            at = line.rindex(" ", 0, width)
            lines.append(line[:at])
            line = line[at + 1 :]
        lines.append(line)
    return "\n".join(lines)


def outlook(typed: str, quoted: Quoted) -> EmailMessage:
    word = _each(typed, "<p class=MsoNormal><span lang=RU style='mso-fareast-language:EN-US'>", "<o:p></o:p></span></p>", "<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n")
    heads = "<br>".join(f"<b>{line.partition(':')[0]}:</b>{html.escape(line.partition(':')[2])}" for line in _HEADS.splitlines())
    sign = "<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal><i>С уважением,<o:p></o:p></i></p><p class=MsoNormal>Анна Петрова<o:p></o:p></p><p class=MsoNormal>тел. +7 (495) 000-00-00<o:p></o:p></p>"
    page = f"<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style><!-- p.MsoNormal {{margin:0cm}} --></style></head><body lang=RU link=\"#0563C1\"><div class=WordSection1>{word}{sign}<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>{heads}<o:p></o:p></p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>{quoted.body}</div></body></html>"
    return _mail(f"{typed}\n \nС уважением,\nАнна Петрова\nтел. +7 (495) 000-00-00\n \n{_HEADS}\n{quoted.text}", page)


def outlook_english(typed: str, quoted: Quoted) -> EmailMessage:
    return _mail(f"{typed}\r\n\r\n-----Original Message-----\r\n{_SENT}\r\n{quoted.text}", None)


def outlook_web(typed: str, quoted: Quoted) -> EmailMessage:
    shown = _each(typed, '<div class="elementToProof" style="font-family: Aptos, Calibri, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);">', "</div>", '<div class="elementToProof"><br></div>')
    heads = "<br>\n".join(f"<b>{line.partition(':')[0]}:</b>{html.escape(line.partition(':')[2])}" for line in _HEADS.splitlines())
    page = f'<html><head></head><body dir="ltr">{shown}<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" color="#000000" style="font-size:11pt">{heads}</font><div>&nbsp;</div></div><div>{quoted.body}</div></body></html>'
    return _mail(f"{typed}\n________________________________\n{_HEADS}\n{quoted.text}", page)


def outlook_phone(typed: str, quoted: Quoted) -> EmailMessage:
    shown = _each(typed, '<div dir="auto">', "</div>", '<div dir="auto"><br></div>')
    sign = '<div dir="auto" id="ms-outlook-mobile-signature"><div><br></div>Получить <a href="https://aka.ms/AAb9ysg">Outlook для Android</a></div>'
    heads = "<br>".join(f"<b>{line.partition(':')[0]}:</b>{html.escape(line.partition(':')[2])}" for line in _HEADS.splitlines())
    page = f'<html><head></head><body><div dir="auto">{shown}</div>{sign}<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">{heads}</div>{quoted.body}</body></html>'
    return _mail(f"{typed}\n\nПолучить Outlook для Android<https://aka.ms/AAb9ysg>\n________________________________\n{_HEADS}\n{quoted.text}", page)


def gmail(typed: str, quoted: Quoted) -> EmailMessage:
    shown = _each(typed, "<div>", "</div>", "<div><br></div>")
    when = "пн, 23 нояб. 2026 г. в 10:00, "
    page = f'<div dir="ltr">{shown}<div><br clear="all"></div><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div dir="ltr">Анна Петрова<br>тел. 000</div></div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{when}{_LINK}:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">{quoted.page}</blockquote></div>'
    return _mail(f"{_wrapped(typed)}\n\n\n-- \nАнна Петрова\nтел. 000\n\n\n{when}{FIRMA}:\n\n{quoted.marked}", page)


def gmail_phone(typed: str, quoted: Quoted) -> EmailMessage:
    shown = _each(typed, '<div dir="auto">', "</div>", '<div dir="auto"><br></div>')
    page = f'{shown}<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">пн, 23 нояб. 2026 г., 10:00 {_LINK}:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{quoted.page}</blockquote></div>'
    return _mail(f"{_wrapped(typed)}\n\nпн, 23 нояб. 2026 г., 10:00 {FIRMA}:\n\n{quoted.marked}", page)


def apple(typed: str, quoted: Quoted) -> EmailMessage:
    shown = "<br>".join(html.escape(line).replace("  ", "&nbsp; ") for line in typed.splitlines())
    page = f'<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">{shown}<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>23 нояб. 2026 г., в 10:00, Фирма &lt;claims@firma.example&gt; написал(а):</div><br class="Apple-interchange-newline"><div>{quoted.body}</div></blockquote></div><br></body></html>'
    return _mail(f"{typed}\n\n> 23 нояб. 2026 г., в 10:00, {FIRMA} написал(а):\n> \n{quoted.marked}\n", page, flowed=True)


def iphone(typed: str, quoted: Quoted) -> EmailMessage:
    shown = "<div>".join(html.escape(line) or "<br>" for line in typed.splitlines())
    page = f'<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto">{shown}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Отправлено с iPhone</div><div dir="ltr"><br><blockquote type="cite">23 нояб. 2026 г., в 10:00, Фирма &lt;claims@firma.example&gt; написал(а):<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">\ufeff{quoted.body}</div></blockquote></body></html>'
    return _mail(f"{typed}\nОтправлено с iPhone\n\n> 23 нояб. 2026 г., в 10:00, {FIRMA} написал(а):\n> \n> \ufeff{quoted.marked[2:]}", page)


def mail_ru(typed: str, quoted: Quoted) -> EmailMessage:
    shown = _each(typed, "<div>", "</div>", "<div>&nbsp;</div>")
    page = f'\n<HTML><BODY>{shown}<div>&nbsp;</div><div data-signature-widget="container"><div data-signature-widget="content"><div>--<br>Анна Петрова</div></div></div><div>&nbsp;</div><div>&nbsp;</div><blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">Понедельник, 23 ноября 2026, 10:00 +03:00 от {_LINK}:<br>&nbsp;<div id="">{quoted.body}</div></blockquote></BODY></HTML>\n'
    return _mail(f"\n{typed}\n \n--\nАнна Петрова\n \n \n>Понедельник, 23 ноября 2026, 10:00 +03:00 от {FIRMA}:\n> \n" + quoted.marked.replace("> ", ">"), page)


def mail_ru_phone(typed: str, quoted: Quoted) -> EmailMessage:
    shown = _each(typed, "<div>", "</div>", "<div><br></div>")
    page = f'<html><body>{shown}<br><div id="mail-app-auto-default-signature">-- <br>Отправлено из Mail для Android</div>понедельник, 23 ноября 2026 г., 10:00 +0300 от {_LINK}:<br><blockquote id="mail-app-auto-quote" style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">{quoted.body}</blockquote></body></html>'
    return _mail(None, page)


def yandex(typed: str, quoted: Quoted) -> EmailMessage:
    shown = _each(typed, "<div>", "</div>", "<div>&nbsp;</div>")
    page = f"<div>{shown}<div>&nbsp;</div><div>-- <br />С уважением,<br />Анна Петрова</div><div>&nbsp;</div></div><div>&nbsp;</div><div>23.11.2026, 10:00, \"Фирма\" &lt;claims@firma.example&gt;:</div><blockquote>{quoted.body}</blockquote>"
    return _mail(None, page)


def yandex_new(typed: str, quoted: Quoted) -> EmailMessage:
    shown = _each(typed, "<div>", "</div>", "<div> </div>")
    page = f"<div>{shown}</div><div> </div><div>----------------</div><div>Кому: Анна Петрова (anna@firma.example);</div><div>Тема: Сводка;</div><div>23.11.2026, 10:00, \"Фирма\" &lt;claims@firma.example&gt;:</div><blockquote>{quoted.body}</blockquote>"
    return _mail(None, page)


def yandex_phone(typed: str, quoted: Quoted) -> EmailMessage:
    shown = _each(typed, "<div>", "</div>", "<div><br></div>")
    page = f"<div>{shown}</div><div><br></div><div>-- <br>Отправлено из мобильной Яндекс Почты</div><div><br></div><div>23.11.2026, 10:00, Фирма &lt;claims@firma.example&gt;:</div><blockquote>{quoted.body}</blockquote>"
    return _mail(f"{typed}\n\n-- \nОтправлено из мобильной Яндекс Почты\n\n23.11.2026, 10:00, {FIRMA}:\n{quoted.marked}", page)


def thunderbird(typed: str, quoted: Quoted) -> EmailMessage:
    page = f'<!DOCTYPE html>\n<html>\n  <head>\n    <meta http-equiv="Content-Type" content="text/html; charset=UTF-8">\n  </head>\n  <body>\n    {_each(typed, "<p>", "</p>", "<p><br></p>")}    <pre class="moz-signature" cols="72">-- \nАнна Петрова</pre>\n    <div class="moz-cite-prefix">23.11.2026 10:00, Фирма пишет:<br>\n    </div>\n    <blockquote type="cite" cite="mid:1@firma.example">{quoted.page}</blockquote>\n  </body>\n</html>\n'
    return _mail(f"{typed}\n\n-- \nАнна Петрова\n\n23.11.2026 10:00, Фирма пишет:\n{quoted.marked}", page)


def thunderbird_plain(typed: str, quoted: Quoted) -> EmailMessage:
    return _mail(f"{typed}\n\n23.11.2026 10:00, Фирма пишет:\n{quoted.marked}", None, flowed=True)


def thunderbird_below(typed: str, quoted: Quoted) -> EmailMessage:
    """Its old setting: the answer begins below the quotation."""
    return _mail(f"23.11.2026 10:00, Фирма пишет:\n{quoted.marked}\n{typed}\n\n-- \nАнна Петрова\n", None, flowed=True)


def the_bat(typed: str, quoted: Quoted) -> EmailMessage:
    text = f"{typed}\n\nВы писали 23 ноября 2026 г., 10:00:\n\n{quoted.marked}\n\n-- \nС уважением,\n Анна                          mailto:anna@firma.example\n"
    return _mail(text.encode("cp1251", "replace").decode("cp1251"), None, charset="windows-1251")


def samsung(typed: str, quoted: Quoted) -> EmailMessage:
    shown = _each(typed, '<div dir="auto">', "</div>", '<div dir="auto"><br></div>')
    heads = "".join(f"<div>{html.escape(line)}</div>" for line in ("От: Фирма <claims@firma.example>", "Дата: 23.11.2026  10:00  (GMT+03:00)", "Кому: anna@firma.example", "Тема: Сводка"))
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>{shown}<div dir="auto"><br></div><div id="composer_signature" dir="auto"><div style="font-size:12px;color:#575757" dir="auto">Отправлено с устройства Samsung Galaxy</div></div><div dir="auto"><br></div><div><br></div><div align="left" dir="auto" style="font-size:100%;color:#000000"><div>-------- Исходное сообщение --------</div>{heads}<div><br></div></div>{quoted.body}</body></html>'
    return _mail(f"{typed}\n\nОтправлено с устройства Samsung Galaxy\n\n-------- Исходное сообщение --------\nОт: {FIRMA}\nДата: 23.11.2026  10:00  (GMT+03:00)\nКому: anna@firma.example\nТема: Сводка\n\n{quoted.text}", page)


def roundcube(typed: str, quoted: Quoted) -> EmailMessage:
    page = f"<html><head></head><body style='font-size: 10pt; font-family: Verdana,Geneva,sans-serif'>{_each(typed, '<p>', '</p>', '<p><br></p>')}<div id=\"_rc_sig\">-- <br>Анна Петрова</div>\n<p id=\"reply-intro\">Фирма писал 2026-11-23 10:00:</p>\n<blockquote type=\"cite\" style=\"padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0\"><div id=\"replybody1\">{quoted.body}</div></blockquote></body></html>"
    return _mail(f"{_wrapped(typed, 72)}\n\n-- \nАнна Петрова\n\nФирма писал 2026-11-23 10:00:\n\n{quoted.marked}", page)


def zimbra(typed: str, quoted: Quoted) -> EmailMessage:
    heads = '<b>От: </b>"Фирма" &lt;claims@firma.example&gt;<br><b>Кому: </b>"Анна" &lt;anna@firma.example&gt;<br><b>Отправленные: </b>Понедельник, 23 Ноябрь 2026 г 10:00:00<br><b>Тема: </b>Сводка<br>'
    page = f'<html><body><div style="font-family: arial, helvetica, sans-serif; font-size: 12pt; color: #000000">{_each(typed, "<div>", "</div>", "<div><br></div>")}<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><blockquote style="border-left:2px solid #1010FF;margin-left:5px">{heads}</blockquote></div><div data-marker="__QUOTED_TEXT__"><blockquote style="border-left:2px solid #1010FF">{quoted.body}</blockquote></div></div></body></html>'
    return _mail(f'{typed}\n\n\nОт: "Фирма" <claims@firma.example>\nКому: "Анна" <anna@firma.example>\nОтправленные: Понедельник, 23 Ноябрь 2026 г 10:00:00\nТема: Сводка\n\n{quoted.text}', page)


def evolution(typed: str, quoted: Quoted) -> EmailMessage:
    page = f'<html><head></head><body>{_each(typed, "<div>", "</div>", "<div><br></div>")}<div><br></div><div>В Пн, 23/11/2026 в 10:00 +0300, Фирма пишет:</div><blockquote type="cite" style="margin:0 0 0 .8ex; border-left:2px #729fcf solid;padding-left:1ex">{quoted.body}</blockquote></body></html>'
    return _mail(f"{typed}\n\nВ Пн, 23/11/2026 в 10:00 +0300, Фирма пишет:\n{quoted.marked}", page)


FORMS: dict[str, Form] = {
    form.__name__.replace("_", " "): form
    for form in (
        outlook, outlook_english, outlook_web, outlook_phone, gmail, gmail_phone, apple, iphone, mail_ru, mail_ru_phone, yandex, yandex_new,
        yandex_phone, thunderbird, thunderbird_plain, thunderbird_below, the_bat, samsung, roundcube, zimbra, evolution,
    )
}  # fmt: skip
# what programs and thumbs make of "!взять 2026-0001": each is that command, and nothing else
TYPED: dict[str, str] = {
    "plain": "!взять 2026-0001",
    "a capital": "!Взять 2026-0001",
    "capitals": "!ВЗЯТЬ 2026-0001",
    "a space after the sign": "! взять 2026-0001",
    "no-break spaces": "!\u00a0взять\u00a02026-0001",
    "a thin space": "!взять\u202f2026-0001",
    "a wide sign": "！взять 2026-0001",
    "a no-break hyphen": "!взять 2026\u20110001",
    "a dash": "!взять 2026–0001",
    "a full stop": "!взять 2026-0001.",
    "a full stop by two spaces": "!Взять. 2026-0001",
    "quotes": "«!взять 2026-0001»",
    "curly quotes": "“!взять” 2026-0001",
    "stars": "*!взять* 2026-0001",
    "a number sign": "!взять № 2026-0001",
    "our tag": "!взять [#2026-0001]",
    "a slash": "!взять 2026/0001",
    "a zero-width space": "\u200b!взять 2026-0001",
    "a byte order mark": "\ufeff!взять 2026-0001",
    "a space before": "  !взять 2026-0001",
    "a blank line before": "\n\n!взять 2026-0001",
    "a look-alike": "!взяtь 2026-0001",
    "English": "!take 2026-0001",
    "an exclamation after": "!взять 2026-0001!",
}
# longer mails: what is read of them is what was typed
LONGER: dict[str, str] = {
    "two commands": "!взять 2026-0001\n!заметка 2026-0002 Звонил перевозчик: «акт будет завтра», просил подождать до пятницы, иначе машину не отпустят со склада в Подольске.",
    "a note of paragraphs": "!заметка 2026-0001 Первый абзац.\n\nВторой абзац — с тире.\n- пункт\n- пункт 2",
    "a letter": "!ответ 2026-0001\nДобрый день, Ольга!\n\nСклад подтвердил недостачу: 3 насоса Н-200 остались на комплектации. Отгружаем их сегодня, накладную пришлём отдельным письмом.\n",
    "two words": "!не претензия 2026-0001",
    "a date": "!Ждем 2026-0001 клиента до 12.12",
}
ONLY_UNICODE = frozenset({"a thin space", "a wide sign", "a no-break hyphen", "a zero-width space", "a byte order mark"})  # not in windows-1251
