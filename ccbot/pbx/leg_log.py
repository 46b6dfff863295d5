"""Asterisk's own log of channels: who came and who left, seen by it while we were away.

One line for each beginning and each end (``dialplan/cel.conf``, ``cel_custom.conf``), appended by
Asterisk and read here from where the last reading stopped.
"""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

import structlog

log = structlog.get_logger()

FILE_BYTES_MAX = 8 * 1024 * 1024
"""A log that was read to its end and is larger than this begins anew."""

READ_BYTES_MAX = 1024 * 1024
"""So much is read at once; the rest comes with the next reading."""

BEGAN, ENDED = "CHAN_START", "HANGUP"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEvent:
    """A channel began or ended."""

    leg: str
    at: datetime
    ended: bool
    context: str
    dialled: str
    caller: str


class LegLog(Protocol):
    """Where the events come from."""

    def news(self) -> list[LegEvent]:
        """What was not read before, in order; none when there is no such log."""
        ...

    def mark(self) -> bytes:
        """How far it was read, to be kept."""
        ...

    def go_on_from(self, mark: bytes) -> None:
        """Read on from where an earlier process stopped."""
        ...


class NoLegLog:
    """An Asterisk that is not ours keeps no log for us."""

    def news(self) -> list[LegEvent]:
        return []

    def mark(self) -> bytes:
        return b""

    def go_on_from(self, mark: bytes) -> None:
        pass


class LegLogFile:
    """The file that our Asterisk writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._old = path.with_name(path.name + ".old")
        self._inode = 0
        self._read = 0

    def news(self) -> list[LegEvent]:
        """Never raises: without the file, times are those at which we found out."""
        try:
            return list(self._events(self._next_lines()))
        except OSError as problem:
            log.warning("the log of channels cannot be read", problem=str(problem))
            return []

    def mark(self) -> bytes:
        return f"{self._inode} {self._read}".encode()

    def go_on_from(self, mark: bytes) -> None:
        inode, _, read = mark.decode().partition(" ")
        if inode.isdigit() and read.isdigit():
            self._inode, self._read = int(inode), int(read)

    def _next_lines(self) -> list[str]:
        return self._late_lines() or self._present_lines()

    def _late_lines(self) -> list[str]:
        """Lines that were written into the file while it was put aside."""
        try:
            with self._old.open("rb") as file:
                stat = os.fstat(file.fileno())
                if stat.st_ino != self._inode:
                    return []
                return self._whole_lines(file)
        except OSError:
            return []

    def _present_lines(self) -> list[str]:
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return []
        with file:
            stat = os.fstat(file.fileno())
            if stat.st_ino != self._inode or stat.st_size < self._read:
                self._inode, self._read = stat.st_ino, 0
            lines = self._whole_lines(file)
            if self._read >= stat.st_size > FILE_BYTES_MAX:
                self._begin_anew()
        return lines

    def _whole_lines(self, file: BinaryIO) -> list[str]:
        file.seek(self._read)
        text = file.read(READ_BYTES_MAX)
        whole = text[: text.rfind(b"\n") + 1]
        if not whole and len(text) == READ_BYTES_MAX:
            whole = text  # no line of ours is so long
        self._read += len(whole)
        return whole.decode("utf-8", errors="replace").splitlines()

    def _begin_anew(self) -> None:
        """Asterisk opens the file for each line, so the next one goes into a new file.

        It may have opened this one already: what it writes still is read as late lines.
        """
        try:
            self._path.replace(self._old)
        except OSError as problem:  # it grows on; what was read from it is not lost
            log.warning("the log of channels cannot begin anew", problem=str(problem))

    @staticmethod
    def _events(lines: list[str]) -> Iterator[LegEvent]:
        for line in lines:
            try:
                # Each line alone: a stray quote would swallow those that follow.
                [[kind, at, leg, context, dialled, caller]] = csv.reader([line])
                moment = datetime.fromtimestamp(float(at), UTC)
            except (ValueError, OverflowError, OSError, csv.Error):
                log.warning("a line of the log of channels cannot be read", length=len(line))
                continue
            if kind in {BEGAN, ENDED}:
                yield LegEvent(
                    leg=leg,
                    at=moment,
                    ended=kind == ENDED,
                    context=context,
                    dialled=dialled,
                    caller=caller,
                )
