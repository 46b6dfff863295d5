"""Why a call went where it went, told from the journal alone."""

from msgspec.structs import replace

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.routing import Excluded
from ccbot.core.routing_document import (
    AgentSkills,
    Customers,
    Destination,
    Hours,
    Member,
    Relax,
    RoutingDocument,
    Skills,
    WaitingKey,
)
from ccbot.core.snapshot import snapshot
from ccbot.core.why import Moment, What
from ccbot.core.why import Story as Told
from tests.core.story import Story, replace_group, routing


class Written(Story):
    """A story whose journal is kept, from a snapshot on."""

    def __init__(self, document: RoutingDocument) -> None:
        super().__init__(document)
        self.journal = [f.Stamped(self.now, f.FloorSeen(floor=snapshot(self.floor)))]
        apply = self.floor.apply

        def kept(fact: f.AnyFact, now: object) -> object:
            decisions = apply(fact, self.now)
            if decisions is not None:
                self.journal.append(f.Stamped(self.now, fact))
            return decisions

        self.floor.apply = kept  # type: ignore[method-assign, assignment]

    def why(self, call: str) -> list[Moment]:
        """What the journal tells of a call."""
        told = Told(CallId(call))
        for stamped in self.journal:
            told.take(stamped)
        assert told.replay.refused == 0
        return told.moments


def what(moments: list[Moment]) -> list[What]:
    """The kinds of moments."""
    return [one.what for one in moments]


def test_it_tells_who_was_chosen_of_whom_and_by_what() -> None:
    story = Written(routing())
    story.agent("1001")
    story.wait(60)
    story.agent("1002")
    story.wait(30)
    story.agent("1003", "tech")
    story.caller("a")
    [queued, offered] = story.why("a")
    assert (queued.what, queued.candidates) == (What.QUEUED, ("1001", "1002"))
    assert (offered.what, offered.agent, offered.strategy) == (
        What.OFFERED,
        "1001",
        "longest_idle",
    )
    assert offered.counted == {"1001": 90.0, "1002": 30.0}


def test_it_tells_each_minute_why_nobody_could_be_asked() -> None:
    story = Written(replace_group(routing(), "service", wrap_up_s=0))
    story.agent("1001")
    paused = story.agent("1002")
    story.post(f.AgentPaused(agent=paused, reason=f.Pause.MEAL))
    story.caller("before")
    story.connect()
    story.caller("a")
    story.wait(130)
    story.post(f.AgentSignedIn(agent=paused))
    story.connect()
    story.post(f.CallEnded(call=CallId("a"), by=f.EndedBy.CALLER))
    moments = story.why("a")
    assert what(moments) == [
        What.QUEUED, What.WAITED, What.WAITED, What.OFFERED, What.ANSWERED, What.ENDED,
    ]  # fmt: skip
    assert [one.waited_s for one in moments[:3]] == [0, 60, 120]
    excluded = {"1001": Excluded.TALKING, "1002": Excluded.NOT_READY}
    assert [one.excluded for one in moments[:3]] == [excluded] * 3
    assert moments[3].excluded == {"1001": Excluded.TALKING}


def test_it_tells_which_step_relaxed_when_and_whose_delay_was_over() -> None:
    skills = Skills(requires={"english": 3}, relax=(Relax(after_s=10, requires={"english": 1}),))
    document = replace_group(
        routing(), "service", skills=skills, members={AgentId("1001"): Member(delay_s=20)}
    )
    story = Written(replace(document, agents={AgentId("1001"): AgentSkills(skills={"english": 2})}))
    story.agent("1001")
    story.caller("a")
    story.wait(20)
    moments = story.why("a")
    assert what(moments) == [What.QUEUED, What.RELAXED, What.WIDENED, What.OFFERED]
    assert [one.excluded for one in moments[:3]] == [
        {"1001": Excluded.LACKS_SKILL},
        {"1001": Excluded.DELAYED},
        {},
    ]
    assert [(one.step, one.skills) for one in moments[:2]] == [
        (0, {"english": 3}),
        (1, {"english": 1}),
    ]


def test_it_tells_who_came_before_her() -> None:
    story = Written(replace(routing(), customers=Customers(vip=("139",), vip_priority=4)))
    agent = story.agent("1001")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.REST))
    story.caller("a")
    story.caller("vip", number="139")
    story.post(f.AgentSignedIn(agent=agent))
    [_, first] = story.why("a")
    assert (first.what, first.agent, first.other_call) == (What.ANOTHER_FIRST, "1001", "vip")
    assert (first.priority, first.other_priority) == (0, 4)


def test_it_tells_what_became_of_each_offer() -> None:
    story = Written(routing())
    story.agent("1001")
    story.wait(1)
    story.agent("1002")
    story.caller("a")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    moments = story.why("a")
    assert what(moments) == [What.QUEUED, What.OFFERED, What.MISSED, What.OFFERED]
    assert (moments[2].agent, moments[2].reason) == ("1001", "declined")
    assert moments[3].excluded == {"1001": Excluded.RESTING}


