"""The checkers are worth their trust: each bug that is planted here, a simulated day finds.

A day without bugs raises nothing (``test_days``); so what is found is what was planted.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from msgspec import structs

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.decisions import Decision, Forget, Post, Propose, Revoke, WakeAt
from ccbot.core.records import CallRecord
from ccbot.core.routing.matching import Bench
from ccbot.core.routing_document import RoutingDocument, Skills
from tests.sim import twisted
from tests.sim.call_books import MILLISECOND
from tests.sim.delays import ChanceDelays
from tests.sim.loop import Sim, simulate
from tests.sim.people import Pace, a_day
from tests.sim.publishing import without_groups
from tests.sim.sim_world import SimWorld, sim_world
from tests.sim.tuned import TUNED_PACES, tuned

SEEDS = range(1, 13)
PACE = Pace(lasts_s=600, between_calls_s=5, agents=8)

Result = list[Decision] | None
Plant = Callable[[SimWorld], None]


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


def calls_end_twice(world: SimWorld) -> None:
    def bug(fact: f.AnyFact, decisions: Result) -> Result:
        return [] if decisions is None else [*decisions, Post(fact)]

    afterwards(world, f.CallEnded, bug)


def calls_end_without_a_word(world: SimWorld) -> None:
    def bug(fact: f.AnyFact, _: Result) -> Result:
        return None

    afterwards(world, f.CallEnded, bug)


def timers_of_the_waiting_are_not_forgotten(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        return decisions and [one for one in decisions if not isinstance(one, Forget)]

    afterwards(world, f.CallEnded, bug)


def talks_are_said_to_have_ended_before_they_did(world: SimWorld) -> None:
    desk = world.centre.desk
    right = desk.post

    def wrong(fact: f.AnyFact, *, at: datetime | None = None) -> bool:
        early = desk.now() - timedelta(seconds=3) if isinstance(fact, f.TalkEnded) else at
        return right(fact, at=early)

    desk.post = wrong  # type: ignore[method-assign]


def a_publication_costs_the_place(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        for call in world.centre.desk.floor.calls.values():
            call.in_line_since = world.centre.desk.now()
        return decisions

    afterwards(world, f.RoutingPublished, bug)
    _publish_later(world, world.routing)


def whose_group_is_gone_begins_anew(world: SimWorld) -> None:
    def bug(fact: f.AnyFact, decisions: Result) -> Result:
        if isinstance(fact, f.QueueChanged) and decisions is not None:
            floor = world.centre.desk.floor
            floor.calls[fact.call].waiting_since = world.centre.desk.now()
        return decisions

    afterwards(world, f.QueueChanged, bug)
    values = msgspec.to_builtins(world.routing)
    gone = {"service", "tech", "short", "choir", "lazy"}
    _publish_later(world, without_groups(values, gone))


def _publish_later(world: SimWorld, document: RoutingDocument) -> None:
    """In the middle of the day."""
    published = f.RoutingPublished(version=2, document=document)
    asyncio.get_running_loop().call_later(PACE.lasts_s / 2, world.centre.desk.post, published)


def agents_change_without_a_fact(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        for agent in world.centre.desk.floor.agents.values():
            agent.served += 1
        return decisions

    afterwards(world, f.WrapUpEnded, bug)


def rows_are(world: SimWorld, wrong: Callable[[CallRecord], CallRecord]) -> None:
    """Rows come out of their making with this bug."""
    right = world.journal.row_of
    world.journal.row_of = lambda facts: wrong(right(facts))


def segments_end_before_the_next_one_begins(world: SimWorld) -> None:
    def wrong(row: CallRecord) -> CallRecord:
        first, *others = row.segments
        early = replace(first, ended_at=first.ended_at - MILLISECOND) if others else first
        return replace(row, segments=(early, *others))

    rows_are(world, wrong)


def last_segments_are_forgotten(world: SimWorld) -> None:
    rows_are(world, lambda row: replace(row, segments=row.segments[:-1] or row.segments))


def surveys_without_an_answer_have_a_score(world: SimWorld) -> None:
    rows_are(world, lambda row: replace(row, survey_score=row.survey_score or 3))


def surveys_lose_their_score(world: SimWorld) -> None:
    rows_are(world, lambda row: replace(row, survey_score=None))


def rows_do_not_name_the_agents(world: SimWorld) -> None:
    rows_are(world, lambda row: replace(row, agents=()))


def messages_are_not_put_on_record(world: SimWorld) -> None:
    desk = world.centre.desk
    right = desk.post

    def wrong(fact: f.AnyFact, *, at: datetime | None = None) -> bool:
        return not isinstance(fact, f.MessageLeft) and right(fact, at=at)

    desk.post = wrong  # type: ignore[method-assign]


def without(decisions: Result, unwanted: Callable[[Decision], bool]) -> Result:
    """The decisions, but not these."""
    return decisions and [one for one in decisions if not unwanted(one)]


def doors_are_open_at_all_times(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        return without(
            decisions, lambda one: isinstance(one, Post) and isinstance(one.fact, f.CallTurnedAway)
        )

    afterwards(world, f.CallEntered, bug)


def full_queues_take_everybody(world: SimWorld) -> None:
    floor = world.centre.desk.floor
    groups = {key: structs.replace(one, callers_max=1) for key, one in floor.routing.groups.items()}
    floor.routing = structs.replace(floor.routing, groups=groups)

    def bug(_: f.AnyFact, decisions: Result) -> Result:
        return without(
            decisions,
            lambda one: (
                isinstance(one, Post)
                and isinstance(one.fact, f.QueueLeft)
                and one.fact.reason is f.GaveUp.QUEUE_FULL
            ),
        )

    afterwards(world, f.CallQueued, bug)


def overflows_lead_in_circles(world: SimWorld) -> None:
    def bug(fact: f.AnyFact, decisions: Result) -> Result:
        assert isinstance(fact, f.CallQueued)
        world.centre.desk.floor.calls[fact.call].been_in.clear()
        return decisions

    afterwards(world, f.CallQueued, bug)


def nobody_has_her_place_back(world: SimWorld) -> None:
    world.centre.desk.floor.places.give_back = lambda *_: None  # type: ignore[method-assign]


def nobody_is_sent_on_when_nobody_is_ready(world: SimWorld) -> None:
    def bug(_: f.AnyFact, decisions: Result) -> Result:
        return without(decisions, lambda one: isinstance(one, WakeAt) and one.key[0] == "not_ready")

    afterwards(world, f.CallQueued, bug)
    afterwards(world, f.AgentPaused, bug)


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


BUGS: list[tuple[Plant, str]] = [
    (a_publication_costs_the_place, r"after a publication"),
    (whose_group_is_gone_begins_anew, r"after a publication"),
    (two_win_one_caller, r"two winners|although \S+ was accepted"),
    (who_was_not_first_rests, r"rests after he lost"),
    (phones_of_who_was_not_first_ring_on, r"phone rings on since he lost"),
    (where_all_are_rung_one_alone_rings, r"sits while"),
    (doors_are_open_at_all_times, r"was received at a closed door"),
    (full_queues_take_everybody, r"got into a full queue"),
    (overflows_lead_in_circles, r"came to round_\w+ again"),
    (nobody_has_her_place_back, r"stands in line since"),
    (nobody_is_sent_on_when_nobody_is_ready, r"though nobody has been ready"),
    (agents_are_free_while_they_talk, r"agent \d+ is ready with \[\] and \['call"),
    (two_phones_ring_for_one_agent, r"agent \d+ (has offers|is ready with \['offer)"),
    (nobody_is_asked_after_a_wrap_up, r"sits while"),
    (who_came_last_is_served_first, r"was served before"),
    (calls_end_twice, r"has 2 endings"),
    (calls_end_without_a_word, r"has 0 endings"),
    (timers_of_the_waiting_are_not_forgotten, r"left behind: .*timer"),
    (talks_are_said_to_have_ended_before_they_did, r"talked .* ms in its row"),
    (agents_change_without_a_fact, r"give another floor"),
    (segments_end_before_the_next_one_begins, r"a gap after segment 1"),
    (last_segments_are_forgotten, r"its segments do not span it"),
    (surveys_without_an_answer_have_a_score, r": (?!answered)\w+ with score 3"),
    (surveys_lose_their_score, r": answered with score None"),
    (rows_do_not_name_the_agents, r"answered with agents \(\)"),
    (messages_are_not_put_on_record, r"ccbot-message-\S+ was lost"),
    (agents_are_not_reserved_for_callbacks, r"called \['138\d+@trunk-out'\] for 0 agents"),
]


TUNED_BUGS: list[tuple[Plant, str]] = [
    (who_was_idle_last_is_asked_first, r"was asked before"),
    (time_alone_changes_nothing, r"sits while"),
    (who_missed_a_call_is_asked_again_at_once, r"was asked again"),
    (twisted.groups_have(strategy="longest_idle"), r"was asked before"),
    (twisted.groups_have(skills=Skills()), r"cannot serve"),
    (twisted.groups_have(talks_max=None), r"as many talks as it may"),
    (twisted.groups_have(preferred_hold_s=0.0), r"waits for another one"),
    (twisted.groups_have(ageing_s=0.0), r"comes first"),
    (twisted.groups_have(priority=0, weight=1), r"comes first"),
    (twisted.nobody_is_a_vip, r"comes first"),
    (twisted.nobody_has_a_tier, r"was asked before"),
    (twisted.nobody_is_delayed, r"before his delay"),
    (twisted.skills_never_relax, r"sits while"),
]
"""Found in days with a document that uses everything."""


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


@pytest.mark.parametrize(("plant", "found"), BUGS, ids=[plant.__name__ for plant, _ in BUGS])
def test_planted_bug_is_found(plant: Plant, found: str) -> None:
    assert any(re.search(found, said(seed, plant)) for seed in SEEDS)


@pytest.mark.parametrize(
    ("plant", "found"), TUNED_BUGS, ids=[plant.__name__ for plant, _ in TUNED_BUGS]
)
def test_planted_bug_is_found_where_the_routing_is_tuned(plant: Plant, found: str) -> None:
    assert any(
        re.search(found, said(seed, plant, tuned(), pace))
        for seed in SEEDS
        for pace in TUNED_PACES.values()
    )
