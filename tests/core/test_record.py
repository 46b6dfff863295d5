"""The row of a call is a true, whole and repeatable account of its facts."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from ccbot.core.facts import (
    AnyFact,
    CallbackGivenUp,
    CallEnded,
    CallEntered,
    CallFlagged,
    CallQueued,
    EndedBy,
    Flag,
    GaveUp,
    GreetingPlayed,
    GreetingVariant,
    GroupChosenBy,
    MenuOpened,
    Missed,
    OfferAccepted,
    OfferBridged,
    OfferMade,
    OfferMissed,
    OfferWithdrawn,
    Outcome,
    QueueLeft,
    Stamped,
    SurveyFinished,
    SurveyResolved,
    SurveyStatus,
    TalkEnded,
    TalkStarted,
    Withdrawn,
)
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.records import CallRecord, NotACallError, record

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALL = CallId("call-1")
SERVICE, TECH = GroupKey("service"), GroupKey("tech")
WANG, LI = AgentId("1001"), AgentId("1002")

ENTERED = CallEntered(
    call=CALL, leg="leg-1", dialled_number="10000", entry="main", caller="13800001234"
)
MENU = MenuOpened(call=CALL)
QUEUED = CallQueued(call=CALL, group=SERVICE, by=GroupChosenBy.KEY)
LEFT = CallEnded(call=CALL, by=EndedBy.CALLER)


def offer(name: str = "offer-1", agent: AgentId = WANG) -> OfferMade:
    return OfferMade(offer=OfferId(name), call=CALL, agent=agent)


def talk(name: str = "offer-1") -> TalkStarted:
    return TalkStarted(offer=OfferId(name))


def talk_ended(by: EndedBy, agent: AgentId = WANG) -> TalkEnded:
    return TalkEnded(call=CALL, agent=agent, by=by)


def surveyed(status: SurveyStatus, score: int | None = None) -> SurveyFinished:
    return SurveyFinished(call=CALL, status=status, score=score)


def settled(resolved: bool) -> SurveyResolved:
    return SurveyResolved(call=CALL, resolved=resolved)


def of(*timed: tuple[float, AnyFact]) -> CallRecord:
    """The record of facts that happened these seconds after the beginning."""
    return record([Stamped(T0 + timedelta(seconds=at), fact) for at, fact in timed])


def kinds(row: CallRecord) -> list[str]:
    return [s.kind.value for s in row.segments]


def test_whole_call_has_every_stage_and_every_time() -> None:
    row = of(
        (0, ENTERED),
        (4, MENU),
        (9, QUEUED),
        (29, offer()),
        (33, OfferAccepted(offer=OfferId("offer-1"))),
        (33.5, talk()),
        (
            38,
            GreetingPlayed(
                call=CALL, agent=WANG, variant=GreetingVariant.ANNOUNCE_ID, completed=True
            ),
        ),
        (93.5, talk_ended(EndedBy.AGENT)),
        (99, surveyed(SurveyStatus.ANSWERED, 5)),
        (103, CallEnded(call=CALL, by=EndedBy.SYSTEM)),
    )
    assert kinds(row) == ["greeting", "menu", "waiting", "ringing", "talk", "survey"]
    assert [s.ended_by.value for s in row.segments] == [
        "system",
        "caller",
        "system",
        "agent",
        "agent",
        "system",
    ]
    assert (row.wait_ms, row.talk_ms, row.hold_ms) == (24_500, 60_000, 0)
    assert (row.outcome, row.hung_up_by) == (Outcome.ANSWERED, EndedBy.AGENT)
    assert (row.entry_group, row.last_group) == (SERVICE, SERVICE)
    assert (row.agents, row.last_agent, row.transfers) == ((WANG,), WANG, 0)
    assert (row.greeting_variant, row.greeting_completed) == (GreetingVariant.ANNOUNCE_ID, True)
    assert (row.survey_status, row.survey_score) == (SurveyStatus.ANSWERED, 5)
    assert row.caller_masked == "138****1234"
    assert row.segments[4].agent == row.segments[5].agent == WANG


@pytest.mark.parametrize(
    ("happened", "outcome", "last"),
    [
        ([(0, ENTERED)], Outcome.ABANDONED_MENU, "greeting"),
        ([(0, ENTERED), (1, MENU)], Outcome.ABANDONED_MENU, "menu"),
        ([(0, ENTERED), (1, QUEUED)], Outcome.ABANDONED_WAITING, "waiting"),
        ([(0, ENTERED), (1, QUEUED), (2, offer())], Outcome.ABANDONED_RINGING, "ringing"),
        (
            [
                (0, ENTERED),
                (1, QUEUED),
                (2, offer()),
                (3, OfferAccepted(offer=OfferId("offer-1"))),
            ],
            Outcome.ABANDONED_RINGING,
            "ringing",
        ),
        (
            [
                (0, ENTERED),
                (1, QUEUED),
                (2, offer()),
                (3, OfferMissed(offer=OfferId("offer-1"), reason=Missed.NO_ANSWER)),
            ],
            Outcome.ABANDONED_WAITING,
            "waiting",
        ),
        ([(0, ENTERED), (1, QUEUED), (2, offer()), (3, talk())], Outcome.ANSWERED, "talk"),
    ],
)
def test_caller_who_hangs_up_is_counted_where_she_was(
    happened: list[tuple[float, AnyFact]], outcome: Outcome, last: str
) -> None:
    row = of(*happened, (10, LEFT))
    assert (row.outcome, kinds(row)[-1], row.hung_up_by) == (outcome, last, EndedBy.CALLER)
    assert row.segments[-1].ended_by is EndedBy.CALLER


def test_offer_withdrawn_because_the_caller_left_does_not_make_her_wait_again() -> None:
    withdrawn = OfferWithdrawn(offer=OfferId("offer-1"), reason=Withdrawn.CALLER_LEFT)
    row = of((0, ENTERED), (1, QUEUED), (2, offer()), (5, withdrawn), (5, LEFT))
    assert row.outcome is Outcome.ABANDONED_RINGING
    assert kinds(row) == ["greeting", "waiting", "ringing"]


def test_next_agent_rings_in_a_segment_of_his_own() -> None:
    row = of(
        (0, ENTERED),
        (1, QUEUED),
        (2, offer()),
        (5, OfferMissed(offer=OfferId("offer-1"), reason=Missed.DECLINED)),
        (5.5, offer("offer-2", LI)),
        (8, talk("offer-2")),
        (20, talk_ended(EndedBy.CALLER, LI)),
        (20, LEFT),
    )
    assert kinds(row) == ["greeting", "waiting", "ringing", "waiting", "ringing", "talk"]
    assert [s.agent for s in row.segments] == [None, None, WANG, None, LI, LI]
    assert row.segments[2].ended_by is EndedBy.AGENT
    assert (row.wait_ms, row.agents) == (7_000, (LI,))


def test_ringing_lasts_until_no_phone_rings_any_more() -> None:
    row = of(
        (0, ENTERED),
        (1, QUEUED),
        (2, offer()),
        (3, offer("offer-2", LI)),
        (4, OfferMissed(offer=OfferId("offer-1"), reason=Missed.DECLINED)),
        (5, OfferMissed(offer=OfferId("offer-2"), reason=Missed.NO_ANSWER)),
        (6, LEFT),
    )
    assert kinds(row) == ["greeting", "waiting", "ringing", "waiting"]
    assert [(one.agent, one.ended_by) for one in row.segments[2:]] == [
        (None, EndedBy.SYSTEM),
        (None, EndedBy.CALLER),
    ]
    assert row.wait_ms == 5000


def test_ringing_of_several_is_the_winners_and_the_losers_are_not_in_the_row() -> None:
    lost = OfferWithdrawn(offer=OfferId("offer-1"), reason=Withdrawn.ANSWERED_ELSEWHERE)
    row = of(
        (0, ENTERED),
        (1, QUEUED),
        (2, offer()),
        (2, offer("offer-2", LI)),
        (5, OfferAccepted(offer=OfferId("offer-2"))),
        (5, lost),
        (6, OfferBridged(offer=OfferId("offer-2"))),
        (7, TalkStarted(offer=OfferId("offer-2"))),
        (9, LEFT),
    )
    assert kinds(row) == ["greeting", "waiting", "ringing", "talk"]
    assert [one.agent for one in row.segments[2:]] == [LI, LI]
    assert (row.agents, row.wait_ms, row.talk_ms) == ((LI,), 5000, 3000)


@pytest.mark.parametrize("reason", list(GaveUp))
@pytest.mark.parametrize("by", [EndedBy.CALLER, EndedBy.SYSTEM])
def test_giving_up_is_the_outcome_and_its_apology_is_waiting(reason: GaveUp, by: EndedBy) -> None:
    row = of(
        (0, ENTERED),
        (1, QUEUED),
        (2, offer()),
        (3, QueueLeft(call=CALL, reason=reason)),
        (9, CallEnded(call=CALL, by=by)),
    )
    assert row.outcome.value == {
        GaveUp.GROUP_GONE: "no_agents",
        GaveUp.NOT_READY: "no_agents",
        GaveUp.CLOSED: "after_hours",
    }.get(reason, reason.value)
    assert kinds(row) == ["greeting", "waiting", "ringing", "waiting"]
    assert row.hung_up_by is by


@pytest.mark.parametrize("failed", [True, False])
def test_call_that_we_lost_is_a_system_error(failed: bool) -> None:
    row = of((0, ENTERED), (1, QUEUED), (2, CallEnded(call=CALL, by=EndedBy.SYSTEM, failed=failed)))
    assert row.outcome is Outcome.SYSTEM_ERROR


def test_answered_call_stays_answered_when_we_fail_after() -> None:
    row = of(
        (0, ENTERED),
        (1, QUEUED),
        (2, offer()),
        (3, talk()),
        (4, CallEnded(call=CALL, by=EndedBy.SYSTEM, failed=True)),
    )
    assert (row.outcome, row.survey_status) == (Outcome.ANSWERED, SurveyStatus.OFF)
    assert (row.hung_up_by, row.talk_ms) == (EndedBy.SYSTEM, 1_000)


TALKING: list[tuple[float, AnyFact]] = [(0, ENTERED), (1, QUEUED), (2, offer()), (3, talk())]


@pytest.mark.parametrize(
    ("after", "status", "score"),
    [
        ([(9, LEFT)], SurveyStatus.NOT_OFFERED_CALLER_LEFT, None),
        (
            [(9, talk_ended(EndedBy.CALLER)), (9, LEFT)],
            SurveyStatus.NOT_OFFERED_CALLER_LEFT,
            None,
        ),
        ([(9, talk_ended(EndedBy.AGENT)), (11, LEFT)], SurveyStatus.HUNG_UP, None),
        (
            [(9, talk_ended(EndedBy.AGENT)), (11, surveyed(SurveyStatus.NO_INPUT)), (12, LEFT)],
            SurveyStatus.NO_INPUT,
            None,
        ),
        (
            [(9, talk_ended(EndedBy.AGENT)), (11, surveyed(SurveyStatus.ANSWERED, 1)), (12, LEFT)],
            SurveyStatus.ANSWERED,
            1,
        ),
        (
            [(9, talk_ended(EndedBy.AGENT)), (11, surveyed(SurveyStatus.ANSWERED, 9)), (12, LEFT)],
            SurveyStatus.INVALID,
            None,
        ),
        (
            [(9, talk_ended(EndedBy.AGENT)), (11, surveyed(SurveyStatus.INVALID, 3)), (12, LEFT)],
            SurveyStatus.INVALID,
            None,
        ),
    ],
)
def test_survey_status_says_what_became_of_it(
    after: list[tuple[float, AnyFact]], status: SurveyStatus, score: int | None
) -> None:
    row = of(*TALKING, *after)
    assert (row.survey_status, row.survey_score) == (status, score)


def test_call_without_a_talk_has_no_survey() -> None:
    assert of((0, ENTERED), (1, LEFT)).survey_status is SurveyStatus.OFF


def test_survey_of_no_duration_that_was_not_held_is_no_segment() -> None:
    end = CallEnded(call=CALL, by=EndedBy.SYSTEM)
    row = of(
        *TALKING,
        (9, talk_ended(EndedBy.AGENT)),
        (9, surveyed(SurveyStatus.NOT_OFFERED_TOO_SHORT)),
        (9, end),
    )
    assert kinds(row)[-1] == "talk"
    assert row.segments[-1].ended_at == row.ended_at


@pytest.mark.parametrize(
    ("served_in", "outcome"), [(None, Outcome.NOT_REACHED), (CallId("again"), Outcome.SETTLED)]
)
def test_callback_of_who_was_served_meanwhile_is_settled(
    served_in: CallId | None, outcome: Outcome
) -> None:
    owed = replace(ENTERED, leg="", callback_of=CallId("first"))
    given_up = CallbackGivenUp(call=CALL, served_in=served_in)
    end = CallEnded(call=CALL, by=EndedBy.SYSTEM)
    assert of((0, owed), (1, QUEUED), (5, given_up), (5, end)).outcome is outcome


def test_facts_after_the_end_change_nothing() -> None:
    late = (11, OfferWithdrawn(offer=OfferId("offer-1"), reason=Withdrawn.CALLER_LEFT))
    whole: list[tuple[float, AnyFact]] = [(0, ENTERED), (1, QUEUED), (2, offer()), (9, LEFT)]
    assert of(*whole, late) == of(*whole)


def test_clock_set_back_counts_as_standing_still() -> None:
    row = of((10, ENTERED), (5, QUEUED), (12, offer()), (11, LEFT))
    assert [(s.ended_at - s.started_at).total_seconds() for s in row.segments] == [0, 2, 0]


@pytest.mark.parametrize("facts", [[], [Stamped(T0, LEFT)], [Stamped(T0, ENTERED)]])
def test_facts_without_beginning_or_end_are_no_call(facts: list[Stamped]) -> None:
    with pytest.raises(NotACallError):
        record(facts)


@pytest.mark.parametrize(
    ("facts", "resolved"),
    [
        pytest.param([surveyed(SurveyStatus.ANSWERED, 5)], None, id="not asked"),
        pytest.param([surveyed(SurveyStatus.ANSWERED, 5), settled(True)], True, id="settled"),
        pytest.param([surveyed(SurveyStatus.ANSWERED, 1), settled(False)], False, id="not settled"),
        pytest.param([settled(True)], None, id="no score"),
    ],
)
def test_settled_is_what_a_customer_with_a_score_said(
    facts: list[AnyFact], resolved: bool | None
) -> None:
    talked: list[AnyFact] = [
        ENTERED,
        MENU,
        QUEUED,
        offer(),
        talk(),
        talk_ended(EndedBy.AGENT),
    ]
    row = of(*enumerate([*talked, *facts, LEFT]))
    assert row.survey_resolved is resolved


def test_record_has_the_columns_of_the_call_log() -> None:
    names = [f.name for f in fields(CallRecord)]
    assert ", ".join(n for n in names if n not in {"caller", "segments", "unanswered"}) == (
        "call_id, entered_at, ended_at, dialled_number, caller_masked, entry_group, last_group, "
        "outcome, wait_ms, talk_ms, hold_ms, agents, last_agent, transfers, hung_up_by, "
        "greeting_variant, greeting_completed, survey_status, survey_score, survey_resolved, "
        "recording_status, degraded, test, callback_of, flags"
    )


def test_a_flag_is_on_the_row_and_ends_no_segment() -> None:
    flag = CallFlagged(call=CALL, agent=WANG)
    plain: list[tuple[float, AnyFact]] = [
        (0.0, ENTERED),
        (5.0, QUEUED),
        (6.0, offer()),
        (9.0, talk()),
    ]
    row = of(*plain, (12.0, flag), (13.0, flag), (20.0, LEFT))
    assert row.flags == (Flag.COMPLAINT,)
    without = of(*plain, (20.0, LEFT))
    assert (row.segments, without.flags) == (without.segments, ())


def bridged(name: str = "offer-1") -> OfferBridged:
    return OfferBridged(offer=OfferId(name))


def test_a_talk_begins_at_the_bridging_though_it_is_told_later() -> None:
    row = of((0, ENTERED), (5, QUEUED), (6, offer()), (9, bridged()), (10, talk()), (30, LEFT))
    assert kinds(row) == ["greeting", "waiting", "ringing", "talk"]
    assert (row.wait_ms, row.talk_ms) == (4_000, 21_000)


def test_a_slip_of_the_hand_is_waiting_and_no_talk() -> None:
    slip = OfferMissed(offer=OfferId("offer-1"), reason=Missed.HUNG_UP_AT_ANSWER)
    greeted = GreetingPlayed(
        call=CALL, agent=WANG, variant=GreetingVariant.NEUTRAL, completed=False
    )
    row = of(
        *((0, ENTERED), (5, QUEUED), (6, offer()), (9, bridged()), (9.25, greeted)),
        *((9.25, slip), (9.25, offer("offer-2", LI)), (12, LEFT)),
    )
    assert kinds(row) == ["greeting", "waiting", "ringing", "waiting", "ringing"]
    assert row.segments[2].ended_by is EndedBy.AGENT
    assert (row.outcome, row.agents, row.talk_ms) == (Outcome.ABANDONED_RINGING, (), 0)
    assert (row.wait_ms, row.survey_status) == (7_000, SurveyStatus.OFF)
    assert row.greeting_variant is None


def test_a_caller_who_leaves_as_they_are_bridged_was_answered() -> None:
    row = of((0, ENTERED), (5, QUEUED), (6, offer()), (9, bridged()), (9.5, LEFT))
    assert (row.outcome, row.agents, row.talk_ms) == (Outcome.ANSWERED, (WANG,), 500)
    assert row.survey_status is SurveyStatus.NOT_OFFERED_CALLER_LEFT
