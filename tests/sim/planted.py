"""Bugs to plant in a simulated day: who is asked, rung and reserved for whom.

``said`` plants a bug in a day and tells what the checkers say of it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.decisions import Decision, Post, Propose, Revoke, WakeAt
from ccbot.core.routing.matching import Bench
from ccbot.core.routing_document import RoutingDocument
from tests.sim.delays import ChanceDelays
from tests.sim.fake_phones import Line
from tests.sim.loop import Sim, simulate
from tests.sim.people import Pace, a_day
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.world import CHOICES_ENTRY

SEEDS = range(1, 13)
PACE = Pace(lasts_s=600, between_calls_s=5, agents=8)

Result = list[Decision] | None
Plant = Callable[[SimWorld], None]


def said(
    seed: int, plant: Plant, document: RoutingDocument | None = None, pace: Pace = PACE
) -> str:
    """Everything that the checkers say of such a day with this bug."""
    worlds: list[SimWorld] = []

    async def story(sim: Sim) -> None:
        delays = ChanceDelays(sim.chance("delays"))
        async with sim_world(sim, delays=delays, document=document) as world:
            worlds.append(world)
            plant(world)
            await a_day(world, pace)

    try:
        simulate(seed, story)
    except (AssertionError, ExceptionGroup) as problem:
        [world] = worlds
        assert world.floorwalker is not None
        found = [*world.floorwalker.problems, *world.journal.problems(world.routing)]
        return "\n".join([str(problem), *found])
    return ""


def afterwards(
    world: SimWorld, kind: type[f.Fact], bug: Callable[[f.AnyFact, Result], Result]
) -> None:
    """The floor's rule for this kind of fact, and the bug after it."""
    floor = world.centre.desk.floor
    right = floor.apply

    def wrong(fact: f.AnyFact, now: datetime) -> Result:
        decisions = right(fact, now)
        return bug(fact, decisions) if isinstance(fact, kind) else decisions

    floor.apply = wrong  # type: ignore[method-assign]


def without(decisions: Result, unwanted: Callable[[Decision], bool]) -> Result:
    """The decisions, but not these."""
    return decisions and [one for one in decisions if not unwanted(one)]


def agents_are_free_while_they_talk(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        for agent in world.centre.desk.floor.agents.values():
            if agent.state is AgentState.TALKING:
                agent.state = AgentState.READY
        return decisions

    afterwards(world, f.TalkStarted, bug)


def two_phones_ring_for_one_agent(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        floor = world.centre.desk.floor
        for agent in floor.agents.values():
            if agent.state is AgentState.OFFERED:
                agent.state = AgentState.READY
        return decisions

    afterwards(world, f.OfferMade, bug)


def nobody_is_asked_after_a_wrap_up(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        return decisions and [one for one in decisions if not isinstance(one, Propose)]

    afterwards(world, f.WrapUpEnded, bug)


def who_came_last_is_served_first(world: SimWorld) -> None:
    floor = world.centre.desk.floor

    def wrong(now: datetime) -> list[Propose]:
        free = [agent for agent in floor.agents.values() if agent.free(now)]
        for call in reversed(floor.calls.values()):
            if call.stage is Stage.WAITING and (
                agents := Bench(floor, free, now).whom_to_ask(call)
            ):
                return [Propose(call.id, agents[0].id)]
        return []

    floor.proposal = wrong  # type: ignore[method-assign]


def who_was_idle_last_is_asked_first(world: SimWorld) -> None:
    floor = world.centre.desk.floor

    def wrong(now: datetime) -> list[Propose]:
        free = [agent for agent in floor.agents.values() if agent.free(now)]
        for call in sorted(floor.calls.values(), key=lambda one: one.in_line_since):
            for agent in sorted(free, key=lambda one: one.idle_since, reverse=True):
                if call.stage is Stage.WAITING and Bench(floor, [agent], now).whom_to_ask(call):
                    return [Propose(call.id, agent.id)]
        return []

    floor.proposal = wrong  # type: ignore[method-assign]


def who_missed_a_call_is_asked_again_at_once(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        for call in world.centre.desk.floor.calls.values():
            call.missed_by.clear()
        return decisions

    afterwards(world, f.OfferMissed, bug)


def time_alone_changes_nothing(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        return decisions and [
            one
            for one in decisions
            if not isinstance(one, WakeAt) or not isinstance(one.fact, f.EligibilityWidened)
        ]

    afterwards(world, f.CallQueued, bug)


def agents_change_without_a_fact(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        for agent in world.centre.desk.floor.agents.values():
            agent.served += 1
        return decisions

    afterwards(world, f.WrapUpEnded, bug)


def agents_are_not_reserved_for_callbacks(world: SimWorld) -> None:
    def bug(fact: f.AnyFact, decisions: Result) -> Result:
        assert isinstance(fact, f.OfferAccepted)
        offers, calls = world.centre.desk.floor.offers, world.centre.desk.floor.calls
        if calls[offers[fact.offer].call].owed:
            del offers[fact.offer]
        return decisions

    afterwards(world, f.OfferAccepted, bug)


def two_win_one_caller(world: SimWorld) -> None:
    def bug(fact: f.AnyFact, decisions: Result) -> Result:
        assert isinstance(fact, f.OfferAccepted)
        if offer := world.centre.desk.floor.offers.get(fact.offer):
            world.centre.desk.floor.calls[offer.call].answered = None
        return decisions and [one for one in decisions if not isinstance(one, Post)]

    afterwards(world, f.OfferAccepted, bug)


def who_was_not_first_rests(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        desk = world.centre.desk
        for agent in desk.floor.agents.values():
            if decisions and agent.state is AgentState.READY and agent.resting_until is None:
                agent.rest(desk.now() + timedelta(seconds=10), f.Missed.DECLINED)
        return decisions

    afterwards(world, f.OfferWithdrawn, bug)


def phones_of_who_was_not_first_ring_on(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        return decisions and [one for one in decisions if not isinstance(one, Revoke)]

    afterwards(world, f.OfferWithdrawn, bug)


def where_all_are_rung_one_alone_rings(world: SimWorld) -> None:
    floor = world.centre.desk.floor
    right = floor.proposal

    def wrong(now: datetime) -> list[Propose]:
        return [one for one in right(now) if not floor.calls[one.call].offers]

    floor.proposal = wrong  # type: ignore[method-assign]


def customers_are_called_while_they_are_on_the_line(world: SimWorld) -> None:
    floor = world.centre.desk.floor

    def wrong(now: datetime) -> list[Propose]:
        free = [agent for agent in floor.agents.values() if agent.free(now)]
        for call in sorted(floor.calls.values(), key=lambda one: one.in_line_since):
            if call.stage is Stage.WAITING and (
                agents := Bench(floor, free, now).whom_to_ask(call)
            ):
                return [Propose(call.id, agents[0].id)]
        return []

    floor.proposal = wrong  # type: ignore[method-assign]


def customers_who_were_served_are_called_back(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        return decisions and [
            one
            for one in decisions
            if not (isinstance(one, Post) and isinstance(one.fact, f.CallbackGivenUp))
        ]

    afterwards(world, f.TalkStarted, bug)
    afterwards(world, f.CallbackBooked, _calls_again(world))


def _calls_again(world: SimWorld) -> Callable[[f.AnyFact, Result], Result]:
    """Whoever is to be called back calls herself, and waits for as long as it takes."""

    def then(fact: f.AnyFact, decisions: Result) -> Result:
        if isinstance(fact, f.CallbackBooked) and decisions is not None:
            Line(world.asterisk).dial(CHOICES_ENTRY, fact.number)
        return decisions

    return then
