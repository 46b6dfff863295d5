"""Who gets whom: the longest-waiting caller and the longest-idle agent of her group."""

from collections.abc import Iterable
from datetime import datetime

from ccbot.core.agents import Agent
from ccbot.core.calls import Call, Stage


def match(
    calls: Iterable[Call],
    agents: Iterable[Agent],
    now: datetime,
) -> tuple[Call, Agent] | None:
    """The next offer to make, or None.

    Calls are tried in order of ``in_line_since``; a call whose group has no eligible agent does not
    hold up the one behind it, which may be of another group.
    """
    free = [agent for agent in agents if agent.free(now)]
    if not free:
        return None
    waiting = [call for call in calls if call.stage is Stage.WAITING]
    for call in sorted(waiting, key=_queue_order):
        agent = choose(call, free)
        if agent is not None:
            return call, agent
    return None


def choose(call: Call, free: Iterable[Agent]) -> Agent | None:
    """The agent for this call, of those who are free: the longest idle, test agents first.

    Who missed or declined this very call a short while ago is not asked again yet.
    """
    eligible = [one for one in free if eligible_for(call, one) and one.id not in call.missed_by]
    return min(eligible, key=lambda one: (not one.test, one.idle_since, one.id), default=None)


def eligible_for(call: Call, agent: Agent) -> bool:
    """Whether the agent serves this call's group; a built-in phone serves test calls alone."""
    return call.group in agent.groups and (call.test or not agent.test)


def _queue_order(call: Call) -> tuple[datetime, str]:
    return call.in_line_since, call.id
