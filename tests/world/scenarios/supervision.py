"""A supervisor beside a talk: who hears whom, at every key and through a restart."""

from typing import NamedTuple

from ccbot.core.kinds import Role
from tests.world.hearing import nobody_alone
from tests.world.steps import GUARD_S, WELCOME_S_MAX
from tests.world.world import SWIFT_ENTRY, AgentPhone, Caller, World

TURN_S = 1.0
"""A key takes no longer to change who hears whom."""

BEGUN_S = 1.6
"""The sentence that tells the supervisor that it begins."""


class Watched(NamedTuple):
    """A talk, and a supervisor who hears it."""

    caller: Caller
    agent: AgentPhone
    boss: AgentPhone

    async def hear(self, world: World, caller: str, agent: str, boss: str) -> None:
        """Until each hears exactly these: c(aller), a(gent), s(upervisor)."""
        parties = {"c": self.caller, "a": self.agent, "s": self.boss}
        for who, whom in (("c", caller), ("a", agent), ("s", boss)):
            heard = [parties[one] for one in whom]
            await parties[who].hears_only(*heard, within_s=world.patience(TURN_S))


async def _watched(world: World) -> Watched:
    world.everybody_speaks()
    agent = await world.agent("1901", ("swift",))
    boss = await world.agent("8001", (), signed_in=False, role=Role.SUPERVISOR, leads=("swift",))
    caller = await world.caller(SWIFT_ENTRY)
    await agent.rings(world.patience(WELCOME_S_MAX))
    await agent.answers()
    await caller.hears_only(agent, within_s=world.patience(10))
    await world.passes(GUARD_S + TURN_S)  # it is a talk by then
    await boss.starts(f"*75{agent.number}")
    await boss.hears("monitor.start", world.patience(1))
    await world.passes(BEGUN_S)
    watched = Watched(caller, agent, boss)
    await watched.hear(world, "a", "c", "ac")
    return watched


async def a_supervisor_listens_whispers_barges_in_and_leaves(world: World) -> None:
    watched = await _watched(world)
    watched.boss.press("2")
    await watched.hear(world, "a", "cs", "ac")
    await world.passes(1)
    assert watched.caller.voices() == {watched.agent.number}
    watched.boss.press("3")
    await watched.hear(world, "as", "cs", "ac")
    watched.boss.press("1")
    await watched.hear(world, "a", "c", "ac")
    watched.boss.press("9")
    await watched.boss.is_let_go(world.patience(1))
    await watched.caller.hears_only(watched.agent, within_s=world.patience(TURN_S))
    watched.caller.hang_up()
    await watched.agent.is_let_go(world.patience(1))

    row = await world.row(watched.caller)

    assert (row.outcome, row.agents, row.hung_up_by) == ("answered", ("1901",), "caller")


async def a_supervisor_whispers_on_after_a_restart(world: World) -> None:
    watched = await _watched(world)
    watched.boss.press("2")
    await watched.hear(world, "a", "cs", "ac")
    async with world.ccbot_away():
        await world.passes(1)
        assert watched.caller.voices() == {watched.agent.number}
    await world.passes(2)
    await watched.hear(world, "a", "cs", "ac")
    watched.agent.press("*7")
    await watched.boss.is_let_go(world.patience(2))
    watched.caller.hang_up()
    await world.settled()


async def an_agent_whose_customer_is_on_hold_hears_a_whisper(world: World) -> None:
    watched = await _watched(world)
    watched.boss.press("2")
    await watched.hear(world, "a", "cs", "ac")
    watched.agent.press("*1")
    await watched.caller.hears_only_music(world.patience(2))
    await watched.agent.hears_only(watched.boss, within_s=world.patience(2))
    await world.passes(1)
    watched.agent.press("*1")
    await watched.hear(world, "a", "cs", "ac")
    watched.caller.hang_up()
    await watched.boss.is_let_go(world.patience(1))

    assert (await world.row(watched.caller)).kinds[-3:] == ("talk", "hold", "talk")


async def a_supervisor_takes_the_talk_over(world: World) -> None:
    watched = await _watched(world)
    watched.boss.press("4")
    await watched.agent.is_let_go(world.patience(1))
    await watched.caller.hears_only(watched.boss, within_s=world.patience(TURN_S))
    await watched.boss.hears_only(watched.caller, within_s=world.patience(TURN_S))
    nobody_alone(watched.caller)
    await world.passes(1)
    await watched.boss.hangs_up()
    await watched.caller.is_let_go(world.patience(9))

    row = await world.row(watched.caller)

    assert (row.agents, row.hung_up_by) == (("1901", "8001"), "agent")
