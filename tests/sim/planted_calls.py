"""Bugs to plant in a simulated day: how calls are received, wait, end, and come on record."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
from msgspec import structs

from ccbot.core import facts as f
from ccbot.core.decisions import Forget, Post, WakeAt
from ccbot.core.records import CallRecord
from ccbot.core.routing_document import RoutingDocument
from tests.sim.call_books import MILLISECOND
from tests.sim.planted import PACE, Result, afterwards, without
from tests.sim.publishing import without_groups
from tests.sim.sim_world import SimWorld


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


def talks_are_not_recorded(world: SimWorld) -> None:
    _recorders_do_not_hear_of(world, f.Fact)


def recordings_do_not_end_with_the_talk(world: SimWorld) -> None:
    _recorders_do_not_hear_of(world, f.TalkEnded)


def _recorders_do_not_hear_of(world: SimWorld, kind: type[f.Fact]) -> None:
    listeners, right = world.centre.desk._listeners, world.centre.recorders.listen
    place = listeners.index(right)

    def deaf(stamped: f.Stamped) -> None:
        if not isinstance(stamped.fact, kind):
            right(stamped)

    listeners[place] = deaf
