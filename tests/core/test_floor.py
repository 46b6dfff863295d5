"""The floor: who gets whom, and what becomes of late facts."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.decisions import Decision, Forget, Post, Propose, Revoke, Tell, WakeAt
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.routing_document import RoutingDocument
from ccbot.store.routing_file import DEFAULT, parse

SERVICE, TECH = GroupKey("service"), GroupKey("tech")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def routing() -> RoutingDocument:
    return parse(DEFAULT.read_text(encoding="utf-8"), "default")


class Story:
    """Applies facts and carries decisions out, as the desk does, with a clock of its own."""

    def __init__(self, document: RoutingDocument | None = None) -> None:
        self.floor = Floor(document or routing())
        self.now = NOON
        self.timers: dict[tuple[str, str], WakeAt] = {}
        self.told: list[object] = []
        self.offers: list[f.OfferMade] = []
        self.revoked: list[OfferId] = []

    def post(self, fact: f.AnyFact) -> bool:
        decisions = self.floor.apply(fact, self.now)
        queue: list[Decision] = list(decisions or [])
        while queue:
            queue.extend(self._carry_out(queue.pop(0)))
        return decisions is not None

    def _carry_out(self, decision: Decision) -> list[Decision]:
        match decision:
            case Propose(call=call, agent=agent):
                offer = OfferId(f"offer-{len(self.offers) + 1}")
                made = f.OfferMade(offer=offer, call=call, agent=agent)
                more = self.floor.apply(made, self.now)
                if more is not None:
                    self.offers.append(made)
                return more or []
            case Post(fact=fact):
                return self.floor.apply(fact, self.now) or []
            case WakeAt():
                self.timers[decision.key] = decision
            case Forget(key=key):
                self.timers.pop(key, None)
            case Tell(news=news):
                self.told.append(news)
            case Revoke(offer=offer):
                self.revoked.append(offer)
        return []

    def wait(self, seconds: float) -> None:
        until = self.now + timedelta(seconds=seconds)
        while due := [one for one in self.timers.values() if one.at <= until]:
            first = min(due, key=lambda one: one.at)
            self.now = max(self.now, first.at)
            del self.timers[first.key]
            self.post(first.fact)
        self.now = until

    def agent(self, number: str, *groups: str, test: bool = False) -> AgentId:
        agent = AgentId(number)
        keys = tuple(GroupKey(group) for group in groups or ("service",))
        self.post(f.AgentConfigured(agent=agent, name=number, groups=keys, test=test))
        self.post(f.PhoneChanged(agent=agent, phone=f.Phone.IDLE))
        self.post(f.AgentSignedIn(agent=agent))
        return agent

    def caller(self, name: str, group: str = "service", *, test: bool = False) -> CallId:
        call = CallId(name)
        self.post(
            f.CallEntered(
                call=call, leg=name, dialled_number="1", entry="main", caller="1", test=test
            )
        )
        self.post(f.MenuOpened(call=call))
        self.post(f.CallQueued(call=call, group=GroupKey(group), by=f.GroupChosenBy.KEY))
        return call

    def offered(self) -> list[tuple[str, str]]:
        return [(one.call, one.agent) for one in self.offers]

    def connect(self, number: int = -1) -> OfferId:
        offer = self.offers[number].offer
        assert self.post(f.OfferAccepted(offer=offer))
        assert self.post(f.TalkStarted(offer=offer))
        return offer

    def state(self, agent: AgentId) -> AgentState:
        return self.floor.agents[agent].state


def test_the_longest_waiting_caller_goes_to_the_agent_who_comes_free() -> None:
    story = Story()
    agent = story.agent("1001")
    first = story.caller("first")
    story.connect()
    story.wait(1)
    second = story.caller("second")
    story.wait(1)
    story.caller("third")

    story.post(f.TalkEnded(call=first, agent=agent, by=f.EndedBy.AGENT))
    story.post(f.WrapUpEnded(agent=agent))

    assert [("first", "1001"), (second, "1001")] == story.offered()


def test_the_longest_idle_agent_is_rung() -> None:
    story = Story()
    story.agent("1002")
    story.wait(1)
    story.agent("1001")

    story.caller("first")

    assert story.offered() == [("first", "1002")]


def test_a_caller_of_another_group_does_not_hold_up_the_one_behind_her() -> None:
    story = Story()
    busy = story.agent("2001", "tech")
    story.post(f.PhoneChanged(agent=busy, phone=f.Phone.BUSY))
    story.caller("tech-first", "tech")
    story.agent("1001")

    story.caller("service-second")

    assert story.offered() == [("service-second", "1001")]


@pytest.mark.parametrize("phone", [f.Phone.UNREACHABLE, f.Phone.BUSY, f.Phone.RINGING])
def test_an_agent_whose_phone_is_not_idle_is_offered_nothing(phone: f.Phone) -> None:
    story = Story()
    agent = story.agent("1001")
    story.post(f.PhoneChanged(agent=agent, phone=phone))

    story.caller("first")
    assert story.offered() == []

    story.post(f.PhoneChanged(agent=agent, phone=f.Phone.IDLE))
    assert story.offered() == [("first", "1001")]


def test_no_answer_pauses_the_agent_and_the_next_one_is_rung_at_once() -> None:
    story = Story()
    first, second = story.agent("1001"), story.agent("1002")
    call = story.caller("first")
    since = story.floor.calls[call].waiting_since
    story.wait(15)

    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.NO_ANSWER))

    assert [("first", first), ("first", second)] == story.offered()
    assert story.state(first) is AgentState.PAUSED
    assert story.floor.agents[first].pause is f.Pause.MISSED_CALL
    assert since == story.floor.calls[call].waiting_since


def test_who_declined_rests_and_then_serves_other_callers() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    story.caller("second")
    assert len(story.offers) == 1

    story.wait(10.1)

    assert [("first", agent), ("second", agent)] == story.offered()


def test_who_missed_a_call_is_asked_for_it_again_after_a_minute() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))

    story.wait(61)
    story.agent("3001", "tech")

    assert [("first", agent)] * 2 == story.offered()


def test_an_offer_nobody_ends_is_swept_away() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")

    story.wait(20.1)

    assert story.revoked == [story.offers[0].offer]
    assert story.state(agent) is AgentState.READY


def test_a_caller_who_leaves_while_the_phone_rings_frees_the_agent_without_a_miss() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")

    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))

    assert story.state(agent) is AgentState.READY
    assert story.floor.agents[agent].pause is None
    assert not story.floor.offers
    assert not story.post(f.OfferAccepted(offer=story.offers[0].offer))


def test_a_caller_who_hangs_up_in_a_talk_sends_the_agent_to_wrap_up() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    story.connect()

    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))
    assert story.state(agent) is AgentState.WRAP_UP

    story.wait(30.1)
    assert story.state(agent) is AgentState.READY


def test_nobody_signed_in_is_said_at_once() -> None:
    story = Story()
    agent = story.agent("1001")
    story.post(f.AgentSignedOut(agent=agent))

    call = story.caller("first")

    assert story.told == [f.GaveUp.NO_AGENTS]
    assert story.floor.calls[call].stage is Stage.LEAVING


def test_a_full_queue_is_said_at_once() -> None:
    document = routing()
    one = replace_group(document, "service", callers_max=1)
    story = Story(one)
    busy = story.agent("1001")
    story.post(f.PhoneChanged(agent=busy, phone=f.Phone.BUSY))
    story.caller("first")

    story.caller("second")

    assert story.told == [f.GaveUp.QUEUE_FULL]


def test_who_waited_too_long_is_told_so_but_never_while_a_phone_rings() -> None:
    story = Story(replace_group(routing(), "service", wait_s_max=10.0))
    agent = story.agent("1001")
    story.caller("first")
    story.wait(12)
    assert f.GaveUp.WAITED_TOO_LONG not in story.told

    story.post(f.OfferMissed(offer=story.offers[0].offer, reason=f.Missed.NO_ANSWER))

    assert story.told[-1] is f.GaveUp.WAITED_TOO_LONG
    assert story.state(agent) is AgentState.PAUSED


def test_when_every_phone_vanished_callers_are_told_so_after_a_minute() -> None:
    story = Story()
    agent = story.agent("1001")
    story.post(f.PhoneChanged(agent=agent, phone=f.Phone.UNREACHABLE))
    story.caller("first")
    story.wait(59)
    assert story.told == []

    story.wait(2)

    assert story.told == [f.GaveUp.NO_AGENTS]


def test_what_an_agent_asks_for_in_a_talk_is_done_when_it_is_over() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    story.connect()
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.MEAL))
    assert story.state(agent) is AgentState.TALKING

    story.post(f.TalkEnded(call=call, agent=agent, by=f.EndedBy.AGENT))

    assert story.state(agent) is AgentState.PAUSED
    assert story.floor.agents[agent].pause is f.Pause.MEAL


def test_an_agent_removed_in_a_talk_is_gone_after_it() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    story.connect()
    story.post(f.AgentRemoved(agent=agent))
    assert agent in story.floor.agents

    story.post(f.TalkEnded(call=call, agent=agent, by=f.EndedBy.AGENT))

    assert agent not in story.floor.agents


def test_a_built_in_phone_serves_test_calls_alone() -> None:
    story = Story()
    story.agent("990001", test=True)
    story.agent("1001")
    story.caller("real")
    story.caller("trial", test=True)

    assert story.offered() == [("real", "1001"), ("trial", "990001")]


def replace_group(document: RoutingDocument, key: str, **changes: float) -> RoutingDocument:
    groups = dict(document.groups)
    groups[key] = msgspec.structs.replace(groups[key], **changes)
    return msgspec.structs.replace(document, groups=groups)
