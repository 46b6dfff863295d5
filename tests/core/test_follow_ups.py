"""A call leaves a task behind when its customer was not satisfied, or left a message."""

from datetime import UTC, datetime, timedelta

import pytest

from ccbot.core.facts import (
    AnyFact,
    CallEnded,
    CallEntered,
    EndedBy,
    MessageLeft,
    ReasonLeft,
    Stamped,
    SurveyFinished,
    SurveyStatus,
    decode,
    encode,
)
from ccbot.core.ids import CallId
from ccbot.core.records.follow_ups import FollowUp, FollowUpKind, follow_up

T0 = datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC)
CALL = CallId("call-1")
ENDED = CallEnded(call=CALL, by=EndedBy.CALLER)
REASON = ReasonLeft(call=CALL, recording="ccbot-reason-1", duration_s=4.2)


def entered(*, test: bool = False) -> CallEntered:
    return CallEntered(
        call=CALL, leg="leg-1", dialled_number="1", entry="main", caller="1", test=test
    )


def scored(score: int | None, status: SurveyStatus = SurveyStatus.ANSWERED) -> SurveyFinished:
    return SurveyFinished(call=CALL, status=status, score=score)


def task(*facts: AnyFact) -> FollowUp | None:
    """The task of facts that happened a second apart."""
    return follow_up([Stamped(T0 + timedelta(seconds=n), fact) for n, fact in enumerate(facts)])


@pytest.mark.parametrize("score", [1, 2])
def test_low_score_is_to_be_followed_up_within_a_day(score: int) -> None:
    given_at = datetime(2026, 3, 2, 9, 0, 1, 123_000, tzinfo=UTC)
    assert task(entered(), scored(score), ENDED) == FollowUp(
        call_id=CALL,
        kind=FollowUpKind.LOW_SCORE,
        created_at=given_at,
        due_at=given_at + timedelta(hours=24),
        reason=None,
    )


def test_task_names_the_recording_in_which_she_says_why() -> None:
    found = task(entered(), scored(1), REASON, ENDED)
    assert found is not None
    assert found.reason == "ccbot-reason-1"


@pytest.mark.parametrize("score", [3, 4, 5])
def test_decent_score_leaves_nothing_behind(score: int) -> None:
    assert task(entered(), scored(score), ENDED) is None


@pytest.mark.parametrize("status", [one for one in SurveyStatus if one != "answered"])
def test_no_score_leaves_nothing_behind(status: SurveyStatus) -> None:
    assert task(entered(), scored(None, status), ENDED) is None


def test_test_call_leaves_nothing_behind() -> None:
    assert task(entered(test=True), scored(1), ENDED) is None


def test_message_is_to_be_seen_to_within_its_time() -> None:
    left = MessageLeft(call=CALL, recording="ccbot-message-1", duration_s=9.0, due_h=2.5)
    left_at = datetime(2026, 3, 2, 9, 0, 1, 123_000, tzinfo=UTC)
    assert task(entered(), left, ENDED) == FollowUp(
        call_id=CALL,
        kind=FollowUpKind.MESSAGE,
        created_at=left_at,
        due_at=left_at + timedelta(hours=2, minutes=30),
        reason="ccbot-message-1",
    )
    assert task(entered(test=True), left, ENDED) is None


def test_task_made_again_from_stored_facts_is_the_same() -> None:
    facts = [Stamped(T0, fact) for fact in (entered(), scored(2), REASON, ENDED)]
    assert follow_up([Stamped(at, decode(encode(fact))) for at, fact in facts]) == follow_up(facts)
