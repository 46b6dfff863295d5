"""Callbacks: never without an agent, one for each number, through restarts and closed hours."""

from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from ccbot.core.calls import Stage
from ccbot.core.facts import CustomerNotReached
from ccbot.core.routing_document import Callback, Hours, RoutingDocument
from tests.sim.loop import Sim, simulate
from tests.sim.parties import SimAgent, SimCaller
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.routing import routing
from tests.world.world import CHOICES_ENTRY, CUSTOMER

CONFIRM_S = 0.5
OTHER_CUSTOMER = "13700005678"


def with_callback(**changes: object) -> RoutingDocument:
    """The document of the scenarios, with these settings of callbacks."""
    document = routing()
    return replace(document, callback=replace(document.callback, **changes))


def play(
    story: Callable[[SimWorld], Awaitable[None]], document: RoutingDocument | None = None
) -> None:
    """The story, in a world of its own."""

    async def told(sim: Sim) -> None:
        async with sim_world(sim, document=document) as world:
            await story(world)

    simulate(1, told)


async def away(world: SimWorld, number: str = "1901") -> SimAgent:
    """An agent of ``choices`` who is not ready."""
    agent = await world.agent(number, ("choices",))
    await agent.dials("*721", "agent.not_ready")
    return agent


async def booked(world: SimWorld, number: str = CUSTOMER) -> SimCaller:
    """A customer who is to be called back."""
    caller = await world.caller(CHOICES_ENTRY, number)
    await caller.hears("queue.busy", 4)
    caller.press("1")
    await caller.hears("callback.confirm", 1)
    await world.passes(CONFIRM_S)
    caller.press("1")
    await caller.hears("callback.done", 1)
    await caller.is_let_go(9)
    return caller


async def talks(home: SimAgent, agent: SimAgent) -> None:
    """The customer answers, and meets the agent."""
    await home.rings(5)
    await home.answers()
    await home.hears("greet.neutral", 1)
    await home.hangs_up()
    await agent.is_let_go(2)


async def killed(world: SimWorld, now: bool) -> None:
    """ccbot is killed, and is back a second later."""
    if now:
        async with world.ccbot_away():
            await world.passes(1)


@pytest.mark.parametrize("when", ["waiting", "ringing", "calling", "resting", "talking"])
def test_restart_of_ccbot_loses_no_callback(when: str) -> None:
    async def story(world: SimWorld) -> None:
        agent = await away(world)
        caller = await booked(world)
        home = await world.home_phone(caller)
        await killed(world, when == "waiting")
        await agent.dials("*71", "agent.signed_in")
        await agent.rings(1)
        await killed(world, when == "ringing")
        if when != "ringing":
            await agent.answers()
            await home.rings(5)
        await killed(world, when == "calling")
        if when == "resting":
            await home.declines()
            await agent.is_let_go(2)
        await killed(world, when == "resting")
        if when in {"ringing", "calling", "resting"}:
            await agent.is_let_go(5)
            await agent.rings(8)
            await agent.answers()
            await home.rings(5)
        await home.answers()
        await home.hears("greet.neutral", 1)
        await world.passes(2)
        await killed(world, when == "talking")
        await world.passes(2)
        await home.hangs_up()
        await agent.is_let_go(2)
        row = await world.row_of_callback(caller)
        assert (row.outcome, row.agents) == ("answered", ("1901",))

    play(story)


def test_nobody_is_called_before_an_agent_is_free() -> None:
    async def story(world: SimWorld) -> None:
        agent = await away(world)
        first = await booked(world)
        second = await booked(world, OTHER_CUSTOMER)
        home, other_home = await world.home_phone(first), await world.home_phone(second)
        await world.passes(30)
        assert (home.phone.offers, other_home.phone.offers) == (0, 0)
        await agent.dials("*71", "agent.signed_in")
        await home.rings(3)
        await world.passes(2)
        assert (agent.phone.offers, other_home.phone.offers) == (0, 0)
        await home.answers()
        await home.hears("queue.enter", 1)
        await agent.rings(1)
        await agent.answers()
        await home.hears("greet.neutral", 1)
        await home.hangs_up()
        await agent.is_let_go(2)
        await other_home.rings(5)
        await other_home.declines()
        row = await world.row_of_callback(first)
        assert (row.outcome, row.agents) == ("answered", ("1901",))

    play(story, with_callback(first="customer"))


