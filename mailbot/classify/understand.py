"""Everything the words of one mail say: language, category, facts, telling phrases; only the new text counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

from mailbot.claims.category import Verdict
from mailbot.claims.goods import Catalogue
from mailbot.claims.message import IncomingMail
from mailbot.claims.understanding import Understanding
from mailbot.classify.accounted import without_sound_of_numbers
from mailbot.classify.blame import blame
from mailbot.classify.category import Learned, Reading, foreign_sentences, judge, reading
from mailbot.classify.claim import (
    DOUBTED,
    ENQUIRY,
    HOPELESS,
    SURE,
    bounds,
    claim_or_not,
    claim_total,
    claims_formally,
    demands_plainly,
    told_by_facts,
    within,
)
from mailbot.classify.claim_papers import claim_papers, other_papers
from mailbot.classify.count_model import CountJudge, read_count_model
from mailbot.classify.counts import evidence as counted
from mailbot.classify.counts import leanings
from mailbot.classify.demands import mood_of
from mailbot.classify.doubt import asks_redress, breaks_down, demanded, ends_demanding, is_buying, is_filed, most_sure
from mailbot.classify.facts import lay_out_all, read_fact_words, read_facts
from mailbot.classify.goods_warranty import GoodsFinder, warranty_by_files
from mailbot.classify.language import Tongue, tongue
from mailbot.classify.lemmas import folded, lemmatizer, search_form
from mailbot.classify.missing import lacks_its_files, read_brought, read_missing
from mailbot.classify.model import Judge, Model
from mailbot.classify.number_sense import with_sense_of_numbers
from mailbot.classify.phrases import Finder
from mailbot.classify.places import Place
from mailbot.classify.quantities import Learned as LearnedCounts
from mailbot.classify.second_opinion import second_opinion
from mailbot.classify.sentence_bank import COMPLAINTS
from mailbot.classify.sentence_model import SentenceJudge, SentenceSaid, claim_chance, evidence, read_sentence_model
from mailbot.classify.sentence_reasons import sentence_reasons
from mailbot.classify.spelling import other_layout
from mailbot.classify.tokens import Tokenizer
from mailbot.classify.topic import telling, topic
from mailbot.classify.warranty import judge_warranty
from mailbot.rulebook import Rules

WARRANTY = "warranty"  # the category whose claims hang on a term
LEARNED = ("ru", "en")  # languages of the shipped sentences
SHORTEST_KEYED = 4  # letters of a word by which a wrong keyboard layout is known
MOST_LEMMAS = 20_000  # words that go into the search column


class Reader:
    """Reads mails by one set of rules. Takes half a second to make; belongs into the reading child only."""

    def __init__(
        self, rules: Rules, catalogue: Catalogue | None = None, model: Model | None = None, counts: LearnedCounts | None = None
    ) -> None:
        self._rules = rules
        self._sentences = SentenceJudge(read_sentence_model(Path(rules.sentences))) if rules.sentences else None
        self._goods = GoodsFinder(catalogue) if catalogue else None
        self._judge = Judge(model) if model is not None else None
        self._lemmatizer = lemmatizer()
        self._tokenizer = Tokenizer(self._lemmatizer)
        if counts is None and rules.counts:
            counts = CountJudge(read_count_model(Path(rules.counts)))
        self._fact_words = read_fact_words(rules, self._lemmatizer, counts)
        self._finder = Finder(rules, self._lemmatizer)

    def understand(self, mail: IncomingMail, received_at: datetime, office: tzinfo) -> Understanding:
        """The understanding of a mail that arrived at `received_at` (aware); dates in it are meant in the office's zone."""
        places = _places(mail)
        spoken = tongue("\n".join(place.text for place in reversed(places)), self._rules.languages)
        readings = [self._read(place, spoken) for place in places]
        total, claim_reasons = claim_total(readings)
        said = self._sentences.read(readings) if self._sentences is not None and spoken.language in LEARNED else []
        foreign = frozenset((at, sentence) for at, one in enumerate(readings) for sentence in foreign_sentences(one, COMPLAINTS))
        chance = claim_chance(self._sentences.model, said, total) if self._sentences is not None and said else None
        hopeless = chance is not None and chance < HOPELESS  # "гарантия возврата денег!" of an advertiser is no demand
        plainly = (demands_plainly(readings) and not hopeless) or (chance is not None and chance >= DOUBTED and claims_formally(readings))
        first = claim_or_not(chance, total, 0.0, trusted=bool(foreign) or plainly)
        about = topic(readings)
        phrases = telling([one for one in readings if not one.place.in_.startswith(("forwarded", "attachment"))])
        sheets = lay_out_all(readings, mail, spoken.language, received_at, office)
        for one in said:
            sheets[one.place].blamed.update(blame(one))
        today = received_at.astimezone(office).date()
        mood = mood_of(within(first, bounds(total, readings, 0.0)), about, phrases, buying=is_buying(readings))
        papers = lay_out_all([self._read(place, spoken) for place in other_papers(mail)], mail, spoken.language, received_at, office)
        facts, until = read_facts(sheets, papers, mail, self._fact_words, self._rules.free_mail_domains, phrases, mood, today)
        by_facts = told_by_facts(facts, phrases)
        trusted = bool(foreign) or (plainly and demanded(facts)) or breaks_down(readings, facts)
        confidence = claim_or_not(chance, total, by_facts, trusted=trusted)
        bounds_ = bounds(total, readings, by_facts)
        confidence = min(within(confidence, bounds_), most_sure(readings, said, facts, by_facts, refund=bounds_[0] > 0))
        if confidence < SURE and (asks_redress(readings) or (bounds_[0] > 0 and ends_demanding(readings, said))):
            confidence = SURE
        if confidence <= DOUBTED and is_filed(readings, said, facts, about):
            confidence = min(confidence, ENQUIRY)
        sensible = with_sense_of_numbers(readings, sheets, facts.quantities)
        if said and sensible != readings:
            said = self._sentences.read(sensible) if self._sentences is not None else []
        learned = self._learned(without_sound_of_numbers(said, sensible, sheets, facts.quantities), foreign)
        verdict = judge(
            sensible, self._rules, is_claim=confidence, claim_reasons=claim_reasons, learned=learned,
            counted=tuple(counted(facts)), leaning=leanings(facts),
        )  # fmt: skip
        if self._sentences is not None:
            shown = sentence_reasons(self._sentences, said, readings, verdict.primary, verdict.reasons)
            verdict = replace(verdict, reasons=verdict.reasons + shown)
        if self._judge is not None:
            verdict = _with_model(verdict, self._judge, mail, spoken.language)
        named = bool(facts.warranty_terms) or WARRANTY in (verdict.primary, *verdict.secondary)
        concerned = named and not mood.asking and not mood.others
        warranty = judge_warranty(facts, sheets, until, today, concerned=concerned)
        if concerned and self._goods:
            warranty = warranty_by_files(warranty, facts, [place.text for place in places], self._goods, today)
        brought = read_brought(mail, facts)
        return Understanding(
            language=spoken.language,
            verdict=verdict,
            facts=facts,
            warranty=warranty,
            missing=read_missing(verdict, brought, self._rules),
            brought=brought,
            without_files=lacks_its_files(mail),
            topic=about,
            phrases=phrases,
            lemmas=_lemmas(readings),
        )

    def _keyed(self, subject: str) -> str:
        """A subject typed on the wrong keyboard layout as it was meant; letters stand where they stood."""
        meant = other_layout(subject)
        words = [(written, word) for written, word in zip(subject.split(), meant.split(), strict=False) if len(word) >= SHORTEST_KEYED]
        strange = words and all(written.isascii() and not written[0].isdigit() for written, _ in words)
        return meant if strange and all(self._lemmatizer.is_known(folded(word)) for _, word in words) else subject

    def read_phrases(self, text: str, language: str) -> Reading:
        """One text with its words and the phrases found in it, for whoever learns from it."""
        return self._read(Place("text", text), Tongue(language))

    def _learned(self, said: Sequence[SentenceSaid], foreign: frozenset[tuple[int, int]]) -> Learned | None:
        """What the sentences add to the categories the model knows; a sentence that another category's phrase explains adds nothing."""
        if self._sentences is None or not said:
            return None
        kept = [one for one in said if (one.place, one.sentence) not in foreign]
        found, weight = evidence(kept), self._sentences.model.of_model
        likeliest = {label: max((one.chances[at] for one in kept), default=0.0) for at, label in enumerate(COMPLAINTS)}
        return Learned({label: weight * found[label] for label in COMPLAINTS}, likeliest)

    def _read(self, place: Place, spoken: Tongue) -> Reading:
        text = self._keyed(place.text) if place.in_.endswith("subject") else place.text
        words = self._tokenizer.read(text, spoken.language, translit=spoken.translit)
        hits = self._finder.find(words)
        if spoken.language in self._rules.languages:  # German "die" is no English "die"; what a number is, is told in any language
            hits = [hit for hit in hits if hit.phrase.language == spoken.language or hit.phrase.of_facts]
        return reading(place, words, hits)


def _places(mail: IncomingMail) -> list[Place]:
    """What counts: subject and new text; of a forward the forwarded letter first of all."""
    places = [Place("subject", mail.subject), Place("text", mail.text)]
    if mail.forwarded is not None:
        inner = mail.forwarded
        places = [Place("text", mail.text), Place("forwarded.subject", inner.subject), Place("forwarded.text", inner.text)]
    return [place for place in (*places, *claim_papers(mail)) if place.text.strip()]


def _with_model(verdict: Verdict, judge: Judge, mail: IncomingMail, language: str) -> Verdict:
    """What a model adds, for the customer's own words: of a forward the inner ones."""
    inner = mail.forwarded
    if inner is None:
        return second_opinion(verdict, judge, mail.text, mail.subject, language)
    return second_opinion(verdict, judge, inner.text, inner.subject, language, "forwarded.text")


def _lemmas(readings: Sequence[Reading]) -> str:
    forms = [search_form(word.forms) for one in readings for word in one.words.words]
    return " ".join(forms[:MOST_LEMMAS])
