"""Handing a customer on (转接): whether it can be done, to whom, and who is rung next."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ccbot.core.agents import Agent
from ccbot.core.calls import Call, Stage
from ccbot.core.facts import Role, TransferAsked, TransferReason
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.reception import is_closed
from ccbot.core.routing.strategies import whom_to_ask
from ccbot.core.transfers import HOPS_MAX, NOTE_CHARS_MAX

if TYPE_CHECKING:
    from ccbot.core.floor import Floor


class NotHandedOn(StrEnum):
    """Why a customer cannot be handed on so."""

    NOT_NOW = "not_now"
    """The agent does not own a talk with her, or another transfer is under way."""
    UNKNOWN_TARGET = "unknown_target"
    NOT_FREE = "not_free"
    """The agent is not signed in, not ready, or has a customer."""
    CLOSED = "closed"
    """It is outside the group's hours."""
    QUEUE_FULL = "queue_full"
    NOBODY_THERE = "nobody_there"
    """Nobody of the group is signed in, or no team leader is free."""
    TOO_OFTEN = "too_often"
    """She was handed on so often that a team leader alone can have her."""
    NOTE_TOO_LONG = "note_too_long"


def handed_on(floor: "Floor", asked: TransferAsked, now: datetime) -> TransferAsked:
    """What is to be posted for this wish: the same, or to a team leader after ``HOPS_MAX`` hops.

    If no leader is free it stays as it is, and is refused.
    """
    call = floor.calls.get(asked.call)
    if call is None or call.hops < HOPS_MAX or _is_to_a_leader(floor, asked):
        return asked
    leaders = [
        one
        for one in floor.agents.values()
        if one.role is Role.LEADER and _leads(one, asked.to_group or call.group)
    ]
    free = [one for one in leaders if why_not_to(floor, call, one.id, asked.agent, now) is None]
    if not free:
        return asked
    first = min(free, key=lambda one: (one.idle_since, one.id))
    return replace(asked, to_agent=first.id, to_group=None, reason=TransferReason.LEADER)


def why_not_handed_on(floor: "Floor", asked: TransferAsked, now: datetime) -> NotHandedOn | None:
    """Why the floor will not take this fact; None: it will."""
    call = floor.calls.get(asked.call)
    if call is None or not may_ask(call, asked.agent):
        return NotHandedOn.NOT_NOW
    return why_not_target(floor, call, asked, now)


def why_not_target(
    floor: "Floor", call: Call, asked: TransferAsked, now: datetime
) -> NotHandedOn | None:
    """Why she cannot be handed on to this target, whatever else is under way."""
    if len(asked.note) > NOTE_CHARS_MAX:
        return NotHandedOn.NOTE_TOO_LONG
    if (asked.to_agent is None) == (asked.to_group is None):
        return NotHandedOn.UNKNOWN_TARGET
    if call.hops >= HOPS_MAX and not _is_to_a_leader(floor, asked):
        return NotHandedOn.TOO_OFTEN
    if asked.to_agent is not None:
        return why_not_to(floor, call, asked.to_agent, asked.agent, now)
    assert asked.to_group is not None
    return _why_not_to_group(floor, call, asked, asked.to_group, now)


def may_ask(call: Call, agent: AgentId) -> bool:
    """Whether he owns a talk of which nothing else is under way."""
    owns = call.agent == agent and call.stage in {Stage.TALK, Stage.HOLD}
    return owns and call.transfer is None


def why_not_to(
    floor: "Floor", call: Call, target: AgentId, sender: AgentId, now: datetime
) -> NotHandedOn | None:
    """Why an agent cannot be rung for her."""
    agent = floor.agents.get(target)
    if agent is None or agent.removed or target == sender:
        return NotHandedOn.UNKNOWN_TARGET
    if agent.test and not call.test:
        return NotHandedOn.UNKNOWN_TARGET
    return None if agent.free(now) else NotHandedOn.NOT_FREE


def _why_not_to_group(
    floor: "Floor", call: Call, asked: TransferAsked, key: GroupKey, now: datetime
) -> NotHandedOn | None:
    group = floor.routing.groups.get(key)
    if group is None:
        return NotHandedOn.UNKNOWN_TARGET
    if is_closed(floor.routing, group.hours, now):
        return NotHandedOn.CLOSED
    if floor.is_full(key):
        return NotHandedOn.QUEUE_FULL
    others = (one for one in members(floor, call, key) if one.id != asked.agent)
    return None if any(one.signed_in for one in others) else NotHandedOn.NOBODY_THERE


def members(floor: "Floor", call: Call, key: GroupKey) -> list[Agent]:
    """The agents of a group who may serve this call; a built-in phone serves test calls alone."""
    return [
        one
        for one in floor.agents.values()
        if key in one.groups and not one.removed and (call.test or not one.test)
    ]


def next_target(floor: "Floor", call: Call, now: datetime) -> Agent | None:
    """Whose phone is to be rung for her transfer now, if anybody's."""
    if not rings_nobody(call):
        return None
    transfer = call.transfer
    assert transfer is not None
    if transfer.to_agent is not None:
        agent = floor.agents.get(transfer.to_agent)
        return agent if agent is not None and agent.free(now) else None
    assert transfer.to_group is not None
    free = [one for one in untried(floor, call, transfer.to_group) if one.free(now)]
    return next(iter(whom_to_ask(call, floor.group(transfer.to_group), free)), None)


def rings_nobody(call: Call) -> bool:
    """A transfer looks for somebody, and no phone rings for it now."""
    transfer = call.transfer
    if call.stage is not Stage.CONSULT or transfer is None or transfer.queues:
        return False
    return transfer.target is None and not call.offers


def untried(floor: "Floor", call: Call, key: GroupKey) -> list[Agent]:
    """Members of a group who may still be rung for her transfer."""
    transfer = call.transfer
    assert transfer is not None
    tried = {transfer.by, *transfer.tried}
    return [one for one in members(floor, call, key) if one.id not in tried]


def may_be_rung(floor: "Floor", call: Call, agent: Agent) -> bool:
    """Whether this agent is one whom the call's transfer looks for."""
    transfer = call.transfer
    if not rings_nobody(call) or transfer is None:
        return False
    if transfer.to_group is None:
        return transfer.to_agent == agent.id
    return agent in untried(floor, call, transfer.to_group)


def _is_to_a_leader(floor: "Floor", asked: TransferAsked) -> bool:
    agent = floor.agents.get(asked.to_agent) if asked.to_agent else None
    return agent is not None and agent.role is Role.LEADER


def _leads(agent: Agent, group: GroupKey | None) -> bool:
    return group in agent.leads
