"""Ready replies: `mailto:` links in our letters, each of which opens a mail with one command and its token. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.command_proof import make_token
from mailbot.claims.latin import latin
from mailbot.claims.next_words import TO_CUSTOMER
from mailbot.claims.policy import Person
from mailbot.claims.proof import SigningKey

_LABELS = {
    "ru": {
        "take": ("Взять", "!взять"), "claim": ("Это претензия", "!претензия"), "not-a-claim": ("Не претензия", "!не-претензия"),
        "answered": ("Отвечено", "!отвечено"), "status": ("Состояние", "!статус"), "done": ("Разобрано", "!готово"),
        "reply": ("Написать", "!ответ"), "ask": ("Запросить", "!запросить"), "send": ("Отправить", "!отправить"),
        "approve": ("Согласовать", "!согласовано"), "reject": ("Вернуть", "!вернуть"), "show": ("Дело", "!показать"),
        "close": ("Закрыть", "!закрыть"), "completed": ("Исполнено", "!исполнено"), "memo": ("Записка", "!записка"),
        "note": ("Заметка", "!заметка"), "reopen": ("Открыть снова", "!открыть"), "letter": ("письмо", ""),
        "resolve": ("Решение", "!решение"), "offer": ("Платный ремонт", "!решение"), "offered": ("платный ремонт", ""),
        "progress": ("Ход исполнения", "!ход"), "thank": ("Поблагодарить и закрыть", "!поблагодарить"),
        "withdrawn": ("отозвана", ""), "silence": ("решено", ""),
        "filed": ("Претензия предъявлена", "!регресс"), "made": ("предъявлена", ""),
        "guarantee": ("Гарантийное письмо пришло", "!гарантийное"),
        "inspected": ("Осмотрено", "!осмотрено"), "withdraw": ("Отозвать проект", "!отозвать"),
        "assign": ("Передать: ", "!передать"),
        "customer": ("Адрес клиента", "!клиент"), "again": ("Исправить и прислать снова", ""),
        "consumer": ("Потребитель", "!потребитель"), "business": ("Организация", "!потребитель"), "yes": ("да", ""), "no": ("нет", ""),
    },
    "en": {
        "take": ("Take", "!take"), "claim": ("It is a claim", "!claim"), "not-a-claim": ("Not a claim", "!not-a-claim"),
        "answered": ("Answered", "!answered"), "status": ("State", "!status"), "done": ("Done", "!done"),
        "reply": ("Write", "!reply"), "ask": ("Ask", "!ask"), "send": ("Send", "!send"),
        "approve": ("Approve", "!approve"), "reject": ("Return", "!reject"), "show": ("The case", "!show"),
        "close": ("Close", "!close"), "completed": ("Carried out", "!completed"), "memo": ("Memo", "!memo"),
        "note": ("Note", "!note"), "reopen": ("Open again", "!reopen"), "letter": ("letter", ""),
        "resolve": ("Decide", "!resolve"), "offer": ("Paid repair", "!resolve"), "offered": ("paid repair", ""),
        "progress": ("How it goes", "!progress"), "thank": ("Thank and close", "!thank"),
        "withdrawn": ("withdrawn", ""), "silence": ("resolved", ""),
        "filed": ("The claim is made", "!regress"), "made": ("filed", ""),
        "guarantee": ("The guarantee has come", "!guarantee"),
        "inspected": ("Inspected", "!inspected"), "withdraw": ("Take the draft back", "!withdraw"),
        "assign": ("Give to ", "!assign"),
        "customer": ("The customer's address", "!customer"), "again": ("Edit and send again", ""),
        "consumer": ("A consumer", "!consumer"), "business": ("A business", "!consumer"), "yes": ("yes", ""), "no": ("no", ""),
    },
}  # fmt: skip


MOST_LINK = 2_000  # characters; Outlook and Windows open no longer one, and would cut the text without a word
_NUMBER = re.compile(r"(?:M-|\d{4}-)\d+")
# she goes on writing under the line
_WRITTEN_BELOW = frozenset({"reply", "ask", "memo", "note", "completed", "reject", "guarantee", "inspected", "customer"})
_WORDS = {  # what a case in this state needs next, the likeliest first
    State.NEW: ("claim", "not-a-claim"),
    State.TRIAGE: ("claim", "not-a-claim"),
    State.REGISTERED: ("reply", "ask"),
    State.REVIEW: ("reply", "ask"),
    State.WAITING_CUSTOMER: ("reply", "ask"),
    State.APPROVAL: ("reply",),
    State.EXECUTION: ("completed", "reply"),
    State.AWAITING_WITHDRAWAL: ("reply",),  # to close comes first where she has withdrawn or is silent: `settled`
    State.CLOSED: ("reopen",),
    State.NOT_CLAIM: ("claim",),
}
_SETTLED = {"withdrawn": "close", "silence": "close", "guarantee": "guarantee", "approved": "send"}
_OWES = frozenset({State.REGISTERED, State.REVIEW})
_WORKED = OPEN_STATES - {State.NEW, State.TRIAGE}


@dataclass(frozen=True, slots=True)
class ReadyReply:
    """One link: `label` is read, `href` opens the reply, `line` is what it says."""

    label: str
    href: str
    line: str

    @property
    def says(self) -> str:
        """The command without number and token, as it is named in a list."""
        return " ".join(word for word in self.line.split() if not (word.startswith("~") or _NUMBER.fullmatch(word)))

    @property
    def plain(self) -> str:
        """The line as a person would type it in answer to the letter, without the token."""
        return " ".join(word for word in self.line.split() if not word.startswith("~"))


@dataclass(frozen=True, slots=True)
class ReplyMaker:
    """Makes one person's links of one letter. `address`: our claims address."""

    key: SigningKey
    address: str
    person: Person
    at: datetime

    def about(
        self,
        number: str,
        state: State,
        *,
        taken: bool = False,
        answered: bool = False,
        settled: str = "",
        whole: bool = False,
        unsure: bool = False,
        writes: bool = True,
        addressed: bool = True,
    ) -> tuple[ReadyReply, ...]:
        """The links for a case as it stands, or for a mail without one ("M-12"). `settled`: withdrawn | silence, it may be closed;
        guarantee, the paid repair that was offered may begin; approved, a letter waits to be sent; lapsed, it cannot be
        sent any more, and no link says so.

        `whole`: for a letter that shows the case, so that it asks for other things than to see it; `unsure`: nobody knows whether she
        is a consumer; `writes`: who reads may write to the customer (claims.people.writes_in); `addressed`: it is known where to.
        """
        if number.startswith("M-"):
            return self.saying(("done", "claim"), number)
        words = words_for(
            state, taken=taken, answered=answered, settled=settled, whole=whole, unsure=unsure, writes=writes, addressed=addressed
        )
        return self.saying(words, number, settled=settled)

    def saying(self, words: Iterable[str], number: str, draft: int = 0, settled: str = "") -> tuple[ReadyReply, ...]:
        """The links that say these words about one case. `draft`: which letter is read here, so that a yes is for no other."""
        labels = _LABELS["ru" if self.person.language == "ru" else "en"]
        ended = "silence" if settled == "silence" else "withdrawn"
        more = {"approve": f" {labels['letter'][0]} {draft}" if draft else "", "close": f" {labels[ended][0]}"}
        more |= {"offer": f" {labels['offered'][0]}"}
        more |= {"filed": f" {labels['made'][0]}", "consumer": f" {labels['yes'][0]}", "business": f" {labels['no'][0]}"}
        found = []
        for word in words:
            label, form = labels[word]
            end = "\r\n\r\n" if word in _WRITTEN_BELOW else "\r\n"
            found.append(self._link(label, f"{form} {number}{more.get(word, '')}", number, end))
        return tuple(found)

    def again(self, typed: str, number: str) -> tuple[ReadyReply, ...]:
        """A link that opens her own command with its text, to be changed and sent; none where mail programs would cut it."""
        label = _LABELS["ru" if self.person.language == "ru" else "en"]["again"][0]
        line, _, text = typed.partition("\n")
        found = self._link(label, line, number, "\r\n" + text.replace("\n", "\r\n"))
        return (found,) if typed and len(found.href) <= MOST_LINK else ()

    def handing_over(self, number: str, state: State, people: Iterable[Person]) -> tuple[ReadyReply, ...]:
        """The links that give a case whose answer is owed to one of these: what a head does where nobody moves."""
        if state not in _OWES:
            return ()
        label, form = _LABELS["ru" if self.person.language == "ru" else "en"]["assign"]
        names = {one.id: one.name if self.person.language == "ru" else latin(one.name) for one in people}
        return tuple(self._link(label + (name or who), f"{form} {number} {who}", number, "\r\n") for who, name in names.items())

    def _link(self, label: str, line: str, number: str, end: str) -> ReadyReply:
        line = f"{line} {make_token(self.key, self.person.id, number, self.at)}"
        asks = f"subject={quote(f'Re: [#{number}]', safe='')}&body={quote(line + end, safe='')}"
        return ReadyReply(label, f"mailto:{quote(self.address, safe='@')}?{asks}", line)


def words_for(
    state: State,
    *,
    taken: bool = False,
    answered: bool = False,
    settled: str = "",
    whole: bool = False,
    unsure: bool = False,
    writes: bool = True,
    addressed: bool = True,
) -> tuple[str, ...]:
    """What one tap may say of a case in this state: what it needs next comes first. Who may not write may take the case first; where
    no address is known it is asked for.
    """
    is_worked = state in _WORKED
    words = (
        *((_SETTLED[settled],) if settled in _SETTLED and state in OPEN_STATES else ()),
        *(("take",) if is_worked and (not taken or not writes or state is State.REGISTERED) else ()),
        *_WORDS[state],
        *(("customer",) if not addressed and writes and state in OPEN_STATES else ()),
        *(("answered",) if state in _OWES and not answered else ()),
        *(("memo", "note") if whole and is_worked else ()),
        *(("consumer", "business") if unsure and whole and state in OPEN_STATES else ()),
        "status" if whole else "show",
    )
    return tuple(word for word in dict.fromkeys(words) if (writes and addressed) or word not in TO_CUSTOMER)
