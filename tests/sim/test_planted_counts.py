"""What reports count is held against people's diaries: each miscount that is planted is found."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from ccbot.core.agents import AgentState
from ccbot.core.facts import Stamped
from ccbot.core.records import CallRecord, SegmentKind, record
from ccbot.core.records.queue_entries import EntryEnd, QueueEntry
from ccbot.core.records.standings import Activity, Interval
from tests.sim import planted_holds
from tests.sim.people import Pace
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


def holds_are_counted_as_talk(world: SimWorld) -> None:
    def wrong(facts: Sequence[Stamped]) -> CallRecord:
        row = record(facts)
        changed = [
            replace(one, kind=SegmentKind.TALK) if one.kind is SegmentKind.HOLD else one
            for one in row.segments
        ]
        return replace(row, segments=tuple(changed))

    world.journal.row_of = wrong


def hold_is_charged_as_talk(world: SimWorld) -> None:
    def wrong(one: Interval) -> Interval:
        held = one.activity is Activity.HOLD
        return msgspec.structs.replace(one, activity=Activity.WITH_CUSTOMER) if held else one

    world.journal.intervals_of = lambda log: [wrong(one) for one in log]


def consultations_are_not_charged(world: SimWorld) -> None:
    def right(one: Interval) -> bool:
        return one.activity not in {Activity.CONSULT, Activity.CONSULTED}

    world.journal.intervals_of = lambda log: [one for one in log if right(one)]


TALKATIVE = Pace(
    lasts_s=300, between_calls_s=5, agents=8, groups=("service", "tech", "marketing"), hands_on=0.6
)
IN_TALK: list[tuple[Plant, str]] = [
    (holds_are_counted_as_talk, r"call-\d+: a talk is counted from .* s, but not heard"),
    (hold_is_charged_as_talk, r"100\d: a talk is counted from .* s, but not heard"),
    (planted_holds.phones_that_hold_are_not_heeded, r"holds, and it is a talk"),
    (planted_holds.phones_that_come_back_are_not_heeded, r"came back, and it is held"),
    (consultations_are_not_charged, r"100\d: talked from .* s, but nothing is counted"),
]


BUGS: list[tuple[Plant, str]] = [
    (who_hung_up_is_counted_as_sent_away, r": left, but counted is system"),
    (answers_are_counted_late, r"an answer is counted at \S+ s, but none was heard"),
    (stays_are_not_counted, r": talked, but counted is no stay in a queue"),
    (rings_are_not_counted, r"it rang at \S+ s, but nothing is counted"),
    (talks_are_not_counted, r"talked from .* s, but nothing is counted"),
    (talks_last_longer_than_they_did, r"a talk is counted from .* s, but not heard"),
]


@pytest.mark.parametrize(("plant", "found"), BUGS, ids=[plant.__name__ for plant, _ in BUGS])
def test_planted_miscount_is_found(plant: Plant, found: str) -> None:
    assert any(re.search(found, said(seed, plant)) for seed in SEEDS)


@pytest.mark.parametrize(("plant", "found"), IN_TALK, ids=[plant.__name__ for plant, _ in IN_TALK])
def test_planted_miscount_within_talks_is_found(plant: Plant, found: str) -> None:
    assert any(re.search(found, said(seed, plant, pace=TALKATIVE)) for seed in SEEDS)
