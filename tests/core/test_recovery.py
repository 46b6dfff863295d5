"""The plan after a gap, for everything that can have become of a call meanwhile."""

from collections.abc import Iterable
from itertools import product

import pytest

from ccbot.core.calls import Call, Stage
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.recovery import (
    Deserted,
    Lost,
    Ours,
    Over,
    Resume,
    Seen,
    Step,
    StillThere,
    Stranger,
    plan,
)
from tests.core.story import NOON

CALL, CALLER, AGENT = CallId("call-1"), "leg of the caller", "ccbot-leg of the agent"
ROOM, LOBBY = "ccbot-room-1", "ccbot-lobby"

STAGES = [stage for stage in Stage if stage is not Stage.ENDED]


def call(stage: Stage, name: str = CALL, leg: str = CALLER) -> Call:
    """A call that has come so far."""
    has_met = stage in {Stage.RINGING, Stage.TALK, Stage.SURVEY}
    return Call(
        id=CallId(name),
        leg=leg,
        entry="main",
        caller="1",
        test=False,
        degraded=False,
        entered_at=NOON,
        in_line_since=NOON,
        waiting_since=NOON,
        stage=stage,
        group=GroupKey("service"),
        offers=[OfferId("offer-1")] if stage is Stage.RINGING else [],
        agent=AgentId("1001") if stage in {Stage.TALK, Stage.SURVEY} else None,
        agent_leg=AGENT if has_met else "",
        room=ROOM if has_met else "",
    )


def ours(
    *,
    served: Iterable[str] = (),
    legs: Iterable[str] = (),
    settled: Iterable[str] = (),
    released: Iterable[str] = (),
    rooms: Iterable[str] = (),
) -> Ours:
    return Ours(
        served=frozenset(map(CallId, served)),
        legs=frozenset(legs),
        settled=frozenset(settled),
        released=frozenset(released),
        rooms=frozenset({LOBBY, *rooms}),
    )


NOTHING_OF_OURS = ours()


def seen(*legs: str, **rooms: Iterable[str]) -> Seen:
    """These channels; and these bridges with their channels, ``_`` for ``-``."""
    return Seen(
        legs=dict.fromkeys(legs, ("inbound", "10000")),
        rooms={name.replace("_", "-"): frozenset(members) for name, members in rooms.items()},
    )


def steps(calls: list[Call], mine: Ours, there: Seen) -> list[Step]:
    """The plan; a second one, made of the same, is the same."""
    made = list(plan(calls, mine, there))
    assert made == list(plan(calls, mine, there))
    assert len(made) == len(set(made))
    return made


@pytest.mark.parametrize("stage", STAGES)
def test_caller_who_is_there_is_served_again(stage: Stage) -> None:
    assert steps([call(stage)], NOTHING_OF_OURS, seen(CALLER)) == [
        Resume(CALL, agent_is_there=False)
    ]


@pytest.mark.parametrize("stage", STAGES)
def test_call_whose_caller_has_gone_is_over(stage: Stage) -> None:
    assert steps([call(stage)], NOTHING_OF_OURS, seen()) == [Over(CALL)]


@pytest.mark.parametrize("stage", STAGES)
def test_agent_whose_caller_has_gone_is_let_go(stage: Stage) -> None:
    alone = seen(AGENT, ccbot_room_1=[AGENT])

    assert steps([call(stage)], NOTHING_OF_OURS, alone) == [
        Over(CALL),
        Stranger(AGENT, ("inbound", "10000")),
    ]


@pytest.mark.parametrize("stage", STAGES)
def test_pair_in_the_room_is_left_alone_in_every_stage(stage: Stage) -> None:
    """Only a phone that rang and a talk go on as one: nobody else has an agent."""
    together = seen(CALLER, AGENT, ccbot_room_1=[CALLER, AGENT])
    talk = stage in {Stage.RINGING, Stage.TALK}

    assert steps([call(stage)], NOTHING_OF_OURS, together) == [Resume(CALL, agent_is_there=talk)]


@pytest.mark.parametrize("stage", STAGES)
def test_agent_who_is_there_but_not_in_the_room_counts_in_a_talk_alone(stage: Stage) -> None:
    apart = seen(CALLER, AGENT, ccbot_lobby=[CALLER])
    expected: list[Step] = [Resume(CALL, agent_is_there=stage is Stage.TALK)]
    if stage is not Stage.TALK:
        expected.append(Stranger(AGENT, ("inbound", "10000")))

    assert steps([call(stage)], NOTHING_OF_OURS, apart) == expected


@pytest.mark.parametrize("stage", [Stage.RINGING, Stage.TALK])
def test_old_call_that_knows_no_agents_leg_meets_nobody(stage: Stage) -> None:
    old = call(stage)
    old.agent_leg = old.room = ""

    assert steps([old], NOTHING_OF_OURS, seen(CALLER)) == [Resume(CALL, agent_is_there=False)]


