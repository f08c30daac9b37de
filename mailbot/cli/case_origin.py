"""Whose word two columns of a case are, by which its dates are counted: the customer's, as her letters read, or a person's who set it."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from mailbot.store.cases import MAILBOT, last_change

Row = dict[str, Any]

_BY_PERSON = {"consumer": "customer", "remedies": "demands"}  # the event with which a person corrects the column
_CUSTOMERS = {"yes": "consumer", "no": "business", "unknown": "unknown; the stricter terms hold"}


def origins(file: Row) -> Row:
    """For the file of `store.listing.case_file`: `consumer_from` and `remedies_from`, each {"by": customer | person, "who", "at"}."""
    return {f"{column}_from": _origin(file, column) for column in _BY_PERSON}


def _origin(file: Row, column: str) -> Row | None:
    """The last event that changed the column; without one, what the first letter said. None: nobody said anything."""
    event = last_change(file["events"], column)
    if event is not None:
        is_persons = event["what"] == _BY_PERSON[column] and event["actor"] != MAILBOT
        return {"by": "person" if is_persons else "customer", "who": event["actor"] if is_persons else "", "at": event["at"]}
    case = file["case"]
    if case[column] in ("unknown", []):
        return None
    return {"by": "customer", "who": "", "at": case["received_at"]}


def customer_row(case: Row, origin: Row | None, office: tzinfo) -> str:
    return f"{_CUSTOMERS[case['consumer']]}{_said(origin, office)}"


def demands_row(case: Row, origin: Row | None, office: tzinfo) -> str:
    return f"{', '.join(case['remedies']) or 'none in particular'}{_said(origin, office)}"


def _said(origin: Row | None, office: tzinfo) -> str:
    if origin is None:
        return " (no letter says)"
    on = _day(origin["at"], office)
    return f" (set by {origin['who']} on {on})" if origin["by"] == "person" else f" (by the customer's letter of {on})"


def _day(at: datetime, office: tzinfo) -> str:
    return f"{at.astimezone(office):%d.%m.%Y}"
