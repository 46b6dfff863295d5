"""What is done to a talk in place of its agent's keys: hold, and transfers of every kind.

Each command posts the fact that the key would post. The floor says whether it can be done; the
talk's own flow then brings everybody where he belongs.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from ccbot.core.calls import Call, Stage
from ccbot.core.facts import (
    AnyFact,
    CallHeld,
    CallResumed,
    ConferenceStarted,
    ConsultEnded,
    ConsultSwapped,
    HoldBy,
    SenderLeft,
    TransferAsked,
    TransferCompleted,
    TransferKind,
    TransferReason,
)
from ccbot.core.handing_on import NotHandedOn, handed_on, why_not_handed_on
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.rights import Right
from ccbot.core.transfers import Transfer
from ccbot.web.api.calls import LiveCall, live_call
from ccbot.web.api.faults import ApiFault, conflict, not_found
from ccbot.web.api.table import Asked, Handler, Route, reason


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What for; an agent needs no reason for himself."""

    why: str = ""


class HandOn(Wish, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom; exactly one of the two is given."""

    to_agent: AgentId | None = None
    to_group: GroupKey | None = None
    reason: TransferReason | None = None
    note: str = ""
    """Told to whoever gets her."""


_NOT_HANDED_ON = {
    NotHandedOn.NOT_NOW: "nobody talks with her now, or another transfer is under way",
    NotHandedOn.UNKNOWN_TARGET: "say exactly one of to_agent and to_group, and one that there is",
    NotHandedOn.NOT_FREE: "this agent is not signed in, not ready, or has a customer",
    NotHandedOn.CLOSED: "it is outside this group's hours",
    NotHandedOn.QUEUE_FULL: "this group's queue is full",
    NotHandedOn.NOBODY_THERE: "nobody of this group is signed in, or no team leader is free",
    NotHandedOn.TOO_OFTEN: "she was handed on so often that a team leader alone can have her",
    NotHandedOn.NOTE_TOO_LONG: "the note is too long",
}


async def hold(asked: Asked[Wish]) -> LiveCall:
    """The customer hears music."""
    return _do(asked, "hold", _held)


async def resume(asked: Asked[Wish]) -> LiveCall:
    """Customer and agent hear each other again."""
    return _do(asked, "resume", lambda call, agent: CallResumed(call=call.id, agent=agent))


async def transfer(asked: Asked[HandOn]) -> LiveCall:
    """She is handed on without a word between the agents."""
    return _do(asked, "transfer", lambda _, agent: _handed_on(asked, agent, TransferKind.BLIND))


async def consult(asked: Asked[HandOn]) -> LiveCall:
    """The agents talk first; she hears music."""
    return _do(asked, "consult", lambda _, agent: _handed_on(asked, agent, TransferKind.CONSULT))


async def complete(asked: Asked[Wish]) -> LiveCall:
    """Who is consulted gets her; while his phone rings, whoever answers it."""

    def fact(call: Call, _: AgentId) -> AnyFact:
        transfer = _transfer(call)
        if transfer.target is None:
            return SenderLeft(call=call.id, agent=transfer.by)
        return TransferCompleted(call=call.id, agent=transfer.target)

    return _do(asked, "complete", fact)


async def conference(asked: Asked[Wish]) -> LiveCall:
    """All three hear each other."""

    def fact(call: Call, _: AgentId) -> AnyFact:
        _transfer(call)
        return ConferenceStarted(call=call.id)

    return _do(asked, "conference", fact)


async def swap(asked: Asked[Wish]) -> LiveCall:
    """The sender changes between the customer and who is consulted."""

    def fact(call: Call, _: AgentId) -> AnyFact:
        _transfer(call)
        return ConsultSwapped(call=call.id, with_customer=call.stage is Stage.CONSULT)

    return _do(asked, "swap", fact)


async def back(asked: Asked[Wish]) -> LiveCall:
    """The transfer is given up; she is with the sender again."""
    return _do(asked, "back", lambda call, _: ConsultEnded(call=call.id, agent=_transfer(call).by))


def _do(asked: Asked[Any], verb: str, fact_of: Callable[[Call, AgentId], AnyFact]) -> LiveCall:
    """Post what is wished; a fault if the user may not, or if it cannot be done now."""
    desk = asked.office.desk
    call = desk.call(asked.call)
    if call is None:
        raise not_found("there is no such call here: it may have ended")
    asked.must(groups=[call.group], agent=call.agent)
    agent = call.agent
    why = "" if asked.is_own(agent) else reason(asked.body.why)
    if agent is None or not desk.post(fact_of(call, agent)):
        raise _not_now()
    if not asked.is_own(agent):
        asked.did(f"call.{verb}", call=call.id, agent=agent, why=why)
    return live_call(call)


def _held(call: Call, agent: AgentId) -> CallHeld:
    return CallHeld(call=call.id, agent=agent, by=HoldBy.API)


def _handed_on(asked: Asked[HandOn], agent: AgentId, kind: TransferKind) -> TransferAsked:
    body, desk = asked.body, asked.office.desk
    wish = TransferAsked(
        call=asked.call,
        agent=agent,
        kind=kind,
        to_agent=body.to_agent,
        to_group=body.to_group,
        reason=body.reason,
        note=reason(body.note, "note") if body.note.strip() else "",
    )
    posted = handed_on(desk.floor, wish, desk.now())
    refused = why_not_handed_on(desk.floor, posted, desk.now())
    if refused is not None:
        raise conflict(refused, _NOT_HANDED_ON[refused])
    return posted


def _transfer(call: Call) -> Transfer:
    if call.transfer is None:
        raise conflict("no_transfer", "no transfer is under way")
    return call.transfer


def _not_now() -> ApiFault:
    return conflict("not_now", "it cannot be done as the call stands: look at it again")


def _command(verb: str, handler: Handler, summary: str, body: type[Wish] = Wish) -> Route:
    return Route(
        method="POST",
        path=f"/calls/{{call}}/{verb}",
        right=Right.CALLS_STEER,
        handler=handler,
        summary=f"{summary}; audited",
        answer=LiveCall,
        body=body,
    )


ROUTES = (
    _command("hold", hold, "Put the customer on hold"),
    _command("resume", resume, "Take the customer off hold"),
    _command("transfer", transfer, "Hand the customer on at once", HandOn),
    _command("consult", consult, "Ask a colleague first", HandOn),
    _command("complete", complete, "Hand her on to who is consulted"),
    _command("conference", conference, "Let all three hear each other"),
    _command("swap", swap, "Change between customer and colleague"),
    _command("back", back, "Give the transfer up"),
)
