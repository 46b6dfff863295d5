"""Whether every recording is there and whole, and nothing else lies about."""

import math
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from ccbot.clock import Clock
from ccbot.core.ids import CallId
from ccbot.recordings.sealer import read_back
from ccbot.recordings.shelf import Shelf
from ccbot.recordings.vault import Broken, Vault
from ccbot.store.recordings import Mark, Recordings

SEALED_WITHIN_S = 600.0
"""A call that ended longer ago must have its recording."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it should be."""

    what: str
    """The call, or the file."""
    says: str


async def findings(
    shelf: Shelf, vault: Vault, rows: Recordings, clock: Clock, call: CallId | None = None
) -> AsyncIterator[Finding]:
    """Everything that is wrong; with ``call`` of this one alone."""
    marks = [one for one in await rows.marks() if call in {None, one.call_id}]
    for mark in marks:
        if (says := _wrong(shelf, vault, mark)) is not None:
            yield Finding(what=mark.call_id, says=says)
    before = clock.now() - timedelta(seconds=SEALED_WITHIN_S)
    waiting = shelf.tapes()
    for missing in await rows.missing(before):
        if call in {None, missing}:
            left = "its files are in the spool" if missing in waiting else "it is lost"
            yield Finding(what=missing, says=f"the recording is not sealed: {left}")
    if call is None:
        for stray in _strays(shelf, {mark.file for mark in marks}):
            yield stray
        for name in await _forgotten(waiting, rows, before.timestamp()):
            yield Finding(what=name, says="its files are in the spool, but it never ended")


async def _forgotten(
    waiting: Mapping[CallId, Sequence[Path]], rows: Recordings, before_s: float
) -> list[CallId]:
    """Calls whose end is not in the log although nothing was written of them for long."""
    old = [call for call, files in waiting.items() if _newest_s(files) < before_s]
    return [call for call in old if (await rows.ended(call))[0] is None]


def _newest_s(files: Sequence[Path]) -> float:
    """When it was last written; of files that were sealed meanwhile: just now."""
    try:
        return max(file.stat().st_mtime for file in files)
    except FileNotFoundError:
        return math.inf


def _wrong(shelf: Shelf, vault: Vault, mark: Mark) -> str | None:
    path = shelf.path(mark.file)
    if mark.deleted_at is not None:
        return "it was deleted, but the file is there" if path.exists() else None
    try:
        found = read_back(vault, path, mark.call_id)
    except FileNotFoundError:
        return "the file is missing"
    except (Broken, OSError) as problem:
        return f"it cannot be read: {problem}"
    return None if found == mark.sha256 else "it is not what was sealed"


def _strays(shelf: Shelf, known: Collection[str]) -> list[Finding]:
    return [
        Finding(what=f"{shelf.folder.name}/{place}", says="no row tells of this file")
        for place in shelf.sealed()
        if place not in known
    ]
