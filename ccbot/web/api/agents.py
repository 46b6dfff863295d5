"""Agents: how they stand, and what a leader or supervisor may ask of them (制度 2-8)."""

from datetime import datetime
from typing import Any

import msgspec

from ccbot.core.agents import Agent, AgentState
from ccbot.core.facts import AgentPaused, AgentSignedIn, AgentSignedOut, Pause, Phone, Role
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.refusals import AgentAsks, Refused, why_not
from ccbot.core.rights import Right
from ccbot.web.api.faults import conflict, not_found
from ccbot.web.api.table import Asked, Route, Words, reason


class AgentNow(msgspec.Struct, frozen=True, kw_only=True):
    """How an agent stands."""

    number: AgentId
    name: str
    groups: tuple[GroupKey, ...]
    role: Role
    state: AgentState
    pause: Pause | None
    """Why he is not ready."""
    next_state: str | None
    """What he will be when he has done with the present customer, if anything else than usual."""
    phone: Phone
    call: CallId | None
    wrap_up_until: datetime | None


class AgentsNow(msgspec.Struct, frozen=True, kw_only=True):
    """The agents of the user's groups."""

    agents: list[AgentNow]


class Steer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What for; an agent needs no reason for himself."""

    why: str = ""


class NotReady(Steer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What for, and as which kind of break it counts."""

    reason: Pause = Pause.OTHER_WORK


_REFUSED = {
    Refused.REMOVED: "this agent was removed, and goes with the present talk",
    Refused.NOT_SIGNED_IN: "this agent is not signed in",
    Refused.NO_WRAP_UP: "this agent is not in wrap-up",
    Refused.EXTENDED_BEFORE: "this wrap-up was extended before",
}


async def agents(asked: Asked[None]) -> AgentsNow:
    """The agents, by number; built-in test phones left out."""
    group = asked.words["group"]
    found = [
        agent
        for _, agent in sorted(asked.office.desk.floor.agents.items())
        if not agent.test and (group is None or group in agent.groups)
        if asked.may(groups=_groups(agent), agent=agent.id)
    ]
    return AgentsNow(agents=[_now(agent) for agent in found])


async def ready(asked: Asked[Steer]) -> AgentNow:
    """As if he dialled ``*71``."""
    agent, by, why = _whom(asked)
    changed = _post(asked, AgentSignedIn(agent=agent))
    if by:
        asked.did("agent.ready", agent=agent, why=why)
    return changed


async def not_ready(asked: Asked[NotReady]) -> AgentNow:
    """As if he dialled ``*72``: at once, or when he has done with the present customer."""
    agent, by, why = _whom(asked)
    return _post(asked, AgentPaused(agent=agent, reason=asked.body.reason, by=by, why=why))


async def sign_out(asked: Asked[Steer]) -> AgentNow:
    """As if he dialled ``*73``: at once, or when he has done with the present customer."""
    agent, by, why = _whom(asked)
    return _post(asked, AgentSignedOut(agent=agent, by=by, why=why))


def _whom(asked: Asked[Any]) -> tuple[AgentId, str, str]:
    """The agent, who does it, and why; for oneself, neither name nor reason."""
    agent = _his(asked)
    if asked.is_own(agent):
        return agent, "", ""
    return agent, asked.user.name, reason(asked.body.why)


def _his(asked: Asked[Any]) -> AgentId:
    """The agent in the address, if the user may steer him."""
    agent = asked.office.desk.agent(asked.agent)
    if agent is None or agent.test:
        raise not_found("there is no such agent")
    asked.must(groups=_groups(agent), agent=agent.id)
    return agent.id


def _post(asked: Asked[Any], fact: AgentAsks) -> AgentNow:
    desk = asked.office.desk
    refused = why_not(desk.agent(fact.agent), fact)
    if refused is not None:
        raise conflict(refused, _REFUSED[refused])
    if not desk.post(fact):
        raise conflict("too_late", "the agent's state changed meanwhile: look again")
    agent = desk.agent(fact.agent)
    assert agent is not None
    return _now(agent)


def _groups(agent: Agent) -> tuple[GroupKey, ...]:
    """Who serves no group is nobody's but the manager's."""
    return agent.groups


def _now(agent: Agent) -> AgentNow:
    return AgentNow(
        number=agent.id,
        name=agent.name,
        groups=agent.groups,
        role=agent.role,
        state=agent.state,
        pause=agent.pause,
        next_state=agent.next_state,
        phone=agent.phone,
        call=agent.call,
        wrap_up_until=agent.wrap_up.until if agent.wrap_up else None,
    )


def _command(path: str, handler: Any, summary: str, body: type[msgspec.Struct]) -> Route:
    return Route(
        method="POST",
        path=f"/agents/{{agent}}/{path}",
        right=Right.AGENTS_STEER,
        handler=handler,
        summary=summary,
        answer=AgentNow,
        body=body,
    )


ROUTES = (
    Route(
        method="GET",
        path="/agents",
        right=Right.AGENTS_READ,
        handler=agents,
        summary="How the agents stand",
        answer=AgentsNow,
        query=(Words(name="group", help="a group's key", pattern=r"[a-z0-9_-]{1,64}"),),
    ),
    _command("ready", ready, "Make an agent ready; audited", Steer),
    _command("not-ready", not_ready, "Make an agent not ready; audited", NotReady),
    _command("sign-out", sign_out, "Sign an agent out; audited", Steer),
)
