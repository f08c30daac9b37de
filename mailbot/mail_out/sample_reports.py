"""Sample letters of figures, with everything in them and with nothing: what `mailbot check` renders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from mailbot.claims.figures import AGES, DEPARTMENTS, OTHER_DEPARTMENT, Count, Figures, Load, Share, Week
from mailbot.claims.letters import Letter
from mailbot.claims.recurrence import Cluster
from mailbot.claims.report_letters import RecurringCase, RecurringDefect, RecurringLetter, WeeklyLetter

_MONDAY, _SUNDAY = date(2026, 11, 16), date(2026, 11, 22)
_AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
CLUSTER = Cluster("quality", "batch", "П-140626 <b>", "Pump", ("2026-0451", "2026-0452"), _MONDAY, _SUNDAY, 14, 2.0, 1e-6)
_NOTHING = Figures(_MONDAY, _SUNDAY, 0, 0, 0, 0, 0, Share(), Share(), Share(), (), (), (), (), (), (), (), 0)


def sample_reports() -> Iterator[Letter]:
    product = Cluster("unsorted", "product", "Pump", "Pump", tuple(f"2026-{n:04}" for n in range(30)), _MONDAY, _SUNDAY, 14, 0.1, 1e-6)
    trend = tuple(Week(_MONDAY - timedelta(weeks=n), n, Share(n, n)) for n in (2, 1, 0))
    yield WeeklyLetter("Vera", _MONDAY, _SUNDAY, _full(), _NOTHING, trend, {"anna": "Anna"}, (CLUSTER, product), f"1234-{'0f' * 32}")
    yield WeeklyLetter("", date(2026, 12, 28), date(2027, 1, 3), _NOTHING, _full(), trend[:1])
    yield WeeklyLetter("", date(2026, 11, 30), date(2026, 12, 6), _full(), _full(), ())
    case = RecurringCase("2026-0451", "Olga Belova", "The pump leaks.", _AT)
    yield RecurringLetter("Vera", (RecurringDefect(CLUSTER, (case, case)), RecurringDefect(product, ())))
    yield RecurringLetter("", (RecurringDefect(product, (case,)),))


def _full() -> Figures:
    outcomes = ("withdrawn_in_writing", "resolved_no_reply", "rejected_final", "duplicate", "merged", "court", "", "repair", "new_outcome")
    return Figures(
        first=_MONDAY,
        last=_SUNDAY,
        came=24,
        answered=21,
        closed=17,
        open=31,
        late=3,
        acknowledged=Share(23, 24),
        in_three=Share(19, 21),
        in_five=Share(0, 21),
        ages=tuple(Count(name, 3, 1) for _, name in AGES),
        people=(Load("anna", 9, 8, 14, 1), Load("left-last-year", 1, 0, 1, 1), Load("", 4, 3, 5, 0)),
        categories=(Count("damage", 9, 1), Count("unsorted", 1)),
        products=(Count("Pump <b>", 5, 1), Count("Table", 3)),
        departments=tuple(Count(name, 2) for name in (*DEPARTMENTS.values(), OTHER_DEPARTMENT)),
        outcomes=tuple(Count(name, 1) for name in outcomes),
        bearers=tuple(Count(name, 1) for name in ("ours", "customer", "carrier", "supplier", "disputed", "new_bearer")),
        regress=4,
    )
