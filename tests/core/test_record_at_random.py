"""The row of a call, ended at any moment, says where the floor had the caller; and all rows agree
with each other."""

from collections import Counter

import pytest

from ccbot.core import facts as f
from ccbot.core.agents import Agent, AgentState
from ccbot.core.calls import TALKS, Call, Stage
from ccbot.core.floor import Floor
from ccbot.core.ids import CallId
from ccbot.core.records import CallRecord, SegmentKind, record
from ccbot.core.records.agent_states import AgentLog, joined
from ccbot.core.records.queue_entries import EntryEnd, queue_entries
from ccbot.core.records.standings import Activity, Interval
from ccbot.core.records.transfers import TransferEnd, transfers
from ccbot.core.snapshot import snapshot
from ccbot.store.call_index import CallIndex
from tests.core.talking_floor import TalkingFloor

SEEDS = range(25)
KINDS = {
    Stage.WAITING: SegmentKind.WAITING,
    Stage.RINGING: SegmentKind.RINGING,
    Stage.TALK: SegmentKind.TALK,
    Stage.HOLD: SegmentKind.HOLD,
    Stage.CONSULT: SegmentKind.CONSULT,
    Stage.VOICEMAIL: SegmentKind.VOICEMAIL,
}
HAD = {TransferEnd.COMPLETED, TransferEnd.CONFERENCE}


class Read:
    """The facts of each call, and the log of agents, as far as the walk has come."""

    def __init__(self) -> None:
        self.of_call: dict[CallId, list[f.Stamped]] = {}
        self.log = AgentLog()
        self.changes: list[Interval] = []
        self._index = CallIndex()
        self._read = 0

    def catch_up(self, facts: list[f.Stamped]) -> None:
        for one in facts[self._read :]:
            call = self._index.call_of(one.fact)
            self._index.add(0, call, one.fact)
            if call is not None:
                self.of_call.setdefault(call, []).append(one)
            self.changes += self.log.take(one)
        self._read = len(facts)


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_say_where_everybody_is(seed: int) -> None:
    walk, read = TalkingFloor(seed), Read()
    for _ in walk.walk():
        read.catch_up(walk.facts)
        floor = walk.story.floor
        for call in floor.calls.values():
            _row_agrees(call, read.of_call[call.id], walk)
        for agent in floor.agents.values():
            standing = read.log.standings.agents[agent.id]
            assert standing.state is agent.state
            assert standing.activity is activity_of(floor, agent), agent


def _row_agrees(call: Call, facts: list[f.Stamped], walk: TalkingFloor) -> None:
    ended = f.CallEnded(call=call.id, by=f.EndedBy.SYSTEM, failed=True)
    row = record([*facts, f.Stamped(walk.story.now, ended)])
    bridged = any(offer.bridged_at for offer in walk.story.floor.offers.values())
    if call.stage not in KINDS or (call.stage is Stage.RINGING and bridged):
        return  # a caller who leaves now has talked
    last = row.segments[-1]
    assert last.kind is KINDS[call.stage], row
    assert row.last_group == call.group, row
    if call.stage in TALKS and not (call.transfer is not None and call.transfer.queues):
        assert last.agent == row.last_agent == call.agent, row


def activity_of(floor: Floor, agent: Agent) -> Activity:
    """What an agent who talks is doing, by the call that he has."""
    call = floor.calls.get(agent.call) if agent.call is not None else None
    if call is None or agent.state is not AgentState.TALKING:
        return Activity.WITH_CUSTOMER
    if call.agent != agent.id:
        three = call.transfer is not None and call.transfer.three
        return Activity.WITH_CUSTOMER if three else Activity.CONSULTED
    in_talk = {Stage.HOLD: Activity.HOLD, Stage.CONSULT: Activity.CONSULT}
    return in_talk.get(call.stage, Activity.WITH_CUSTOMER)


