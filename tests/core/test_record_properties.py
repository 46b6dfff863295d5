"""Any legal sequence of a call's facts, ended at any instant, gives a whole and valid row."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ccbot.core.facts import (
    AnyFact,
    CallEnded,
    CallEntered,
    CallHeld,
    CallQueued,
    CallResumed,
    ConferenceStarted,
    ConsultEnded,
    ConsultStarted,
    ConsultSwapped,
    EndedBy,
    GaveUp,
    GreetingPlayed,
    GreetingVariant,
    GroupChosenBy,
    MenuOpened,
    Missed,
    OfferAccepted,
    OfferBridged,
    OfferMade,
    OfferMissed,
    OfferWithdrawn,
    Outcome,
    QueueLeft,
    SenderLeft,
    Stamped,
    SurveyFinished,
    SurveyResolved,
    SurveyStatus,
    TalkEnded,
    TalkStarted,
    TransferAsked,
    TransferCompleted,
    TransferFailed,
    TransferFailure,
    TransferKind,
    Withdrawn,
    decode,
    encode,
)
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.records import SegmentKind, record

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALL = CallId("call-1")
SERVICE, TECH = GroupKey("service"), GroupKey("tech")
WANG, LI, ZHAO = AgentId("1001"), AgentId("1002"), AgentId("1003")


@st.composite
def calls(draw: st.DrawFn) -> list[Stamped]:
    """A legal sequence of one call's facts, ended at any instant, on any clock."""
    walk = _Walk(draw)
    walk.run()
    at, stamped = T0, []
    for fact in walk.facts:
        at += timedelta(microseconds=draw(st.integers(-2_000, 90_000_000)))
        stamped.append(Stamped(at, fact))
    return stamped


