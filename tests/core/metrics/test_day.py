"""A day's numbers: agents' time, talks and rings, surveys, and how they are split."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ccbot.core.agents import AgentState
from ccbot.core.kinds import Missed, Outcome, SurveyStatus, Withdrawn
from ccbot.core.metrics.catalogue import OF_CENTRE, Unit
from ccbot.core.metrics.day import DayRows, Frame, Stay, day_numbers
from ccbot.core.metrics.handling import Handling, handling
from ccbot.core.metrics.presence import Presence, Stretch, presence
from ccbot.core.metrics.ratio import Ratio
from ccbot.core.metrics.satisfaction import Contact, Ended, satisfaction
from ccbot.core.records.queue_entries import EntryEnd
from ccbot.core.records.standings import Activity

FRAME = Frame(day=date(2026, 11, 28), time_zone="Asia/Shanghai")
SINCE, UNTIL = FRAME.bounds()


def stretch(
    state: AgentState,
    from_s: float,
    to_s: float | None,
    ended_as: str = "",
    *,
    agent: str = "1001",
    test: bool = False,
    reason: str = "",
    activity: Activity = Activity.WITH_CUSTOMER,
    held: bool = False,
) -> Stretch:
    """A stretch in seconds from the day's beginning."""
    began = SINCE + timedelta(seconds=from_s)
    ended = None if to_s is None else SINCE + timedelta(seconds=to_s)
    group = None if state in {AgentState.READY, AgentState.PAUSED} else "service"
    return Stretch(agent, state, reason, group, test, began, ended, ended_as, activity, held)


READY, PAUSED = AgentState.READY, AgentState.PAUSED
OFFERED, TALKING, WRAP_UP = AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP

MORNING = [
    stretch(READY, -60, 100),
    stretch(OFFERED, 100, 115, "talk"),
    stretch(TALKING, 115, 315),
    stretch(WRAP_UP, 315, 345),
    stretch(READY, 345, 400),
    stretch(OFFERED, 400, 415.001, Missed.NO_ANSWER),
    stretch(PAUSED, 415.001, 715.001, reason="missed_call"),
    stretch(READY, 715.001, 800),
]


def test_day_is_that_of_its_time_zone() -> None:
    assert datetime(2026, 11, 27, 16, tzinfo=UTC) == SINCE
    assert timedelta(days=1) == UNTIL - SINCE
    berlin = Frame(day=date(2026, 10, 25), time_zone="Europe/Berlin").bounds()
    assert berlin[1].astimezone(UTC) - berlin[0].astimezone(UTC) == timedelta(hours=25)


def test_agents_time_is_cut_to_the_day_and_adds_up() -> None:
    own = presence(MORNING, SINCE, UNTIL)
    assert own.ready_ms == 100_000 + 55_000 + 84_999
    assert (own.ringing_ms, own.talking_ms, own.wrap_up_ms) == (30_001, 200_000, 30_000)
    assert own.paused_ms == {"missed_call": 300_000}
    assert own.signed_in_ms == 800_000
    assert own.occupancy == Ratio(260_001, 500_000)
    assert own.utilisation == Ratio(260_001, 800_000)


def test_state_that_lasts_counts_up_to_now() -> None:
    own = presence([stretch(READY, 10, None)], SINCE, SINCE + timedelta(seconds=25))
    assert (own.ready_ms, own.signed_in_ms) == (15_000, 15_000)


def test_time_signed_in_is_measured_apart_so_that_overlaps_show() -> None:
    own = presence([stretch(READY, 0, 10), stretch(PAUSED, 4, 8, reason="rest")], SINCE, UNTIL)
    assert (own.ready_ms, own.all_paused_ms, own.signed_in_ms) == (10_000, 4_000, 10_000)


