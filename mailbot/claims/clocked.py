"""What the clocks of a case depend on, as plain values, and what can be asked of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from mailbot.claims.case import State

_DATE_IS_FORGED = timedelta(days=60)  # a Date header so much older than the arrival is a broken clock or a lie
NO_REMEDY = frozenset({"answer", "decision"})  # whoever asks for these has not said what is to be done
NOWHERE = frozenset({"RU"})


@dataclass(frozen=True, slots=True)
class Moved:
    """A case came from one state into another."""

    at: datetime
    to: State


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a case, by the name of its event. `about`: to what, where there are several ("request:12").

    `on`: the day that it names, of a promise.
    """

    what: str
    at: datetime
    about: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """What the mail that opened a case says, and further letters of its customer, as far as clocks ask."""

    sent_at: datetime | None = None
    contracts: frozenset[str] = frozenset()
    inn: frozenset[str] = frozenset()
    papers: tuple[tuple[str, date], ...] = ()  # (type, date) of each paper that has one
    dates: Mapping[str, date] = field(default_factory=dict)  # delivered_on, purchased_on, answer_wanted_by
    places: frozenset[str] = NOWHERE  # whose laws may apply

    def together(self, other: Stated) -> Stated:
        """What either states; where they name a day each, the earlier (domain.md 2.3: the stricter)."""
        days = ((name, on) for one in (self, other) for name, on in one.dates.items())
        dates: dict[str, date] = {}
        for name, on in days:
            dates[name] = min(on, dates.get(name, on))
        papers = tuple(dict.fromkeys((*self.papers, *other.papers)))
        more = {name: getattr(self, name) | getattr(other, name) for name in ("contracts", "inn", "places")}
        return replace(self, dates=dates, papers=papers, **more)


@dataclass(frozen=True, slots=True)
class ClockCase:
    """A case as its clocks see it. `received_at`: of the mail that opened it, or reopened it last; instants are aware UTC."""

    state: State
    opening: int
    received_at: datetime
    state_since: datetime
    category: str | None = None
    secondary: tuple[str, ...] = ()
    consumer: str = "unknown"
    remedies: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    regress: str = ""
    acknowledge_by: datetime | None = None
    answer_by: datetime | None = None
    answer_hard_by: datetime | None = None
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    wants_acknowledgement: bool = True
    ended_at: datetime | None = None
    end: str = ""  # why it ended: the close reason, or "not_claim"
    history: bool = False
    demanded: Mapping[str, datetime] = field(default_factory=dict)  # remedy -> when the letter came that asked for it
    stated: Stated = field(default_factory=Stated)
    moves: tuple[Moved, ...] = ()  # of this opening, oldest first
    happenings: tuple[Happening, ...] = ()
    carried: Mapping[str, datetime] = field(default_factory=dict)  # rule of the law -> since when it runs, whatever was closed in between
    seen_at: datetime | None = None  # now: a pause that goes on too long ends by itself; None: it goes on

    @property
    def is_open(self) -> bool:
        return not self.history and self.state not in {State.CLOSED, State.NOT_CLAIM}

    def sent_at(self) -> datetime:
        """When the claimant sent it: the earlier of its Date and its arrival (domain.md 2.2.4)."""
        sent = self.stated.sent_at
        if sent is None or not self.received_at - _DATE_IS_FORGED <= sent <= self.received_at:
            return self.received_at
        return sent

    def demanded_at(self, remedies: tuple[str, ...]) -> datetime:
        """When the first of these demands was presented; the claim itself where it is not known."""
        known = [self.demanded.get(remedy, self.received_at) for remedy in remedies if remedy in self.remedies]
        return max(self.received_at, min(known, default=self.received_at))

    def stays_in(self, state: State) -> tuple[tuple[datetime, datetime | None], ...]:
        """From when to when it was in a state; the last of them without end where it is still."""
        found: list[tuple[datetime, datetime | None]] = []
        since: datetime | None = None
        for move in self.moves:
            if since is None and move.to is state:
                since = move.at
            elif since is not None and move.to is not state:
                found.append((since, move.at))
                since = None
        if self.state is state:
            found.append((since if since is not None else self.state_since, None))
        elif since is not None:
            found.append((since, self.state_since))
        return tuple(found)
