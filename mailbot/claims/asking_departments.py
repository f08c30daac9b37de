"""Which department a memo is for: its name stands before a colon, «склад: пересчитайте», else the designers. Pure."""

from __future__ import annotations

_NAMES = {
    "design": "design designers конструкторам конструкторы кб",
    "warehouse": "warehouse склад складу",
    "accounting": "accounting бухгалтерия бухгалтерии",
    "sales": "sales продажи продажам отдел_продаж отделу_продаж",
    "logistics": "logistics логистика логистике",
    "service": "service сервис сервису",
    "quality": "quality отк качество",
}
_NAMED = {
    "design": "конструкторский отдел", "warehouse": "склад", "accounting": "бухгалтерия", "sales": "отдел продаж", "logistics": "логистика",
    "service": "сервис", "quality": "ОТК",
}  # fmt: skip
DEPARTMENTS = {form.replace("_", " "): name for name, forms in _NAMES.items() for form in forms.split()}


_ANSWERED = frozenset({"отвечена", "отвечено", "ответ получен", "ответили", "answered", "the answer came"})


def says_answered(question: str) -> bool:
    """No question: a person says that the department has answered, by telephone or in a mail that nothing proves."""
    return " ".join(question.casefold().replace("ё", "е").strip(" .!").split()) in _ANSWERED


def department_in(text: str) -> tuple[str, str]:
    """The department, and the question for it."""
    first, colon, rest = text.partition(":")
    name = DEPARTMENTS.get(" ".join(first.casefold().replace("ё", "е").split()))
    return (name, rest.strip()) if colon and name is not None and rest.strip() else ("design", text.strip())


def named_in(department: str, language: str) -> str:
    """What a person calls it, with its name in the settings."""
    return f"{_NAMED[department]}, {department}" if language == "ru" and department in _NAMED else department
