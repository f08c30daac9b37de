"""When no letter may go by itself although words of trouble stand there: what was praised, asked, sought or offered is for a person."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from mailbot.claims.facts import Facts
from mailbot.classify.category import Reading
from mailbot.classify.claim import COUNTED, DOUBTED, GRAVE, WEAK_DEMANDS
from mailbot.classify.counts import FAULTS
from mailbot.classify.phrases import Hit
from mailbot.classify.sentence_bank import COMPLAINTS, LABELS
from mailbot.classify.sentence_model import SentenceSaid

HARMED = GRAVE + COUNTED  # danger or court beside goods counted as wrong
PLAIN, SOME = 3.0, 2.0  # strength of a phrase that is enough alone, and of one that is more than a hint
DEMANDS = 0.8  # chance from which the last sentence leaves no doubt that it demands
TOLD, PRAISED = 0.5, 0.35  # chance from which a sentence complains, and from which it praises where nothing is likelier
# Chances, chosen by 1371 letters of which only a half was read (docs/measured.md): a complaint that is certain, praise beside which nobody
# is sure.
SURELY, LIKED = 0.7, 0.3
SEVERAL = range(2, 5)  # sentences: one has no other beside which it could waver, a long complaint tells calm things too
_COMPLAINING = tuple(LABELS.index(label) for label in (*COMPLAINTS, "complaint"))
_DEMAND = LABELS.index("demand")
_CLAIMING = (*_COMPLAINING, _DEMAND)
_PRAISE = LABELS.index("praise")
_ASKING = tuple(LABELS.index(label) for label in ("ask", "price"))
_JUDGING = ("content", "displeased", "demand")
OFFICIAL = 0.1  # a court writes, and nobody complains
_COMPLAINANTS = frozenset(("claim", "demand", "displeased"))
_OFFER = LABELS.index("offer")
_OFFERING = ("advertising", "counterparty")  # who speaks so names other people's troubles, and his own remedies


def most_sure(readings: Sequence[Reading], said: Sequence[SentenceSaid], facts: Facts, by_facts: float, *, refund: bool) -> float:
    """The most that may be believed of a letter's being a claim: DOUBTED where it praises at least as much as it complains, ends in a
    customer's question, gives good goods back for second thoughts, or looks for, orders or offers something, and neither asks for
    redress nor counts what is wrong nor is angry; where facts alone speak for it, no sentence; where it only invites;
    where it tells no plain fault, demands nothing and its sentences waver; OFFICIAL where a court or an authority
    writes and nobody complains. `refund`: the money is plainly wanted back."""
    speaks = [hit.phrase.group for hit in _plainly(readings, PLAIN)]
    named = bool(facts.orders or facts.documents)
    offering = sum(group in _OFFERING for group in speaks)
    if not named and (offering > 1 or (offering and not (demanded(facts) or refund))):
        return DOUBTED
    if not named and by_facts < HARMED and _is_offer(said):
        return DOUBTED
    if (not named and "topic_invitation" in speaks) or (by_facts and _says_nothing_wrong(readings, said)):
        return DOUBTED
    complains = bool(faulty(readings)) or not _COMPLAINANTS.isdisjoint(speaks)
    if "topic_legal" in speaks and by_facts <= GRAVE and not demanded(facts) and not complains:
        return OFFICIAL
    if "second_thoughts" in speaks and by_facts < COUNTED and not faulty(readings):
        return DOUBTED
    if asks_redress(readings):
        return 1.0
    angry = any(hit.phrase.group == "displeased" for hit in _plainly(readings, SOME))
    wrong = faulty(readings) or any(fact.role in FAULTS for fact in facts.quantities)
    if not angry and not demanded(facts) and not wrong and _wavers(said):
        return DOUBTED
    if by_facts >= COUNTED or angry or (demanded(facts) and (named or _NO_CLAIM.isdisjoint(speaks))):
        return 1.0
    kind = is_praise(said, faulty(readings)) or _ends_praising(readings) or _only_denies(readings)
    return DOUBTED if not _NO_CLAIM.isdisjoint(speaks) or kind or _ends_asking(readings, said) else 1.0


def is_buying(readings: Sequence[Reading]) -> bool:
    """Words of somebody who has not bought yet."""
    return any(hit.phrase.group == "buying" for hit in _plainly(readings, PLAIN))


_NO_CLAIM = frozenset(("no_claim", "buying"))


def is_filed(readings: Sequence[Reading], said: Sequence[SentenceSaid], facts: Facts, topic: str) -> bool:
    """What no person need be asked about: who looks for work and names the troubles he dealt with; who guarantees a payment and
    complains of nothing; who asks before he buys and tells no fault; who thanks, wants no answer and demands nothing."""
    if topic == "payment_guarantee" and not (demanded(facts) or facts.safety or facts.legal_threat):
        return not any(sum(one.chances[at] for at in _CLAIMING) > TOLD for one in said)
    if facts.safety or facts.legal_threat or facts.orders or facts.documents or facts.serials:
        return False
    if topic == "job":
        return len({hit.phrase.text for hit in _plainly(readings, PLAIN) if hit.phrase.group == "topic_job"}) > 1
    angry = any(hit.phrase.group == "displeased" for hit in _plainly(readings, SOME))
    if is_buying(readings) and not angry and not demanded(facts):
        return not any(not readings[at].place.in_.endswith("subject") for at, _ in faulty(readings))
    thanks = topic == "thanks" and any(hit.phrase.group == "danger_low" for hit in _plainly(readings, PLAIN))
    return thanks and not angry and not demanded(facts) and is_praise(said)


def demanded(facts: Facts) -> bool:
    """More than an answer is asked for."""
    return not WEAK_DEMANDS.issuperset(facts.remedies)


def _plainly(readings: Sequence[Reading], least: float) -> Iterator[Hit]:
    """Phrases of no category that are meant as they stand; in facts.toml `no_claim` is the number of a claim."""
    for one in readings:
        for hit, left in zip(one.hits, one.weights, strict=True):
            if left == 1 and hit.phrase.strength >= least and not hit.phrase.of_facts:
                yield hit


def faulty(readings: Sequence[Reading]) -> frozenset[tuple[int, int]]:
    """The sentences, by place and number, that tell a plain fault: "Диван красивый, но у него сломана ножка"."""
    return frozenset(
        (at, one.words.sentences[hit.first])
        for at, one in enumerate(readings)
        for hit in _plainly([one], PLAIN)
        if hit.phrase.of_category and one.words.sentences[hit.first] not in one.words.questions
    )


def asks_redress(readings: Sequence[Reading]) -> bool:
    """A plain fault, and in that sentence or after it the question what becomes of it: "Сломана ножка. Что делать дальше?". Not where the
    words of a purchase, an offer or an answer speak; a fault only supposed is none."""
    if any(hit.phrase.group in (*_NO_CLAIM, *_OFFERING) for hit in _plainly(readings, PLAIN)):
        return False
    told = [(at, sentence) for at, sentence in faulty(readings) if not readings[at].place.in_.endswith("subject")]
    asked = [
        (at, one.words.sentences[hit.first])
        for at, one in enumerate(readings)
        for hit, left in zip(one.hits, one.weights, strict=True)
        if left == 1 and hit.phrase.group == "redress"
    ]
    return bool(told and asked) and min(told) <= max(asked)


def ends_demanding(readings: Sequence[Reading], said: Sequence[SentenceSaid]) -> bool:
    """A plain fault, and the last sentence plainly demands: "Устали от недостачи. Верните деньги."."""
    return bool(said and faulty(readings)) and said[-1].chances[_DEMAND] > DEMANDS


def _is_offer(said: Sequence[SentenceSaid]) -> bool:
    """Sentences offer something, at least as many as complain or demand: "Докажем брак, вернём ваши деньги" is an advertiser's."""
    offers = sum(one.chances[_OFFER] > TOLD for one in said)
    if not offers or said[-1].chances[_DEMAND] == max(said[-1].chances):
        return False
    return offers >= sum(sum(one.chances[at] for at in _CLAIMING) > TOLD for one in said)


