"""Supervisors beside a talk, simulated: who hears whom, to the moment, and what is left behind."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ccbot.core.agents import AgentState
from ccbot.core.facts import (
    Role,
    SupervisionBegan,
    SupervisionEnded,
    SupervisionKind,
    SupervisionTurned,
)
from ccbot.core.ids import AgentId
from ccbot.core.supervision import Denied
from tests.sim.ears import Kind
from tests.sim.fake_channels import FakeChannel
from tests.sim.loop import Sim, simulate
from tests.sim.parties import SimAgent, SimCaller
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import talking

SETTLED_S = 0.5
"""A turn takes no longer."""

Play = Callable[["Talk"], Awaitable[None]]


class Talk:
    """A customer, her agent, and a supervisor with a phone."""

    def __init__(self, world: SimWorld, caller: SimCaller, agent: SimAgent, boss: SimAgent) -> None:
        self.world = world
        self.caller = caller
        self.agent = agent
        self.boss = boss

    async def listens(self) -> None:
        """The supervisor is beside the talk."""
        await self.boss.starts(f"*75{self.agent.number}")
        await self.boss.hears("monitor.start", 1)
        await asyncio.sleep(2)

    async def presses(self, key: str) -> None:
        self.boss.press(key)
        await asyncio.sleep(SETTLED_S)

    def heard(self) -> dict[str, set[str]]:
        """Who hears whose voice now: by their first letters."""
        names = {
            self.channel(one).id: name
            for name, one in (("c", self.caller), ("a", self.agent), ("s", self.boss))
            if self.line(one) is not None
        }
        return {
            name: {
                names.get(sound.what, sound.what)
                for sound in self.world.asterisk.channels[leg].ears.log[-1].sounds
                if sound.kind is Kind.VOICE
            }
            for leg, name in names.items()
        }

    @staticmethod
    def line(one: SimCaller | SimAgent) -> FakeChannel | None:
        return one.line.channel if isinstance(one, SimCaller) else one.phone.channel

    def channel(self, one: SimCaller | SimAgent) -> FakeChannel:
        channel = self.line(one)
        assert channel is not None
        return channel


LISTEN = {"c": {"a"}, "a": {"c"}, "s": {"a", "c"}}
WHISPER = {"c": {"a"}, "a": {"c", "s"}, "s": {"a", "c"}}
BARGE = {"c": {"a", "s"}, "a": {"c", "s"}, "s": {"a", "c"}}


def played(play: Play, seed: int = 1) -> SimWorld:
    """The play, in a world where nothing may be left behind."""

    async def story(sim: Sim) -> SimWorld:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            boss = await world.agent(
                "8001", (), signed_in=False, role=Role.SUPERVISOR, leads=("service",)
            )
            caller, _ = await talking(world, agent)
            assert isinstance(caller, SimCaller)
            await asyncio.sleep(6)
            await play(Talk(world, caller, agent, boss))
        return world

    return simulate(seed, story)


def test_a_supervisor_listens_whispers_barges_in_and_leaves() -> None:
    async def play(talk: Talk) -> None:
        await talk.listens()
        assert talk.heard() == LISTEN
        for key, heard in (
            ("2", WHISPER),
            ("3", BARGE),
            ("1", LISTEN),
            ("3", BARGE),
            ("2", WHISPER),
        ):
            await talk.presses(key)
            assert talk.heard() == heard, key
        await talk.presses("9")
        await talk.boss.is_let_go(1)
        assert talk.heard() == {"c": {"a"}, "a": {"c"}}

    world = played(play)

    facts = [one.fact for one in world.journal.facts]
    [began] = [one for one in facts if isinstance(one, SupervisionBegan)]
    assert (began.supervisor, began.agent) == (AgentId("8001"), AgentId("1901"))
    assert [one.kind for one in facts if isinstance(one, SupervisionTurned)] == [
        "whisper", "barge", "listen", "barge", "whisper",
    ]  # fmt: skip
    [ended] = [one for one in facts if isinstance(one, SupervisionEnded)]
    assert 4.0 < ended.lasted_s < 6.0


def test_the_customer_never_hears_a_whisper() -> None:
    heard: list[set[str]] = []

    async def play(talk: Talk) -> None:
        boss = talk.channel
        await talk.listens()
        leg = boss(talk.boss).id
        await talk.presses("2")
        await asyncio.sleep(3)
        await talk.presses("1")
        await talk.presses("2")
        heard.extend({one.what for one in moment.sounds} & {leg} for moment in talk.caller.ears.log)

    played(play)
    assert not any(heard)


@pytest.mark.parametrize("key", ["1", "2", "3"])
@pytest.mark.parametrize("who", ["caller", "agent", "supervisor"])
def test_whoever_hangs_up_first_nothing_is_left_behind(who: str, key: str) -> None:
    async def play(talk: Talk) -> None:
        await talk.listens()
        await talk.presses(key)
        match who:
            case "caller":
                talk.caller.hang_up()
                await talk.agent.is_let_go(1)
            case "agent":
                await talk.agent.hangs_up()
                await talk.caller.hears("survey.csat3", 1)
            case _:
                await talk.boss.hangs_up()
                await asyncio.sleep(1)
                assert talk.heard() == {"c": {"a"}, "a": {"c"}}
        await talk.boss.is_let_go(1)
        snoops = [one for one in talk.world.asterisk.channels if one.startswith("ccbot-snoop")]
        assert snoops == []

    played(play)


REFUSED = [
    ("8001", "*751902", "monitor.not_talking"),
    ("8001", "*75999", "agent.unknown_target"),
    ("8001", "*75", "agent.unknown_target"),
    ("8002", "*751901", "agent.not_allowed"),
    ("1902", "*751901", "agent.not_allowed"),
    ("1902", "*75", "agent.not_allowed"),
]


@pytest.mark.parametrize(("who", "code", "prompt"), REFUSED)
def test_who_may_not_or_cannot_is_told_so(who: str, code: str, prompt: str) -> None:
    async def play(talk: Talk) -> None:
        other = await talk.world.agent("1902")
        stranger = await talk.world.agent(
            "8002", (), signed_in=False, role=Role.LEADER, leads=("tech",)
        )
        phones = {"8001": talk.boss, "8002": stranger, "1902": other}
        await phones[who].dials(code, prompt)

    world = played(play)
    assert not any(isinstance(one.fact, SupervisionBegan) for one in world.journal.facts)


@pytest.mark.parametrize(("key", "heard"), [("1", LISTEN), ("2", WHISPER), ("3", BARGE)])
def test_after_a_restart_he_hears_and_is_heard_as_before(
    key: str, heard: dict[str, set[str]]
) -> None:
    async def play(talk: Talk) -> None:
        await talk.listens()
        await talk.presses(key)
        async with talk.world.ccbot_away():
            await asyncio.sleep(2)
        await asyncio.sleep(2)
        assert talk.heard() == heard
        assert talk.boss.phone.ears.prompts() == ["monitor.start"]
        talk.caller.hang_up()
        await talk.boss.is_let_go(1)

    world = played(play)
    assert sum(isinstance(one.fact, SupervisionEnded) for one in world.journal.facts) == 1


@pytest.mark.parametrize("leaves", ["caller", "supervisor", "agent"])
def test_whoever_leaves_while_ccbot_is_away_nothing_is_left_behind(leaves: str) -> None:
    async def play(talk: Talk) -> None:
        await talk.listens()
        async with talk.world.ccbot_away():
            await asyncio.sleep(1)
            line = talk.caller.line if leaves == "caller" else talk.boss.phone
            (talk.agent.phone if leaves == "agent" else line).hang_up()
            await asyncio.sleep(1)
        await talk.boss.is_let_go(3)
        await asyncio.sleep(0.5)
        assert talk.world.centre.desk.floor.agents[AgentId("8001")].supervises is None

    world = played(play)
    assert sum(isinstance(one.fact, SupervisionEnded) for one in world.journal.facts) == 1


def test_after_another_call_began_nobody_hears_it_unasked() -> None:
    async def play(talk: Talk) -> None:
        await talk.listens()
        async with talk.world.ccbot_away():
            await asyncio.sleep(1)
            talk.caller.hang_up()
        await talk.boss.is_let_go(3)
        assert talk.boss.phone.ears.prompts() == ["monitor.start"]

    played(play)


# ---- by the API ---------------------------------------------------------------------------------


def test_his_phone_rings_and_from_his_answer_on_he_whispers() -> None:
    async def play(talk: Talk) -> None:
        call = talk.world.journal.call_of_leg(talk.caller.leg)
        assert call is not None
        supervisors = talk.world.centre.supervisors
        boss, kind = AgentId("8001"), SupervisionKind.WHISPER
        assert supervisors.rings(boss, call, kind, "new here") is None
        assert supervisors.rings(boss, call, kind, "new here") is Denied.OCCUPIED
        await talk.boss.rings(1)
        assert talk.boss.shows() == "*75 1901"
        await talk.boss.answers()
        await talk.boss.hears("monitor.start", 1)
        await asyncio.sleep(2)
        assert talk.heard() == WHISPER
        async with talk.world.ccbot_away():
            await asyncio.sleep(2)
        await asyncio.sleep(2)
        assert talk.heard() == WHISPER
        await talk.presses("9")
        await talk.boss.is_let_go(1)

    world = played(play)
    [began] = [one.fact for one in world.journal.facts if isinstance(one.fact, SupervisionBegan)]
    assert (began.kind, began.reason) == (SupervisionKind.WHISPER, "new here")


def test_a_supervisor_who_does_not_answer_is_beside_nothing() -> None:
    async def play(talk: Talk) -> None:
        call = talk.world.journal.call_of_leg(talk.caller.leg)
        assert call is not None
        supervisors = talk.world.centre.supervisors
        assert supervisors.rings(AgentId("8001"), call, SupervisionKind.LISTEN, "x") is None
        await talk.boss.rings(1)
        await talk.boss.declines()
        await asyncio.sleep(1)
        assert supervisors.rings(AgentId("8001"), call, SupervisionKind.LISTEN, "x") is None
        await talk.boss.rings(1)
        await talk.boss.stops_ringing(21)

    world = played(play)
    assert not any(isinstance(one.fact, SupervisionBegan) for one in world.journal.facts)


def test_whoever_asked_for_one_call_hears_no_other_of_its_agent() -> None:
    async def play(talk: Talk) -> None:
        call = talk.world.journal.call_of_leg(talk.caller.leg)
        assert call is not None
        supervisors = talk.world.centre.supervisors
        assert supervisors.rings(AgentId("8001"), call, SupervisionKind.LISTEN, "x") is None
        await talk.boss.rings(1)
        talk.caller.hang_up()
        await asyncio.sleep(1)
        await talk.agent.starts("*74")
        await asyncio.sleep(1)
        await talking(talk.world, talk.agent)
        await asyncio.sleep(3)
        await talk.boss.answers()
        await talk.boss.hears("monitor.not_talking", 1)
        await talk.boss.is_let_go(5)

    world = played(play)
    assert not any(isinstance(one.fact, SupervisionBegan) for one in world.journal.facts)


# ---- within a talk ------------------------------------------------------------------------------


def test_a_held_customer_hears_music_and_the_agent_alone_the_whisper() -> None:
    async def play(talk: Talk) -> None:
        await talk.listens()
        await talk.presses("2")
        talk.agent.press("*1")
        await asyncio.sleep(1)
        assert talk.heard() == {"c": set(), "a": {"s"}, "s": {"a"}}
        talk.agent.press("*1")
        await asyncio.sleep(1)
        assert talk.heard() == WHISPER

    played(play)


def test_a_supervision_follows_a_transfer_to_the_new_owner() -> None:
    async def play(talk: Talk) -> None:
        target = await talk.world.agent("1902")
        await talk.listens()
        talk.agent.press("*31902#")
        await target.rings(2)
        await target.answers()
        await asyncio.sleep(5)
        there = talk.channel(target).id
        assert talk.heard() == {"c": set(), "a": {there}, "s": {"a", there}}
        talk.agent.press("*4")
        await talk.agent.is_let_go(2)
        await asyncio.sleep(1)
        assert talk.heard() == {"c": {there}, "s": {"c", there}}
        await talk.presses("3")
        assert talk.heard() == {"c": {there, "s"}, "s": {"c", there}}
        await target.hangs_up()
        await talk.boss.is_let_go(1)

    played(play)


def test_a_supervision_follows_a_transfer_through_the_queue() -> None:
    async def play(talk: Talk) -> None:
        busy = await talk.world.agent("1902")
        await busy.dials("*721", "agent.not_ready")
        await talk.listens()
        await talk.presses("2")
        talk.agent.press("*21#")
        await talk.agent.is_let_go(2)
        await asyncio.sleep(10.5)
        assert talk.heard() == {"c": set(), "s": {"c"}}
        music = talk.channel(talk.boss).ears.log[-1].sounds
        assert Kind.MUSIC in {one.kind for one in music}
        await busy.dials("*71", "agent.signed_in")
        await busy.rings(2)
        await busy.answers()
        await asyncio.sleep(3)
        there = talk.channel(busy).id
        assert talk.heard() == {"c": {there}, "s": {"c", there}}
        assert {one.what for one in talk.channel(busy).ears.log[-1].sounds} >= {
            talk.channel(talk.boss).id
        }

    played(play)


# ---- taking over --------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["1", "2", "3"])
def test_who_takes_over_has_the_customer_and_the_agent_is_let_go(key: str) -> None:
    async def play(talk: Talk) -> None:
        await talk.listens()
        await talk.presses(key)
        await talk.presses("4")
        await talk.agent.is_let_go(1)
        assert talk.heard() == {"c": {"s"}, "s": {"c"}}
        assert talk.caller.alone_s() < 2
        agents = talk.world.centre.desk.floor.agents
        assert agents[AgentId("1901")].state is AgentState.WRAP_UP
        talk.boss.press("*1")
        await asyncio.sleep(1)
        assert talk.heard() == {"c": set(), "s": set()}
        talk.boss.press("*1")
        await asyncio.sleep(1)
        async with talk.world.ccbot_away():
            await asyncio.sleep(1)
        await asyncio.sleep(2)
        assert talk.heard() == {"c": {"s"}, "s": {"c"}}
        await talk.boss.hangs_up()
        await talk.caller.hears("survey.csat3", 1)

    world = played(play)
    [call] = world.journal.calls()
    row = world.journal.record(call)
    assert (row.agents, row.last_agent, row.hung_up_by) == (("1901", "8001"), "8001", "agent")
    assert world.centre.desk.floor.agents[AgentId("8001")].state is AgentState.OFFLINE


def test_the_customer_of_a_talk_that_was_taken_over_leaves_and_all_are_free() -> None:
    async def play(talk: Talk) -> None:
        await talk.listens()
        await talk.presses("4")
        talk.caller.hang_up()
        await talk.boss.is_let_go(1)

    played(play)


@pytest.mark.parametrize("how_far", ["hold", "ringing", "consult", "three"])
def test_a_hold_or_a_transfer_is_over_when_the_talk_is_taken_over(how_far: str) -> None:
    async def play(talk: Talk) -> None:
        target = await talk.world.agent("1902")
        await talk.listens()
        if how_far == "hold":
            talk.agent.press("*1")
        else:
            talk.agent.press("*31902#")
            await target.rings(2)
        if how_far in {"consult", "three"}:
            await target.answers()
            await asyncio.sleep(4)
        if how_far == "three":
            talk.agent.press("*5")
        await asyncio.sleep(1)
        await talk.presses("4")
        await talk.agent.is_let_go(1)
        if how_far == "ringing":
            await target.stops_ringing(1)
        elif how_far != "hold":
            await target.is_let_go(1)
        await asyncio.sleep(0.5)
        assert talk.heard() == {"c": {"s"}, "s": {"c"}}

    played(play)


def test_a_supervisor_who_hangs_up_as_he_takes_over_leaves_her_to_the_goodbye() -> None:
    async def play(talk: Talk) -> None:
        await talk.listens()
        talk.boss.press("4")
        await asyncio.sleep(0.3)
        await talk.boss.hangs_up()
        await talk.agent.is_let_go(2)
        await talk.caller.hears("bye", 2)

    played(play)


def test_who_left_while_ccbot_was_away_leaves_no_silence_behind() -> None:
    """Silence that is sent on would keep the customer from the agent's ear."""

    async def play(talk: Talk) -> None:
        await talk.listens()
        await talk.presses("2")
        talk.agent.press("*1")
        await asyncio.sleep(1)
        assert talk.channel(talk.agent).silent
        async with talk.world.ccbot_away():
            await talk.boss.hangs_up()
            await asyncio.sleep(1)
        await asyncio.sleep(3)
        assert not talk.channel(talk.agent).silent
        talk.agent.press("*1")
        await asyncio.sleep(1)
        assert talk.heard() == {"c": {"a"}, "a": {"c"}}

    played(play)


def test_after_a_restart_the_whisper_to_who_holds_is_heard_again() -> None:
    async def play(talk: Talk) -> None:
        await talk.listens()
        await talk.presses("2")
        talk.agent.press("*1")
        await asyncio.sleep(1)
        async with talk.world.ccbot_away():
            await asyncio.sleep(1)
        await asyncio.sleep(3)
        assert talk.heard() == {"c": set(), "a": {"s"}, "s": {"a"}}

    played(play)