def test_customer_whose_agent_does_not_answer_waits_with_music() -> None:
    async def story(world: SimWorld) -> None:
        agent = await away(world)
        caller = await booked(world)
        home = await world.home_phone(caller)
        await agent.dials("*71", "agent.signed_in")
        await home.rings(3)
        await home.answers()
        await agent.rings(2)
        await agent.declines()
        other = await world.agent("1902", ("choices",))
        await other.rings(1)
        await other.answers()
        await home.hears("greet.neutral", 1)
        await home.hangs_up()
        assert (await world.row_of_callback(caller)).agents == ("1902",)

    play(story, with_callback(first="customer"))


def test_agent_who_hangs_up_meanwhile_leaves_the_customer_in_peace() -> None:
    async def story(world: SimWorld) -> None:
        agent = await away(world)
        caller = await booked(world)
        home = await world.home_phone(caller)
        await agent.dials("*71", "agent.signed_in")
        await agent.rings(1)
        await agent.answers()
        await home.rings(5)
        await agent.hangs_up()
        await home.stops_ringing(2)
        other = await world.agent("1902", ("choices",))
        await other.rings(1)
        await other.answers()
        await talks(home, other)
        assert (await world.row_of_callback(caller)).agents == ("1902",)
        facts = [one.fact for one in world.journal.facts]
        assert not any(isinstance(one, CustomerNotReached) for one in facts)

    play(story)


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.04, 0.06, 0.3])
def test_who_answers_as_the_agent_hangs_up_hears_that_she_waits_and_is_served_first(
    after_s: float,
) -> None:
    async def story(world: SimWorld) -> None:
        agent = await away(world)
        caller = await booked(world)
        home = await world.home_phone(caller)
        await agent.dials("*71", "agent.signed_in")
        await agent.rings(1)
        await agent.answers()
        await home.rings(5)
        home.phone.answer()
        await world.passes(after_s)
        agent.phone.hang_up()
        later = await world.caller(CHOICES_ENTRY, OTHER_CUSTOMER)
        await home.hears("queue.busy", 5)
        await later.hears("queue.busy", 5)
        other = await world.agent("1902", ("choices",))
        await other.rings(1)
        await other.answers()
        await home.hears("greet.neutral", 1)
        await home.hangs_up()
        later.hang_up()
        assert (await world.row_of_callback(caller)).agents == ("1902",)

    play(story)


def test_one_callback_for_each_number_and_group_is_open() -> None:
    async def story(world: SimWorld) -> None:
        agent = await away(world)
        first = await booked(world)
        second = await booked(world)
        home = await world.home_phone(first)
        await agent.dials("*71", "agent.signed_in")
        await agent.rings(1)
        await agent.answers()
        await talks(home, agent)
        await agent.stays_quiet(10)
        assert (await world.row(second)).outcome == "callback"
        assert (await world.row_of_callback(first)).outcome == "answered"

    play(story)


def test_who_calls_again_is_not_called_meanwhile_and_not_after_she_was_served() -> None:
    async def story(world: SimWorld) -> None:
        agent = await away(world)
        caller = await booked(world)
        home = await world.home_phone(caller)
        again = await world.caller(CHOICES_ENTRY, f"+86{CUSTOMER}")
        await again.hears("queue.busy", 4)
        await agent.dials("*71", "agent.signed_in")
        await agent.rings(1)
        await agent.answers()
        await again.hears("greet.neutral", 2)
        await world.passes(2)
        again.hang_up()
        await agent.is_let_go(2)
        await agent.stays_quiet(60)
        assert home.phone.offers == 0
        assert (await world.row(again)).outcome == "answered"
        row = await world.row_of_callback(caller)
        assert (row.outcome, row.hung_up_by, row.agents) == ("settled", "system", ())

    play(story)


def test_without_a_way_out_the_key_is_not_told_and_leads_nowhere() -> None:
    async def story(world: SimWorld) -> None:
        world.centre.exchange.may_call_out = False
        await away(world)
        caller = await world.caller(CHOICES_ENTRY)
        await caller.hears("queue.busy", 4)
        caller.press("1")
        await caller.hears("queue.choice_unavailable", 8)
        await world.passes(30)
        assert not caller.heard("callback.confirm")
        assert not caller.heard("queue.options")
        caller.hang_up()
        assert (await world.row(caller)).outcome == "abandoned_waiting"

    play(story)


