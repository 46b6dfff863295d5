"""What hold and transfers make of a call's row: each stretch with its owner, nothing lost."""

from datetime import timedelta

import msgspec
import pytest

from ccbot.core import facts as f
from ccbot.core.facts import EndedBy, TransferFailure
from ccbot.core.ids import AgentId, GroupKey, OfferId
from ccbot.core.records import CallRecord
from tests.core.test_record import (
    CALL,
    ENTERED,
    LEFT,
    LI,
    QUEUED,
    WANG,
    of,
    offer,
    surveyed,
    talk,
    talk_ended,
)

ZHAO = AgentId("1003")
BOSS = AgentId("8001")
TAKEN_OVER = f.CallTakenOver(call=CALL, supervisor=BOSS, agent=WANG, leg="leg-8001")
TO_LI = OfferId("offer-2")
MADE_LI = offer("offer-2", LI)
HELD, RESUMED = f.CallHeld(call=CALL, agent=WANG), f.CallResumed(call=CALL, agent=WANG)
CONSULT = f.TransferAsked(call=CALL, agent=WANG, kind=f.TransferKind.CONSULT, to_agent=LI)
BLIND = f.TransferAsked(call=CALL, agent=WANG, kind=f.TransferKind.BLIND, to_agent=LI)
TO_TECH = f.TransferAsked(
    call=CALL, agent=WANG, kind=f.TransferKind.BLIND, to_group=GroupKey("tech")
)
IN_TECH = f.CallQueued(call=CALL, group=GroupKey("tech"), by=f.GroupChosenBy.TRANSFER)
AGAIN = f.CallQueued(call=CALL, group=GroupKey("service"), by=f.GroupChosenBy.TRANSFER)
STARTED = f.ConsultStarted(call=CALL, offer=TO_LI)
ALL_THREE = f.ConferenceStarted(call=CALL)
BACK = f.ConsultEnded(call=CALL, agent=WANG)
COMPLETED = f.TransferCompleted(call=CALL, agent=LI)
SENDER_LEFT = f.SenderLeft(call=CALL, agent=WANG)
TO_CUSTOMER = f.ConsultSwapped(call=CALL, with_customer=True)
TO_TARGET = f.ConsultSwapped(call=CALL, with_customer=False)


def failed(why: TransferFailure) -> f.TransferFailed:
    return f.TransferFailed(call=CALL, why=why)


def after_ten_s(*facts: f.AnyFact) -> CallRecord:
    """A talk with Wang from the tenth second on; what follows comes every ten seconds."""
    begun: list[tuple[float, f.AnyFact]] = [(0, ENTERED), (2, QUEUED), (5, offer()), (10, talk())]
    return of(*begun, *((20 + 10 * n, fact) for n, fact in enumerate(facts)))


def stretches(row: CallRecord) -> list[tuple[str, AgentId | None, int, str]]:
    """From the first talk on: kind, whose, seconds, ended by whom."""
    told = [
        (one.kind.value, one.agent, (one.ended_at - one.started_at).seconds, one.ended_by.value)
        for one in row.segments
    ]
    first = next(n for n, one in enumerate(told) if one[0] == "talk")
    return told[first:]


def test_hold_is_a_segment_of_the_owner_and_no_talk() -> None:
    row = after_ten_s(HELD, RESUMED, HELD, RESUMED, LEFT)
    assert stretches(row) == [
        ("talk", WANG, 10, "agent"),
        ("hold", WANG, 10, "agent"),
        ("talk", WANG, 10, "agent"),
        ("hold", WANG, 10, "agent"),
        ("talk", WANG, 10, "caller"),
    ]
    assert (row.talk_ms, row.hold_ms, row.transfers) == (30_000, 20_000, 0)
    assert (row.agents, row.hung_up_by) == ((WANG,), EndedBy.CALLER)


def test_agent_who_hangs_up_in_a_hold_ends_the_talk_and_the_survey_follows() -> None:
    row = after_ten_s(HELD, talk_ended(EndedBy.AGENT), surveyed(f.SurveyStatus.ANSWERED, 4), LEFT)
    assert [one[0] for one in stretches(row)] == ["talk", "hold", "survey"]
    assert (row.hung_up_by, row.survey_score) == (EndedBy.AGENT, 4)


