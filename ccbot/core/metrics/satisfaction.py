"""What customers said after talks, and whether they had to call again."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from ccbot.core.kinds import GreetingVariant, Outcome, SurveyStatus
from ccbot.core.metrics.ratio import Mean, Ratio

SATISFIED_MIN = 4
"""Scores from here on are satisfied (满意)."""

OFFERED = {
    SurveyStatus.ANSWERED.value,
    SurveyStatus.NO_INPUT.value,
    SurveyStatus.INVALID.value,
    SurveyStatus.HUNG_UP.value,
}


class Ended(NamedTuple):
    """A customer's call that ended in the interval, as its row tells it."""

    outcome: str
    group: str | None
    agent: str | None
    survey_status: str
    survey_score: int | None
    survey_resolved: bool | None
    greeting_variant: str | None
    greeting_completed: bool | None
    transfers: int = 0


class Contact(NamedTuple):
    """An answered call of a known customer, and whether she called again for the same group."""

    group: str | None
    agent: str | None
    repeated: bool


class Satisfaction(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of answered calls and of what followed them."""

    answered: int = 0
    offered: int = 0
    rated: int = 0
    satisfied: int = 0
    scores: int = 0
    """The sum of all scores."""
    said_resolved: int = 0
    said_unresolved: int = 0
    contacts: int = 0
    contacts_repeated: int = 0
    greetings: int = 0
    """Answered calls that an agent does not greet himself."""
    greetings_completed: int = 0

    @property
    def offer_rate(self) -> Ratio:
        """邀评率: surveys offered / answered calls."""
        return Ratio(self.offered, self.answered)

    @property
    def participation(self) -> Ratio:
        """参评率: surveys with a valid key / surveys offered."""
        return Ratio(self.rated, self.offered)

    @property
    def satisfied_rate(self) -> Ratio:
        """满意率 (CSAT): scores of 4 and 5 / valid answers."""
        return Ratio(self.satisfied, self.rated)

    @property
    def average_score(self) -> Mean:
        """满意度均分: 5 best, 1 worst."""
        return Mean(self.scores, self.rated)

    @property
    def resolved_by_survey(self) -> Ratio:
        """首次解决率 (FCR, survey): resolved / valid answers to that question."""
        return Ratio(self.said_resolved, self.said_resolved + self.said_unresolved)

    @property
    def resolved_by_system(self) -> Ratio:
        """首次解决率 (FCR, system): 1 - (followed by another call) / answered, known customer."""
        return Ratio(self.contacts - self.contacts_repeated, self.contacts)

    @property
    def repeated(self) -> Ratio:
        """重复来电率: 1 - FCR (system)."""
        return Ratio(self.contacts_repeated, self.contacts)

    @property
    def greeting_compliance(self) -> Ratio:
        """开头语规范率: greetings played to their end / answered; live ones are nobody's count.

        Nor is whoever was given the customer by a colleague, and was not greeted for.
        """
        return Ratio(self.greetings_completed, self.greetings)


def satisfaction(ended: Iterable[Ended], contacts: Iterable[Contact]) -> Satisfaction:
    """Count the calls that were answered; test calls must be left out already."""
    counts = dict.fromkeys(Satisfaction.__struct_fields__, 0)
    for call in ended:
        if call.outcome == Outcome.ANSWERED:
            for field, amount in _parts(call):
                counts[field] += amount
    for contact in contacts:
        counts["contacts"] += 1
        counts["contacts_repeated"] += contact.repeated
    return Satisfaction(**counts)


def _parts(call: Ended) -> list[tuple[str, int]]:
    """What one answered call adds to which field."""
    score = call.survey_score
    introduced = call.transfers > 0 and call.greeting_variant is None
    played = call.greeting_variant != GreetingVariant.LIVE and not introduced
    return [
        ("answered", 1),
        ("offered", call.survey_status in OFFERED),
        ("rated", score is not None),
        ("satisfied", score is not None and score >= SATISFIED_MIN),
        ("scores", score or 0),
        ("said_resolved", call.survey_resolved is True),
        ("said_unresolved", call.survey_resolved is False),
        ("greetings", played),
        ("greetings_completed", played and call.greeting_completed is True),
    ]
