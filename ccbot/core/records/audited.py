"""Which facts go on the audit trail, and what is put down of them.

Publications go there with their own transaction: the centre may be away, or not see each.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from ccbot.core.facts import (
    AgentPaused,
    AgentSignedOut,
    CallTakenOver,
    Fact,
    QueueReordered,
    RecordingPaused,
    RecordingResumed,
    Stamped,
    SupervisionBegan,
    SupervisionEnded,
    SupervisionTurned,
    UserActed,
)
from ccbot.core.ids import AgentId, CallId


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, to whom, and why."""

    who: str
    """A user's name, an agent's number, or the system's user at the command line."""
    what: str
    """Lower-case words with dots, such as ``routing.publish``."""
    call: CallId | None = None
    agent: AgentId | None = None
    why: str = ""
    detail: dict[str, str | int | float | bool | None] = {}
    """Never a customer's number or words."""


def audited(stamped: Stamped) -> AuditEntry | None:
    """The entry that this fact makes; most make none."""
    made = _AUDITED.get(type(stamped.fact))
    return made(stamped.fact) if made else None


def _user_acted(fact: UserActed) -> AuditEntry:
    return AuditEntry(who=fact.user, what=fact.what, call=fact.call, agent=fact.agent, why=fact.why)


def _paused(fact: AgentPaused) -> AuditEntry | None:
    """What an agent does himself is no matter of the trail."""
    if not fact.by:
        return None
    detail = {"reason": fact.reason.value}
    return AuditEntry(
        who=fact.by, what="agent.not_ready", agent=fact.agent, why=fact.why, detail={**detail}
    )


def _signed_out(fact: AgentSignedOut) -> AuditEntry | None:
    if not fact.by:
        return None
    return AuditEntry(who=fact.by, what="agent.sign_out", agent=fact.agent, why=fact.why)


def _supervises(fact: SupervisionBegan) -> AuditEntry:
    return AuditEntry(
        who=fact.supervisor,
        what=f"supervise.{fact.kind}",
        call=fact.call,
        agent=fact.agent,
        why=fact.reason,
    )


def _turns(fact: SupervisionTurned) -> AuditEntry:
    return AuditEntry(who=fact.supervisor, what=f"supervise.{fact.kind}", call=fact.call)


def _supervised(fact: SupervisionEnded) -> AuditEntry:
    seconds = {"seconds": round(fact.lasted_s, 1)}
    return AuditEntry(who=fact.supervisor, what="supervise.end", call=fact.call, detail={**seconds})


def _takes_over(fact: CallTakenOver) -> AuditEntry:
    return AuditEntry(
        who=fact.supervisor, what="supervise.take_over", call=fact.call, agent=fact.agent
    )


def _reordered(fact: QueueReordered) -> AuditEntry:
    return AuditEntry(
        who=fact.by, what=f"queue.{fact.to}", call=fact.call, agent=fact.agent, why=fact.why
    )


def _recording_paused(fact: RecordingPaused) -> AuditEntry:
    return AuditEntry(who=fact.agent, what="recording.pause", call=fact.call, agent=fact.agent)


def _recording_resumed(fact: RecordingResumed) -> AuditEntry:
    who = fact.agent or fact.by.value
    return AuditEntry(who=who, what="recording.resume", call=fact.call, agent=fact.agent)


_AUDITED: dict[type[Fact], Callable[[Any], AuditEntry | None]] = {
    UserActed: _user_acted,
    AgentPaused: _paused,
    AgentSignedOut: _signed_out,
    RecordingPaused: _recording_paused,
    RecordingResumed: _recording_resumed,
    SupervisionBegan: _supervises,
    SupervisionTurned: _turns,
    SupervisionEnded: _supervised,
    CallTakenOver: _takes_over,
    QueueReordered: _reordered,
}
"""Kind of fact → its entry."""
