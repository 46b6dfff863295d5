"""Asks the parts of a centre how they are: ccbot, Asterisk, Postgres."""

import re
from pathlib import Path
from typing import NamedTuple

import aiohttp
import asyncpg
import msgspec

from ccbot.ari.client import Ari
from ccbot.ari.errors import AriError, OutcomeUnknown
from ccbot.ari.transport import HttpTransport
from ccbot.clock import Clock
from ccbot.core.routing_document import RoutingDocument
from ccbot.doctor.service import Database, Service
from ccbot.embedded import asterisk, centre_file
from ccbot.embedded.centre_file import CentreFile
from ccbot.embedded.parts import own_ari_port
from ccbot.settings import Settings
from ccbot.store.pool import AWAY, Connection, connect
from ccbot.store.sql import sql
from ccbot.web.health import Readiness

ANSWER_S_MAX = 3.0


class Centre(NamedTuple):
    """Where the parts of the centre are; empty where nobody said."""

    ari_url: str
    database_url: str
    web_url: str
    expected: bool
    """Somebody started it, and has not stopped it."""


def where(settings: Settings) -> Centre:
    """As the running centre tells, else as the settings do."""
    told = _told(settings.home)
    if told is not None and _runs(told.pid):
        return Centre(told.ari_url, told.database_url, told.web_url, expected=True)
    ari_url = settings.ari_url
    port = own_ari_port(settings) if ari_url else None
    if port is not None:
        started = (settings.home / "secrets.json").exists()
        ari_url = asterisk.own_url(settings.home, port) if started else ""
    return Centre(ari_url, settings.database_url, f"http://{settings.web_bind}", expected=False)


def _told(home: Path) -> CentreFile | None:
    try:
        return centre_file.read(home)
    except (OSError, msgspec.DecodeError):
        return None


def _runs(pid: int) -> bool:
    """Whether that process is a centre; what was killed leaves its file behind."""
    try:
        return b"ccbot" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


async def service(centre: Centre) -> Service:
    """What ccbot tells of itself over HTTP."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_S_MAX)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            ready = await _get(session, f"{centre.web_url}/readyz")
            numbers = await _get(session, f"{centre.web_url}/metrics")
        state = msgspec.json.decode(ready, type=Readiness)
    except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError):
        return Service(alive=False, expected=centre.expected)
    backlog = _number(numbers, "ccbot_outbox_facts")
    return Service(
        alive=True,
        expected=centre.expected,
        ready=state.ready,
        degraded=tuple(f"{one.what}: {one.why}" for one in state.degraded),
        backlog=None if backlog is None else int(backlog),
        lag_s=_number(numbers, "ccbot_outbox_lag_seconds"),
        refused=int(_number(numbers, "ccbot_facts_refused") or 0),
        lost=int(_number(numbers, "ccbot_facts_lost") or 0),
    )


async def _get(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as reply:
        return await reply.text()


def _number(metrics: str, name: str) -> float | None:
    found = re.search(rf"^{name} (\S+)$", metrics, re.MULTILINE)
    return float(found[1]) if found else None


async def running_asterisk(centre: Centre) -> tuple[str, set[str]] | None:
    """Version and running modules of the Asterisk; None if it does not answer."""
    if not centre.ari_url:
        return None
    try:
        async with HttpTransport(centre.ari_url) as transport:
            ari = Ari(transport)
            about = await ari.asterisk.get_info()
            modules = await ari.asterisk.list_modules()
    except (AriError, OutcomeUnknown, ValueError):
        return None
    version = about.system.version if about.system else ""
    return version, {one.name for one in modules if one.status == "Running"}


async def database(centre: Centre, clock: Clock) -> tuple[Database, float | None]:
    """Postgres, and how much its clock is ahead of ours in seconds."""
    if not centre.database_url:
        return Database(known=False), None
    try:
        connected = await connect(centre.database_url)
        try:
            asked = clock.now()
            its = await connected.fetchval(sql("clock"))
            apart_s = (its - (asked + (clock.now() - asked) / 2)).total_seconds()
            applied, live = await _applied(connected), await _live(connected)
        finally:
            await connected.close()
    except (*AWAY, ValueError) as problem:
        why = " ".join(str(problem).split()) or type(problem).__name__
        return Database(known=True, problem=why), None
    return Database(known=True, applied=applied, live=live), apart_s


async def _applied(connected: Connection) -> frozenset[str]:
    try:
        rows = await connected.fetch(sql("schema_versions"))
    except asyncpg.UndefinedTableError:
        return frozenset()
    return frozenset(row["version"] for row in rows)


async def _live(connected: Connection) -> RoutingDocument | None:
    try:
        row = await connected.fetchrow(sql("live_routing"))
        return None if row is None else msgspec.json.decode(row["document"], type=RoutingDocument)
    except (asyncpg.UndefinedTableError, msgspec.MsgspecError):
        return None
