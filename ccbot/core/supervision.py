"""Who may be beside whose talk, and whom a supervisor hears (制度 2-7, 2-8)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ccbot.core.agents import Agent, Supervision
from ccbot.core.calls import Call, Stage
from ccbot.core.facts import Role, SupervisionKind
from ccbot.core.ids import AgentId, CallId, GroupKey

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

SUPERVISORS_MAX = 2
"""So many may be beside one call."""

IN_TALK = frozenset({Stage.TALK})
"""An agent and the customer belong together."""

FOLLOWED = IN_TALK | {Stage.WAITING, Stage.RINGING}
"""A supervision goes on in these stages: after a transfer she may wait for the next agent."""

EVERYWHERE = frozenset({Role.MANAGER})
SOMEWHERE = frozenset({Role.LEADER, Role.SUPERVISOR})


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


def leads(agent: Agent, group: GroupKey | None) -> bool:
    """Whether he has a leader's or supervisor's rights in this group."""
    return agent.role in EVERYWHERE or (agent.role in SOMEWHERE and group in agent.leads)


def call_of(floor: "Floor", agent: AgentId) -> Call | None:
    """The call in which this agent talks, as its owner or because he is consulted."""
    known = floor.agents.get(agent)
    call = floor.calls.get(known.call) if known is not None and known.call else None
    return call if call is not None and call.stage in IN_TALK else None


def denied(floor: "Floor", supervisor: AgentId, agent: AgentId) -> Denied | None:
    """Why this supervisor cannot be beside that agent's talk now; None: he can.

    Whoever may listen to nobody learns nothing of others' numbers and talks.
    """
    own, other = floor.agents.get(supervisor), floor.agents.get(agent)
    if own is None or own.removed or own.role not in EVERYWHERE | SOMEWHERE:
        return Denied.NOT_ALLOWED
    if other is None or other.removed:
        return Denied.UNKNOWN_AGENT
    call = call_of(floor, agent)
    if call is None:
        is_his = leads(own, None) or any(leads(own, group) for group in other.groups)
        return Denied.NOT_TALKING if is_his else Denied.NOT_ALLOWED
    if not leads(own, call.group):
        return Denied.NOT_ALLOWED
    if own.has_customer or own.supervises is not None:
        return Denied.OCCUPIED
    return Denied.ENOUGH if len(supervisors_of(floor, call.id)) >= SUPERVISORS_MAX else None


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


def seat_of(floor: "Floor", supervisor: AgentId) -> Seat | None:
    """Where he belongs now; None: his part is over.

    While she waits for the next agent after a transfer he hears what she hears, and nobody him.
    """
    agent = floor.agents.get(supervisor)
    beside = agent.supervises if agent is not None else None
    call = floor.calls.get(beside.call) if beside is not None else None
    if beside is None or call is None or call.stage not in FOLLOWED:
        return None
    if call.stage not in IN_TALK:
        return Seat(hears=call.leg)
    if beside.kind is SupervisionKind.BARGE and call.room:
        return Seat(room=call.room)
    return Seat(hears=call.agent_leg, whispers=beside.kind is SupervisionKind.WHISPER)
