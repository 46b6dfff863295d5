"""A supervisor beside a talk, by the API: his own phone rings, and he hears the call (制度 2-7)."""

from typing import Any

import msgspec

from ccbot.core.calls import Call
from ccbot.core.facts import SupervisionEnded, SupervisionKind, SupervisionTurned
from ccbot.core.ids import AgentId, CallId
from ccbot.core.rights import Right
from ccbot.core.supervision import RIGHTS, Denied
from ccbot.web.api.faults import ApiFault, conflict, forbidden, not_found
from ccbot.web.api.table import Asked, Route, reason


class Beside(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How he wants to be heard, and what for."""

    why: str
    kind: SupervisionKind = SupervisionKind.LISTEN


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How he wants to be heard from now on."""

    kind: SupervisionKind


class Nothing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing more is to be said."""


class Supervised(msgspec.Struct, frozen=True, kw_only=True):
    """Which call, and through which phone he hears it."""

    call_id: CallId
    phone: AgentId


_DENIED = {
    Denied.NOT_TALKING: "no agent talks in this call now",
    Denied.OCCUPIED: "your phone has a call, or is not registered",
    Denied.ENOUGH: "as many supervisors as may be are beside this call",
}


async def supervise(asked: Asked[Beside]) -> Supervised:
    """Ring his phone; when he answers, he is beside the call."""
    why, phone, call = reason(asked.body.why), _phone(asked), _call(asked)
    if not asked.holder.may(RIGHTS[asked.body.kind], groups=[call.group]):
        raise forbidden(RIGHTS[asked.body.kind], " there")
    denied = asked.office.supervisors.rings(phone, call.id, asked.body.kind, why)
    if denied is not None:
        raise _refused(denied)
    return Supervised(call_id=call.id, phone=phone)


async def turn(asked: Asked[Kind]) -> Supervised:
    """As if he pressed 1, 2 or 3; the floor knows in which groups he may be heard."""
    phone, call = _phone(asked), _call_beside(asked)
    kind = asked.body.kind
    fact = SupervisionTurned(call=call.id, supervisor=phone, kind=kind)
    if not asked.office.desk.post(fact) and _kind(asked, phone, call.id) is not kind:
        raise conflict("not_beside", "you are not beside this call, or may not be heard in it")
    return Supervised(call_id=call.id, phone=phone)


async def take_over(asked: Asked[Nothing]) -> Supervised:
    """As if he pressed 4."""
    phone, call = _phone(asked), _call(asked)
    if _kind(asked, phone, call.id) is None or not asked.office.supervisors.takes_over(phone):
        raise conflict("not_beside", "you are not beside this call")
    return Supervised(call_id=call.id, phone=phone)


async def end(asked: Asked[Nothing]) -> Supervised:
    """As if he pressed 9."""
    phone, call = _phone(asked), _call_beside(asked)
    agent, now = asked.office.desk.agent(phone), asked.office.desk.now()
    beside = agent.supervises if agent is not None else None
    lasted_s = (now - beside.since).total_seconds() if beside is not None else 0.0
    over = SupervisionEnded(call=call.id, supervisor=phone, lasted_s=lasted_s)
    if not asked.office.desk.post(over):
        raise conflict("not_beside", "you are not beside this call")
    return Supervised(call_id=call.id, phone=phone)


def _kind(asked: Asked[Any], phone: AgentId, call: CallId) -> SupervisionKind | None:
    agent = asked.office.desk.agent(phone)
    beside = agent.supervises if agent is not None else None
    return beside.kind if beside is not None and beside.call == call else None


def _phone(asked: Asked[Any]) -> AgentId:
    if asked.holder.agent is None:
        raise conflict("no_phone", "you have no phone: `user add` gives one with --phone")
    return asked.holder.agent


def _call(asked: Asked[Any]) -> Call:
    """The call in the address, in one of his groups."""
    call = _any_call(asked)
    asked.must(groups=[call.group])
    return call


def _call_beside(asked: Asked[Any]) -> Call:
    """The same, or one that he has followed into another group."""
    call = _any_call(asked)
    return call if _kind(asked, _phone(asked), call.id) is not None else _call(asked)


def _any_call(asked: Asked[Any]) -> Call:
    call = asked.office.desk.call(asked.call)
    if call is None:
        raise not_found("there is no such call now")
    return call


def _refused(denied: Denied) -> ApiFault:
    if denied is Denied.NOT_ALLOWED:
        return forbidden(Right.LISTEN, " there")
    if denied is Denied.UNKNOWN_AGENT:
        return not_found("there is no such agent")
    return conflict(denied, _DENIED[denied])


def _route(
    path: str, right: Right, handler: Any, summary: str, body: type[msgspec.Struct]
) -> Route:
    return Route(
        method="POST",
        path=f"/calls/{{call}}/supervise{path}",
        right=right,
        handler=handler,
        summary=summary,
        answer=Supervised,
        body=body,
    )


ROUTES = (
    _route("", Right.LISTEN, supervise, "Ring my phone, and let me hear the call; audited", Beside),
    _route("/turn", Right.LISTEN, turn, "Listen, whisper or barge in; audited", Kind),
    _route("/take-over", Right.TAKE_OVER, take_over, "Take the talk over; audited", Nothing),
    _route("/end", Right.LISTEN, end, "Hear it no more; audited", Nothing),
)
