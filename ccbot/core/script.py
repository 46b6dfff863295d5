"""Menus and surveys as steps: what one key, or silence, means."""

from dataclasses import dataclass

from ccbot.core.facts import GroupChosenBy, SurveyStatus
from ccbot.core.ids import GroupKey
from ccbot.core.routing_document import Entry, Menu, Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The caller goes to this group."""

    group: GroupKey
    by: GroupChosenBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Say this first, if anything, then the menu again."""

    first: str | None
    tries: int


def menu_step(menu: Menu, key: str | None, tries: int) -> Chosen | Again:
    """What a key (None: silence) means after ``tries`` failures; never a dead end."""
    if key is not None and key in menu.keys:
        return Chosen(group=GroupKey(menu.keys[key]), by=GroupChosenBy.KEY)
    if key is not None and key == menu.operator_key:
        return Chosen(group=GroupKey(menu.default_group), by=GroupChosenBy.OPERATOR_KEY)
    failed = tries + 1
    if failed >= menu.tries_max:
        return Chosen(group=GroupKey(menu.default_group), by=GroupChosenBy.DEFAULT)
    if key is None:
        return Again(first="menu.noinput", tries=failed)
    if key == menu.repeat_key:
        return Again(first=None, tries=failed)
    return Again(first="menu.invalid", tries=failed)


CLOSED_TRIES_MAX = 3
CLOSED_WAIT_S = 5.0
"""How long a caller may think about what she wants outside the hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterHours:
    """What a caller chose outside the hours; None: nothing."""

    key: str | None


def closed_step(entry: Entry, key: str | None, tries: int) -> AfterHours | Again:
    """What a key (None: silence) means after ``tries`` failures; silence is an answer."""
    if key is None or key in entry.closed_keys:
        return AfterHours(key=key)
    failed = tries + 1
    if failed >= CLOSED_TRIES_MAX:
        return AfterHours(key=None)
    return Again(first="menu.invalid", tries=failed)


LOW_SCORE_MAX = 2
"""A customer who gave no more than this is not satisfied."""

SETTLED = {"1": True, "2": False}
"""The keys that answer whether the matter is settled; any other, or silence, says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """The survey's result."""

    status: SurveyStatus
    score: int | None

    @property
    def low(self) -> bool:
        """The customer is not satisfied."""
        return self.score is not None and self.score <= LOW_SCORE_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgain:
    """A wrong key or silence, and a try is left."""

    first: str | None
    tries: int


def survey_step(survey: Survey, key: str | None, tries: int) -> Rated | AskAgain:
    """What a key (None: silence) means after ``tries`` failures; the first valid key counts."""
    if key is not None and key in survey.scores:
        return Rated(status=SurveyStatus.ANSWERED, score=survey.scores[key])
    if tries + 1 >= survey.tries_max:
        status = SurveyStatus.NO_INPUT if key is None else SurveyStatus.INVALID
        return Rated(status=status, score=None)
    return AskAgain(first=None if key is None else "survey.invalid", tries=tries + 1)