def test_it_tells_who_was_not_received_and_what_she_chose() -> None:
    found = routing()
    keys = {"2": Destination(then="group", group="tech")}
    main = replace(found.entries["main"], hours="never", closed_keys=keys)
    story = Written(replace(found, entries={"main": main}, hours={"never": Hours(week={})}))
    story.agent("2001", "tech")
    call = CallId("a")
    story.post(f.CallEntered(call=call, leg="a", dialled_number="1", entry="main", caller="1"))
    story.post(f.MenuOpened(call=call))
    story.post(f.ClosedKeyChosen(call=call, key="2"))
    story.post(f.CallQueued(call=call, group=GroupKey("tech"), by=f.GroupChosenBy.OVERFLOW))
    [turned_away, chose, *others] = story.why("a")

    assert (turned_away.what, turned_away.reason) == (What.TURNED_AWAY, "closed")
    assert (chose.what, chose.reason) == (What.CHOSE, "key 2")
    assert what(others) == [What.QUEUED, What.OFFERED]


def test_a_place_that_was_kept_is_told() -> None:
    story = Written(routing())
    story.post(f.AgentPaused(agent=story.agent("1001"), reason=f.Pause.MEAL))
    first = story.caller("a", number="13800000001")
    story.wait(30)
    story.post(f.CallEnded(call=first, by=f.EndedBy.CALLER))
    story.wait(10)
    story.caller("b", number="13800000001")
    [queued] = story.why("b")

    assert (queued.what, queued.waited_s) == (What.QUEUED, 40.0)


def test_it_tells_what_she_did_instead_of_waiting() -> None:
    keys = {"1": WaitingKey(do="callback"), "2": WaitingKey(do="voicemail")}
    story = Written(replace_group(routing(), "service", keys=keys))
    agent = story.agent("1001")
    call = story.caller("a")
    story.post(f.WaitingKeyPressed(call=call, key="1", may_call_out=True))
    story.post(f.CallbackNotWanted(call=call))
    story.post(f.WaitingKeyPressed(call=call, key="2"))
    chosen = [one.reason for one in story.why("a") if one.what is What.INSTEAD]
    assert chosen == [
        "she pressed 1",
        "she was asked whether she wants to be called back",
        "she waits on in her place",
        "she pressed 2",
        "she was asked for a message",
    ]
    assert story.floor.agents[agent].offer is None


def test_it_tells_what_became_of_a_callback_and_not_each_minute_of_it() -> None:
    keys = {"1": WaitingKey(do="callback")}
    story = Written(replace_group(routing(), "service", keys=keys))
    agent = story.agent("1001")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.MEAL))
    call, callback = story.caller("a"), CallId("b")
    story.post(f.WaitingKeyPressed(call=call, key="1", may_call_out=True))
    story.post(f.CallbackBooked(call=call, callback=callback, number="13800001234"))
    story.wait(3600)
    story.post(f.AgentSignedIn(agent=agent))
    story.post(f.OfferAccepted(offer=story.offers[-1].offer))
    story.post(f.CustomerNotReached(call=callback, reason=f.Missed.BUSY))
    told = story.why("b")
    assert what(told) == [
        What.QUEUED,
        What.OFFERED,
        What.ANSWERED,
        What.INSTEAD,
        What.WITHDRAWN,
        What.INSTEAD,
    ]
    assert told[3].reason == "the customer was called, and not reached: busy"


def test_it_tells_of_hold_and_of_a_transfer_who_did_what_and_who_was_rung() -> None:
    story = Written(routing())
    wang, li = story.agent("1001"), story.agent("1002")
    tech = story.agent("2001", "tech")
    story.caller("a")
    story.connect()
    call = CallId("a")
    story.post(f.CallHeld(call=call, agent=wang))
    story.post(f.CallResumed(call=call, agent=wang))
    consult = f.TransferAsked(call=call, agent=wang, kind=f.TransferKind.CONSULT, to_agent=li)
    story.post(replace(consult, reason=f.TransferReason.EXPERT))
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    story.post(replace(consult, to_agent=None, to_group=GroupKey("tech")))
    story.post(f.OfferAccepted(offer=story.offers[-1].offer))
    story.post(f.ConsultStarted(call=call, offer=story.offers[-1].offer))
    story.post(f.TransferCompleted(call=call, agent=tech))
    told = story.why("a")[3:]
    assert [(one.agent, one.reason) for one in told if one.what is What.IN_TALK] == [
        (wang, "put her on hold"),
        (wang, "is with her again"),
        (wang, "wanted to talk about her with 1002, since: expert"),
        (None, "it came to nothing: declined"),
        (wang, "wanted to talk about her with tech"),
        (None, "the agents talk about her"),
        (tech, "has her"),
    ]
    offered = [one for one in told if one.what is What.OFFERED]
    assert [(one.agent, one.strategy, one.candidates) for one in offered] == [
        (li, "transfer", ()),
        (tech, "longest_idle", (tech,)),
    ]
    assert [one.agent for one in told if one.what is What.TARGET_ANSWERED] == [tech]