@pytest.mark.parametrize("told", [[talk_ended(EndedBy.CALLER), LEFT], [LEFT]])
def test_customer_who_leaves_while_held_ended_the_talk(told: list[f.AnyFact]) -> None:
    row = after_ten_s(HELD, *told)
    assert stretches(row)[-1][3] == "caller"
    assert (row.hung_up_by, row.survey_status) == (
        EndedBy.CALLER,
        f.SurveyStatus.NOT_OFFERED_CALLER_LEFT,
    )


def test_completed_consultation_gives_the_talk_to_the_target() -> None:
    row = after_ten_s(CONSULT, MADE_LI, STARTED, COMPLETED, talk_ended(EndedBy.AGENT, LI), LEFT)
    assert stretches(row) == [
        ("talk", WANG, 10, "agent"),
        ("consult", WANG, 30, "agent"),
        ("talk", LI, 10, "agent"),
        ("survey", LI, 10, "caller"),
    ]
    assert (row.agents, row.last_agent, row.transfers) == ((WANG, LI), LI, 1)
    assert (row.talk_ms, row.hold_ms, row.wait_ms) == (20_000, 0, 8_000)
    assert (row.hung_up_by, row.survey_status) == (EndedBy.AGENT, f.SurveyStatus.HUNG_UP)


def test_consultation_out_of_a_hold_ends_the_hold() -> None:
    row = after_ten_s(HELD, CONSULT, MADE_LI, STARTED, BACK, LEFT)
    assert [one[:3] for one in stretches(row)] == [
        ("talk", WANG, 10),
        ("hold", WANG, 10),
        ("consult", WANG, 30),
        ("talk", WANG, 10),
    ]
    assert (row.agents, row.transfers) == ((WANG,), 0)


def test_blind_transfer_to_an_agent_is_consult_until_he_answers() -> None:
    row = after_ten_s(BLIND, MADE_LI, COMPLETED, LEFT)
    assert stretches(row)[1:] == [("consult", WANG, 20, "agent"), ("talk", LI, 10, "caller")]


def test_talk_with_a_member_of_another_group_is_that_groups() -> None:
    to_tech = msgspec.structs.replace(CONSULT, to_agent=None, to_group=GroupKey("tech"))
    row = after_ten_s(to_tech, MADE_LI, STARTED, COMPLETED, LEFT)
    assert [one.group_key for one in row.segments[-3:]] == ["service", "service", "tech"]
    assert (row.entry_group, row.last_group) == ("service", "tech")


def test_all_three_is_the_senders_talk_and_names_both() -> None:
    row = after_ten_s(CONSULT, MADE_LI, STARTED, ALL_THREE, BACK, LEFT)
    assert stretches(row) == [
        ("talk", WANG, 10, "agent"),
        ("consult", WANG, 30, "agent"),
        ("talk", WANG, 20, "caller"),
    ]
    assert (row.agents, row.last_agent, row.transfers) == ((WANG, LI), WANG, 0)


def test_sender_who_leaves_the_three_hands_the_talk_on() -> None:
    row = after_ten_s(CONSULT, MADE_LI, STARTED, ALL_THREE, SENDER_LEFT, COMPLETED, LEFT)
    assert [one[:3] for one in stretches(row)][-2:] == [("talk", WANG, 20), ("talk", LI, 10)]
    assert (row.agents, row.transfers, row.last_agent) == ((WANG, LI), 1, LI)


def test_swapping_is_talk_and_consult_by_turns() -> None:
    row = after_ten_s(CONSULT, MADE_LI, STARTED, TO_CUSTOMER, TO_TARGET, COMPLETED, LEFT)
    assert [one[:3] for one in stretches(row)] == [
        ("talk", WANG, 10),
        ("consult", WANG, 30),
        ("talk", WANG, 10),
        ("consult", WANG, 10),
        ("talk", LI, 10),
    ]


@pytest.mark.parametrize("why", TransferFailure)
def test_failed_transfer_brings_her_back_to_the_sender(why: TransferFailure) -> None:
    row = after_ten_s(CONSULT, MADE_LI, failed(why), LEFT)
    by = "agent" if why in {TransferFailure.DECLINED, TransferFailure.TARGET_HUNG_UP} else "system"
    assert stretches(row)[1:] == [("consult", WANG, 20, by), ("talk", WANG, 10, "caller")]
    assert (row.agents, row.transfers) == ((WANG,), 0)


