"""The routing document: what is live, what was, what would be; published and rolled back."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec

from ccbot.core.looks import Around, looks
from ccbot.core.rights import Right
from ccbot.core.routing_document import Change, RoutingDocument, changes
from ccbot.store.routing_file import RoutingFault, in_text, parse
from ccbot.store.routing_versions import (
    Draft,
    NoSuchVersionError,
    OvertakenError,
    Published,
    RoutingVersions,
    Version,
)
from ccbot.web.api.faults import conflict, not_found, unprocessable
from ccbot.web.api.table import Asked, Query, Route, reason

DOCUMENT_BYTES_MAX = 512 * 1024
VERSION_MAX = 2**31 - 1
VERSIONS_USUAL = 50
VERSIONS_MAX = 1_000
SOURCE = "yaml"
"""What line and column of a fault stand after."""

T = TypeVar("T")


class OneVersion(Published, frozen=True, kw_only=True):
    """A version with its text, and as the centre reads it."""

    yaml: str
    document: dict[str, Any]


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Versions, newest first."""

    versions: list[Published]


class Proposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document to be looked at."""

    yaml: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said of a document."""

    valid: bool
    faults: list[str] = []
    """Each with line, column and place."""
    looks: list[str] = []
    """What looks wrong, and refuses nothing."""
    changes: list[Change] = []
    """Against what is live."""


