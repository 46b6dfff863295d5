"""What reports count is held against people's diaries: each miscount that is planted is found."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from ccbot.core.agents import AgentState
from ccbot.core.records.queue_entries import EntryEnd, QueueEntry
from ccbot.core.records.standings import Interval
from tests.sim.planted import SEEDS, Plant, said
from tests.sim.sim_world import SimWorld


def stays_are(world: SimWorld, wrong: Callable[[QueueEntry], QueueEntry]) -> None:
    """What reports count of queues comes out with this bug."""
    right = world.journal.entries_of
    world.journal.entries_of = lambda facts, row: tuple(map(wrong, right(facts, row)))


def who_hung_up_is_counted_as_sent_away(world: SimWorld) -> None:
    def wrong(one: QueueEntry) -> QueueEntry:
        left = one.ended_as is EntryEnd.ABANDONED
        return replace(one, ended_as=EntryEnd.SYSTEM) if left else one

    stays_are(world, wrong)


def answers_are_counted_late(world: SimWorld) -> None:
    stays_are(world, lambda one: replace(one, ended_at=one.ended_at + timedelta(seconds=2)))


def stays_are_not_counted(world: SimWorld) -> None:
    world.journal.entries_of = lambda *_: ()


def rings_are_not_counted(world: SimWorld) -> None:
    world.journal.intervals_of = lambda log: [i for i in log if i.state is not AgentState.OFFERED]


def talks_are_not_counted(world: SimWorld) -> None:
    world.journal.intervals_of = lambda log: [i for i in log if i.state is not AgentState.TALKING]


def talks_last_longer_than_they_did(world: SimWorld) -> None:
    def wrong(one: Interval) -> Interval:
        if one.state is not AgentState.TALKING or one.ended_at is None:
            return one
        return msgspec.structs.replace(one, ended_at=one.ended_at + timedelta(seconds=5))

    world.journal.intervals_of = lambda log: [wrong(one) for one in log]


BUGS: list[tuple[Plant, str]] = [
    (who_hung_up_is_counted_as_sent_away, r": left, but counted is system"),
    (answers_are_counted_late, r"an answer is counted at \S+ s, but none was heard"),
    (stays_are_not_counted, r"talked from \S+ s, but no answer is counted"),
    (rings_are_not_counted, r"it rang at \S+ s, but nothing is counted"),
    (talks_are_not_counted, r"talked from .* s, but nothing is counted"),
    (talks_last_longer_than_they_did, r"a talk is counted from .* s, but not heard"),
]


@pytest.mark.parametrize(("plant", "found"), BUGS, ids=[plant.__name__ for plant, _ in BUGS])
def test_planted_miscount_is_found(plant: Plant, found: str) -> None:
    assert any(re.search(found, said(seed, plant)) for seed in SEEDS)