def test_rings_are_those_that_the_agent_could_take() -> None:
    rings = [
        stretch(OFFERED, 0, 15, "talk"),
        stretch(OFFERED, 20, 35.001, "talk"),
        stretch(OFFERED, 40, 45, Missed.DECLINED),
        stretch(OFFERED, 50, 65, Missed.NO_ANSWER),
        stretch(OFFERED, 70, 71, Missed.HUNG_UP_AT_ANSWER),
        stretch(OFFERED, 80, 81, Missed.UNREACHABLE),
        stretch(OFFERED, 90, 95, Withdrawn.CALLER_LEFT),
        stretch(OFFERED, 96, 99, "talk", test=True),
    ]
    own = handling(rings, SINCE, UNTIL)
    assert own.not_answered == Ratio(3, 5)
    assert own.within_three_rings == Ratio(1, 2)


def test_talk_belongs_to_the_day_in_which_it_ended_with_its_wrap_up() -> None:
    evening = [stretch(TALKING, 86_300, 86_390), stretch(WRAP_UP, 86_390, 86_430)]
    night = [stretch(TALKING, -90, -10), stretch(WRAP_UP, -10, 20)]
    own = handling([*night, *evening], SINCE, UNTIL)
    assert own == Handling(talks=1, talk_ms=90_000, wrap_up_ms=40_000)
    assert own.average_handling.seconds == Decimal("130.0")


HOLD, CONSULT, CONSULTED = Activity.HOLD, Activity.CONSULT, Activity.CONSULTED
WITH_HOLD = [
    stretch(READY, 0, 100),
    stretch(TALKING, 100, 160, "hold"),
    stretch(TALKING, 160, 200, "talk", activity=HOLD),
    stretch(TALKING, 200, 230, "consult"),
    stretch(TALKING, 230, 250, held=True, activity=CONSULT),
    stretch(WRAP_UP, 250, 280),
    stretch(READY, 280, 300),
    stretch(TALKING, 300, 360, activity=CONSULTED),
    stretch(READY, 360, 400),
    stretch(TALKING, 400, 450),
    stretch(WRAP_UP, 450, 460),
]


def test_handling_time_is_talk_hold_consult_and_wrap_up_of_those_who_had_the_customer() -> None:
    own = handling(WITH_HOLD, SINCE, UNTIL)
    assert (own.talks, own.talks_held) == (2, 1)
    assert (own.talk_ms, own.hold_ms, own.consult_ms) == (140_000, 40_000, 20_000)
    assert own.average_handling.seconds == Decimal("120.0")
    assert (own.hold_rate, own.average_hold.seconds) == (Ratio(1, 2), Decimal("40.0"))


def test_occupancy_counts_hold_and_consultations_of_both_agents() -> None:
    own = presence(WITH_HOLD, SINCE, UNTIL)
    assert (own.talking_ms, own.hold_ms) == (140_000, 40_000)
    assert (own.consult_ms, own.consulted_ms) == (20_000, 60_000)
    assert own.occupancy == Ratio(300_000, 460_000)
    assert own.ready_ms + own.busy_ms == own.signed_in_ms


ANSWERED = Ended("answered", "service", "1001", "answered", 5, True, "name", True)


def test_surveys_and_greetings_are_counted_over_answered_calls() -> None:
    calls = [
        ANSWERED,
        ANSWERED._replace(survey_score=3, survey_resolved=False, greeting_completed=False),
        ANSWERED._replace(
            survey_status="no_input",
            survey_score=None,
            survey_resolved=None,
            greeting_variant="live",
            greeting_completed=False,
        ),
        ANSWERED._replace(
            survey_status=SurveyStatus.NOT_OFFERED_CALLER_LEFT,
            survey_score=None,
            survey_resolved=None,
            greeting_variant=None,
            greeting_completed=None,
        ),
        ANSWERED._replace(outcome=Outcome.ABANDONED_WAITING, survey_status="off"),
    ]
    own = satisfaction(calls, [Contact("service", "1001", repeated=one) for one in (True, False)])
    assert own.offer_rate == Ratio(3, 4)
    assert own.participation == Ratio(2, 3)
    assert own.satisfied_rate == Ratio(1, 2)
    assert own.average_score.value == Decimal("4.00")
    assert own.resolved_by_survey == Ratio(1, 2)
    assert own.resolved_by_system == own.repeated == Ratio(1, 2)
    assert own.greeting_compliance == Ratio(1, 3)
    introduced = calls[3]._replace(transfers=1)
    assert satisfaction([*calls, introduced], []).greeting_compliance == Ratio(1, 3)