class Publication(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that is to go live."""

    yaml: str
    why: str
    after: int | None = None
    """Only if this version is still live."""


class Rollback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An earlier version that is to be live again."""

    version: Annotated[int, msgspec.Meta(ge=1, le=VERSION_MAX)]
    why: str
    after: int | None = None
    """Only if this version is still live."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between two versions, by meaning."""

    old: int
    new: int
    changes: list[Change]


async def live(asked: Asked[None]) -> OneVersion:
    """What is live, or an earlier version."""
    wanted = asked.numbers["version"]
    return _whole(await (_live(asked) if wanted is None else _version(asked, wanted)))


async def history(asked: Asked[None]) -> History:
    """All versions: who, when, why."""
    found = await RoutingVersions(asked.office.pool).history()
    return History(versions=[*found[: asked.numbers["limit"]]])


async def diff(asked: Asked[None]) -> Difference:
    """What differs between two versions; against what is live, if one is given."""
    first = asked.numbers["old"]
    if first is None:
        raise unprocessable("old: say which version, such as ?old=1")
    old = await _version(asked, first)
    wanted = asked.numbers["new"]
    new = await (_live(asked) if wanted is None else _version(asked, wanted))
    found = await asyncio.to_thread(lambda: [*changes(_document(old), _document(new))])
    return Difference(old=old.version, new=new.version, changes=found)


async def check(asked: Asked[Proposal]) -> Checked:
    """What is wrong with a document, what looks wrong, and what it would change."""
    floor = asked.office.desk.floor
    agents: dict[str, tuple[str, ...]] = {
        one.id: one.groups for one in floor.agents.values() if not one.test
    }
    around = Around(agents=agents, now=asked.office.desk.now())
    return await asyncio.to_thread(_checked, asked.body.yaml, floor.routing, around)


async def publish(asked: Asked[Publication]) -> Published:
    """The document goes live within a second."""
    body, why = asked.body, reason(asked.body.why)
    document = await _valid(lambda: parse(body.yaml, SOURCE))
    draft = Draft(yaml=body.yaml, document=document, who=asked.user.name, why=why)
    return await _go_live(asked, draft, body.after)


async def rollback(asked: Asked[Rollback]) -> Published:
    """An earlier version goes live again, as a new one."""
    body, why = asked.body, reason(asked.body.why)
    version = await _version(asked, body.version)
    document = await _valid(lambda: parse(version.yaml, f"version {version.version}"))
    draft = Draft(
        yaml=version.yaml,
        document=document,
        who=asked.user.name,
        why=why,
        rollback_to=version.version,
    )
    return await _go_live(asked, draft, body.after)


async def _go_live(asked: Asked[Any], draft: Draft, after: int | None) -> Published:
    versions = RoutingVersions(asked.office.pool)
    now = await versions.live()
    if now is not None and now.yaml == draft.yaml:
        raise conflict("nothing_to_publish", f"this is version {now.version}, which is live")
    before = now.version if now else 0
    if after not in {None, before}:
        raise conflict("overtaken", str(OvertakenError(before)))
    try:
        made = await versions.publish(draft, after=before)
    except OvertakenError as problem:
        raise conflict("overtaken", str(problem)) from None
    return Published(**{name: getattr(made, name) for name in Published.__struct_fields__})


async def _live(asked: Asked[Any]) -> Version:
    found = await RoutingVersions(asked.office.pool).live()
    if found is None:
        raise not_found("nothing was published yet")
    return found


async def _version(asked: Asked[Any], number: int) -> Version:
    try:
        return await RoutingVersions(asked.office.pool).get(number)
    except NoSuchVersionError as problem:
        raise not_found(str(problem)) from None


def _document(version: Version) -> RoutingDocument:
    try:
        return version.document()
    except msgspec.ValidationError as problem:
        line = f"version {version.version} cannot be read by this ccbot: {problem}"
        raise conflict("unreadable", line) from None


async def _valid(read: Callable[[], T]) -> T:
    """Read in a thread: a large document takes a while, and calls come first."""
    try:
        return await asyncio.to_thread(read)
    except RoutingFault as fault:
        raise unprocessable(str(fault).replace("\n", "; ")) from None


def _checked(yaml: str, live: RoutingDocument, around: Around) -> Checked:
    try:
        document = parse(yaml, SOURCE)
    except RoutingFault as fault:
        return Checked(valid=False, faults=str(fault).split("\n"))
    placed = in_text(yaml, SOURCE)
    return Checked(
        valid=True,
        looks=placed([*looks(document, around)]),
        changes=[*changes(live, document)],
    )


def _whole(version: Version) -> OneVersion:
    return OneVersion(
        version=version.version,
        at=version.at,
        who=version.who,
        why=version.why,
        rollback_to=version.rollback_to,
        yaml=version.yaml,
        document=msgspec.json.decode(version.json),
    )


_VERSION = Query(name="version", help="an earlier version; else what is live")

ROUTES = (
    Route(
        method="GET",
        path="/routing",
        right=Right.ROUTING_READ,
        handler=live,
        summary="The routing document that is live, or an earlier version",
        answer=OneVersion,
        query=(_VERSION,),
    ),
    Route(
        method="GET",
        path="/routing/history",
        right=Right.ROUTING_READ,
        handler=history,
        summary="All versions: who, when, why",
        answer=History,
        query=(
            Query(name="limit", help="so many at most", most=VERSIONS_MAX, usual=VERSIONS_USUAL),
        ),
    ),
    Route(
        method="GET",
        path="/routing/diff",
        right=Right.ROUTING_READ,
        handler=diff,
        summary="What differs between two versions",
        answer=Difference,
        query=(
            Query(name="old", help="a version; must be given"),
            Query(name="new", help="another; else what is live"),
        ),
    ),
    Route(
        method="POST",
        path="/routing/check",
        right=Right.ROUTING_READ,
        handler=check,
        summary="What is wrong with a document, and what it would change",
        answer=Checked,
        body=Proposal,
        body_bytes_max=DOCUMENT_BYTES_MAX,
    ),
    Route(
        method="POST",
        path="/routing/publish",
        right=Right.ROUTING_PUBLISH,
        handler=publish,
        summary="Make a document live; audited",
        answer=Published,
        body=Publication,
        body_bytes_max=DOCUMENT_BYTES_MAX,
    ),
    Route(
        method="POST",
        path="/routing/rollback",
        right=Right.ROUTING_PUBLISH,
        handler=rollback,
        summary="Make an earlier version live again; audited",
        answer=Published,
        body=Rollback,
    ),
)
