"""A waiting call, put to the front or given to an agent (制度 2-8)."""

from typing import Any

import msgspec

from ccbot.core.calls import Call
from ccbot.core.facts import QueueMove, QueueReordered
from ccbot.core.ids import AgentId, CallId
from ccbot.core.rights import Right
from ccbot.core.supervision import NotMoved, why_not_moved
from ccbot.web.api.faults import conflict, not_found
from ccbot.web.api.table import Asked, Route, reason


class Front(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What for."""

    why: str


class Give(Front, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What for, and to whom."""

    agent: AgentId


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """Which call."""

    call_id: CallId


_REFUSED = {
    NotMoved.NOT_WAITING: "this call does not wait in a queue now",
    NotMoved.NOT_FREE: "this agent is not free: not ready, with a customer, or his phone is busy",
}


async def front(asked: Asked[Front]) -> Moved:
    """Before all others of its queue."""
    why, call = reason(asked.body.why), _call(asked)
    return _post(
        asked, QueueReordered(call=call.id, to=QueueMove.FRONT, by=asked.user.name, why=why)
    )


async def give(asked: Asked[Give]) -> Moved:
    """His phone rings for her at once."""
    why, call = reason(asked.body.why), _call(asked)
    agent = asked.office.desk.agent(asked.body.agent)
    if agent is None:
        raise not_found("there is no such agent")
    if agent.id != asked.holder.agent:
        asked.must(groups=agent.groups)
    return _post(
        asked,
        QueueReordered(
            call=call.id, to=QueueMove.AGENT, agent=agent.id, by=asked.user.name, why=why
        ),
    )


def _call(asked: Asked[Any]) -> Call:
    call = asked.office.desk.call(asked.call)
    if call is None:
        raise not_found("there is no such call now")
    asked.must(groups=[call.group])
    return call


def _post(asked: Asked[Any], fact: QueueReordered) -> Moved:
    desk = asked.office.desk
    refused = why_not_moved(desk.floor, fact, desk.now())
    if refused is not None:
        raise conflict(refused, _REFUSED[refused])
    desk.post(fact)
    return Moved(call_id=fact.call)


def _route(path: str, handler: Any, summary: str, body: type[msgspec.Struct]) -> Route:
    return Route(
        method="POST",
        path=f"/calls/{{call}}/{path}",
        right=Right.QUEUE_STEER,
        handler=handler,
        summary=summary,
        answer=Moved,
        body=body,
    )


ROUTES = (
    _route("front", front, "Put a waiting call to the head of its queue; audited", Front),
    _route("give", give, "Give a waiting call to an agent who is free; audited", Give),
)