def test_failed_transfer_whose_sender_has_left_leads_to_the_queue() -> None:
    busy = failed(TransferFailure.BUSY)
    row = after_ten_s(BLIND, MADE_LI, SENDER_LEFT, busy, AGAIN, offer("3", ZHAO), talk("3"), LEFT)
    assert [one[:3] for one in stretches(row)] == [
        ("talk", WANG, 10),
        ("consult", WANG, 40),
        ("waiting", None, 10),
        ("ringing", ZHAO, 10),
        ("talk", ZHAO, 10),
    ]
    assert (row.transfers, row.agents, row.wait_ms) == (0, (WANG, ZHAO), 28_000)


def test_transfer_to_a_group_is_one_when_somebody_of_it_talks() -> None:
    row = after_ten_s(
        TO_TECH, IN_TECH, MADE_LI, talk("offer-2"), talk_ended(EndedBy.AGENT, LI), LEFT
    )
    assert stretches(row) == [
        ("talk", WANG, 20, "agent"),
        ("waiting", None, 10, "system"),
        ("ringing", LI, 10, "agent"),
        ("talk", LI, 10, "agent"),
        ("survey", LI, 10, "caller"),
    ]
    assert (row.entry_group, row.last_group, row.transfers) == ("service", "tech", 1)
    assert (row.wait_ms, row.agents) == (28_000, (WANG, LI))


def test_customer_who_gives_up_in_the_second_queue_was_answered_and_left() -> None:
    row = after_ten_s(TO_TECH, IN_TECH, LEFT)
    assert (row.outcome, row.unanswered) == (f.Outcome.ANSWERED, f.Outcome.ABANDONED_WAITING)
    assert (row.hung_up_by, row.transfers, row.last_agent) == (EndedBy.CALLER, 0, WANG)
    assert row.survey_status is f.SurveyStatus.NOT_OFFERED_CALLER_LEFT


@pytest.mark.parametrize("before", [[], [HELD], [CONSULT, MADE_LI, STARTED]])
def test_talk_that_a_supervisor_takes_over_is_his_and_no_transfer(before: list[f.AnyFact]) -> None:
    row = after_ten_s(*before, TAKEN_OVER, talk_ended(EndedBy.AGENT, BOSS), LEFT)
    assert [one[:3] for one in stretches(row)][-2:] == [("talk", BOSS, 10), ("survey", BOSS, 10)]
    assert (row.agents, row.last_agent, row.transfers) == ((WANG, BOSS), BOSS, 0)
    assert row.hung_up_by is EndedBy.AGENT


def test_greeting_is_that_of_the_last_talk() -> None:
    played = f.GreetingPlayed(call=CALL, agent=WANG, variant=f.GreetingVariant.NAME, completed=True)
    begun: list[tuple[float, f.AnyFact]] = [(0, ENTERED), (2, QUEUED), (5, offer()), (10, talk())]
    greeted = [*begun, (11.0, played)]
    of_li = f.GreetingPlayed(
        call=CALL, agent=LI, variant=f.GreetingVariant.NEUTRAL, completed=False
    )
    handed: list[tuple[float, f.AnyFact]] = [(20, CONSULT), (21, MADE_LI), (22, COMPLETED)]
    assert of(*greeted, (30, LEFT)).greeting_variant is f.GreetingVariant.NAME
    assert of(*greeted, *handed, (30, LEFT)).greeting_variant is None
    row = of(*greeted, *handed, (23, of_li), (30, LEFT))
    assert (row.greeting_variant, row.greeting_completed) == (f.GreetingVariant.NEUTRAL, False)
    again: list[tuple[float, f.AnyFact]] = [
        (24, f.TransferAsked(call=CALL, agent=LI, kind=f.TransferKind.BLIND, to_agent=WANG)),
        (25, offer("offer-3", WANG)),
        (26, f.TransferCompleted(call=CALL, agent=WANG)),
    ]
    assert of(*greeted, *handed, (23, of_li), *again, (30, LEFT)).greeting_variant is None


def test_segments_add_up_to_the_call() -> None:
    row = after_ten_s(HELD, RESUMED, CONSULT, MADE_LI, STARTED, ALL_THREE, COMPLETED, LEFT)
    spent = sum((one.ended_at - one.started_at for one in row.segments), timedelta())
    assert spent == row.ended_at - row.entered_at
