"""The next offer to make: the first caller for whom somebody is free, and whom to ask for her."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ccbot.core.agents import Agent
from ccbot.core.calls import Call, Stage
from ccbot.core.routing.callers import in_order
from ccbot.core.routing.eligible import full_groups, preferred_agent, why_never, why_not_yet
from ccbot.core.routing.strategies import whom_to_ask

if TYPE_CHECKING:
    from ccbot.core.floor import Floor


class Match(NamedTuple):
    """Whom to ring for a call; several with ``ring_all`` alone."""

    call: Call
    agents: tuple[Agent, ...]


def match(floor: "Floor", now: datetime) -> Match | None:
    """The next offer to make, or None.

    A call without a candidate does not hold up the one behind it.
    """
    waiting = [
        call
        for call in floor.calls.values()
        if call.stage is Stage.WAITING and call.group in floor.routing.groups
    ]
    if not waiting:
        return None
    free = [agent for agent in floor.agents.values() if agent.free(now)]
    if not free:
        return None
    staffed = {group for agent in free for group in agent.groups} - full_groups(floor)
    for call in in_order(floor, (one for one in waiting if one.group in staffed), now):
        if agents := choose(floor, call, free, now):
            return Match(call, agents)
    return None


def choose(floor: "Floor", call: Call, free: Iterable[Agent], now: datetime) -> tuple[Agent, ...]:
    """Whom to ring for this call, of those who are free; nobody, if none of them is eligible."""
    assert call.group is not None
    document = floor.routing
    candidates = [
        one
        for one in free
        if why_never(document, call, one, now) is None
        and why_not_yet(document, call, one, now) is None
    ]
    preferred = preferred_agent(floor, call, now)
    if preferred is not None:
        candidates = [one for one in candidates if one.id == preferred]
    return whom_to_ask(call, document.group(call.group), candidates)
