"""The library: which prompts there are as files, the centre's own before the project's.

Files are looked for at each play, never remembered: what is set or rendered is heard at once.
All are 8 kHz A-law: a wideband copy would double them, and telephone customers are A-law anyway.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

BYTES_A_SECOND: Final = 8000
"""A-law, 8 kHz."""

MANDARIN: Final = "zh"
"""The language that every prompt has."""


UPLOADED: Final = "uploaded"
"""The folder under ``CCBOT_HOME/sounds`` of recordings that an admin brought along."""


class Clip(NamedTuple):
    """One recorded sentence."""

    prompt: str
    """The catalogue's id of what is really said: perhaps not what was asked for."""
    language: str
    media: str
    """As ARI names it, such as ``sound:ccbot/zh/bye``."""
    duration_s: float


class Library:
    """Prompts by their ids."""

    def __init__(
        self, project_sounds: Path, home_sounds: Path, otherwise: Mapping[str, str] | None = None
    ) -> None:
        self._places = (
            (f"sound:ccbot-home/{UPLOADED}", home_sounds / UPLOADED),
            ("sound:ccbot-home", home_sounds),
            ("sound:ccbot", project_sounds),
        )
        self._otherwise = otherwise or {}

    def find(self, prompt: str, language: str = MANDARIN) -> Clip | None:
        """The sentence to play, or None if there is nothing to say.

        Without a recording of its own a prompt is replaced by the neutral sentence that the
        catalogue names for it, whole; without one in this language, by the Mandarin one.
        """
        for tongue in dict.fromkeys((language, MANDARIN)):
            for name in alternatives(prompt, self._otherwise):
                if clip := self._recorded(name, tongue):
                    return clip
        return None

    def _recorded(self, prompt: str, language: str) -> Clip | None:
        for prefix, folder in self._places:
            try:
                size = (folder / language / f"{prompt}.alaw").stat().st_size
            except FileNotFoundError:
                continue
            return Clip(prompt, language, f"{prefix}/{language}/{prompt}", size / BYTES_A_SECOND)
        return None


def alternatives(prompt: str, otherwise: Mapping[str, str]) -> Iterator[str]:
    """The prompt, and what is said in its place, in order.

    What is named for ``queue.position`` holds for ``queue.position.3``, too, and what is named for
    ``greeting`` holds for ``greeting.1001.name``.
    """
    seen: set[str] = set()
    name: str | None = prompt
    while name is not None and name not in seen:
        seen.add(name)
        yield name
        name = next((otherwise[one] for one in _and_beginnings(name) if one in otherwise), None)


def _and_beginnings(prompt: str) -> Iterator[str]:
    """``a.b.c``, ``a.b``, ``a``."""
    while prompt:
        yield prompt
        prompt = prompt.rpartition(".")[0]
