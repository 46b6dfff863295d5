"""Intervals of agents' states agree with the floor, and add up."""

import itertools
from datetime import timedelta

import msgspec
from hypothesis import Phase, settings
from hypothesis.stateful import invariant, rule

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.records.agent_states import AgentLog, joined
from ccbot.core.records.standings import Interval, Standings
from ccbot.core.snapshot import snapshot
from tests.core.story import NOON, Story
from tests.core.test_floor_at_random import RandomFloor

WANG = AgentId("1001")


class Kept:
    """A story, and the log of all that was applied."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.log = AgentLog()
        self.changes: list[Interval] = []
        apply = story.floor.apply

        def kept(fact: f.AnyFact, now: object) -> object:
            decisions = apply(fact, story.now)
            if decisions is not None:
                self.changes += self.log.take(f.Stamped(story.now, fact))
            return decisions

        story.floor.apply = kept  # type: ignore[method-assign, assignment]

    def told(self, agent: AgentId = WANG) -> list[tuple[str, int | None, str]]:
        """State, seconds, and what it ended as or was for; those of no length left out."""
        return [
            (
                one.state.value,
                (one.ended_at - one.started_at).seconds if one.ended_at else None,
                one.ended_as or one.reason,
            )
            for one in joined(self.changes)
            if one.agent == agent and one.ended_at != one.started_at
        ]


def test_ringing_ends_and_talk_begins_when_they_are_bridged() -> None:
    kept = Kept(Story())
    story = kept.story
    story.agent("1001")
    story.wait(5)
    story.caller("one")
    story.wait(4)
    offer = story.offers[0].offer
    story.post(f.OfferAccepted(offer=offer))
    story.post(f.OfferBridged(offer=offer))
    story.wait(60)
    story.post(f.TalkEnded(call=CallId("one"), agent=WANG, by=f.EndedBy.AGENT))
    story.wait(30)
    story.wait(7)
    assert kept.told() == [
        ("ready", 5, ""),
        ("offered", 4, "talk"),
        ("talking", 60, ""),
        ("wrap_up", 30, ""),
        ("ready", None, ""),
    ]
    [ring, talk, wrap_up] = [one for one in joined(kept.changes) if one.call == "one"]
    assert {one.group for one in (ring, talk, wrap_up)} == {"service"}


def test_missed_call_makes_a_pause_with_its_reason() -> None:
    kept = Kept(Story())
    story = kept.story
    story.agent("1001")
    story.caller("one")
    story.wait(15)
    story.post(f.OfferMissed(offer=story.offers[0].offer, reason=f.Missed.NO_ANSWER))
    story.wait(60)
    story.post(f.AgentSignedOut(agent=WANG))
    assert kept.told() == [("offered", 15, "no_answer"), ("paused", 60, "missed_call")]


def test_what_an_agent_asks_for_in_a_talk_is_done_after_it() -> None:
    kept = Kept(Story())
    story = kept.story
    story.agent("1001")
    story.caller("one")
    story.connect()
    story.wait(10)
    story.post(f.AgentPaused(agent=WANG, reason=f.Pause.MEAL))
    story.wait(10)
    story.post(f.CallEnded(call=CallId("one"), by=f.EndedBy.CALLER))
    assert kept.told() == [("talking", 20, ""), ("paused", None, "meal")]


def test_sign_in_in_a_talk_takes_back_what_was_asked_for() -> None:
    kept = Kept(Story())
    story = kept.story
    story.agent("1001")
    story.caller("one")
    story.connect()
    story.post(f.AgentSignedOut(agent=WANG))
    story.post(f.AgentSignedIn(agent=WANG))
    story.wait(20)
    story.post(f.TalkEnded(call=CallId("one"), agent=WANG, by=f.EndedBy.AGENT))
    assert kept.told() == [("talking", 20, ""), ("wrap_up", None, "")]


def test_caller_who_leaves_takes_the_ringing_back() -> None:
    kept = Kept(Story())
    story = kept.story
    story.agent("1001")
    story.caller("one")
    story.wait(3)
    story.post(f.CallEnded(call=CallId("one"), by=f.EndedBy.CALLER))
    assert kept.told() == [("offered", 3, "caller_left"), ("ready", None, "")]


def test_phone_of_a_test_call_is_in_no_log_and_its_agents_time_is_marked() -> None:
    kept = Kept(Story())
    story = kept.story
    story.agent("901", test=True)
    assert kept.told(AgentId("901")) == []
    story.agent("1001")
    story.post(f.AgentRemoved(agent=AgentId("901")))
    story.caller("one", test=True)
    assert [one.test for one in joined(kept.changes) if one.call == "one"] == [True]


def test_talk_that_began_before_the_floor_was_seen_began_when_they_were_bridged() -> None:
    story = Story()
    story.agent("1001")
    story.caller("one")
    offer = story.offers[0].offer
    story.post(f.OfferAccepted(offer=offer))
    story.post(f.OfferBridged(offer=offer))
    seen = f.Stamped(story.now, f.FloorSeen(floor=snapshot(story.floor)))
    log = AgentLog()
    log.take(seen)
    ended = f.CallEnded(call=CallId("one"), by=f.EndedBy.CALLER)
    told = log.take(f.Stamped(story.now + timedelta(seconds=9), ended))
    assert [(one.state, one.ended_as) for one in told if one.ended_at is None][-1][0] == "wrap_up"
    assert [one.ended_as for one in told if one.state == "offered"] == ["talk"]


def test_wrap_up_of_a_lost_talk_is_about_no_known_call() -> None:
    story = Story()
    story.agent("1001")
    story.caller("one")
    story.connect()
    story.post(f.TalkEnded(call=CallId("one"), agent=WANG, by=f.EndedBy.AGENT))
    told = AgentLog().take(f.Stamped(story.now, f.FloorSeen(floor=snapshot(story.floor))))
    assert [(one.state, one.call, one.test) for one in told] == [("wrap_up", "", False)]


CALL = CallId("one")


def handed_on(*facts: tuple[float, f.AnyFact]) -> dict[str, list[tuple[str, str, int | None]]]:
    """State, activity and seconds of Wang, who has a customer, and of Li, whom he asks."""
    log, li = AgentLog(), AgentId("1002")
    entered = f.CallEntered(call=CALL, leg="", dialled_number="1", entry="main", caller="1")
    queued = f.CallQueued(call=CALL, group=GroupKey("service"), by=f.GroupChosenBy.KEY)
    begun: list[tuple[float, f.AnyFact]] = [
        (0, f.AgentSignedIn(agent=WANG)),
        (0, f.AgentSignedIn(agent=li)),
        (0, entered),
        (0, queued),
        (0, f.OfferMade(offer=OfferId("offer-1"), call=CALL, agent=WANG)),
        (0, f.TalkStarted(offer=OfferId("offer-1"))),
    ]
    stamped = [f.Stamped(NOON + timedelta(seconds=at), fact) for at, fact in (*begun, *facts)]
    told = joined(one for fact in stamped for one in log.take(fact))
    return {
        agent: [
            (
                one.state.value,
                one.activity.value + (" held" if one.held else ""),
                (one.ended_at - one.started_at).seconds if one.ended_at else None,
            )
            for one in told
            if one.agent == agent and one.ended_at != one.started_at
        ]
        for agent in (WANG, li, AgentId("1003"))
    }


ASKED = f.TransferAsked(
    call=CALL, agent=WANG, kind=f.TransferKind.CONSULT, to_agent=AgentId("1002")
)
RINGS_LI = f.OfferMade(offer=OfferId("offer-2"), call=CALL, agent=AgentId("1002"))
CONSULTING: list[tuple[float, f.AnyFact]] = [
    (10, f.CallHeld(call=CALL, agent=WANG)),
    (15, f.CallResumed(call=CALL, agent=WANG)),
    (20, ASKED),
    (21, RINGS_LI),
    (25, f.ConsultStarted(call=CALL, offer=OfferId("offer-2"))),
]
WANG_UP_TO_CONSULT = [
    ("talking", "", 10),
    ("talking", "hold", 5),
    ("talking", "", 5),
]
LI_UP_TO_CONSULT = [("ready", "", 21), ("offered", "", 4)]


def test_time_of_a_completed_transfer_is_charged_to_who_spent_it() -> None:
    found = handed_on(
        *CONSULTING,
        (40, f.TransferCompleted(call=CALL, agent=AgentId("1002"))),
        (70, f.TalkEnded(call=CALL, agent=AgentId("1002"), by=f.EndedBy.CALLER)),
    )
    assert found[WANG] == [
        *WANG_UP_TO_CONSULT,
        ("talking", "consult held", 20),
        ("wrap_up", "", None),
    ]
    assert found["1002"] == [
        *LI_UP_TO_CONSULT,
        ("talking", "consulted", 15),
        ("talking", "", 30),
        ("wrap_up", "", None),
    ]


def test_who_was_only_consulted_is_ready_again_without_a_wrap_up() -> None:
    for end in (
        f.ConsultEnded(call=CALL, agent=WANG),
        f.TransferFailed(call=CALL, why=f.TransferFailure.TARGET_HUNG_UP),
        f.CallEnded(call=CALL, by=f.EndedBy.CALLER),
    ):
        found = handed_on(*CONSULTING, (40, end))
        assert found["1002"][-2:] == [("talking", "consulted", 15), ("ready", "", None)]


def test_who_talked_with_both_has_a_wrap_up() -> None:
    all_three = (30.0, f.ConferenceStarted(call=CALL))
    found = handed_on(*CONSULTING, all_three, (40, f.ConsultEnded(call=CALL, agent=WANG)))
    assert found["1002"][-2:] == [("talking", "", 10), ("wrap_up", "", None)]
    assert found[WANG][-2:] == [("talking", "consult", 10), ("talking", "", None)]


def test_sender_who_lets_go_is_in_wrap_up_at_once() -> None:
    to_tech = msgspec.structs.replace(
        ASKED, kind=f.TransferKind.BLIND, to_agent=None, to_group=GroupKey("tech")
    )
    assert handed_on((20, to_tech))[WANG][-1] == ("wrap_up", "", None)
    blind = msgspec.structs.replace(ASKED, kind=f.TransferKind.BLIND)
    found = handed_on(
        (20, blind),
        (21, RINGS_LI),
        (25, f.SenderLeft(call=CALL, agent=WANG)),
        (30, f.TransferCompleted(call=CALL, agent=AgentId("1002"))),
    )
    assert found[WANG][-2:] == [("talking", "consult", 5), ("wrap_up", "", None)]
    assert found["1002"] == [("ready", "", 21), ("offered", "", 9), ("talking", "", None)]


def test_supervisor_who_takes_over_talks_and_is_afterwards_what_he_was() -> None:
    taken = f.CallTakenOver(call=CALL, supervisor=AgentId("1003"), agent=WANG, leg="leg")
    over = f.TalkEnded(call=CALL, agent=AgentId("1003"), by=f.EndedBy.AGENT)
    paused = f.AgentPaused(agent=AgentId("1003"), reason=f.Pause.MEETING)
    found = handed_on(
        *CONSULTING,
        (26, f.AgentSignedIn(agent=AgentId("1003"))),
        (26, paused),
        (30, taken),
        (45, over),
    )
    assert found[WANG][-2:] == [("talking", "consult held", 10), ("wrap_up", "", None)]
    assert found["1002"][-2:] == [("talking", "consulted", 5), ("ready", "", None)]
    assert found["1003"] == [("paused", "", 4), ("talking", "", 15), ("paused", "", None)]


def test_ringing_for_a_callback_is_told_apart() -> None:
    log, at = AgentLog(), NOON
    call, offer = CallId("back"), OfferId("offer-1")
    facts: list[f.AnyFact] = [
        f.AgentSignedIn(agent=WANG),
        f.CallEntered(
            call=call, leg="", dialled_number="1", entry="main", caller="1", callback_of=CallId("a")
        ),
        f.OfferMade(offer=offer, call=call, agent=WANG),
        f.OfferBridged(offer=offer),
        f.TalkStarted(offer=offer),
        f.CallEnded(call=call, by=f.EndedBy.CALLER),
    ]
    told = joined(one for fact in facts for one in log.take(f.Stamped(at, fact)))
    assert [one.ended_as for one in told] == ["", "callback_talk", "", ""]
    assert told[-1].state is AgentState.WRAP_UP


class LoggedFloor(RandomFloor):
    """The same floor at random, with the log beside it."""

    def __init__(self) -> None:
        self.log = AgentLog()
        self.changes: list[Interval] = []
        super().__init__()
        self.read = 0

    @rule()
    def log_is_put_away_and_taken_up(self) -> None:
        kept = msgspec.json.encode(self.log.standings)
        self.log = AgentLog(msgspec.json.decode(kept, type=Standings))

    @invariant()
    def the_log_agrees_with_the_floor(self) -> None:
        for at, fact in self.applied[self.read :]:
            self.changes += self.log.take(f.Stamped(at, fact))
        self.read = len(self.applied)
        for agent in self.story.floor.agents.values():
            standing = self.log.standings.agents.get(agent.id)
            assert standing is not None, agent
            assert standing.state is agent.state, agent
            assert standing.reason == (agent.pause.value if agent.pause else ""), agent
        assert self.log.standings.offers.keys() == self.story.floor.offers.keys()
        assert self.log.standings.calls.keys() == self.story.floor.calls.keys()

    def teardown(self) -> None:
        """Intervals follow on each other, and last from signing in to signing out."""
        by_agent: dict[AgentId, list[Interval]] = {}
        for one in joined(self.changes):
            by_agent.setdefault(one.agent, []).append(one)
        for agent, own in by_agent.items():
            for before, after in itertools.pairwise(own):
                assert before.ended_at is not None
                assert before.started_at <= before.ended_at <= after.started_at
            standing = self.log.standings.agents[agent]
            assert (own[-1].ended_at is None) == (standing.state is not AgentState.OFFLINE)
        assert _signed_in_s(self) == sum(
            ((one.ended_at or self.story.now) - one.started_at for one in joined(self.changes)),
            timedelta(),
        )


class ResyncedFloor(LoggedFloor):
    """All that was read is lost; from the next time that the floor is seen, the log is true."""

    @rule()
    def log_begins_anew_with_the_floor_as_it_is_seen(self) -> None:
        self.log = AgentLog()
        seen = f.FloorSeen(floor=snapshot(self.story.floor))
        changes = self.log.take(f.Stamped(self.story.now, seen))
        about_a_call = {AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP}
        assert all((one.call is not None) == (one.state in about_a_call) for one in changes)

    @rule()
    def floor_is_seen_and_nothing_was_lost(self) -> None:
        self.the_log_agrees_with_the_floor()
        seen = f.FloorSeen(floor=snapshot(self.story.floor))
        assert not self.log.take(f.Stamped(self.story.now, seen))

    def teardown(self) -> None:
        """What was lost leaves gaps."""


def _signed_in_s(walk: LoggedFloor) -> timedelta:
    """Time signed in, from the floor as it stood between the facts."""
    again = Story(walk.document())
    total, before = timedelta(), NOON
    for at, fact in [*walk.applied, (walk.story.now, None)]:
        total += (at - before) * sum(one.signed_in for one in again.floor.agents.values())
        before = at
        if fact is not None:
            again.floor.apply(fact, at)
    return total


TestLoggedFloor = LoggedFloor.TestCase
TestLoggedFloor.settings = settings(
    max_examples=50,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # to shrink a story takes minutes
)

TestResyncedFloor = ResyncedFloor.TestCase
TestResyncedFloor.settings = TestLoggedFloor.settings
