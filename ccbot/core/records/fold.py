"""A call's row in the log, made from its facts alone.

``record`` is the one place that says what a call was: its outcome, its times, its segments. It is
pure, so a row can be computed again from the stored facts and must come out the same.

All moments are cut to whole milliseconds and never run backwards (a clock that was set back counts
as standing still), so the segments' durations add up to the call's duration exactly.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import singledispatchmethod
from typing import NamedTuple

from ccbot.core.facts import (
    CallbackAsked,
    CallbackBooked,
    CallbackNotWanted,
    CallEnded,
    CallEntered,
    CallQueued,
    CallTurnedAway,
    ClosedKeyChosen,
    CustomerReached,
    EndedBy,
    Fact,
    GreetingPlayed,
    GroupChosenBy,
    LanguageChosen,
    LanguageChosenBy,
    MenuOpened,
    MessageLeft,
    MessageNotTaken,
    Missed,
    NotTaken,
    OfferBridged,
    OfferMade,
    OfferMissed,
    OfferWithdrawn,
    Outcome,
    QueueChanged,
    QueueLeft,
    Stamped,
    SurveyFinished,
    SurveyResolved,
    SurveyStatus,
    TalkEnded,
    TalkStarted,
    VoicemailBegun,
    Withdrawn,
)
from ccbot.core.ids import AgentId, GroupKey, OfferId
from ccbot.core.masking import mask
from ccbot.core.records.outcomes import ABANDONED, GAVE_UP, TURNED_AWAY
from ccbot.core.records.rows import (
    CallRecord,
    NotACallError,
    RecordingStatus,
    Segment,
    SegmentKind,
    sum_ms,
    whole_ms,
    without_empty_survey,
)


def record(facts: Sequence[Stamped]) -> CallRecord:
    """The row of one call, from its facts in order; what follows ``CallEnded`` is left out."""
    if not facts or not isinstance(facts[0].fact, CallEntered):
        raise NotACallError("a call's facts begin with call_entered")
    entered = facts[0].fact
    fold = _Fold(entered, whole_ms(entered.arrived_at or facts[0].at))
    for at, fact in facts[1:]:
        fold.now = max(fold.now, whole_ms(at))
        if isinstance(fact, CallEnded):
            return fold.finish(fact)
        fold.apply(fact)
    raise NotACallError(f"{facts[0].fact.call} has not ended")


_BY_AGENT = {Missed.DECLINED, Missed.HUNG_UP_AT_ANSWER}
"""Offers that the agent himself ended."""


_BY_CALLER = {Withdrawn.CALLER_LEFT, Withdrawn.CALLER_CHOSE}
"""Offers that the caller ended; what she does next follows at once."""


class Bridged(NamedTuple):
    """Customer and agent are in one room; it is not known yet whether they talk."""

    offer: OfferId
    at: datetime


class _Fold:
    """A call as far as its facts have been read. What does not fit the stage changes nothing."""

    def __init__(self, entered: CallEntered, at: datetime) -> None:
        self.now = at
        self._entered = entered
        self._entered_at = at
        self._segments: list[Segment] = []
        called_back = entered.callback_of is not None
        self._kind = SegmentKind.WAITING if called_back else SegmentKind.GREETING
        self._began = at
        self._groups: list[GroupKey] = []
        self._not_served: Outcome | None = None
        """What the call is if it ends now: nobody serves her where she is."""
        self._message_left = self._booked = False
        self._is_there = not called_back
        """A callback's customer is not there before she was reached."""
        self._recorder_failed = False
        self._offers: dict[OfferId, AgentId] = {}
        self._ringing: set[OfferId] = set()
        """Those that ring now, side by side."""
        self._bridged: Bridged | None = None
        self._agent: AgentId | None = None
        self._talks: list[AgentId] = []
        self._talk_ended_by: EndedBy | None = None
        self._greetings: dict[AgentId, GreetingPlayed] = {}
        self._survey: SurveyFinished | None = None
        self._resolved: bool | None = None

    @singledispatchmethod
    def apply(self, _fact: Fact) -> None:
        """Take one fact in; agents' facts and ``OfferAccepted`` change no row."""

    @apply.register
    def _(self, _fact: MenuOpened) -> None:
        if self._kind is not SegmentKind.MENU:
            self._turn(SegmentKind.MENU, EndedBy.SYSTEM)

    @apply.register
    def _(self, fact: CallTurnedAway) -> None:
        self._not_served = TURNED_AWAY[fact.reason]

    @apply.register
    def _(self, fact: ClosedKeyChosen) -> None:
        if self._kind is SegmentKind.MENU:
            self._turn(SegmentKind.GREETING, EndedBy.CALLER if fact.key else EndedBy.SYSTEM)

    @apply.register
    def _(self, fact: LanguageChosen) -> None:
        if self._kind is SegmentKind.MENU:
            chose = fact.by is LanguageChosenBy.KEY
            self._turn(SegmentKind.GREETING, EndedBy.CALLER if chose else EndedBy.SYSTEM)

    @apply.register
    def _(self, fact: CallQueued) -> None:
        if not self._is_there:
            self._groups.append(fact.group)
            return
        chose = fact.by in {GroupChosenBy.KEY, GroupChosenBy.OPERATOR_KEY}
        self._close(EndedBy.CALLER if chose else EndedBy.SYSTEM)
        self._groups.append(fact.group)
        self._not_served = None
        self._open(SegmentKind.WAITING)

    @apply.register
    def _(self, fact: QueueChanged) -> None:
        chose = fact.by is GroupChosenBy.KEY
        self._close(EndedBy.CALLER if chose else EndedBy.SYSTEM)
        self._groups.append(fact.group)
        self._open(SegmentKind.WAITING)

    @apply.register
    def _(self, fact: QueueLeft) -> None:
        self._not_served = GAVE_UP[fact.reason]
        if self._kind is SegmentKind.RINGING:
            self._turn(SegmentKind.WAITING, EndedBy.SYSTEM)

    @apply.register
    def _(self, fact: CallbackAsked) -> None:
        self._turn(SegmentKind.MENU, fact.by)

    @apply.register
    def _(self, _fact: CallbackNotWanted) -> None:
        self._turn(SegmentKind.WAITING, EndedBy.SYSTEM)

    @apply.register
    def _(self, _fact: CallbackBooked) -> None:
        self._booked = True

    @apply.register
    def _(self, _fact: CustomerReached) -> None:
        self._is_there = True

    @apply.register
    def _(self, fact: VoicemailBegun) -> None:
        self._turn(SegmentKind.VOICEMAIL, fact.by)

    @apply.register
    def _(self, _fact: MessageLeft) -> None:
        self._message_left = True

    @apply.register
    def _(self, fact: MessageNotTaken) -> None:
        self._recorder_failed = fact.why is NotTaken.FAILED

    @apply.register
    def _(self, fact: OfferMade) -> None:
        self._offers[fact.offer] = fact.agent
        if self._kind is SegmentKind.WAITING:
            self._turn(SegmentKind.RINGING, EndedBy.SYSTEM, fact.agent)
            self._ringing = {fact.offer}
        elif self._kind is SegmentKind.RINGING:
            self._agent = self._bridged = None  # several are asked, and nobody has met her
            self._ringing.add(fact.offer)

    @apply.register
    def _(self, fact: OfferMissed) -> None:
        if self._rings(fact.offer):
            by = EndedBy.AGENT if fact.reason in _BY_AGENT else EndedBy.SYSTEM
            self._rings_no_more(fact.offer, by)

    @apply.register
    def _(self, fact: OfferWithdrawn) -> None:
        # A caller who left is not waiting again: the ringing lasts until what follows.
        if self._rings(fact.offer) and fact.reason not in _BY_CALLER:
            self._rings_no_more(fact.offer, EndedBy.SYSTEM)
        elif fact.reason in _BY_CALLER:
            self._bridged = None

    @apply.register
    def _(self, fact: OfferBridged) -> None:
        if self._rings(fact.offer):
            self._bridged = Bridged(fact.offer, self.now)

    @apply.register
    def _(self, fact: TalkStarted) -> None:
        if self._rings(fact.offer):
            self._talk(fact.offer)

    def _rings_no_more(self, offer: OfferId, by: EndedBy) -> None:
        """She waits again when no phone rings for her any more."""
        self._ringing.discard(offer)
        if self._bridged is not None and self._bridged.offer == offer:
            self._bridged = None
        if not self._ringing:
            self._turn(SegmentKind.WAITING, by)

    def _talk(self, offer: OfferId) -> None:
        """The ringing lasted until they were bridged, whenever that was known to be a talk."""
        agent, now = self._offers[offer], self.now
        self._agent = agent
        self.now = self._bridged.at if self._bridged else now
        self._turn(SegmentKind.TALK, EndedBy.AGENT, agent)
        self.now = now
        self._talks.append(agent)
        self._talk_ended_by = None

    @apply.register
    def _(self, fact: GreetingPlayed) -> None:
        self._greetings[fact.agent] = fact

    @apply.register
    def _(self, fact: TalkEnded) -> None:
        if self._kind is SegmentKind.TALK and self._talk_ended_by is None:
            self._talk_ended_by = fact.by
            if fact.by is not EndedBy.CALLER:
                self._turn(SegmentKind.SURVEY, fact.by, self._agent)

    @apply.register
    def _(self, fact: SurveyFinished) -> None:
        self._survey = fact

    @apply.register
    def _(self, fact: SurveyResolved) -> None:
        self._resolved = fact.resolved

    def finish(self, fact: CallEnded) -> CallRecord:
        """The call is over now: its row. A caller who left right after they were bridged talked."""
        if self._bridged is not None:
            self._talk(self._bridged.offer)
        outcome = self._outcome(fact)
        status, score = self._survey_result(fact)
        in_talk = self._kind is SegmentKind.TALK
        self._close((self._talk_ended_by if in_talk else None) or fact.by)
        segments = without_empty_survey(self._segments, status)
        agents = tuple(dict.fromkeys(self._talks))
        greeting = self._greetings.get(self._talks[-1]) if self._talks else None
        return CallRecord(
            call_id=self._entered.call,
            entered_at=self._entered_at,
            ended_at=self.now,
            dialled_number=self._entered.dialled_number,
            caller=self._entered.caller,
            caller_masked=mask(self._entered.caller),
            entry_group=self._groups[0] if self._groups else None,
            last_group=self._groups[-1] if self._groups else None,
            outcome=outcome,
            wait_ms=sum_ms(segments, SegmentKind.WAITING, SegmentKind.RINGING),
            talk_ms=sum_ms(segments, SegmentKind.TALK),
            hold_ms=sum_ms(segments, SegmentKind.HOLD),
            agents=agents,
            last_agent=self._talks[-1] if self._talks else None,
            transfers=max(0, len(self._talks) - 1),
            hung_up_by=self._talk_ended_by or fact.by,
            greeting_variant=greeting.variant if greeting else None,
            greeting_completed=greeting.completed if greeting else None,
            survey_status=status,
            survey_score=score,
            survey_resolved=self._resolved if status is SurveyStatus.ANSWERED else None,
            recording_status=RecordingStatus.OFF,
            degraded=self._entered.degraded,
            test=self._entered.test,
            callback_of=self._entered.callback_of,
            segments=segments,
        )

    def _outcome(self, ended: CallEnded) -> Outcome:
        """Answered once a talk started; else a message that was left, or a callback.

        Else our fault, our giving up, or the caller's leaving; who was silent when she was to leave
        a message has left, too.
        """
        if self._talks:
            return Outcome.ANSWERED
        if self._message_left or self._booked:
            return Outcome.VOICEMAIL if self._message_left else Outcome.CALLBACK
        if ended.failed or self._recorder_failed:
            return Outcome.SYSTEM_ERROR
        return self._not_answered(ended)

    def _not_answered(self, ended: CallEnded) -> Outcome:
        if not self._is_there:
            return Outcome.NOT_REACHED
        if self._not_served is not None:
            return self._not_served
        if ended.by is not EndedBy.CALLER and self._kind is not SegmentKind.VOICEMAIL:
            # Nobody chose to end it here: the call was lost on our side.
            return Outcome.SYSTEM_ERROR
        asked_while_waiting = self._kind is SegmentKind.MENU and bool(self._groups)
        return Outcome.ABANDONED_WAITING if asked_while_waiting else ABANDONED[self._kind]

    def _survey_result(self, ended: CallEnded) -> tuple[SurveyStatus, int | None]:
        """The survey's status and score.

        Without a result: ``not_offered_caller_left`` when the caller ended the talk, ``hung_up``
        when she left after it, and ``off`` when no survey belongs to the call – it never came to
        a talk, or a fault of ours ended it.
        """
        if self._survey is not None:
            if self._survey.status is not SurveyStatus.ANSWERED:
                return self._survey.status, None
            score = self._survey.score
            valid = score is not None and 1 <= score <= 5
            return (SurveyStatus.ANSWERED, score) if valid else (SurveyStatus.INVALID, None)
        if not self._talks:
            return SurveyStatus.OFF, None
        if (self._talk_ended_by or ended.by) is EndedBy.CALLER:
            return SurveyStatus.NOT_OFFERED_CALLER_LEFT, None
        if ended.by is EndedBy.CALLER:
            return SurveyStatus.HUNG_UP, None
        return SurveyStatus.OFF, None

    def _rings(self, offer: OfferId) -> bool:
        return self._kind is SegmentKind.RINGING and offer in self._ringing

    def _turn(self, kind: SegmentKind, by: EndedBy, agent: AgentId | None = None) -> None:
        self._close(by)
        self._open(kind, agent)

    def _close(self, by: EndedBy) -> None:
        self._segments.append(
            Segment(
                seq=len(self._segments) + 1,
                kind=self._kind,
                started_at=self._began,
                ended_at=self.now,
                group_key=self._groups[-1] if self._groups else None,
                agent=self._agent,
                ended_by=by,
            )
        )

    def _open(self, kind: SegmentKind, agent: AgentId | None = None) -> None:
        self._kind, self._began, self._agent = kind, self.now, agent
        self._ringing, self._bridged = set(), None
