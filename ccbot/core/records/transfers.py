"""A call's transfers, made from its facts alone: who handed her on, to whom, and what became of it.

Pure, as ``record`` is: made again from the stored facts, they come out the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.records.rows import CallRecord, whole_ms


class TransferEnd(StrEnum):
    """What became of a transfer; each ends in one of these ways."""

    COMPLETED = "completed"
    """Another agent has her."""
    CONFERENCE = "conference"
    """All three talked, and she stayed with the sender, or left."""
    BACK = "back"
    """The sender went back to her: he wanted advice, or thought better of it; or a supervisor took
    the talk over."""
    FAILED = "failed"
    CALLER_LEFT = "caller_left"
    """She hung up before anybody had her."""
    NOBODY_CAME = "nobody_came"
    """She was led out of the queue to which she was handed on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferRow:
    """One transfer of a call."""

    call_id: CallId
    transfer_no: int
    """Place among the transfers of the call, from 1."""
    kind: f.TransferKind
    sender: AgentId
    group_key: GroupKey | None
    """Whose talk it was: the group in which the sender had her."""
    to_agent: AgentId | None
    to_group: GroupKey | None
    reason: f.TransferReason | None
    note: str
    asked_at: datetime
    ended_at: datetime
    ended_as: TransferEnd
    why: str = ""
    """Of one that failed, or to which nobody came: the reason."""
    taken_by: AgentId | None = None
    """Who had her, or talked with both."""


def transfers(facts: Sequence[f.Stamped], row: CallRecord) -> tuple[TransferRow, ...]:
    """The transfers of one call, in order, from its facts and its row."""
    fold = _Fold(row)
    for at, fact in facts[1:]:
        fold.now = max(fold.now, whole_ms(at))
        if isinstance(fact, f.CallEnded):
            fold.finish(fact)
            break
        fold.take(fact)
    return tuple(fold.rows)


class _Fold:
    """The transfers as far as the facts have been read."""

    def __init__(self, row: CallRecord) -> None:
        self.now = row.entered_at
        self.rows: list[TransferRow] = []
        self._row = row
        self._group: GroupKey | None = None
        self._asked: dict[OfferId, AgentId] = {}
        self._open: f.TransferAsked | None = None
        self._target: AgentId | None = None
        self._three = False

    def take(self, fact: f.AnyFact) -> None:
        """Take one fact in."""
        match fact:
            case f.CallQueued(group=group) | f.QueueChanged(group=group):
                self._group = group
            case f.OfferMade(offer=offer, agent=agent):
                self._asked[offer] = agent
            case f.TalkStarted(offer=offer):
                self._close(TransferEnd.COMPLETED, by=self._asked.get(offer))
            case _:
                self._in_talk(fact)

    def _in_talk(self, fact: f.AnyFact) -> None:
        match fact:
            case f.TransferAsked():
                self._begin(fact)
            case f.ConsultStarted(offer=offer):
                self._target = self._asked.get(offer)
            case f.ConferenceStarted():
                self._three = True
            case f.TransferCompleted(agent=agent):
                to_group = self._open.to_group if self._open is not None else None
                self._close(TransferEnd.COMPLETED, by=agent)
                self._group = to_group or self._group
            case _:
                self._comes_to_nothing(fact)

    def _comes_to_nothing(self, fact: f.AnyFact) -> None:
        match fact:
            case f.ConsultEnded() | f.CallTakenOver():
                self._close(TransferEnd.BACK)
            case f.TransferFailed(why=why):
                self._close(TransferEnd.FAILED, why.value)
            case _:
                pass

    def _begin(self, asked: f.TransferAsked) -> None:
        self._open, self._target, self._three = asked, None, False
        self.rows.append(
            TransferRow(
                call_id=asked.call,
                transfer_no=len(self.rows) + 1,
                kind=asked.kind,
                sender=asked.agent,
                group_key=self._group,
                to_agent=asked.to_agent,
                to_group=asked.to_group,
                reason=asked.reason,
                note=asked.note,
                asked_at=self.now,
                ended_at=self.now,
                ended_as=TransferEnd.FAILED,
                why=f.TransferFailure.FAILED.value,
            )
        )

    def _close(self, ended_as: TransferEnd, why: str = "", by: AgentId | None = None) -> None:
        if self._open is None:
            return
        if self._three and ended_as is not TransferEnd.COMPLETED:
            ended_as, why, by = TransferEnd.CONFERENCE, "", self._target
        self.rows[-1] = replace(
            self.rows[-1], ended_at=self.now, ended_as=ended_as, why=why, taken_by=by
        )
        self._open = None

    def finish(self, ended: f.CallEnded) -> None:
        """The call is over: so is a transfer that was under way."""
        asked = self._open
        queues = asked is not None and asked.kind is f.TransferKind.BLIND
        if queues and asked is not None and asked.to_group is not None:
            self._leaves_queue()
        elif ended.by is f.EndedBy.CALLER:
            self._close(TransferEnd.CALLER_LEFT)
        else:
            self._close(TransferEnd.FAILED, f.TransferFailure.FAILED.value)

    def _leaves_queue(self) -> None:
        became = self._row.unanswered
        if became is None:  # she left as they were bridged
            self._close(TransferEnd.COMPLETED, by=self._row.last_agent)
        elif became in {f.Outcome.ABANDONED_WAITING, f.Outcome.ABANDONED_RINGING}:
            self._close(TransferEnd.CALLER_LEFT)
        else:
            self._close(TransferEnd.NOBODY_CAME, became.value)
