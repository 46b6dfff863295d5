"""The library: which prompts there are as files, the centre's own before the project's."""

from pathlib import Path

BYTES_A_SECOND = 8000
"""A-law, 8 kHz."""


class Library:
    """Prompts by their ids."""

    def __init__(self, project_sounds: Path, home_sounds: Path) -> None:
        self._places = (("sound:ccbot-home", home_sounds), ("sound:ccbot", project_sounds))

    def media(self, prompt: str, language: str = "zh") -> str | None:
        """The media URI of a prompt, or None if no file has it."""
        for prefix, folder in self._places:
            if (folder / language / f"{prompt}.alaw").is_file():
                return f"{prefix}/{language}/{prompt}"
        return None

    def duration_s(self, prompt: str, language: str = "zh") -> float | None:
        """The prompt's length in seconds, or None if no file has it."""
        for _, folder in self._places:
            path = folder / language / f"{prompt}.alaw"
            if path.is_file():
                return path.stat().st_size / BYTES_A_SECOND
        return None
