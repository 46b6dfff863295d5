"""Whom of the candidates to ask: the group's strategy."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from ccbot.core.agents import Agent
from ccbot.core.calls import Call
from ccbot.core.ids import AgentId
from ccbot.core.routing.eligible import member
from ccbot.core.routing_document import Group, Strategy

NEVER = datetime.min.replace(tzinfo=UTC)

Place = Callable[[Call, Group, Agent], float | datetime | tuple[float, datetime]]
"""Whose is lowest is asked."""


def whom_to_ask(call: Call, group: Group, candidates: Sequence[Agent]) -> tuple[Agent, ...]:
    """Whom to ring for this call: one of the candidates, with ``ring_all`` several; none of none.

    A built-in phone comes before everybody (only test calls have one among the candidates), then
    whoever has the best priority in the group.
    """
    if not candidates:
        return ()
    best = min(tier(group, one) for one in candidates)
    these = [one for one in candidates if tier(group, one) == best]
    if group.strategy == "ring_all":
        return tuple(sorted(these, key=lambda one: (one.idle_since, one.id)))
    place = PLACES[group.strategy]
    return (min(these, key=lambda one: (place(call, group, one), one.id)),)


def may_ring_beside(group: Group, call: Call, now: datetime) -> bool:
    """Whether one more phone may ring for a call that rings already: all are rung, none answered.

    No more of them join once she has waited as long as she may: one after the other, they would
    keep her for ever.
    """
    if group.strategy != "ring_all" or call.owed or call.answered is not None:
        return False
    if call.waiting_since is None:
        return False
    return now < call.waiting_since + timedelta(seconds=group.wait_s_max)


def tier(group: Group, agent: Agent) -> int:
    """His priority in the group, 1 the best; a built-in phone is better than all."""
    return 0 if agent.test else member(group, agent.id).priority


def _longest_idle(_call: Call, _group: Group, agent: Agent) -> datetime:
    return agent.idle_since


def _fewest_calls(_call: Call, _group: Group, agent: Agent) -> tuple[float, datetime]:
    """Talks since he signed in; of equals the longest idle."""
    return agent.served, agent.idle_since


def _round_robin(call: Call, _group: Group, agent: Agent) -> datetime:
    """Whoever was asked for one of the group's calls longest ago, or never."""
    assert call.group is not None
    return agent.asked_at.get(call.group, NEVER)


def _ordered(_call: Call, group: Group, agent: Agent) -> float:
    """As the document names them; the others after them, by their numbers."""
    named = list(group.members)
    return named.index(agent.id) if agent.id in group.members else len(named)


def _weighted_random(call: Call, group: Group, agent: Agent) -> float:
    """Each is asked first for a share of the calls that is as his weight.

    The chance is in the ids: whoever looks again finds the same. The lowest of exponential
    variables with the weights as rates is any of them with a probability in that proportion.
    """
    return -math.log(chance(call, agent.id)) / member(group, agent.id).weight


def chance(call: Call, agent: AgentId) -> float:
    """A number in (0, 1] that this call and this agent always give."""
    digest = blake2b(f"{call.id} {agent}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") + 1) / (1 << 64)


PLACES: dict[Strategy, Place] = {
    "longest_idle": _longest_idle,
    "fewest_calls": _fewest_calls,
    "round_robin": _round_robin,
    "ordered": _ordered,
    "weighted_random": _weighted_random,
}


def counts(call: Call, group: Group, agent: Agent, now: datetime) -> float | None:
    """What the strategy looks at, as a number for people; None: nothing, or he was never asked.

    Seconds idle, talks since he signed in, seconds since he was asked for the group, the place in
    the document from 1, or the weight.
    """
    match group.strategy:
        case "longest_idle":
            return (now - agent.idle_since).total_seconds()
        case "fewest_calls":
            return agent.served
        case "round_robin":
            asked_at = agent.asked_at.get(call.group) if call.group else None
            return None if asked_at is None else (now - asked_at).total_seconds()
        case "ordered":
            return _ordered(call, group, agent) + 1
        case "weighted_random":
            return member(group, agent.id).weight
        case "ring_all":
            return None
