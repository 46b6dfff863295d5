"""What a call's facts say of its recording: its status, its parts, and for how long it is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ccbot.core.facts import (
    CallEntered,
    CallFlagged,
    CallQueued,
    CallTakenOver,
    ConsultStarted,
    OfferMade,
    QueueChanged,
    RecordingBegun,
    RecordingFailed,
    RecordingPaused,
    RecordingResumed,
    Stamped,
    TalkStarted,
    TransferAsked,
    TransferCompleted,
)
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.kinds import RecordingFault, Sides, TransferReason
from ccbot.core.records.rows import RecordingStatus

REASON_CLASSES = {TransferReason.COMPLAINT: "complaint", TransferReason.REFUND: "refund"}
"""Why a customer was handed on → the class that her call has then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One stretch that was recorded."""

    name: str
    sides: Sides
    begun_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Taped:
    """All that was recorded of a call, as its facts tell it."""

    call_id: CallId
    parts: tuple[Part, ...]
    pauses: tuple[tuple[datetime, datetime | None], ...]
    """(from, to) of what nobody is to hear; without an end: to the end of the call."""
    agents: tuple[AgentId, ...]
    groups: tuple[GroupKey, ...]
    classes: frozenset[str]
    """Besides those of its groups."""


def recording_status(facts: Iterable[Stamped]) -> RecordingStatus:
    """Partial: a part was not recorded by somebody's wish, or a fault of ours."""
    begun: set[str] = set()
    missing = False
    for _, fact in facts:
        match fact:
            case RecordingBegun(name=name):
                begun.add(name)
            case RecordingFailed(name=name, why=why):
                missing = True
                if why is RecordingFault.REFUSED:
                    begun.discard(name)
            case RecordingPaused():
                missing = True
            case _:
                pass
    if not begun:
        return RecordingStatus.FAILED if missing else RecordingStatus.OFF
    return RecordingStatus.PARTIAL if missing else RecordingStatus.COMPLETE


def taped(facts: Sequence[Stamped]) -> Taped:
    """What was recorded of a call, from all its facts in order."""
    entered = facts[0].fact
    assert isinstance(entered, CallEntered), "a call's facts begin with call_entered"
    return Taped(
        call_id=entered.call,
        parts=tuple(
            Part(name=fact.name, sides=fact.sides, begun_at=at)
            for at, fact in facts
            if isinstance(fact, RecordingBegun)
        ),
        pauses=tuple(_pauses(facts)),
        agents=tuple(dict.fromkeys(_agents(facts))),
        groups=tuple(dict.fromkeys(_groups(facts))),
        classes=frozenset(_classes(facts)),
    )


def kept_days(
    taped: Taped, retention_days: dict[str, int], class_of: dict[GroupKey, str]
) -> tuple[str, int]:
    """The class that keeps the recording longest, and its days."""
    classes = {*taped.classes, *(class_of.get(one, "service") for one in taped.groups)}
    known = [(retention_days[one], one) for one in sorted(classes or {"service"})
             if one in retention_days]  # fmt: skip
    days, name = max(known, default=(max(retention_days.values()), "service"))
    return name, days


def _pauses(facts: Sequence[Stamped]) -> Iterable[tuple[datetime, datetime | None]]:
    since: datetime | None = None
    for at, fact in facts:
        if isinstance(fact, RecordingPaused) and since is None:
            since = at
        elif isinstance(fact, RecordingResumed) and since is not None:
            yield since, at
            since = None
    if since is not None:
        yield since, None


def _groups(facts: Sequence[Stamped]) -> Iterable[GroupKey]:
    """Whose queues it entered, or one of whose members took it over."""
    asked: GroupKey | None = None
    for _, fact in facts:
        match fact:
            case CallQueued(group=group) | QueueChanged(group=group):
                yield group
            case TransferAsked(to_group=group):
                asked = group
            case TransferCompleted() if asked is not None:
                yield asked
            case _:
                pass


def _agents(facts: Sequence[Stamped]) -> Iterable[AgentId]:
    offered: dict[str, AgentId] = {}
    for _, fact in facts:
        match fact:
            case OfferMade(offer=offer, agent=agent):
                offered[offer] = agent
            case TransferCompleted(agent=agent) | CallTakenOver(supervisor=agent):
                yield agent
            case TalkStarted(offer=offer) | ConsultStarted(offer=offer) if offer in offered:
                yield offered[offer]
            case _:
                pass


def _classes(facts: Sequence[Stamped]) -> Iterable[str]:
    for _, fact in facts:
        if isinstance(fact, CallFlagged):
            yield fact.flag.value
        elif isinstance(fact, TransferAsked) and fact.reason in REASON_CLASSES:
            yield REASON_CLASSES[fact.reason]
