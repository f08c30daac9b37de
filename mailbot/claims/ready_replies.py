"""Ready replies: `mailto:` links in our letters, each of which opens a mail with one command and its token. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from mailbot.claims.case import State
from mailbot.claims.command_proof import make_token
from mailbot.claims.policy import Person
from mailbot.claims.proof import SigningKey

_LABELS = {
    "ru": {
        "take": ("Взять", "!взять"), "claim": ("Это претензия", "!претензия"), "not-a-claim": ("Не претензия", "!не-претензия"),
        "answered": ("Отвечено", "!отвечено"), "status": ("Состояние", "!статус"), "done": ("Разобрано", "!готово"),
        "reply": ("Написать клиенту", "!ответ"), "ask": ("Запросить", "!запросить"), "send": ("Отправить", "!отправить"),
        "approve": ("Согласовать", "!согласовано"), "reject": ("Вернуть", "!вернуть"), "show": ("Показать", "!показать"),
        "letter": ("письмо", ""),
    },
    "en": {
        "take": ("Take", "!take"), "claim": ("It is a claim", "!claim"), "not-a-claim": ("Not a claim", "!not-a-claim"),
        "answered": ("Answered", "!answered"), "status": ("State", "!status"), "done": ("Done", "!done"),
        "reply": ("Write to the customer", "!reply"), "ask": ("Ask", "!ask"), "send": ("Send", "!send"),
        "approve": ("Approve", "!approve"), "reject": ("Return", "!reject"), "show": ("Show", "!show"),
        "letter": ("letter", ""),
    },
}  # fmt: skip


_FURTHER = {
    "ru": {
        "resolve": ("Решение", "!решение"), "memo": ("Записка", "!записка"), "completed": ("Исполнено", "!исполнено"),
        "progress": ("Ход исполнения", "!ход"), "thank": ("Поблагодарить и закрыть", "!поблагодарить"), "note": ("Заметка", "!заметка"),
        "reopen": ("Открыть снова", "!открыть"),
    },
    "en": {
        "resolve": ("Decide", "!resolve"), "memo": ("Memo", "!memo"), "completed": ("Carried out", "!completed"),
        "progress": ("How it goes", "!progress"), "thank": ("Thank and close", "!thank"), "note": ("Note", "!note"),
        "reopen": ("Open again", "!reopen"),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadyReply:
    """One link: `label` is read, `href` opens the reply, `line` is what it says."""

    label: str
    href: str
    line: str


@dataclass(frozen=True, slots=True)
class ReplyMaker:
    """Makes one person's links of one letter. `address`: our claims address."""

    key: SigningKey
    address: str
    person: Person
    at: datetime

    def about(self, number: str, state: State) -> tuple[ReadyReply, ...]:
        """The links for a case in this state, or for a mail without one ("M-12"): what one tap may say."""
        return self.saying(("done", "claim") if number.startswith("M-") else words_for(state), number)

    def saying(self, words: Iterable[str], number: str, draft: int = 0) -> tuple[ReadyReply, ...]:
        """The links that say these words about one case. `draft`: which letter is read here, so that a yes is for no other."""
        labels = _LABELS["ru" if self.person.language == "ru" else "en"]
        token = make_token(self.key, self.person.id, number, self.at)
        found = []
        for word in words:
            label, form = labels[word] if word in labels else _FURTHER["ru" if labels is _LABELS["ru"] else "en"][word]
            about = f"{number} {labels['letter'][0]} {draft}" if word == "approve" and draft else number
            line = f"{form} {about} {token}"
            subject, body = quote(f"Re: [#{number}]", safe=""), quote(line + "\r\n", safe="")
            found.append(ReadyReply(label, f"mailto:{quote(self.address, safe='@')}?subject={subject}&body={body}", line))
        return tuple(found)

    def about_all(self, cases: Iterable[tuple[str, State]]) -> Mapping[str, tuple[ReadyReply, ...]]:
        return {number: self.about(number, state) for number, state in cases if number}


def words_for(state: State) -> tuple[str, ...]:
    if state in {State.NEW, State.TRIAGE}:
        return ("claim", "not-a-claim", "status")
    return ("take", "answered", "status")
