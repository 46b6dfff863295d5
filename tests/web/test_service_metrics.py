"""Numbers for Prometheus by group: the entries that reports count, as soon as they are certain."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from prometheus_client import CollectorRegistry

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.records import record
from ccbot.core.records.queue_entries import queue_entries
from ccbot.web.metrics import FloorGauges
from ccbot.web.service_metrics import QueueGauges, ServiceCounter
from tests.core.story import Story
from tests.core.test_record_properties import calls
from tests.store.stories import StillClock, handed_on, rated_call, whole_call


class Counted:
    """A counter, and what Prometheus reads off it."""

    def __init__(self, *open_calls: list[f.Stamped]) -> None:
        self.registry = CollectorRegistry()
        begun = {CallId(f"call-{n}"): one for n, one in enumerate(open_calls)}
        self.counter = ServiceCounter(self.registry, begun)

    def hears(self, *facts: f.Stamped) -> None:
        for one in facts:
            self.counter.listen(one)

    def value(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(name, labels) or 0.0

    def ended(self, ended_as: str, why: str, group: str = "service") -> float:
        return self.value("ccbot_queue_ended_total", group=group, ended_as=ended_as, why=why)

    def answered(self) -> float:
        return self.ended("answered", "answered")


def test_answer_is_counted_when_it_is_a_talk_and_the_rest_at_the_end() -> None:
    counted, story = Counted(), rated_call("one", 5)
    talk = next(n for n, one in enumerate(story) if isinstance(one.fact, f.TalkStarted))
    counted.hears(*story[:talk])
    assert (counted.value("ccbot_queue_offered_total", group="service"), counted.answered()) == (
        1.0,
        0.0,
    )
    counted.hears(story[talk])
    assert counted.answered() == 1.0
    assert counted.value("ccbot_talk_seconds_count", group="service") == 0
    counted.hears(*story[talk + 1 :])
    assert counted.answered() == 1.0
    assert counted.value("ccbot_talk_seconds_count", group="service") == 1
    assert counted.value("ccbot_survey_scores_total", group="service", score="5") == 1
    wait_s = record(story).wait_ms / 1000
    total = counted.value("ccbot_queue_wait_seconds_sum", group="service", ended_as="answered")
    assert total == wait_s


def test_a_talk_with_holds_is_one_and_transfers_are_counted_at_the_end() -> None:
    call = CallId("call-1")
    over = (100.0, f.CallEnded(call=call, by=f.EndedBy.CALLER))
    counted = Counted()
    counted.hears(*handed_on("call-1", (70, f.TalkStarted(offer=OfferId("call-1-2"))), over))
    labels = {"group": "service", "kind": "blind", "ended_as": "completed"}
    assert counted.value("ccbot_transfers_total", **labels) == 1
    assert counted.value("ccbot_holds_total", group="service") == 1
    for group, lasted_s in (("service", 36.75), ("tech", 30.0)):
        assert counted.value("ccbot_talk_seconds_count", group=group) == 1
        assert counted.value("ccbot_talk_seconds_sum", group=group) == lasted_s
    assert counted.ended("answered", "answered", "tech") == 1


def test_estimates_are_counted_by_whether_they_were_true() -> None:
    for minutes, result in [(1, "hit"), (5, "miss")]:
        counted, story = Counted(), whole_call("one")
        told = f.EstimateTold(call=CallId("one"), minutes=minutes)
        counted.hears(*story[:4], f.Stamped(story[3].at, told), *story[4:])
        found = [counted.value("ccbot_estimates_total", result=one) for one in ("hit", "miss")]
        assert found == [float(result == "hit"), float(result == "miss")]


def test_what_the_process_before_counted_is_not_counted_again() -> None:
    story = whole_call("one")
    talk = next(n for n, one in enumerate(story) if isinstance(one.fact, f.TalkStarted))
    counted = Counted(story[: talk + 1])
    counted.hears(*story[talk + 1 :])
    assert counted.answered() == 0
    assert counted.value("ccbot_talk_seconds_count", group="service") == 1
    waiting = Counted(story[:talk])
    waiting.hears(*story[talk:])
    assert waiting.answered() == 1


@pytest.mark.parametrize("change", [{"test": True}, {"callback_of": CallId("zero")}])
def test_test_calls_and_callbacks_are_left_out(change: dict[str, Any]) -> None:
    first, *rest = whole_call("one")
    assert isinstance(first.fact, f.CallEntered)
    counted = Counted()
    changed = msgspec.structs.replace(first.fact, **change)
    counted.hears(f.Stamped(first.at, changed), *rest)
    assert not [
        sample
        for family in counted.registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    ]


@given(calls())
def test_every_entry_of_any_call_is_counted_once(facts: list[f.Stamped]) -> None:
    entered = facts[0].fact
    assert isinstance(entered, f.CallEntered)
    facts = [f.Stamped(facts[0].at, msgspec.structs.replace(entered, test=False)), *facts[1:]]
    counted = Counted()
    counted.hears(*facts)
    entries = queue_entries(facts, record(facts))
    for one in entries:
        same = [
            other
            for other in entries
            if (other.group_key, other.ended_as, other.why)
            == (one.group_key, one.ended_as, one.why)
        ]
        assert counted.ended(one.ended_as.value, one.why, one.group_key) == len(same)
    offered = sum(
        counted.value("ccbot_queue_offered_total", group=key) for key in ("service", "tech")
    )
    assert offered == len(entries)
    assert not counted.counter._facts


def test_longest_wait_is_of_those_who_wait_now() -> None:
    story = Story()
    story.agent("1001")
    story.agent("1002", "tech")
    story.caller("first")
    story.wait(5)
    story.caller("second")
    story.caller("a test", "tech", test=True)
    story.post(
        f.CallEntered(
            call=CallId("callback"), leg="", dialled_number="1", entry="main", caller="1",
            callback_of=CallId("first"),
        )
    )  # fmt: skip
    by = f.GroupChosenBy.CALLBACK
    story.post(f.CallQueued(call=CallId("callback"), group=GroupKey("service"), by=by))
    story.wait(7)
    registry = CollectorRegistry()
    registry.register(QueueGauges(story.floor, StillClock(story.now)))

    def gauges(group: str) -> list[float | None]:
        names = ("ccbot_waiting_now", "ccbot_longest_wait_seconds")
        return [registry.get_sample_value(name, {"group": group}) for name in names]

    assert gauges("service") == [2, 12]
    assert gauges("tech") == gauges("marketing") == [0, 0]


async def test_built_in_phones_are_no_agents() -> None:
    story = Story()
    story.agent("1001")
    story.agent("901", test=True)
    registry = CollectorRegistry()
    registry.register(FloorGauges(story.floor, lambda: 0))
    assert registry.get_sample_value("ccbot_agents_now", {"state": "ready"}) == 1


async def test_what_is_under_way_is_told_until_it_is_over() -> None:
    story = Story()
    story.agent("1001")
    boss = AgentId("8001")
    story.post(
        f.AgentConfigured(
            agent=boss, name="8001", groups=(), role=f.Role.SUPERVISOR, leads=(GroupKey("service"),)
        )
    )
    story.post(f.PhoneChanged(agent=boss, phone=f.Phone.IDLE))
    registry = CollectorRegistry()
    registry.register(FloorGauges(story.floor, lambda: len(story.floor.calls)))

    def told() -> list[float | None]:
        names = ("ccbot_offers_now", "ccbot_supervisions_now", "ccbot_flows_now")
        return [registry.get_sample_value(name) for name in names]

    call = story.caller("one")
    assert told() == [1, 0, 1]
    story.connect()
    began = f.SupervisionBegan(call=call, supervisor=boss, agent=AgentId("1001"), leg="boss")
    assert story.post(began)
    assert told() == [0, 1, 1]
    story.post(f.SupervisionEnded(call=call, supervisor=boss, lasted_s=1.0))
    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))
    assert told() == [0, 0, 0]
