"""Looks at which phones are registered: Asterisk's own database, and its log."""

import re
import socket
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from ccbot.doctor.telephony import Contact, Phones

LOG_BYTES_MAX = 256 * 1024
"""So much of the log's end is read."""
LATELY = timedelta(minutes=10)
"""A phone that is turned away tries again well within this time."""

_TURNED_AWAY = re.compile(
    r"^\[([-0-9]+ [:0-9]+)\.\d+\] WARNING.* AOR '.*' not found for endpoint 'trunk' \((.+):\d+\)$",
    re.MULTILINE,
)


class _Registration(msgspec.Struct):
    endpoint: str = ""
    uri: str = ""
    expiration_time: str = "0"


def phones(home: Path, now: datetime) -> Phones | None:
    """The phones of the centre's own Asterisk; None if its database cannot be read."""
    base = home / "asterisk"
    registered = _registered(base / "lib" / "astdb.sqlite3", now)
    if registered is None:
        return None
    log = _end_of(base / "log" / "messages.log")
    return Phones(registered=registered, turned_away=turned_away(log, now))


def _registered(path: Path, now: datetime) -> tuple[Contact, ...] | None:
    if not path.is_file():
        return None
    query = "select value from astdb where key like '/registrar/contact/%'"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            values = [value for (value,) in database.execute(query)]
        rows = [msgspec.json.decode(value, type=_Registration) for value in values]
    except (sqlite3.Error, msgspec.DecodeError):
        return None
    return tuple(
        Contact(row.endpoint, address)
        for row in rows
        if float(row.expiration_time) > now.timestamp() and (address := address_in(row.uri))
    )


def turned_away(log: str, now: datetime) -> tuple[str, ...]:
    """Where phones wanted to register lately and were taken for a trunk; each address once."""
    addresses = [
        address.strip("[]")
        for at, address in _TURNED_AWAY.findall(log)
        if now - datetime.fromisoformat(at).astimezone() < LATELY
    ]
    return tuple(dict.fromkeys(addresses))


def _end_of(path: Path) -> str:
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - LOG_BYTES_MAX))
            return log.read().decode(errors="replace")
    except OSError:
        return ""


def address_in(uri: str) -> str:
    """The address in ``sip:p-1001@192.0.2.7:5060;transport=…``; empty if it holds a name."""
    host = uri.partition(";")[0].rpartition("@")[2].removeprefix("sip:")
    host = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except OSError:
        return ""
    return host
