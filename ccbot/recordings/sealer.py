"""Sealing: what Asterisk wrote of a call becomes one encrypted file and one row.

It is done when the call is over and in the log. Everything that it needs is in the spool and in
the journal, so after a crash, or while Postgres was away, it is simply done later. The plain files
go last, once the sealed one was read back.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import structlog

from ccbot.core.facts import Stamped
from ccbot.core.ids import CallId
from ccbot.core.kinds import Sides
from ccbot.core.records.recordings import Taped, kept_days, taped
from ccbot.core.routing_document import RoutingDocument
from ccbot.core.tapes import file_names
from ccbot.recordings.shelf import NoKeyError, Shelf
from ccbot.recordings.vault import Broken, Vault
from ccbot.recordings.wav import RATE_HZ, Stretch, TimeLine
from ccbot.store.pool import AWAY
from ccbot.store.recordings import Recordings, Sealed

log = structlog.get_logger()

SEAL_S = 2.0
"""How often the spool is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A sealed file."""

    bytes: int
    sha256: str


class Sealer:
    """Seals the recordings of one centre."""

    def __init__(
        self,
        shelf: Shelf,
        rows: Recordings,
        *,
        is_live: Callable[[CallId], bool],
        routing: Callable[[], RoutingDocument],
    ) -> None:
        self._shelf = shelf
        self._rows = rows
        self._is_live = is_live
        self._routing = routing
        self._refused: set[CallId] = set()
        """Those that failed for a reason of their own: tried again after the next start."""
        self._fault = ""

    @property
    def fault(self) -> str:
        """Why nothing is sealed now; empty while all is well."""
        return self._fault

    async def run(self) -> NoReturn:
        """Look after the spool for ever; whatever fails, calls go on."""
        while True:
            await self.look()
            await asyncio.sleep(SEAL_S)

    async def look(self) -> None:
        """Seal what lies in the spool, as far as it can be."""
        try:
            vault, tapes = self._shelf.vault(make=True), self._shelf.tapes()
        except (NoKeyError, OSError) as problem:
            if self._fault != str(problem):
                log.warning("recordings are not sealed", why=str(problem))
            self._fault = str(problem)
            return
        self._fault = ""
        for call, files in tapes.items():
            if not self._is_live(call) and call not in self._refused:
                await self._try(vault, call, files)

    async def _try(self, vault: Vault, call: CallId, files: list[Path]) -> None:
        try:
            await self.seal(vault, call, files)
        except AWAY as problem:  # a full disk, too: later there is room
            log.warning("a recording is not sealed yet", call_id=call, problem=str(problem))
        except Exception:
            log.exception("a recording cannot be sealed", call_id=call)
            self._refused.add(call)

    async def seal(self, vault: Vault, call: CallId, files: list[Path]) -> None:
        """Seal what was recorded of this call, if its row is there."""
        ended_at, is_sealed = await self._rows.ended(call)
        if ended_at is None:
            return
        if not is_sealed:
            facts = await self._rows.facts(call)
            await self._rows.add(await self._sealed(vault, taped(facts), facts, ended_at))
        for file in files:
            file.unlink(missing_ok=True)

    async def _sealed(
        self, vault: Vault, told: Taped, facts: Sequence[Stamped], ended_at: datetime
    ) -> Sealed:
        origin = told.parts[0].begun_at if told.parts else facts[0].at
        line = time_line(self._shelf, told, origin)
        place = self._shelf.place(told.call_id, origin)
        path = self._shelf.path(place)
        written = await asyncio.to_thread(write, vault, path, told.call_id, line)
        document = self._routing()
        class_of = {one: document.group(one).retention for one in told.groups}
        kept_as, days = kept_days(told, document.recording.retention_days, class_of)
        return Sealed(
            call_id=told.call_id,
            began_at=origin,
            seconds=line.seconds,
            sides=Sides.MIXED if line.channels == 1 else Sides.TWO_SIDES,
            agents=told.agents,
            groups=told.groups,
            class_=kept_as,
            kept_days=days,
            keep_until=ended_at + timedelta(days=days),
            file=place,
            bytes=written.bytes,
            sha256=written.sha256,
        )


def time_line(shelf: Shelf, told: Taped, origin: datetime) -> TimeLine:
    """Every part at its place, and the pauses."""

    def place(moment: datetime) -> int:
        return max(0, round((moment - origin).total_seconds() * RATE_HZ))

    return TimeLine(
        stretches=tuple(
            Stretch(
                at=place(part.begun_at),
                files=tuple(map(shelf.tape, file_names(part.name, part.sides))),
            )
            for part in told.parts
        ),
        silences=tuple(
            (place(since), None if until is None else place(until)) for since, until in told.pauses
        ),
        channels=2 if any(part.sides is Sides.TWO_SIDES for part in told.parts) else 1,
    )


def write(vault: Vault, path: Path, call: CallId, line: TimeLine) -> Written:
    """Seal the time line, and read it back."""
    digest, length = hashlib.sha256(), 0

    def counted() -> Iterator[bytes]:
        nonlocal length
        for piece in line.pieces():
            digest.update(piece)
            length += len(piece)
            yield piece

    vault.seal(path, call, counted())
    if read_back(vault, path, call) != digest.hexdigest():
        raise Broken("what was sealed reads otherwise")
    return Written(bytes=length, sha256=digest.hexdigest())


def read_back(vault: Vault, path: Path, call: str) -> str:
    """The SHA-256 of what is sealed there, hex."""
    digest = hashlib.sha256()
    for piece in vault.open(path, call):
        digest.update(piece)
    return digest.hexdigest()
