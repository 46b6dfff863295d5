"""Brings a database to the present schema: plain SQL under ``migrations/``, run by dbmate."""

import ipaddress
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ccbot.embedded.process import StartFault, output_of
from ccbot.settings import PROJECT

MIGRATE_S_MAX = 300.0


async def migrate(database_url: str) -> str:
    """Apply what is missing; what dbmate said. ``StartFault`` if it failed."""
    folder = str(PROJECT / "migrations")
    argv = [_program(), "--migrations-dir", folder, "--no-dump-schema", "migrate"]
    # The URL holds a password: everybody can read a command line, nobody else's environment.
    environment = {**os.environ, "DATABASE_URL": _url(database_url)}
    try:
        status, said = await output_of(argv, environment=environment, within_s=MIGRATE_S_MAX)
    except TimeoutError:
        raise StartFault(
            f"the migration took longer than {MIGRATE_S_MAX:.0f} s and was ended"
        ) from None
    if status != 0:
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
    host = query.get("host", parts.hostname or "")
    if host.startswith("/"):
        query["socket"] = query.pop("host")
    if _is_here(host):
        query.setdefault("sslmode", "disable")
    return urlunsplit(parts._replace(query=urlencode(query)))


def _is_here(host: str) -> bool:
    """Whether it is reached by a Unix socket or over loopback: no wire, nothing to encrypt."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
