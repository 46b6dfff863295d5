"""Files that lie encrypted: AES-256-GCM in chunks, with a key that is made at the first start.

A file begins with ``HEAD`` and a salt; its own key is derived from the centre's by HKDF-SHA-256.
Each chunk of ``CHUNK_BYTES`` has a nonce that counts, and additional data that binds it to its
call, its place, and to being the last one or not: no chunk can be left out, moved or taken from
another file unseen.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HEAD = b"ccbot recording 1\n"
SALT_BYTES = 32
KEY_BYTES = 32
TAG_BYTES = 16
CHUNK_BYTES = 1 << 18


class Broken(Exception):  # noqa: N818 - it is what is said of a file
    """It cannot be decrypted: it was changed, cut off, or belongs to another call or key."""


class Vault:
    """Seals and opens files with the key of this centre."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, path: Path, call: str, plain: Iterable[bytes]) -> None:
        """Write the file, whole or not at all; only its owner can read it."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.new")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                self._write(file, call, plain)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise

    def _write(self, file: BinaryIO, call: str, plain: Iterable[bytes]) -> None:
        salt = secrets.token_bytes(SALT_BYTES)
        cipher = self._cipher(salt)
        file.write(HEAD + salt)
        number, waiting = 0, b""
        for chunk in _in_chunks(plain):
            if number or waiting:
                file.write(cipher.encrypt(_nonce(number), waiting, _bound(call, last=False)))
                number += 1
            waiting = chunk
        file.write(cipher.encrypt(_nonce(number), waiting, _bound(call, last=True)))

    def open(self, path: Path, call: str) -> Iterator[bytes]:
        """What was sealed, piece by piece. Raises ``Broken`` or ``OSError``."""
        with path.open("rb") as file:
            head = file.read(len(HEAD) + SALT_BYTES)
            if len(head) < len(HEAD) + SALT_BYTES or not head.startswith(HEAD):
                raise Broken("it is no sealed recording")
            cipher = self._cipher(head[len(HEAD) :])
            number, sealed = 0, file.read(CHUNK_BYTES + TAG_BYTES)
            while True:
                following = file.read(CHUNK_BYTES + TAG_BYTES)
                try:
                    bound = _bound(call, last=not following)
                    yield cipher.decrypt(_nonce(number), sealed, bound)
                except InvalidTag:
                    or_key = "" if number else ": it was changed, or another key sealed it"
                    raise Broken(f"piece {number + 1} does not fit{or_key}") from None
                if not following:
                    return
                number, sealed = number + 1, following

    def _cipher(self, salt: bytes) -> AESGCM:
        derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=HEAD)
        return AESGCM(derived.derive(self._key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(call: str, *, last: bool) -> bytes:
    """The place is in the nonce."""
    return b"%s\n%d" % (call.encode(), last)


def _in_chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    kept = bytearray()
    for piece in pieces:
        kept += piece
        while len(kept) >= CHUNK_BYTES:
            yield bytes(kept[:CHUNK_BYTES])
            del kept[:CHUNK_BYTES]
    if kept:
        yield bytes(kept)
