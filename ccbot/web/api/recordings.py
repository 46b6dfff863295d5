"""Recordings of one's own groups: which there are, and how they sound (制度 1-9.6)."""

import asyncio
from datetime import datetime

import msgspec

from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.rights import Right, Scope
from ccbot.store.pool import connection
from ccbot.store.sql import sql
from ccbot.web.api.faults import conflict, not_found
from ccbot.web.api.sound import Sound, Unplayable
from ccbot.web.api.table import CALL_ID, Asked, Query, Route, Words, reason

RECORDINGS_MAX = 500
RECORDINGS_USUAL = 50


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``recordings``; one that was deleted says when, and why."""

    call_id: CallId
    began_at: datetime
    seconds: float
    sides: str
    agents: list[AgentId]
    groups: list[GroupKey]
    caller_masked: str
    class_: str = msgspec.field(name="class")
    keep_until: datetime
    deleted_at: datetime | None
    deleted_why: str | None


class RecordingsPage(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; ``before`` the last one's ``call_id`` goes on from here."""

    recordings: list[Recording]


class Listen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What for."""

    why: str


async def recordings(asked: Asked[None]) -> RecordingsPage:
    """Those of the user's groups."""
    everything = asked.holder.scope(asked.right) is Scope.ALL
    async with connection(asked.office.pool) as connected:
        rows = await connected.fetch(
            sql("page_of_recordings"),
            None if everything else [*asked.holder.groups],
            asked.words["agent"],
            asked.words["before"],
            asked.numbers["limit"],
        )
    names = [field.encode_name for field in msgspec.structs.fields(Recording)]
    found = [{name: row[name] for name in names} for row in rows]
    return RecordingsPage(recordings=msgspec.convert(found, list[Recording]))


async def sound(asked: Asked[Listen]) -> Sound:
    """The WAV file; who heard it, and why, is on the audit trail before it leaves."""
    why = reason(asked.body.why)
    async with connection(asked.office.pool) as connected:
        row = await connected.fetchrow(sql("recording_of_call"), asked.call)
    if row is None:
        raise not_found("there is no recording of this call, or it is not sealed yet")
    asked.must(groups=row["groups"])
    if row["deleted_at"] is not None:
        raise conflict("deleted", f"it was deleted: {row['deleted_why']}")
    place, digest = row["file"], row["sha256"]
    try:
        pieces = await asyncio.to_thread(asked.office.tapes.open, asked.call, place, digest)
    except Unplayable as problem:
        raise conflict("unplayable", f"{problem}: see `recordings verify`") from None
    asked.did("recording.play", call=asked.call, why=why)
    return Sound(name=f"{asked.call}.wav", size=row["bytes"], pieces=pieces)


ROUTES = (
    Route(
        method="GET",
        path="/recordings",
        right=Right.RECORDINGS_READ,
        handler=recordings,
        summary="Which recordings there are",
        answer=RecordingsPage,
        query=(
            Query(
                name="limit", help="so many at most", most=RECORDINGS_MAX, usual=RECORDINGS_USUAL
            ),
            Words(name="agent", help="an agent's number, such as 1001", pattern=r"[0-9]{3,6}"),
            Words(name="before", help="a call: recordings before its own", pattern=CALL_ID),
        ),
    ),
    Route(
        method="POST",
        path="/recordings/{call}/sound",
        right=Right.RECORDINGS_PLAY,
        handler=sound,
        summary="One recording as a WAV file; audited",
        answer=Sound,
        body=Listen,
    ),
)
