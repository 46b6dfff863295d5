"""Who gets whom: the longest-waiting caller and the longest-idle agent of her group."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from ccbot.core.agents import Agent
from ccbot.core.calls import Call, Stage
from ccbot.core.routing_document import Group


def match(
    calls: Iterable[Call],
    agents: Iterable[Agent],
    groups: Mapping[str, Group],
    now: datetime,
) -> tuple[Call, Agent] | None:
    """The next offer to make, or None.

    Calls are tried in order of ``waiting_since``; a call whose group has no eligible agent does not
    hold up the one behind it, which may be of another group.
    """
    free = [agent for agent in agents if agent.free(now)]
    if not free:
        return None
    waiting = [call for call in calls if call.stage is Stage.WAITING]
    for call in sorted(waiting, key=_queue_order):
        assert call.group is not None
        agent = choose(call, free, groups[call.group], now)
        if agent is not None:
            return call, agent
    return None


def choose(call: Call, free: Iterable[Agent], group: Group, now: datetime) -> Agent | None:
    """The agent for this call, of those who are free: the longest idle, test agents first."""
    eligible = [agent for agent in free if eligible_for(call, agent)]
    fresh = [agent for agent in eligible if not missed_lately(call, agent, group, now)]
    return min(fresh, key=lambda agent: (not agent.test, agent.idle_since, agent.id), default=None)


def eligible_for(call: Call, agent: Agent) -> bool:
    """Whether the agent serves this call's group; a built-in phone serves test calls alone."""
    return call.group in agent.groups and (call.test or not agent.test)


def missed_lately(call: Call, agent: Agent, group: Group, now: datetime) -> bool:
    """Whether the agent missed or declined this very call a short while ago."""
    missed_at = call.missed_by.get(agent.id)
    return missed_at is not None and now - missed_at < timedelta(seconds=group.offer_again_s)


def _queue_order(call: Call) -> tuple[datetime, str]:
    assert call.waiting_since is not None
    return call.waiting_since, call.id
