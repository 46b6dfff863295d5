"""What was rendered: the words, the voice and the length of each file of a folder.

``rendered.json`` lies beside the files. A file whose words are still those of the catalogue need
not be rendered again, and a check can tell which sentences have changed since.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from ccbot.speech.prompt_files import BYTES_A_SECOND

NAME: Final = "rendered.json"


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """How one file came to be."""

    text: str
    voice: str
    ms: int


def read(folder: Path) -> dict[str, Rendered]:
    """Prompt id → how its file came to be. One that cannot be read counts as none."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=dict[str, Rendered])
    except (OSError, msgspec.DecodeError):
        return {}


def change(folder: Path, changes: Mapping[str, Rendered | None]) -> None:
    """Note these files, or (None) forget them; one writer at a time, whole or not at all."""
    with _alone(folder):
        noted = {**read(folder), **changes}
        kept = {prompt: one for prompt, one in sorted(noted.items()) if one is not None}
        # A prompt a line: branches that render different prompts merge.
        lines = [f"{_json(prompt)}: {_json(one)}" for prompt, one in kept.items()]
        aside = folder / f".{NAME}.{os.getpid()}"
        aside.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        aside.replace(folder / NAME)


def is_fresh(folder: Path, prompt: str, wanted: Rendered, noted: Mapping[str, Rendered]) -> bool:
    """Whether the file is there, as it was rendered, from these words and by this voice."""
    one = noted.get(prompt)
    if one is None or (one.text, one.voice) != (wanted.text, wanted.voice):
        return False
    return length_ms(folder / f"{prompt}.alaw") == one.ms


def length_ms(path: Path) -> int | None:
    """How long a file sounds; None if there is none."""
    try:
        return path.stat().st_size * 1_000 // BYTES_A_SECOND
    except FileNotFoundError:
        return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other process changes the folder's notes meanwhile."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
