"""``recordings list|export|verify|purge``: what was recorded, and what becomes of it."""

import argparse
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ccbot.cli.database import read_settings, with_database
from ccbot.cli.days import past_day
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.routing import live_document
from ccbot.cli.tables import print_json, print_table
from ccbot.cli.who import one_line, who_types
from ccbot.clock import SystemClock
from ccbot.core.ids import CallId
from ccbot.recordings.purge import Swept, sweep
from ccbot.recordings.sealer import read_back
from ccbot.recordings.shelf import NoKeyError, Shelf
from ccbot.recordings.vault import Broken, Vault
from ccbot.recordings.verify import Finding, findings
from ccbot.settings import Settings
from ccbot.store.pool import Pool
from ccbot.store.recordings import LIST_MAX, Kept, Recordings, Search

LIST_ROWS = 50
LIST_ROWS_MAX = 10_000


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``recordings`` to the command line."""
    parser = commands.add_parser("recordings", help="recordings of talks")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="list recordings, newest first")
    listed.add_argument("--call", metavar="CALL", help="of this call_id")
    listed.add_argument("--agent", metavar="NUMBER", help="of this agent")
    listed.add_argument("--day", metavar="DAY", help="of this day, such as 2026-11-30, or today")
    listed.add_argument("--limit", type=int, default=LIST_ROWS, metavar="N", help="how many (50)")
    listed.set_defaults(handler=_list)
    exported = actions.add_parser("export", help="write one as a WAV file; it is audited")
    exported.add_argument("call", metavar="CALL", help="its call_id")
    exported.add_argument("--reason", metavar="TEXT", help="why: it is kept in the audit trail")
    exported.add_argument("--out", metavar="FILE", help="where (CALL.wav)")
    exported.add_argument("--by", metavar="NAME", help="who asks (the system's user)")
    exported.set_defaults(handler=_export)
    verified = actions.add_parser("verify", help="say whether all are there and whole")
    verified.add_argument("call", nargs="?", metavar="CALL", help="this one alone")
    verified.set_defaults(handler=_verify)
    purged = actions.add_parser("purge", help="delete those that were kept for long enough")
    purged.add_argument("--dry-run", action="store_true", help="only say which")
    purged.set_defaults(handler=_purge)
    for action in (listed, verified, purged):
        action.add_argument("--json", action="store_true", help="print JSON")


def _list(arguments: argparse.Namespace) -> int:
    if not 1 <= arguments.limit <= LIST_ROWS_MAX:
        raise UsageFault(f"--limit {arguments.limit}: must lie between 1 and {LIST_ROWS_MAX}")
    settings, limit = read_settings(), arguments.limit
    search = _search(arguments, settings)
    found = with_database(settings, lambda pool: Recordings(pool).found(search, limit))
    if arguments.json:
        print_json(found)
    elif found:
        head = ("call", "began (UTC)", "length", "sides", "caller", "agents", "class", "kept until")
        print_table(head, [_line(one) for one in found])
    else:
        print("no recordings")
    return 0


def _search(arguments: argparse.Namespace, settings: Settings) -> Search:
    since = until = None
    if arguments.day is not None:
        time_zone = live_document(settings).time_zone
        day, zone = past_day(arguments.day, SystemClock().now(), time_zone), ZoneInfo(time_zone)
        since = datetime.combine(day, time(), zone)
        until = datetime.combine(day + timedelta(days=1), time(), zone)
    if arguments.agent is not None and not re.fullmatch(r"[0-9]{3,6}", arguments.agent):
        raise UsageFault(f"--agent {arguments.agent}: a number of 3 to 6 digits, such as 1001")
    return Search(call=arguments.call, agent=arguments.agent, since=since, until=until)


def _line(one: Kept) -> tuple[str, ...]:
    kept = f"{one.keep_until:%Y-%m-%d}"
    if one.deleted_at is not None:
        kept = f"deleted {one.deleted_at:%Y-%m-%d} by {one.deleted_by}: {one.deleted_why}"
    return (
        one.call_id,
        f"{one.began_at:%Y-%m-%d %H:%M:%S}",
        f"{one.seconds:.0f} s",
        one.sides,
        one.caller_masked,
        " ".join(one.agents),
        one.class_,
        kept,
    )


def _export(arguments: argparse.Namespace) -> int:
    if not arguments.reason:
        raise UsageFault("--reason: say why you need it; it is kept in the audit trail")
    why, who = one_line(arguments.reason, "--reason"), who_types(arguments.by)
    out = Path(arguments.out or f"{arguments.call}.wav")
    _check_free(out)
    settings = read_settings()
    shelf, vault = _shelf(settings.home)

    async def hand_out(pool: Pool) -> Kept:
        rows = Recordings(pool)
        one = _one(await rows.found(Search(call=arguments.call), 1), arguments.call)
        await rows.handed_out(one.call_id, who, why)
        return one

    one = with_database(settings, hand_out)
    _write(shelf, vault, one, out)
    print(f"{out}: {one.seconds:.0f} s, {one.sides}")
    return 0


def _check_free(out: Path) -> None:
    """Before anything is put down: whether the file can be there."""
    try:
        if out.exists():
            raise UsageFault(f"--out {out}: is there already; name another file")
        if not out.parent.is_dir():
            raise UsageFault(f"--out {out}: there is no directory {out.parent}")
    except OSError as problem:
        raise UsageFault(f"--out {out}: {problem.strerror}") from None


def _one(found: tuple[Kept, ...], call: str) -> Kept:
    if not found:
        raise Fault(f"there is no recording of {call}: `recordings list` shows them")
    [one] = found
    if one.deleted_at is not None:
        raise Fault(
            f"the recording of {call} was deleted at {one.deleted_at:%Y-%m-%d %H:%M} UTC"
            f" by {one.deleted_by}: {one.deleted_why}"
        )
    return one


def _write(shelf: Shelf, vault: Vault, one: Kept, out: Path) -> None:
    try:
        if read_back(vault, shelf.path(one.file), one.call_id) != one.sha256:
            raise Fault(f"the recording of {one.call_id} is not what was sealed: see `verify`")
        _write_whole(vault.open(shelf.path(one.file), one.call_id), out)
    except (Broken, OSError) as problem:
        raise Fault(f"the recording of {one.call_id} cannot be written: {problem}") from None


def _write_whole(pieces: Iterator[bytes], out: Path) -> None:
    """All of it, or no file; only its owner can read it."""
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
    except BaseException:
        out.unlink()
        raise


def _verify(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    shelf, vault = _shelf(settings.home)
    only = None if arguments.call is None else CallId(arguments.call)

    async def look(pool: Pool) -> tuple[int, list[Finding]]:
        rows = Recordings(pool)
        marks = [one for one in await rows.marks() if only in {None, one.call_id}]
        if only is not None and not marks:
            raise Fault(f"there is no recording of {only}: `recordings list` shows them")
        looked = findings(shelf, vault, rows, SystemClock(), only)
        return len(marks), await _all(looked)

    recordings, found = with_database(settings, look)
    if arguments.json:
        print_json({"recordings": recordings, "findings": found})
    else:
        for one in found:
            print(f"{one.what}: {one.says}")
        print(f"{recordings} recordings, {len(found)} faults")
    return 1 if found else 0


async def _all(looked: AsyncIterator[Finding]) -> list[Finding]:
    return [one async for one in looked]


def _purge(arguments: argparse.Namespace) -> int:
    settings, clock = read_settings(), SystemClock()
    shelf = Shelf(settings.home)

    async def delete(pool: Pool) -> Swept:
        rows = Recordings(pool)
        if arguments.dry_run:
            return Swept(await rows.due(clock.now(), LIST_MAX), [])
        return await sweep(shelf, rows, clock)

    gone, faults = with_database(settings, delete)
    for fault in faults:
        print(f"ccbot: {fault}", file=sys.stderr)
    if arguments.json:
        print_json(gone)
    else:
        for one in gone:
            print(f"{one.call_id}: kept for {one.kept_days} days as {one.class_}")
        print(f"{len(gone)} recordings {'would be' if arguments.dry_run else 'were'} deleted")
    return 1 if faults else 0


def _shelf(home: Path) -> tuple[Shelf, Vault]:
    shelf = Shelf(home)
    try:
        return shelf, shelf.vault()
    except NoKeyError as problem:
        raise Fault(str(problem)) from None
