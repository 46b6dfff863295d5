"""One line's mishap is its own: everybody else is served as ever."""

from collections.abc import Callable

import pytest

from ccbot.flows import feature, talk_codes
from ccbot.recovery import snapshots
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import SURVEY_TALK_S, ringing, talking, waiting
from tests.world.world import Row


def a_bug(_: SimWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(feature, "why_not", raises)


def refusals(status: int) -> Callable[[SimWorld, pytest.MonkeyPatch], None]:
    """Asterisk refuses everything about the line of whoever dials a code now."""

    def harm(world: SimWorld, _: pytest.MonkeyPatch) -> None:
        known = {*world.asterisk.channels}

        def refused(method: str, path: str) -> int:
            of_a_channel = path.startswith("/channels/") and method != "DELETE"
            return status if of_a_channel and path.split("/")[2] not in known else 0

        world.asterisk.refused = refused

    return harm


HARMS = {"a bug": a_bug, "500": refusals(500), "409": refusals(409), "503": refusals(503)}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_one_agents_failed_feature_code_ends_nobody_elses_call(
    harm: Callable[[SimWorld, pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(sim: Sim) -> tuple[Row, Row]:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            other = await world.agent("1902", signed_in=False)
            talker, _ = await talking(world, agent)
            waiter = await waiting(world)
            with monkeypatch.context() as patches:
                harm(world, patches)
                await other.starts("*71")
                await other.is_let_go(20)
                assert not other.heard("agent.signed_in")
            world.asterisk.refused = lambda *_: 0
            await world.passes(SURVEY_TALK_S)
            await talker.hears_agent(0)

            await other.dials("*71", "agent.signed_in")
            await other.rings(1)
            await other.answers()
            await waiter.hears("greet.neutral", 1)
            await world.passes(2)
            await agent.hangs_up()
            await talker.hears("survey.csat3", 1)
            talker.hang_up()
            waiter.hang_up()
            return await world.row(talker), await world.row(waiter)

    first, second = simulate(1, story)

    assert (first.outcome, first.agents, first.hung_up_by) == ("answered", ("1901",), "agent")
    assert (second.outcome, second.agents) == ("answered", ("1902",))


def test_fault_of_ours_in_what_a_key_does_ends_no_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    async def raises(_: object) -> None:
        raise RuntimeError("a bug")

    async def story(sim: Sim) -> Row:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            talker, _ = await talking(world, agent)
            with monkeypatch.context() as patches:
                patches.setattr(talk_codes, "CODES", {**talk_codes.CODES, "9": raises})
                agent.press("*9")
                await world.passes(SURVEY_TALK_S)
            agent.press("*1")
            await talker.hears_music(1)
            talker.hang_up()
            return await world.row(talker)

    assert simulate(1, story).hung_up_by == "caller"


def test_snapshot_that_cannot_be_taken_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(_: object) -> str:
        raise RuntimeError("a bug")

    async def story(sim: Sim) -> Row:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            talker, _ = await talking(world, agent)
            with monkeypatch.context() as patches:
                patches.setattr(snapshots, "snapshot", raises)
                await world.publishes(lambda document: document)
                await world.passes(SURVEY_TALK_S)
            await talker.hears_agent(0)
            talker.hang_up()
            return await world.row(talker)

    assert simulate(1, story).outcome == "answered"


@pytest.mark.parametrize("status", [409, 422])
def test_line_that_refuses_us_but_lives_hears_an_apology(status: int) -> None:
    """Within the three seconds of silence that are promised: the ears are checked, as always."""

    async def story(sim: Sim) -> Row:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            caller = await ringing(world, agent)
            refused: list[str] = []

            def once(method: str, path: str) -> int:
                if not refused and path.endswith("/addChannel"):
                    refused.append(path)
                    return status
                return 0

            other = await world.caller()
            await other.hears("menu.main", 12)
            world.asterisk.refused = once
            other.press("1")
            await other.hears("error.system", 12)
            await other.is_let_go(8)
            assert refused == ["/bridges/ccbot-lobby/addChannel"]
            row = await world.row(other)
            await agent.stops_ringing(20)
            caller.hang_up()
            return row

    row = simulate(1, story)

    assert (row.outcome, row.hung_up_by, row.agents) == ("system_error", "system", ())
    assert row.kinds == ("greeting", "menu", "waiting")


def test_line_that_is_gone_though_no_event_said_so_hears_nothing_and_left_by_itself() -> None:
    """The audit finds it; its row has Asterisk's own time."""

    async def story(sim: Sim) -> tuple[Row, float]:
        async with sim_world(sim) as world:
            world.was_away = True
            began_s = sim.loop.time()
            caller = await world.caller()
            await caller.hears("welcome.main", 7)
            feed = world.asterisk.feed
            feed.lost = {"StasisEnd", "ChannelHangupRequest", "PlaybackFinished"}
            caller.hang_up()
            lasted_s = sim.loop.time() - began_s
            await world.passes(1)
            feed.lost = set()
            await world.passes(20)
            return await world.row(caller), lasted_s

    row, lasted_s = simulate(1, story)

    assert (row.outcome, row.hung_up_by) == ("abandoned_menu", "caller")
    assert row.lasted_ms == pytest.approx(lasted_s * 1000, abs=1)