class _Walk:
    """Goes through the stages of a call by chance; may stop anywhere."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._offers = 0
        number = draw(st.text("0123456789+", max_size=15))
        self.facts: list[AnyFact] = [
            CallEntered(
                call=CALL,
                leg="leg-1",
                dialled_number="10000",
                entry="main",
                caller=number,
                degraded=draw(st.booleans()),
                test=draw(st.booleans()),
            )
        ]

    def run(self) -> None:
        if self._goes_on(MenuOpened(call=CALL), optional=True) and self._queue():
            while self._in_talk():
                pass
        by = self._draw(st.sampled_from([EndedBy.CALLER, EndedBy.SYSTEM]))
        self.facts.append(CallEnded(call=CALL, by=by, failed=self._draw(st.booleans())))

    def _goes_on(self, *facts: AnyFact, optional: bool = False) -> bool:
        if self._draw(st.integers(0, 9)) == 0:
            return False
        if not optional or self._draw(st.booleans()):
            self.facts.extend(facts)
        return True

    def _queue(self) -> bool:
        """Waits, rings; true when a talk has started."""
        for _ in range(self._draw(st.integers(1, 2))):
            group, by = self._draw(st.sampled_from([SERVICE, TECH])), GroupChosenBy.DEFAULT
            if not self._goes_on(CallQueued(call=CALL, group=group, by=by)):
                return False
        while self._goes_on():
            if self._draw(st.integers(0, 5)) == 0:
                self._goes_on(QueueLeft(call=CALL, reason=self._draw(st.sampled_from(GaveUp))))
                return False
            if self._rings():
                return True
        return False

    def _rings(self) -> bool:
        self._offers += 1
        name = OfferId(f"offer-{self._offers}")
        agent = self._draw(st.sampled_from([WANG, LI]))
        self.facts.append(OfferMade(offer=name, call=CALL, agent=agent))
        self._agent = agent
        if self._draw(st.booleans()):
            self.facts += [OfferAccepted(offer=name), OfferBridged(offer=name)]
        ending = self._draw(st.integers(0, 3))
        if ending == 0:
            self.facts.append(
                OfferMissed(offer=name, reason=self._draw(st.sampled_from(list(Missed))))
            )
        elif ending == 1:
            reason = self._draw(st.sampled_from(list(Withdrawn)))
            self.facts.append(OfferWithdrawn(offer=name, reason=reason))
        elif self._goes_on(OfferAccepted(offer=name)) and self._goes_on(TalkStarted(offer=name)):
            return True
        return False

    def _in_talk(self) -> bool:
        """A talk with its holds and transfers; true when it is followed by another one."""
        variant = self._draw(st.sampled_from(list(GreetingVariant)))
        completed = self._draw(st.booleans())
        played = GreetingPlayed(call=CALL, agent=self._agent, variant=variant, completed=completed)
        if not self._goes_on(played, optional=True):
            return False
        while self._draw(st.integers(0, 2)):
            if not self._goes_on():
                return False
            if self._draw(st.booleans()):
                held = CallHeld(call=CALL, agent=self._agent)
                if not (self._goes_on(held) and self._goes_on(self._resumed())):
                    return False
            elif self._hands_on():
                return True
        self._ends_talk()
        return False

    def _resumed(self) -> CallResumed:
        return CallResumed(call=CALL, agent=self._agent)

    def _hands_on(self) -> bool:
        """A transfer; true when another talk begins with it."""
        kind = self._draw(st.sampled_from(TransferKind))
        to_queue = kind is TransferKind.BLIND and self._draw(st.booleans())
        to_group = kind is TransferKind.CONSULT and self._draw(st.booleans())
        target = ZHAO if self._agent != ZHAO else LI
        asked = TransferAsked(
            call=CALL,
            agent=self._agent,
            kind=kind,
            to_group=TECH if to_queue or to_group else None,
            to_agent=None if to_queue or to_group else target,
        )
        if not self._goes_on(asked):
            return False
        if to_queue:
            return self._handed_to_queue(TECH)
        return self._asks(target, consults=kind is TransferKind.CONSULT)

    def _handed_to_queue(self, group: GroupKey) -> bool:
        """True when somebody takes her; else the call is as good as over."""
        self.facts.append(CallQueued(call=CALL, group=group, by=GroupChosenBy.TRANSFER))
        taken = False
        while not taken and self._goes_on():
            taken = self._rings()
        return taken

    def _asks(self, target: AgentId, *, consults: bool) -> bool:
        self._offers += 1
        name = OfferId(f"offer-{self._offers}")
        self.facts.append(OfferMade(offer=name, call=CALL, agent=target))
        left = not consults and self._draw(st.booleans())
        if left:
            self.facts.append(SenderLeft(call=CALL, agent=self._agent))
        if self._draw(st.booleans()):
            why = self._draw(st.sampled_from(TransferFailure))
            self.facts += [
                OfferMissed(offer=name, reason=Missed.NO_ANSWER),
                TransferFailed(call=CALL, why=why),
            ]
            return left and self._handed_to_queue(SERVICE)
        if consults:
            self.facts.append(ConsultStarted(call=CALL, offer=name))
            for with_customer in self._draw(st.lists(st.booleans(), max_size=2)):
                self.facts.append(ConsultSwapped(call=CALL, with_customer=with_customer))
            self._goes_on(ConferenceStarted(call=CALL), optional=True)
            if self._draw(st.booleans()):
                self.facts.append(ConsultEnded(call=CALL, agent=self._agent))
                return False
        self.facts.append(TransferCompleted(call=CALL, agent=target))
        self._agent = target
        return True

    def _ends_talk(self) -> None:
        by = self._draw(st.sampled_from(list(EndedBy)))
        if self._goes_on(TalkEnded(call=CALL, agent=self._agent, by=by)):
            status = self._draw(st.sampled_from(list(SurveyStatus)))
            score = self._draw(st.integers(1, 5)) if status is SurveyStatus.ANSWERED else None
            self._goes_on(SurveyFinished(call=CALL, status=status, score=score))
            self._goes_on(SurveyResolved(call=CALL, resolved=self._draw(st.booleans())))


@given(calls())
def test_any_call_gives_a_whole_row(facts: list[Stamped]) -> None:
    row = record(facts)
    segments = row.segments
    assert segments[0].kind is SegmentKind.GREETING
    assert [s.seq for s in segments] == list(range(1, len(segments) + 1))
    assert segments[0].started_at == row.entered_at
    assert segments[-1].ended_at == row.ended_at
    for before, after in itertools.pairwise(segments):
        assert before.ended_at == after.started_at
    assert all(s.started_at <= s.ended_at for s in segments)
    assert all(s.started_at.microsecond % 1000 == 0 for s in segments)
    assert sum((s.ended_at - s.started_at for s in segments), timedelta()) == (
        row.ended_at - row.entered_at
    )


def _left_as_they_were_bridged(facts: list[Stamped]) -> bool:
    """It was not known yet that it would be a talk; but nothing undid it."""
    undone = OfferMissed | OfferWithdrawn | QueueLeft
    for one in reversed(facts):
        if isinstance(one.fact, OfferBridged | undone):
            return isinstance(one.fact, OfferBridged)
    return False


@given(calls())
def test_any_call_has_every_field_in_its_range(facts: list[Stamped]) -> None:
    row = record(facts)
    total_ms = (row.ended_at - row.entered_at) // timedelta(milliseconds=1)
    assert min(row.wait_ms, row.talk_ms, row.hold_ms) >= 0
    assert row.wait_ms + row.talk_ms + row.hold_ms <= total_ms
    assert (row.survey_score is not None) == (row.survey_status is SurveyStatus.ANSWERED)
    assert row.survey_score is None or 1 <= row.survey_score <= 5
    talked = _left_as_they_were_bridged(facts) or any(
        isinstance(f.fact, TalkStarted) for f in facts
    )
    assert row.survey_resolved is None or row.survey_score is not None
    assert (row.outcome is Outcome.ANSWERED) == talked == bool(row.agents)
    assert (row.last_agent in row.agents) if row.agents else row.last_agent is None
    assert (row.entry_group is None) == (row.last_group is None)
    digits = facts[0].fact.caller if isinstance(facts[0].fact, CallEntered) else ""
    assert len(digits) < 7 or digits not in row.caller_masked


@given(calls())
def test_row_made_again_from_stored_facts_is_the_same(facts: list[Stamped]) -> None:
    stored = [Stamped(at, decode(encode(fact))) for at, fact in facts]
    assert record(stored) == record(facts)


@given(calls())
def test_transfers_are_those_after_which_another_agent_talked(facts: list[Stamped]) -> None:
    row = record(facts)
    completed = sum(isinstance(one.fact, TransferCompleted) for one in facts)
    by_queue = sum(
        isinstance(one.fact, TransferAsked)
        and one.fact.kind is TransferKind.BLIND
        and one.fact.to_group is not None
        for one in facts
    )
    assert completed <= row.transfers <= completed + by_queue
    owners = [one.agent for one in row.segments if one.kind is SegmentKind.TALK]
    assert set(owners) <= set(row.agents)
    assert owners[-1:] == [one for one in (row.last_agent,) if one is not None]
