"""Brings a database to the present schema: plain SQL under ``migrations/``, run by dbmate."""

import asyncio
import shutil
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ccbot.embedded.process import StartFault
from ccbot.settings import PROJECT

MIGRATE_S_MAX = 300.0


async def migrate(database_url: str) -> str:
    """Apply what is missing; what dbmate said. ``StartFault`` if it failed."""
    argv = [
        _program(),
        *("--migrations-dir", str(PROJECT / "migrations")),
        *("--no-dump-schema", "--url", _url(database_url), "migrate"),
    ]
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(MIGRATE_S_MAX):
        output, _ = await process.communicate()
    said = output.decode(errors="replace").strip()
    if process.returncode != 0:
        raise StartFault(f"the migration failed: {said.splitlines()[-1] if said else 'no word'}")
    return said


def _program() -> str:
    beside = Path(sys.executable).with_name("dbmate")
    found = str(beside) if beside.exists() else shutil.which("dbmate")
    if found is None:
        raise StartFault("dbmate is not installed: run script/setup")
    return found


def _url(database_url: str) -> str:
    """The same database for dbmate, which names a socket's folder in another word."""
    parts = urlsplit(database_url)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", None)
    if host is not None:
        query["socket"] = host
    query.setdefault("sslmode", "disable")
    return urlunsplit(parts._replace(query=urlencode(query)))
