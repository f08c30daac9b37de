"""Letters of figures as a head would get them, for pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from mailbot.claims.figures import Count, Figures, Load, Share, Week
from mailbot.claims.recurrence import Cluster
from mailbot.claims.report_letters import RecurringCase, RecurringDefect, RecurringLetter, WeeklyLetter

FRIDAY = datetime(2026, 11, 20, 7, 12, tzinfo=UTC)
_WEEK = Figures(
    first=date(2026, 11, 16), last=date(2026, 11, 22), came=24, answered=21, closed=17, open=31, late=3,
    acknowledged=Share(23, 24), in_three=Share(19, 21), in_five=Share(21, 21),
    ages=(Count("3", 8), Count("7", 11), Count("14", 7, 1), Count("30", 4, 1), Count("over", 1, 1)),
    people=(Load("anna", 9, 8, 14, 1), Load("boris", 11, 10, 12, 2), Load("", 4, 3, 5, 0)),
    categories=(Count("damage", 9, 1), Count("warranty", 7), Count("unsorted", 1)),
    products=(Count("Насос НЦ-40", 5, 1), Count("Шкаф «Норд» трёхстворчатый с зеркалом, артикул 12345-78-АБВ", 3), Count("Стол", 2)),
    departments=(Count("logistics", 9, 1), Count("warehouse", 7), Count("quality", 5), Count("service", 2), Count("other", 1)),
    outcomes=(Count("withdrawn_in_writing", 11), Count("resolved_no_reply", 4), Count("rejected_final", 2)),
    bearers=(Count("ours", 9), Count("carrier", 5)), regress=4,
)  # fmt: skip
_BEFORE = replace(
    _WEEK, came=19, answered=20, closed=15, open=24, late=1, acknowledged=Share(19, 19), in_three=Share(20, 20), in_five=Share(),
    categories=(Count("damage", 5), Count("warranty", 8)), products=(Count("Стол", 4),),
)  # fmt: skip
_CAME = (11, 14, 9, 16, 15, 12, 18, 17, 22, 15, 19, 24)
_TREND = tuple(Week(date(2026, 8, 31) + timedelta(weeks=n), came, Share(came - n % 3, came)) for n, came in enumerate(_CAME))
CLUSTER = Cluster(
    "warranty", "batch", "П-140626", "Насос НЦ-40", ("2026-0431", "2026-0440", "2026-0444", "2026-0452"),
    date(2026, 11, 12), date(2026, 11, 21), 14, 0.2, 1e-6,
)  # fmt: skip
WEEKLY = WeeklyLetter(
    "Вера Сергеевна", _WEEK.first, _WEEK.last, _WEEK, _BEFORE, _TREND, {"anna": "Анна Петрова", "boris": "Борис Котов"}, (CLUSTER,),
    f"48211-{'3f9c' * 16}",
)
_CASES = tuple(RecurringCase(number, "ООО «СтройДвор»", "Течёт сальник насоса на третий день работы", FRIDAY) for number in CLUSTER.numbers)
RECURRING = RecurringLetter("Вера Сергеевна", (RecurringDefect(CLUSTER, _CASES),))