def test_customer_may_name_another_number() -> None:
    async def story(world: SimWorld) -> None:
        agent = await away(world)
        caller = await world.caller(CHOICES_ENTRY)
        await caller.hears("queue.busy", 4)
        caller.press("1")
        await caller.hears("callback.confirm", 1)
        caller.press("2")
        await caller.hears("callback.number", 2)
        caller.press(f"{OTHER_CUSTOMER}#")
        await caller.hears("callback.done", 5)
        await caller.is_let_go(9)
        caller.number = OTHER_CUSTOMER
        home = await world.home_phone(caller)
        await agent.dials("*71", "agent.signed_in")
        await agent.rings(1)
        await agent.answers()
        await talks(home, agent)
        assert (await world.row_of_callback(caller)).caller_masked == "137****5678"

    play(story, with_callback(other_number=True))


def test_who_presses_more_digits_than_any_number_has_waits_on() -> None:
    async def story(world: SimWorld) -> None:
        await away(world)
        caller = await world.caller(CHOICES_ENTRY)
        await caller.hears("queue.busy", 4)
        caller.press("1")
        await caller.hears("callback.confirm", 1)
        caller.press("2")
        await caller.hears("callback.number", 2)
        for _ in range(25):
            caller.press("9")
            await world.passes(1)
        [call] = world.centre.desk.floor.calls.values()
        assert call.stage is Stage.WAITING
        caller.hang_up()
        assert (await world.row(caller)).outcome == "abandoned_waiting"

    play(story, with_callback(other_number=True))


def test_nobody_is_called_outside_the_hours() -> None:
    """It is four in the afternoon in Shanghai."""

    async def story(world: SimWorld) -> None:
        agent = await away(world)
        caller = await booked(world)
        home = await world.home_phone(caller)
        await agent.dials("*71", "agent.signed_in")
        await agent.stays_quiet(200)
        await agent.rings(120)
        await agent.answers()
        await talks(home, agent)
        assert (await world.row_of_callback(caller)).outcome == "answered"

    document = with_callback(hours="later")
    later = Hours(week={"mon-sun": ("16:05-16:30",)}, calendar="none")
    play(story, replace(document, hours={**document.hours, "later": later}))


def test_whoever_waits_as_the_hours_end_is_called_the_next_day() -> None:
    async def story(world: SimWorld) -> None:
        agent = await away(world)
        caller = await booked(world)
        home = await world.home_phone(caller)
        await world.passes(120)
        await agent.dials("*71", "agent.signed_in")
        await agent.stays_quiet(3600)
        await agent.rings(24 * 3600)
        await agent.answers()
        await talks(home, agent)
        assert (await world.row_of_callback(caller)).outcome == "answered"

    document = with_callback(hours="short", kept_h=48)
    short = Hours(week={"mon-sun": ("15:00-16:01",)}, calendar="none")
    play(story, replace(document, hours={**document.hours, "short": short}))


def test_nobody_is_called_for_ever() -> None:
    async def story(world: SimWorld) -> None:
        agent = await away(world)
        caller = await booked(world)
        await world.passes(3700)
        await agent.dials("*71", "agent.signed_in")
        await agent.stays_quiet(5)
        row = await world.row_of_callback(caller)
        assert (row.outcome, row.hung_up_by, row.agents) == ("not_reached", "system", ())

    play(story, with_callback(kept_h=1))


def test_default_is_to_find_the_agent_first() -> None:
    assert Callback().first == "agent"


@pytest.mark.parametrize("number", ["", "anonymous", "c-test"])
def test_who_has_no_number_that_can_be_called_waits_on(number: str) -> None:
    async def story(world: SimWorld) -> None:
        await away(world)
        caller = await world.caller(CHOICES_ENTRY, number)
        await caller.hears("queue.busy", 4)
        caller.press("1")
        await caller.hears("queue.apology", 70)
        caller.press("1")
        await world.passes(1)
        assert not caller.heard("callback.confirm")
        caller.hang_up()
        assert (await world.row(caller)).outcome == "abandoned_waiting"

    play(story)