@pytest.mark.parametrize("seed", SEEDS)
def test_times_of_agents_and_of_calls_agree(seed: int) -> None:
    """Talk and hold are the owner's and those of whoever talked with both."""
    walk, read = TalkingFloor(seed), Read()
    for _ in walk.walk():
        pass
    for call in list(walk.story.floor.calls):
        walk.story.post(f.CallEnded(call=call, by=f.EndedBy.SYSTEM))
    read.catch_up(walk.facts)
    intervals = [one for one in joined(read.changes) if one.state is AgentState.TALKING]
    for call, facts in read.of_call.items():
        row = record(facts)
        own = [one for one in intervals if one.call == call]
        assert {one.agent for one in own if one.activity is not Activity.CONSULTED} <= set(
            row.agents
        )
        for kind, activity in (
            (SegmentKind.HOLD, Activity.HOLD),
            (SegmentKind.CONSULT, Activity.CONSULT),
        ):
            charged = Counter(
                {
                    agent: sum(
                        _ms(one) for one in own if (one.agent, one.activity) == (agent, activity)
                    )
                    for agent in row.agents
                }
            )
            lasted = Counter({agent: _lasted_ms(row, kind, agent) for agent in row.agents})
            assert all(charged[one] <= lasted[one] for one in row.agents), row
            if kind is SegmentKind.HOLD:
                assert charged == lasted, row
        with_customer = [one for one in own if one.activity is Activity.WITH_CUSTOMER]
        assert sum(map(_ms, with_customer)) >= row.talk_ms, row
        _rows_agree(row, facts)


def _ms(one: Interval) -> int:
    assert one.ended_at is not None
    return round((one.ended_at - one.started_at).total_seconds() * 1000)


def _lasted_ms(row: CallRecord, kind: SegmentKind, agent: str) -> int:
    own = [one for one in row.segments if one.kind is kind and one.agent == agent]
    return sum(round((one.ended_at - one.started_at).total_seconds() * 1000) for one in own)


def _rows_agree(row: CallRecord, facts: list[f.Stamped]) -> None:
    handed_on, entries = transfers(facts, row), queue_entries(facts, row)
    assert sum(one.ended_as is TransferEnd.COMPLETED for one in handed_on) == row.transfers
    assert {one.taken_by for one in handed_on if one.ended_as in HAD} <= set(row.agents)
    answered = [one for one in entries if one.ended_as is EntryEnd.ANSWERED]
    assert {one.agent for one in answered} <= set(row.agents)
    assert sum(one.wait_ms for one in answered) <= row.wait_ms


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_log_begun_with_the_floor_as_it_is_seen_stands_as_the_whole_one(seed: int) -> None:
    walk, whole = TalkingFloor(seed), AgentLog()
    read = 0
    for number, _ in enumerate(walk.walk()):
        for one in walk.facts[read:]:
            whole.take(one)
        read = len(walk.facts)
        if number % 10 == 0:
            seen = f.Stamped(walk.story.now, f.FloorSeen(floor=snapshot(walk.story.floor)))
            assert not whole.take(seen)
            begun = AgentLog()
            begun.take(seen)
            for agent, standing in begun.standings.agents.items():
                known = whole.standings.agents[agent]
                assert (standing.state, standing.activity) == (known.state, known.activity)


def test_walk_comes_to_everything() -> None:
    """What is told apart here does happen."""
    ends: Counter[str] = Counter()
    taken_over = 0
    for seed in SEEDS:
        walk, read = TalkingFloor(seed), Read()
        for _ in walk.walk():
            pass
        for call in list(walk.story.floor.calls):
            walk.story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))
        read.catch_up(walk.facts)
        taken_over += sum(isinstance(one.fact, f.CallTakenOver) for one in walk.facts)
        for facts in read.of_call.values():
            ends.update(one.ended_as.value for one in transfers(facts, record(facts)))
    assert set(ends) == {one.value for one in TransferEnd}, ends
    assert taken_over
