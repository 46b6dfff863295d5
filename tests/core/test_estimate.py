"""About how long it takes: honest, monotone, and silent when nobody could know."""

import random
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbot.core import facts as f
from ccbot.core.estimate import HANDLED_MIN, MINUTES_MAX, Server, about, band_s, minutes_to_wait
from ccbot.core.floor import Floor
from ccbot.core.handling import HANDLED_MAX, HANDLED_S_MAX, Handled
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.recovery.handled import HandledOnFile
from tests.core.busy_day import BusyDay, Trade
from tests.core.story import NOON, Story, routing
from tests.sim.memory import SimKeeper

SERVICE = GroupKey("service")
REGULAR_S = [170.0, 175.0, 180.0, 185.0, 190.0] * 2
JUST_BEGUN = Server(busy_s=0)


def test_one_regular_agent_takes_one_turn_after_the_other() -> None:
    assert [about(REGULAR_S, [JUST_BEGUN], ahead) for ahead in range(5)] == [3, 6, 9, 12, 15]


def test_an_agent_who_has_talked_for_long_is_free_sooner() -> None:
    assert about(REGULAR_S, [Server(busy_s=120)], 0) == 1
    assert about(REGULAR_S, [Server(busy_s=120), JUST_BEGUN], 1) == 3


def test_who_divides_himself_between_two_queues_serves_half() -> None:
    assert about(REGULAR_S, [Server(busy_s=0, queues=2)], 1) == 9


def test_too_few_talks_or_no_agents_or_all_too_different_talks_say_nothing() -> None:
    assert about(REGULAR_S[: HANDLED_MIN - 1], [JUST_BEGUN], 0) is None
    assert about(REGULAR_S, [], 0) is None
    assert about([20.0, 900.0] * 5, [JUST_BEGUN], 0) is None
    assert about(REGULAR_S, [JUST_BEGUN], 5) is None, "more than there are sentences for"


@given(
    st.lists(st.floats(5, 2000), min_size=HANDLED_MIN, max_size=HANDLED_MAX),
    st.lists(
        st.builds(Server, busy_s=st.floats(0, 2000), queues=st.integers(1, 3), free=st.booleans()),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 60),
)
def test_nobody_is_told_less_than_who_is_ahead_of_her(
    lasted_s: list[float], agents: list[Server], ahead: int
) -> None:
    nearer, farther = about(lasted_s, agents, ahead), about(lasted_s, agents, ahead + 1)
    assert nearer is None or 1 <= nearer <= MINUTES_MAX
    if nearer is not None and farther is not None:
        assert nearer <= farther


@pytest.mark.parametrize(
    ("agents", "variation", "least"),
    [(1, 0.3, 0.6), (2, 0.3, 0.8), (2, 0.6, 0.7), (4, 0.6, 0.8), (4, 1.0, 0.7), (8, 1.0, 0.85)],
)
def test_the_band_holds_what_it_promises_on_most_of_busy_days(
    agents: int, variation: float, least: float
) -> None:
    """Measured over these days: 76, 89, 82, 91, 81 and 92 of a hundred."""
    served: list[tuple[int, float]] = []
    for seed in range(4):
        day = BusyDay(Trade(agents=agents, variation=variation), random.Random(seed))
        day.play()
        served += day.served
    hits = [band_s(minutes)[0] <= waited_s <= band_s(minutes)[1] for minutes, waited_s in served]
    assert len(hits) >= 50
    assert sum(hits) / len(hits) >= least


def a_talk(story: Story, call: str, seconds: float, *, test: bool = False) -> None:
    """Rung for four seconds, talked for so many, and half a minute of wrap-up."""
    story.caller(call, test=test)
    story.wait(4)
    story.connect()
    story.wait(seconds)
    story.post(f.CallEnded(call=CallId(call), by=f.EndedBy.CALLER))


