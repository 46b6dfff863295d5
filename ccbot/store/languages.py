"""Which language each number chose last: kept beside the outbox, so that Postgres may be away.

Numbers lie in drawers, each one checkpoint: a choice rewrites one small drawer, not everything.
"""

import sqlite3
import zlib
from collections.abc import Callable

import msgspec
import structlog

NUMBERS_MAX = 100_000
DRAWERS = 1_000
IN_A_DRAWER_MAX = NUMBERS_MAX // DRAWERS
"""A full drawer forgets the number that has not chosen for the longest time."""

log = structlog.get_logger(__name__)


class Languages:
    """Number → language, for at most ``NUMBERS_MAX`` numbers."""

    def __init__(
        self, load: Callable[[str], bytes | None], save: Callable[[str, bytes], None]
    ) -> None:
        self._load = load
        self._save = save

    def language_of(self, number: str) -> str | None:
        """What this number chose last; None if that is not known, or the number is withheld."""
        return self._opened(number).get(number) if number else None

    def remember(self, number: str, language: str) -> None:
        """The number chose this language. A full disk loses the choice, not the call."""
        if not number:
            return
        drawer = self._opened(number)
        drawer.pop(number, None)
        drawer[number] = language
        for oldest in list(drawer)[:-IN_A_DRAWER_MAX]:
            del drawer[oldest]
        try:
            self._save(_name(number), msgspec.json.encode(drawer))
        except sqlite3.Error as problem:
            log.warning("a caller's language was not kept", problem=str(problem))

    def _opened(self, number: str) -> dict[str, str]:
        try:
            return msgspec.json.decode(self._load(_name(number)) or b"{}", type=dict[str, str])
        except (sqlite3.Error, msgspec.DecodeError) as problem:
            log.warning("callers' languages could not be read", problem=type(problem).__name__)
            return {}


def _name(number: str) -> str:
    return f"languages.{zlib.crc32(number.encode()) % DRAWERS:03}"
