"""Whether what a waiting caller was told was true."""

from datetime import timedelta

import pytest

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.records import record
from ccbot.core.records.estimates_told import told_estimates
from tests.core.story import NOON

CALL, OFFER = CallId("call-1"), OfferId("offer-1")
QUEUED = f.CallQueued(call=CALL, group=GroupKey("service"), by=f.GroupChosenBy.KEY)
THREE = f.EstimateTold(call=CALL, minutes=3)


def at(seconds: float, fact: f.AnyFact) -> f.Stamped:
    return f.Stamped(NOON + timedelta(seconds=seconds), fact)


def judged(*later: f.Stamped) -> list[tuple[int, int | None, bool | None]]:
    entered = f.CallEntered(call=CALL, leg="l", dialled_number="1", entry="main", caller="1")
    facts = [at(0, entered), at(5, QUEUED), *later]
    told = told_estimates(facts, record(facts))
    assert [one.group_key for one in told] == ["service"] * len(told)
    return [(one.no, one.waited_ms, one.hit) for one in told]


def ended(seconds: float) -> f.Stamped:
    return at(seconds, f.CallEnded(call=CALL, by=f.EndedBy.CALLER))


def a_talk(since: float) -> list[f.Stamped]:
    return [
        at(since - 5, f.OfferMade(offer=OFFER, call=CALL, agent=AgentId("1001"))),
        at(since, f.OfferBridged(offer=OFFER)),
        at(since + 1, f.TalkStarted(offer=OFFER)),
    ]


@pytest.mark.parametrize(
    ("waited_s", "hit"), [(89, False), (90, True), (180, True), (270, True), (271, False)]
)
def test_about_three_minutes_is_true_from_one_and_a_half_to_four_and_a_half(
    waited_s: float, hit: bool
) -> None:
    assert judged(at(20, THREE), *a_talk(20 + waited_s), ended(600)) == [(1, waited_s * 1000, hit)]


def test_each_sentence_is_judged_from_when_it_was_said() -> None:
    told = [at(20, THREE), at(300, f.EstimateTold(call=CALL, minutes=1))]
    assert judged(*told, *a_talk(320), ended(600)) == [(1, 300_000, False), (2, 20_000, True)]


@pytest.mark.parametrize(("left_s", "hit"), [(100, None), (289, None), (291, False)])
def test_who_leaves_before_has_proved_nothing_and_who_waited_longer_has(
    left_s: float, hit: bool | None
) -> None:
    assert judged(at(20, THREE), ended(left_s)) == [(1, None, hit)]


def test_the_goodbye_of_who_was_given_up_counts_as_before() -> None:
    gave_up = f.QueueLeft(call=CALL, reason=f.GaveUp.WAITED_TOO_LONG)
    assert judged(at(20, THREE), at(300, gave_up), ended(310)) == [(1, None, False)]


def test_whoever_was_told_nothing_leaves_nothing() -> None:
    assert judged(*a_talk(50), ended(100)) == []
