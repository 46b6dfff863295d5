"""Agents' accounts in Asterisk, when some of the requests that make them fail."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from ccbot.ari.client import Ari
from ccbot.ari.errors import AriError
from ccbot.core.agents import AgentState
from ccbot.core.ids import AgentId
from ccbot.core.kinds import Role
from ccbot.pbx.accounts import Accounts
from tests.sim.fake_asterisk import FakeAsterisk
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import sim_world

FIRST, SECOND = AgentId("1001"), AgentId("1002")
WHOLE = {"auth", "aor", "endpoint"}


def kinds(asterisk: FakeAsterisk, agent: AgentId) -> set[str]:
    """What of an agent's account Asterisk has."""
    return {kind for kind, name in asterisk.accounts if name == f"p-{agent}"}


def ha1_of(asterisk: FakeAsterisk, agent: AgentId) -> str:
    return asterisk.accounts["auth", f"p-{agent}"]["password_digest"].removeprefix("MD5:")


@asynccontextmanager
async def no_answer_to(asterisk: FakeAsterisk, request: str) -> AsyncIterator[None]:
    """Requests that begin so are carried out, but nobody learns of it."""
    asterisk.swallowed = lambda method, path: f"{method} {path}".startswith(request)
    with pytest.raises(AriError):
        yield
    asterisk.swallowed = lambda method, path: False


Story = Callable[[FakeAsterisk, Accounts], Awaitable[None]]


def play(story: Story) -> None:
    async def told(sim: Sim) -> None:
        async with sim_world(sim) as world:
            await story(world.asterisk, Accounts(Ari(world.asterisk)))

    simulate(1, told)


def account(kind: str, method: str = "PUT") -> str:
    return f"{method} /asterisk/config/dynamic/res_pjsip/{kind}/p-{FIRST}"


def test_a_push_that_failed_in_the_middle_is_completed_by_the_next_one() -> None:
    async def story(asterisk: FakeAsterisk, accounts: Accounts) -> None:
        async with no_answer_to(asterisk, account("aor")):
            await accounts.want({FIRST: "aa", SECOND: "bb"})
        await accounts.push()

        assert kinds(asterisk, FIRST) == kinds(asterisk, SECOND) == WHOLE

    play(story)


def test_an_account_that_was_pushed_in_part_is_removed_if_nobody_wants_it_any_more() -> None:
    async def story(asterisk: FakeAsterisk, accounts: Accounts) -> None:
        await accounts.want({SECOND: "bb"})
        async with no_answer_to(asterisk, account("endpoint")):
            await accounts.want({SECOND: "bb", FIRST: "aa"})
        await accounts.want({SECOND: "bb"})

        assert kinds(asterisk, FIRST) == set()

    play(story)


def test_the_old_password_is_in_force_again_after_a_new_one_was_pushed_in_vain() -> None:
    async def story(asterisk: FakeAsterisk, accounts: Accounts) -> None:
        await accounts.want({FIRST: "old"})
        async with no_answer_to(asterisk, account("auth")):
            await accounts.want({FIRST: "new"})
        await accounts.want({FIRST: "old"})

        assert ha1_of(asterisk, FIRST) == "old"

    play(story)


def test_an_agent_who_is_wanted_again_after_half_a_removal_has_a_whole_account() -> None:
    async def story(asterisk: FakeAsterisk, accounts: Accounts) -> None:
        await accounts.want({FIRST: "aa"})
        async with no_answer_to(asterisk, account("endpoint", "DELETE")):
            await accounts.want({})
        await accounts.want({FIRST: "aa"})

        assert kinds(asterisk, FIRST) == WHOLE

    play(story)


def test_a_push_when_all_is_well_asks_asterisk_nothing() -> None:
    async def story(asterisk: FakeAsterisk, accounts: Accounts) -> None:
        await accounts.want({FIRST: "aa"})
        asked = len(asterisk.requests)
        await accounts.push()

        assert len(asterisk.requests) == asked

    play(story)


def test_after_a_restart_of_ccbot_alone_each_account_is_pushed_once() -> None:
    async def told(sim: Sim) -> None:
        async with sim_world(sim) as world:
            for agent in (FIRST, SECOND):
                await world.agent(agent)
            async with world.ccbot_away():
                before = len(world.asterisk.requests)
            asked = world.asterisk.requests[before:]

            assert [asked.count(account(kind)) for kind in sorted(WHOLE)] == [1, 1, 1]

    simulate(1, told)


def test_a_supervisors_phone_is_on_the_floor_with_his_role_and_groups() -> None:
    async def told(sim: Sim) -> None:
        async with sim_world(sim) as world:
            await world.agent("8001", (), role=Role.SUPERVISOR, leads=["service"])

            agent = world.centre.desk.floor.agents[AgentId("8001")]
            assert (agent.groups, agent.role, agent.leads) == ((), Role.SUPERVISOR, ("service",))
            assert agent.state is AgentState.READY
            await world.agent("8001", (), signed_in=False, role=Role.LEADER, leads=["tech"])
            assert (agent.role, agent.leads) == (Role.LEADER, ("tech",))

    simulate(1, told)
