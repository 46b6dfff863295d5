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


class Shelf:
    """The files of one centre."""

    def __init__(self, home: Path) -> None:
        self.spool = home / "asterisk" / "spool" / "recording"
        self.folder = home / "recordings"
        self._key = home / KEY_FILE

    def vault(self, *, make: bool = False) -> Vault:
        """The key's vault; ``FileNotFoundError`` if there is no key and none is to be made."""
        if make and not self._key.exists():
            write_private(self._key, secrets.token_bytes(KEY_BYTES))
        return Vault(self._key.read_bytes())

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

    def sealed(self) -> Iterator[str]:
        """The places of all files that lie there."""
        for path in sorted(self.folder.rglob(f"*{SEALED}")):
            yield str(path.relative_to(self.folder))