STAY = Stay(
    entry_no=1,
    group="service",
    agent="1001",
    ended_as=EntryEnd.ANSWERED,
    why="answered",
    wait_ms=15_000,
)
ROWS = DayRows(
    stays=[
        STAY,
        msgspec.structs.replace(STAY, agent=None, ended_as=EntryEnd.SYSTEM, why="moved"),
        msgspec.structs.replace(STAY, entry_no=2, group="tech", agent="1002"),
    ],
    stretches=[*MORNING, stretch(READY, 0, 1000, agent="1002")],
    ended=[ANSWERED, ANSWERED._replace(group="tech", agent="1002")],
    outcomes={"answered": 2, "abandoned_menu": 1},
    calls_seen=2,
    calls_logged=2,
)


def test_numbers_are_of_the_centre_each_group_and_each_agent() -> None:
    numbers = day_numbers(FRAME, ROWS, UNTIL)
    assert list(numbers.groups) == ["service", "tech"]
    assert list(numbers.agents) == ["1001", "1002"]
    assert (numbers.centre.access.offered, numbers.centre.further.offered) == (2, 1)
    assert numbers.groups["tech"].access.offered == 0
    assert numbers.groups["tech"].further.answered == 1
    assert numbers.groups["service"].handling.talks == 1
    assert numbers.groups["service"].presence == Presence()
    assert numbers.agents["1002"].presence.signed_in_ms == 1_000_000
    assert numbers.centre.presence.signed_in_ms == 1_800_000


def test_same_rows_in_any_order_give_the_same_bytes() -> None:
    backwards = replace(
        ROWS,
        stays=ROWS.stays[::-1],
        stretches=ROWS.stretches[::-1],
        ended=ROWS.ended[::-1],
        outcomes=dict(reversed(ROWS.outcomes.items())),
    )
    once, again = (msgspec.json.encode(day_numbers(FRAME, r, UNTIL)) for r in (ROWS, backwards))
    assert once == again


def test_of_an_empty_day_every_rate_is_none_and_every_count_zero() -> None:
    nothing = day_numbers(FRAME, DayRows(), UNTIL).centre
    for metric in OF_CENTRE:
        value, part, whole = metric.value(nothing)
        counts = metric.unit is Unit.COUNT or whole is None
        assert value == (Decimal(0) if counts else None), metric.key
        assert not part
        assert not whole


@st.composite
def shifts(draw: st.DrawFn) -> list[Stretch]:
    """An agent's states one after the other, in and around the day."""
    at_s = draw(st.integers(-100_000, 90_000))
    found = []
    for state in draw(st.lists(st.sampled_from([READY, PAUSED, OFFERED, TALKING, WRAP_UP]))):
        acts = draw(st.sampled_from(Activity)) if state is TALKING else Activity.WITH_CUSTOMER
        until_s = at_s + draw(st.integers(0, 50_000))
        reason = draw(st.sampled_from(["meal", "rest"])) if state is PAUSED else ""
        found.append(stretch(state, at_s, until_s, reason=reason, activity=acts))
        at_s = until_s + draw(st.sampled_from([0, 0, 500]))
    return found


@given(shifts())
def test_seconds_of_all_states_add_up_to_the_time_signed_in(own: list[Stretch]) -> None:
    found = presence(own, SINCE, UNTIL)
    states = (found.ready_ms, found.busy_ms, found.all_paused_ms)
    assert sum(states) == found.signed_in_ms <= 86_400_000
    for part, whole in (found.occupancy, found.utilisation):
        assert 0 <= part <= whole