@pytest.mark.parametrize("stage", STAGES)
def test_call_that_is_served_needs_nothing(stage: Stage) -> None:
    mine = ours(served=[CALL], legs=[CALLER, AGENT], settled=[CALLER, AGENT], rooms=[ROOM])
    there = seen(CALLER, AGENT, ccbot_room_1=[CALLER, AGENT])

    assert steps([call(stage)], mine, there) == []


def test_leg_that_asterisk_does_not_have_is_lost() -> None:
    mine = ours(served=[CALL], legs=[CALLER], settled=[CALLER])

    assert steps([call(Stage.MENU)], mine, seen()) == [Lost(CALLER)]


def test_leg_that_asterisk_may_not_know_yet_is_not_lost() -> None:
    mine = ours(served=[CALL], legs=[CALLER, AGENT], settled=[CALLER])

    assert steps([call(Stage.RINGING)], mine, seen(CALLER)) == []


def test_leg_that_was_hung_up_in_vain_is_hung_up_once_more() -> None:
    mine = ours(legs=[AGENT], settled=[AGENT], released=[AGENT])

    assert steps([], mine, seen(AGENT)) == [StillThere(AGENT)]


def test_leg_that_was_hung_up_and_has_gone_is_lost() -> None:
    mine = ours(legs=[AGENT], settled=[AGENT], released=[AGENT])

    assert steps([], mine, seen()) == [Lost(AGENT)]


def test_stranger_comes_with_the_words_of_the_dialplan() -> None:
    there = Seen(legs={"a": ("inbound", "10000"), "b": ()}, rooms={})

    assert steps([], NOTHING_OF_OURS, there) == [
        Stranger("a", ("inbound", "10000")),
        Stranger("b", ()),
    ]


@pytest.mark.parametrize("room", ["ccbot-room-9", "foreign"])
def test_strangers_who_talk_are_left_alone(room: str) -> None:
    there = Seen(
        legs={"a": (), "b": (), "c": ()},
        rooms={room: frozenset({"a", "b"}), "ccbot-room-8": frozenset({"c"})},
    )

    assert steps([], NOTHING_OF_OURS, there) == [Stranger("c", ())]


def test_strangers_in_the_lobby_do_not_talk() -> None:
    there = seen("a", "b", ccbot_lobby=["a", "b"])

    assert [one for one in steps([], NOTHING_OF_OURS, there) if isinstance(one, Stranger)] == [
        Stranger("a", ("inbound", "10000")),
        Stranger("b", ("inbound", "10000")),
    ]


def test_empty_room_of_ours_is_deserted_unless_it_is_in_use() -> None:
    rooms = {
        "ccbot-room-1": frozenset[str](),
        "ccbot-room-2": frozenset[str](),
        "ccbot-room-3": frozenset({"a"}),
        "foreign": frozenset[str](),
        LOBBY: frozenset[str](),
    }
    mine = ours(rooms=["ccbot-room-1"], legs=["a"])

    assert steps([], mine, Seen(legs={"a": ()}, rooms=rooms)) == [Deserted("ccbot-room-2")]


def test_room_of_a_talk_that_goes_on_is_not_deserted_even_if_nobody_is_in_it_yet() -> None:
    there = seen(CALLER, AGENT, ccbot_room_1=[])

    assert steps([call(Stage.TALK)], NOTHING_OF_OURS, there) == [Resume(CALL, agent_is_there=True)]


CASES = list(product(STAGES, [False, True], [False, True], [False, True]))


@pytest.mark.parametrize(("stage", "caller", "agent", "served"), CASES)
def test_nothing_is_done_twice(
    stage: Stage,
    caller: bool,
    agent: bool,
    served: bool,
) -> None:
    """Each leg, call and room is the matter of one step at most, with others around."""
    legs = [leg for leg, there in ((CALLER, caller), (AGENT, agent)) if there]
    there = seen(*legs, "other", ccbot_room_1=legs, ccbot_room_7=[])
    mine = ours(served=[CALL] if served else [], legs=[CALLER] if served else [])
    made = steps([call(stage), call(Stage.MENU, "call-2", "other")], mine, there)

    concerned = [
        getattr(one, "leg", getattr(one, "call", getattr(one, "room", ""))) for one in made
    ]
    assert len(concerned) == len(set(concerned))
    assert Resume(CallId("call-2"), agent_is_there=False) in made
    assert any(isinstance(one, Over | Resume) and one.call == CALL for one in made) != served


def test_everybody_at_once() -> None:
    calls = [call(Stage.TALK), call(Stage.WAITING, "call-2", "leg-2"), call(Stage.MENU, "call-3")]
    calls[2].leg = "leg-3"
    there = seen(CALLER, AGENT, "leg-3", ccbot_room_1=[CALLER, AGENT], ccbot_room_2=[])
    mine = ours(served=["call-3"], legs=["leg-3", "leg-4"], settled=["leg-4"])

    assert steps(calls, mine, there) == [
        Lost("leg-4"),
        Resume(CALL, agent_is_there=True),
        Over(CallId("call-2")),
        Deserted("ccbot-room-2"),
    ]