def test_an_agent_is_taken_up_from_the_first_ring_to_the_end_of_the_wrap_up() -> None:
    story = Story()
    story.agent("1001")
    a_talk(story, "a", 100)
    assert story.floor.handling.latest(SERVICE) == ()
    story.wait(31)
    assert [one.lasted_s for one in story.floor.handling.latest(SERVICE)] == [134.0]
    a_talk(story, "b", 60)
    story.wait(5)
    story.post(f.WrapUpEnded(agent=AgentId("1001")))
    assert story.floor.handling.lasted_s(SERVICE, story.now) == [134.0, 69.0]
    story.wait(HANDLED_S_MAX + 1)
    assert story.floor.handling.lasted_s(SERVICE, story.now) == []


@pytest.mark.parametrize(
    "deed",
    [
        f.AgentPaused(agent=AgentId("1001"), reason=f.Pause.REST),
        f.AgentSignedOut(agent=AgentId("1001")),
        f.AgentSignedIn(agent=AgentId("1001")),
    ],
)
def test_whatever_ends_a_wrap_up_ends_the_handling(deed: f.AnyFact) -> None:
    story = Story()
    story.agent("1001")
    a_talk(story, "a", 10)
    story.wait(6)
    story.post(deed)
    assert [one.lasted_s for one in story.floor.handling.latest(SERVICE)] == [20.0]


def test_a_test_call_says_nothing_of_how_long_customers_take() -> None:
    story = Story()
    story.agent("1001")
    a_talk(story, "a", 100, test=True)
    story.wait(40)
    assert story.floor.handling.latest(SERVICE) == ()


def test_only_the_latest_are_remembered_and_a_restart_remembers_them() -> None:
    floor, keeper = Floor(routing()), SimKeeper()
    on_file = HandledOnFile(floor, keeper)
    for second in range(HANDLED_MAX + 5):
        floor.handling.put(SERVICE, Handled(NOON + timedelta(seconds=second), float(second)))
        on_file.write()
    keeper.save("handling tech", b"[1]")

    fresh = Floor(routing())
    HandledOnFile(fresh, keeper).restore()

    assert len(fresh.handling.latest(SERVICE)) == HANDLED_MAX
    assert fresh.handling.latest(SERVICE) == floor.handling.latest(SERVICE)
    assert fresh.handling.groups() == (SERVICE,)


def waits(story: Story) -> int | None:
    return minutes_to_wait(story.floor, story.floor.calls[CallId("late")], story.now)


def test_only_agents_at_work_count_and_no_more_than_may_talk_at_once() -> None:
    document = routing()
    capped = msgspec.structs.replace(document.groups["service"], talks_max=1)
    for group, expected in [(document.groups["service"], 2), (capped, 4)]:
        groups = {**document.groups, "service": group}
        story = Story(msgspec.structs.replace(document, groups=groups))
        story.floor.handling.put(SERVICE, *[Handled(NOON, one) for one in (80.0, 90.0, 100.0) * 4])
        for number in ("1001", "1002", "1003", "1004"):
            story.agent(number)
        story.post(f.AgentPaused(agent=AgentId("1003"), reason=f.Pause.REST))
        story.post(f.PhoneChanged(agent=AgentId("1004"), phone=f.Phone.UNREACHABLE))
        for name in ("a", "b"):
            story.caller(name)
        for offer in list(story.offers):
            story.post(f.OfferAccepted(offer=offer.offer))
            story.post(f.TalkStarted(offer=offer.offer))
        story.caller("c")
        story.caller("late")
        assert waits(story) == expected


def test_what_she_was_told_is_known_to_the_floor_while_she_waits() -> None:
    story = Story()
    story.agent("1001")
    story.caller("a")
    story.caller("late")
    assert story.post(f.EstimateTold(call=CallId("late"), minutes=3))
    assert story.floor.calls[CallId("late")].promised_at == NOON + timedelta(minutes=3)
    story.connect()
    assert not story.post(f.EstimateTold(call=CallId("a"), minutes=3))
    assert not story.post(f.EstimateTold(call=CallId("gone"), minutes=3))
