"""Where recordings lie: Asterisk's spool while they are written, then sealed under our own home."""

import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ccbot.core.ids import CallId
from ccbot.core.tapes import NAME
from ccbot.embedded.keyring import write_private
from ccbot.recordings.vault import KEY_BYTES, Vault

KEY_FILE = "recordings.key"
SEALED = ".sealed"
_TAPE = re.compile(rf"{NAME}(call-[0-9a-z]+)-[0-9]+-(?:both|in|out)\.wav")


class NoKeyError(Exception):
    """Recordings can be neither sealed nor opened; the message says why and how to mend it."""


class Shelf:
    """The files of one centre."""

    def __init__(self, home: Path) -> None:
        self.spool = home / "asterisk" / "spool" / "recording"
        self.folder = home / "recordings"
        self._key = home / KEY_FILE

    def vault(self, *, make: bool = False) -> Vault:
        """The key's vault. ``NoKeyError``: there is none, and none is to be made.

        None is made where sealed recordings lie already: they have one, which was lost.
        """
        try:
            if make and not self._key.exists() and not self._holds_any():
                write_private(self._key, secrets.token_bytes(KEY_BYTES))
            key = self._key.read_bytes()
        except FileNotFoundError:
            why = "it is lost: put a copy back" if self._holds_any() else "nothing was recorded yet"
            raise NoKeyError(f"there is no {self._key}: {why}") from None
        except OSError as problem:
            raise NoKeyError(f"{self._key} cannot be used: {problem.strerror}") from None
        if len(key) != KEY_BYTES:
            raise NoKeyError(
                f"{self._key} is no key: it has {len(key)} bytes, not {KEY_BYTES}; put a copy back"
            )
        return Vault(key)

    def tapes(self) -> dict[CallId, list[Path]]:
        """What lies in the spool, by call; nothing if Asterisk's spool is not on this machine."""
        found: dict[CallId, list[Path]] = {}
        if self.spool.is_dir():
            for path in sorted(self.spool.iterdir()):
                if match := _TAPE.fullmatch(path.name):
                    found.setdefault(CallId(match[1]), []).append(path)
        return found

    def tape(self, name: str) -> Path:
        """The file of that name in the spool."""
        return self.spool / f"{name}.wav"

    def place(self, call: CallId, began_at: datetime) -> str:
        """Where a call's recording is to lie, under ``folder``."""
        return f"{began_at:%Y/%m/%d}/{call}{SEALED}"

    def path(self, place: str) -> Path:
        """The file itself."""
        return self.folder / place

    def _holds_any(self) -> bool:
        return any(True for _ in self.folder.rglob(f"*{SEALED}"))

    def sealed(self) -> Iterator[str]:
        """The places of all files that lie there."""
        for path in sorted(self.folder.rglob(f"*{SEALED}")):
            yield str(path.relative_to(self.folder))
