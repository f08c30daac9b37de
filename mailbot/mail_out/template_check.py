"""Whether the templates can say all we have to say, in every language, and say nothing they must not; each fault with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.letters import Acknowledgement, Collective, EnquiryReceipt, Letter, template_of
from mailbot.mail_out.envelope import Composed
from mailbot.mail_out.forbidden import CUSTOMER, Never, nevers, said_by
from mailbot.mail_out.own_templates import half_languages
from mailbot.mail_out.sample_letters import sample_letters

if TYPE_CHECKING:
    from mailbot.mail_out.compose import Composer

_IN_TWO = (Acknowledgement, Collective, EnquiryReceipt)  # go out in two languages where hers is not known


def template_faults(composer: Composer, known: Sequence[str] = ()) -> list[Fault]:
    """Renders every letter in every language. Empty where all is well. `known`: the languages that are meant to be there."""
    found: list[Fault] = []
    pairs = {language: next((other for other in composer.languages if other != language), None) for language in composer.languages}
    for language in composer.languages:
        rules = nevers(language, composer.templates)
        for letter, envelope in sample_letters():
            try:
                composed = composer.compose(letter, language, None, envelope)
                found += _said(composer, letter, rules, language, composed)
                if isinstance(letter, _IN_TWO):
                    composer.compose(letter, language, pairs[language], envelope)
            except SetupError as error:
                found += error.faults
            except ValueError as error:
                found.append(Fault(f"templates/{language}/{template_of(letter)}", 0, "", f"gives no mail: {error}.", "Mend its subject."))
    return list(half_languages(dict.fromkeys(found), known or composer.languages))


def _said(composer: Composer, letter: Letter, rules: Iterable[Never], language: str, composed: Composed) -> Iterator[Fault]:
    """What a finished letter lacks, or says too much."""
    name = f"{language}/{template_of(letter)}"
    for part, text in (("subject", composed.subject), ("txt", composed.text), ("html", composed.html)):
        file = str(composer.pages.files[f"{name}.{part}.j2"])
        for wanted in _wanted(letter, part):
            if wanted not in text:
                yield Fault(file, 0, "", f"does not say {wanted}.", "A letter to a customer names its number and its date.")
        if not text.strip():
            yield Fault(file, 0, "", "is empty.", "Write what the letter is to say.")
        if part != "html" and template_of(letter) in CUSTOMER:
            for said in said_by(text, rules, template_of(letter)):
                yield Fault(file, _line_of(file, said.text), "", f"says “{said.text}”. {said.why}", f"Write: {said.say}.")


def _wanted(letter: Letter, part: str) -> tuple[str, ...]:
    if not isinstance(letter, Acknowledgement):
        return ()
    if part == "subject":
        return (f"[#{letter.number}]",)
    return (letter.number, str(letter.answer_by.day), str(letter.answer_by.year))


def _line_of(file: str, words: str) -> int:
    """Where the template says it; 0 where it comes from a shared file or over a line end."""
    with open(file, encoding="utf-8-sig") as lines:
        return next((number for number, line in enumerate(lines, 1) if words in line), 0)
