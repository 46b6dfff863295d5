"""Who may be beside whose talk, and whom a supervisor hears (制度 2-7, 2-8)."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from ccbot.core.agents import Agent, Supervision
from ccbot.core.calls import TALKS, Call, Stage, talkers
from ccbot.core.facts import QueueMove, QueueReordered, SupervisionKind
from ccbot.core.ids import AgentId, CallId
from ccbot.core.rights import Right, holder_of

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

SUPERVISORS_MAX = 2
"""So many may be beside one call."""

FOLLOWED = TALKS | {Stage.WAITING, Stage.RINGING}
"""A supervision goes on in these stages: after a transfer she may wait for the next agent."""

RIGHTS = {
    SupervisionKind.LISTEN: Right.LISTEN,
    SupervisionKind.WHISPER: Right.WHISPER,
    SupervisionKind.BARGE: Right.BARGE,
}


class Denied(StrEnum):
    """Why a supervisor cannot be beside a talk."""

    NOT_ALLOWED = "not_allowed"
    """He is no supervisor, or not of this group."""
    UNKNOWN_AGENT = "unknown_agent"
    NOT_TALKING = "not_talking"
    OCCUPIED = "occupied"
    """He has a customer, or is beside a talk already."""
    ENOUGH = "enough"
    """As many supervisors as may be are beside this call."""


def call_of(floor: "Floor", agent: AgentId) -> Call | None:
    """The call in which this agent talks, as its owner or because he is consulted."""
    known = floor.agents.get(agent)
    call = floor.calls.get(known.call) if known is not None and known.call else None
    return call if call is not None and agent in talkers(call) else None


def denied(floor: "Floor", supervisor: AgentId, agent: AgentId) -> Denied | None:
    """Why this supervisor cannot be beside that agent's talk now; None: he can.

    Whoever may listen to nobody learns nothing of others' numbers and talks.
    """
    own, other = floor.agents.get(supervisor), floor.agents.get(agent)
    if own is None or own.removed or holder_of(own).scope(Right.LISTEN) is None:
        return Denied.NOT_ALLOWED
    if other is None or other.removed:
        return Denied.UNKNOWN_AGENT
    call = call_of(floor, agent)
    if call is None:
        is_his = holder_of(own).may(Right.LISTEN, groups=other.groups)
        return Denied.NOT_TALKING if is_his else Denied.NOT_ALLOWED
    if not holder_of(own).may(Right.LISTEN, groups=[call.group]):
        return Denied.NOT_ALLOWED
    if own.has_customer or own.supervises is not None:
        return Denied.OCCUPIED
    return Denied.ENOUGH if len(supervisors_of(floor, call.id)) >= SUPERVISORS_MAX else None


def may_turn(agent: Agent, call: Call, kind: SupervisionKind) -> bool:
    """Whether his role lets him be heard so; whoever listens already may fall silent anywhere."""
    return kind is SupervisionKind.LISTEN or holder_of(agent).may(RIGHTS[kind], groups=[call.group])


def supervisors_of(floor: "Floor", call: CallId) -> list[Agent]:
    """Who is beside this call."""
    return [
        agent
        for agent in floor.agents.values()
        if agent.supervises is not None and agent.supervises.call == call
    ]


def supervision_of_leg(floor: "Floor", leg: str) -> tuple[AgentId, Supervision] | None:
    """Who is beside a talk through this channel."""
    for agent in floor.agents.values():
        if agent.supervises is not None and agent.supervises.leg == leg:
            return agent.id, agent.supervises
    return None


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a supervisor belongs."""

    room: str = ""
    """The talk's own room, where everybody hears him; empty: beside it, in one of his own."""
    hears: str = ""
    """The channel through which he hears the call, if he is beside it."""
    whispers: bool = False
    """Whoever is at that channel hears him."""
    alone: bool = False
    """Whoever is at that channel hears nobody else."""


def seat_of(floor: "Floor", supervisor: AgentId) -> Seat | None:
    """Where he belongs now; None: his part is over.

    While she waits for the next agent after a transfer he hears what she hears, and nobody him;
    so, too, in a group in which his role does not let him be heard.
    """
    agent = floor.agents.get(supervisor)
    beside = agent.supervises if agent is not None else None
    call = floor.calls.get(beside.call) if beside is not None else None
    if agent is None or beside is None or call is None or call.stage not in FOLLOWED:
        return None
    if call.stage not in TALKS:
        return Seat(hears=call.leg)
    if not may_turn(agent, call, beside.kind):
        beside = replace(beside, kind=SupervisionKind.LISTEN)
    if beside.kind is SupervisionKind.BARGE and call.room and talkers(call):
        return Seat(room=call.room)
    return _at(call, beside)


def _at(call: Call, beside: Supervision) -> Seat:
    """At the leg of the agent whom he wanted to hear, or of the owner if that one has left.

    If nobody is there, since a blind transfer rings, he hears what the customer hears.
    """
    target = call.transfer.target if call.transfer is not None else None
    if call.transfer is not None and target is not None and beside.agent == target:
        hears = call.transfer.target_leg
    else:
        hears = call.agent_leg if call.owner is not None else ""
    if not hears:
        return Seat(hears=call.leg)
    whispers = beside.kind is SupervisionKind.WHISPER
    return Seat(hears=hears, whispers=whispers, alone=whispers and call.stage is Stage.HOLD)


class NotMoved(StrEnum):
    """Why a call cannot be put elsewhere in its queue."""

    NOT_WAITING = "not_waiting"
    """It is in no queue, or a phone rings for it already."""
    NOT_FREE = "not_free"
    """The agent is not signed in, not ready, or has a customer."""


def why_not_moved(floor: "Floor", asked: QueueReordered, now: datetime) -> NotMoved | None:
    """Why the floor will not take this fact; None: it will."""
    call = floor.calls.get(asked.call)
    if call is None or call.stage is not Stage.WAITING:
        return NotMoved.NOT_WAITING
    if asked.to is QueueMove.FRONT:
        return None
    agent = floor.agents.get(asked.agent) if asked.agent else None
    if agent is None or agent.removed or (agent.test and not call.test):
        return NotMoved.NOT_FREE
    return None if agent.free(now) else NotMoved.NOT_FREE
