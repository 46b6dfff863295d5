"""Calls that are here, and calls of the log; numbers masked but where somebody asks for one."""

from contextlib import aclosing
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from ccbot.core.calls import Call, Stage
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.kinds import TransferKind, TransferReason
from ccbot.core.masking import mask
from ccbot.core.rights import Right, Scope
from ccbot.core.transfers import Transfer
from ccbot.core.why import Moment, Story
from ccbot.store.pool import connection
from ccbot.store.sql import sql
from ccbot.store.told import journal_of
from ccbot.web.api.faults import conflict, not_found
from ccbot.web.api.table import CALL_ID, Asked, Query, Route, Words, reason

CALLS_MAX = 500
CALLS_USUAL = 100


class TransferNow(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer that is under way."""

    by: AgentId
    kind: TransferKind
    to_agent: AgentId | None
    to_group: GroupKey | None
    target: AgentId | None
    """Who has answered."""
    three: bool
    """All three hear each other."""
    reason: TransferReason | None


class LiveCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call that is here now."""

    call_id: CallId
    stage: Stage
    entered_at: datetime
    dialled_number: str
    caller_masked: str
    language: str | None
    group: GroupKey | None
    agent: AgentId | None
    """Who owns the talk."""
    transfer: TransferNow | None
    waiting_since: datetime | None
    talk_started_at: datetime | None
    vip: bool
    test: bool


class LiveCalls(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of the user's groups."""

    calls: list[LiveCall]
    """Whoever came first is first."""
    total: int
    """How many there are, those left out included."""


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``call_segments``."""

    seq: int
    kind: str
    started_at: datetime
    ended_at: datetime
    group_key: str | None
    agent: str | None
    ended_by: str


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of ``call_log``, newest first."""

    calls: list[dict[str, Any]]


class OneCall(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call: as it stands, or, once it has ended, its row of ``call_log``."""

    live: LiveCall | None = None
    logged: dict[str, Any] | None = None
    segments: list[Segment] = []


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's full number."""

    call_id: CallId
    caller: str


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Who could be asked for her at each moment, and why it was this agent."""

    call_id: CallId
    moments: list[Moment]


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why somebody wants to know."""

    why: str


async def live_calls(asked: Asked[None]) -> LiveCalls:
    """The calls that are here now."""
    group = asked.words["group"]
    found = [
        call
        for call in asked.office.desk.floor.calls.values()
        if asked.may(groups=[call.group], agent=call.agent) and group in {None, call.group}
    ]
    found.sort(key=lambda call: (call.entered_at, call.id))
    return LiveCalls(
        calls=[live_call(call) for call in found[: asked.numbers["limit"]]], total=len(found)
    )


async def one_call(asked: Asked[None]) -> OneCall:
    """A call that is here, or of the log."""
    call = asked.office.desk.call(asked.call)
    if call is not None:
        asked.must(groups=[call.group], agent=call.agent)
        return OneCall(live=live_call(call))
    async with connection(asked.office.pool) as connected:
        row = await connected.fetchrow(sql("get_call"), asked.call)
        segments = await connected.fetch(sql("get_segments"), asked.call)
    logged = _mine(asked, row)
    return OneCall(logged=dict(logged), segments=[_segment(one) for one in segments])


async def log(asked: Asked[None]) -> Log:
    """Calls of the user's groups that have ended; those of no group are the manager's."""
    everything = asked.holder.scope(asked.right) is Scope.ALL
    async with connection(asked.office.pool) as connected:
        rows = await connected.fetch(
            sql("page_of_calls"),
            None if everything else [*asked.holder.groups],
            None if everything else asked.holder.agent,
            asked.words["before"],
            asked.numbers["limit"],
        )
    return Log(calls=[dict(row) for row in rows])


async def why(asked: Asked[None]) -> Why:
    """Why it was this agent: ``calls why`` as JSON."""
    story = Story(asked.call)
    call = asked.office.desk.call(asked.call)
    async with connection(asked.office.pool) as connected:
        if call is not None:
            asked.must(groups=[call.group], agent=call.agent)
        else:
            _mine(asked, await connected.fetchrow(sql("get_call"), asked.call))
        try:
            async with aclosing(journal_of(connected, asked.call)) as journal:
                async for stamped in journal:
                    story.take(stamped)
        except msgspec.MsgspecError:
            line = "a newer ccbot wrote into the journal: ask that one"
            raise conflict("newer_journal", line) from None
    if story.entered is None or story.replay.floor is None:
        raise conflict("not_told", "the journal does not tell of it, or not yet: ask again")
    return Why(call_id=asked.call, moments=story.moments)


async def number(asked: Asked[Reason]) -> Number:
    """The customer's full number; who asked, and why, goes on the audit trail."""
    wanted = reason(asked.body.why)
    call = asked.office.desk.call(asked.call)
    if call is not None:
        asked.must(groups=[call.group], agent=call.agent)
        caller = call.caller
    else:
        async with connection(asked.office.pool) as connected:
            _mine(asked, await connected.fetchrow(sql("get_call"), asked.call))
            caller = await connected.fetchval(sql("number_of_call"), asked.call)
    if not caller:
        raise conflict("withheld", "the customer's number was withheld")
    asked.did("number.read", call=asked.call, why=wanted)
    return Number(call_id=asked.call, caller=caller)


def _mine(asked: Asked[Any], row: asyncpg.Record | None) -> asyncpg.Record:
    """The row of the log, if the user may see it."""
    if row is None:
        raise not_found("there is no such call: one that has just ended is there in two seconds")
    agents = row["agents"] or [None]
    groups = [row["entry_group"], row["last_group"]]
    if not any(asked.may(groups=groups, agent=agent) for agent in agents):
        asked.must(groups=groups)
    return row


def live_call(call: Call) -> LiveCall:
    """The call as it stands."""
    return LiveCall(
        call_id=call.id,
        stage=call.stage,
        entered_at=call.entered_at,
        dialled_number=call.dialled_number,
        caller_masked=mask(call.caller),
        language=call.language,
        group=call.group,
        agent=call.agent,
        transfer=_transfer(call.transfer) if call.transfer else None,
        waiting_since=call.waiting_since,
        talk_started_at=call.talk_started_at,
        vip=call.vip,
        test=call.test,
    )


def _transfer(transfer: Transfer) -> TransferNow:
    return TransferNow(**{name: getattr(transfer, name) for name in TransferNow.__struct_fields__})


def _segment(row: asyncpg.Record) -> Segment:
    return Segment(**{name: row[name] for name in Segment.__struct_fields__})


ROUTES = (
    Route(
        method="GET",
        path="/calls",
        right=Right.CALLS_READ,
        handler=live_calls,
        summary="The calls that are here now",
        answer=LiveCalls,
        query=(
            Query(name="limit", help="so many at most", most=CALLS_MAX, usual=CALLS_USUAL),
            Words(name="group", help="a group's key", pattern=r"[a-z0-9_-]{1,64}"),
        ),
    ),
    Route(
        method="GET",
        path="/calls/{call}",
        right=Right.CALLS_READ,
        handler=one_call,
        summary="One call, as it stands or from the log",
        answer=OneCall,
    ),
    Route(
        method="GET",
        path="/log",
        right=Right.CALLS_READ,
        handler=log,
        summary="Calls that have ended, newest first",
        answer=Log,
        query=(
            Query(name="limit", help="so many at most", most=CALLS_MAX, usual=CALLS_USUAL),
            Words(name="before", help="a call: those that came before it", pattern=CALL_ID),
        ),
    ),
    Route(
        method="GET",
        path="/calls/{call}/why",
        right=Right.CALLS_READ,
        handler=why,
        summary="Why it was this agent",
        answer=Why,
    ),
    Route(
        method="POST",
        path="/calls/{call}/number",
        right=Right.NUMBERS_READ,
        handler=number,
        summary="The customer's full number; audited",
        answer=Number,
        body=Reason,
    ),
)