def _says_nothing_wrong(readings: Sequence[Reading], said: Sequence[SentenceSaid]) -> bool:
    """No sentence complains or demands, and no word speaks for a category that the sentences do not know."""
    if not said or any(sum(one.chances[at] for at in _CLAIMING) > TOLD for one in said):
        return False
    return all(hit.phrase.group in COMPLAINTS for hit in _plainly(readings, SOME) if hit.phrase.place.startswith("categories/"))


def _wavers(said: Sequence[SentenceSaid]) -> bool:
    """Of several sentences none complains for certain, or one praises: "The lid takes a shove. It keeps soup hot."."""
    if len(said) not in SEVERAL:
        return False
    complaint = max(sum(one.chances[at] for at in _COMPLAINING) for one in said)
    if any(one.chances[_DEMAND] > TOLD for one in said):
        return False
    return complaint < SURELY or any(one.chances[_PRAISE] > LIKED for one in said)


def breaks_down(readings: Sequence[Reading], facts: Facts) -> bool:
    """A plain fault of goods that are the writer's own: bought or put to work on a day, or their serial number is given."""
    return bool(facts.serials or facts.purchased_on or facts.commissioned_on) and bool(faulty(readings))


def is_praise(said: Sequence[SentenceSaid], broken: Container[tuple[int, int]] = ()) -> bool:
    """As many sentences praise as complain, or the last word is praise. `broken`: those that tell a plain fault, however kindly."""
    fault = [(one.place, one.sentence) in broken for one in said]
    likes = [one.chances[_PRAISE] > PRAISED and one.chances[_PRAISE] == max(one.chances) for one in said]
    praising = [like and not bad for like, bad in zip(likes, fault, strict=True)]
    complaining = [bad or sum(one.chances[at] for at in _COMPLAINING) > TOLD for one, bad in zip(said, fault, strict=True)]
    return any(praising) and (praising[-1] or sum(praising) >= sum(complaining))


def _ends_praising(readings: Sequence[Reading]) -> bool:
    """ "Странная консистенция, но моет хорошо": of all judgements of the letter the last one is kind."""
    last = ""
    for one in readings:
        for hit, left in sorted(zip(one.hits, one.weights, strict=True), key=lambda each: each[0].last):
            if left == 1 and hit.phrase.strength >= SOME and (hit.phrase.group in _JUDGING or hit.phrase.of_category):
                last = hit.phrase.group
    return last == "content"


def _only_denies(readings: Sequence[Reading]) -> bool:
    """ "Пришло без царапин и вмятин": every fault that is named is denied."""
    faults = [
        left
        for one in readings
        for hit, left in zip(one.hits, one.weights, strict=True)
        if hit.phrase.of_category and hit.phrase.strength >= SOME
    ]
    return bool(faults) and not any(faults)


def _ends_asking(readings: Sequence[Reading], said: Sequence[SentenceSaid]) -> bool:
    """The last sentence is a question, and one of a customer to be: not "The other half?", nor "What shall I do?" after a trouble."""
    last = said[-1] if said else None
    if last is None or last.sentence not in readings[last.place].words.questions:
        return False
    broken = faulty(readings)
    if any((one.place, one.sentence) in broken or sum(one.chances[at] for at in _COMPLAINING) > TOLD for one in said[:-1]):
        return False
    return sum(last.chances[at] for at in _ASKING) > sum(last.chances[at] for at in _COMPLAINING)
