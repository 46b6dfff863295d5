"""What is written down of recordings: they run exactly while customer and agent are together.

Made from the facts alone, with a course of its own; what Asterisk wrote is held against it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ccbot.core.facts import (
    AnyFact,
    CallEnded,
    CallHeld,
    CallQueued,
    CallResumed,
    CallTakenOver,
    ConferenceStarted,
    ConsultEnded,
    ConsultSwapped,
    OfferBridged,
    OfferMissed,
    OfferWithdrawn,
    QueueChanged,
    RecordingAnnounced,
    RecordingFailed,
    RecordingPaused,
    RecordingResumed,
    RoutingPublished,
    SenderLeft,
    Stamped,
    TalkEnded,
    TalkStarted,
    TransferAsked,
    TransferCompleted,
    TransferFailed,
)
from ccbot.core.ids import CallId, GroupKey, OfferId
from ccbot.core.routing_document import Group, RoutingDocument
from ccbot.core.tapes import NAME
from tests.sim.fake_recordings import Take

LATE_S = 1.0
"""A recording begins and ends so soon after the fact that asks for it."""

Span = tuple[float, float]

_TOGETHER = (CallResumed, ConferenceStarted, CallTakenOver, ConsultEnded)
_APART = (CallHeld, TalkEnded, CallEnded)


@dataclass(slots=True)
class Course:
    """A call, as far as its recording cares."""

    group: GroupKey | None = None
    asked_for: GroupKey | None = None
    """Hers, once she is handed on to somebody of it."""
    bridged: OfferId | None = None
    together: bool = False
    announced: bool = False
    paused: bool = False
    sender_left: bool = False
    spans: list[Span] = field(default_factory=list)
    _since_s: float | None = None

    def take(self, fact: AnyFact) -> None:  # noqa: C901, PLR0912 - one case a fact
        """The next fact."""
        match fact:
            case CallQueued(group=group) | QueueChanged(group=group):
                self.group, self.together = group, False
            case OfferBridged(offer=offer):
                self.bridged, self.together = offer, True
            case OfferMissed(offer=offer) | OfferWithdrawn(offer=offer):
                if offer == self.bridged:
                    self.together = False
            case TalkStarted():
                self.together, self.sender_left = True, False
            case RecordingAnnounced():
                self.announced = True
            case RecordingPaused():
                self.paused = True
            case RecordingResumed():
                self.paused = False
            case SenderLeft():
                self.sender_left = True
            case TransferAsked(to_group=group):
                self.asked_for, self.together = group, False
            case TransferCompleted():
                self.group, self.together = self.asked_for or self.group, True
            case TransferFailed():
                self.together = not self.sender_left
            case ConsultSwapped(with_customer=with_customer):
                self.together = with_customer
            case _:
                if isinstance(fact, _TOGETHER):
                    self.together = True
                elif isinstance(fact, _APART):
                    self.together = False

    def stands(self, at_s: float, groups: Mapping[str, Group]) -> None:
        """From this moment on it is so."""
        group = None if self.group is None else groups.get(self.group)
        wanted = self.together and self.announced and not self.paused
        wanted = wanted and group is not None and group.recording != "off"
        if wanted and self._since_s is None:
            self._since_s = at_s
        elif not wanted and self._since_s is not None:
            self.spans.append((self._since_s, at_s))
            self._since_s = None


def tape_problems(
    call: CallId,
    facts: Sequence[Stamped],
    takes: Iterable[tuple[str, Take]],
    routing: RoutingDocument,
    epoch: datetime,
    late_s: float,
) -> Iterator[str]:
    """What was recorded too much, and what too little; publications are among the facts."""
    course, groups = Course(), dict(routing.groups)
    for at, fact in facts:
        if isinstance(fact, RoutingPublished):
            groups |= fact.document.groups  # one that is gone stays as it was for its calls
        course.take(fact)
        course.stands((at - epoch).total_seconds(), groups)
    own = [
        (name, (take.began_s, take.ended_s))
        for name, take in takes
        if name.startswith(f"{NAME}{call}-")
    ]
    for name, (began_s, ended_s) in own:
        if not any(s - late_s <= began_s and ended_s <= e + late_s for s, e in course.spans):
            yield f"{name} ran from {began_s:.2f} to {ended_s:.2f}, but may in {course.spans}"
    if any(isinstance(fact, RecordingFailed) for _, fact in facts):
        return
    for since_s, until_s in course.spans:
        heard = any(b - late_s <= since_s and until_s <= e + late_s for _, (b, e) in own)
        if until_s - since_s > late_s and not heard:
            yield f"nothing of {call} was recorded from {since_s:.2f} to {until_s:.2f}"
