"""The next offer to make: the first caller for whom somebody is free, and whom to ask for her."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ccbot.core.agents import Agent
from ccbot.core.calls import Call, Stage
from ccbot.core.routing.callers import in_order
from ccbot.core.routing.eligible import (
    full_groups,
    member,
    not_again_yet,
    on_the_line,
    preferred_agent,
    steps_reached,
    waited,
    why_never,
)
from ccbot.core.routing.strategies import may_ring_beside, tier, whom_to_ask

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
        if call.group in floor.routing.groups and _asks(floor, call, now)
    ]
    if not waiting:
        return None
    free = [agent for agent in floor.agents.values() if agent.free(now)]
    if not free:
        return None
    if (pulled := _pulled(waiting, free)) is not None:
        return pulled
    staffed, full = {group for agent in free for group in agent.groups}, full_groups(floor)
    bench = Bench(floor, free, now)
    callers = (
        one
        for one in waiting
        if one.group in staffed and (one.group not in full or one.stage is Stage.RINGING)
    )
    for call in in_order(floor, callers, now):
        if agents := bench.whom_to_ask(call):
            return Match(call, agents)
    return None


def _pulled(waiting: Iterable[Call], free: Iterable[Agent]) -> Match | None:
    """Somebody gave her to an agent: he is asked before anybody is asked for anybody."""
    agents = {agent.id: agent for agent in free}
    for call in waiting:
        if call.pulled_to in agents:
            return Match(call, (agents[call.pulled_to],))
    return None


def _asks(floor: "Floor", call: Call, now: datetime) -> bool:
    """Whether another agent's phone is to ring for this call."""
    if call.stage is not Stage.RINGING:
        return call.stage is Stage.WAITING and not on_the_line(floor, call)
    assert call.group is not None
    return may_ring_beside(floor.group(call.group), call, now)


class Bench:
    """Who is free at a moment: sorted out once for each kind of caller.

    The floor asks after every fact; with hundreds of callers and agents, each caller against each
    agent would take too long.
    """

    def __init__(self, floor: "Floor", free: Iterable[Agent], now: datetime) -> None:
        self._floor = floor
        self._free = tuple(free)
        self._now = now
        self._able: dict[tuple[object, ...], Sequence[tuple[float, Agent]]] = {}

    def whom_to_ask(self, call: Call) -> tuple[Agent, ...]:
        """Whom to ring for this call; nobody, if none of the free is eligible."""
        able = self._able_to_serve(call)
        if not able:
            return ()
        assert call.group is not None
        candidates = self._by_now(call, able)
        preferred = preferred_agent(self._floor, call, self._now) if candidates else None
        if preferred is not None:
            candidates = [one for one in candidates if one.id == preferred]
        if call.stage is Stage.RINGING:
            candidates = self._not_worse(call, candidates)
        return whom_to_ask(call, self._floor.group(call.group), candidates)

    def _not_worse(self, call: Call, candidates: Sequence[Agent]) -> list[Agent]:
        """Those who are of no worse priority than somebody whose phone rings for her."""
        assert call.group is not None
        group, agents = self._floor.group(call.group), self._floor.agents
        ringing = (agents[self._floor.offers[one].agent] for one in call.offers)
        worst = max(tier(group, one) for one in ringing)
        return [one for one in candidates if tier(group, one) <= worst]

    def _able_to_serve(self, call: Call) -> Sequence[tuple[float, Agent]]:
        """Who may serve callers of this kind at all, with his delay, the shortest first."""
        assert call.group is not None
        document = self._floor.routing
        kind = (call.group, call.entry, steps_reached(document, call, self._now), call.test)
        if kind not in self._able:
            group = document.group(call.group)
            able = [
                (member(group, one.id).delay_s, one)
                for one in self._free
                if why_never(document, call, one, self._now) is None
            ]
            self._able[kind] = sorted(able, key=lambda one: one[0])
        return self._able[kind]

    def _by_now(self, call: Call, able: Sequence[tuple[float, Agent]]) -> list[Agent]:
        """Those who are asked for her after the time that she has waited."""
        waited_s = waited(call, self._now).total_seconds()
        not_yet = not_again_yet(self._floor, call, self._now)
        candidates = []
        for delay_s, agent in able:
            if delay_s > waited_s:
                break
            if agent.id not in not_yet:
                candidates.append(agent)
        return candidates
