"""The prompts of a simulated centre: the project's own, with their real lengths."""

from pathlib import Path

from ccbot.settings import PROJECT
from ccbot.speech.prompt_files import Library

OWN_GREETING_S = 4.0
NO_GREETING_FROM = "1900"
"""Agents from this number on have no greeting of their own."""


class SimSounds:
    """Implements ``ccbot.pbx.sounds.Sounds``."""

    def __init__(self) -> None:
        self._library = Library(PROJECT / "dialplan" / "sounds", Path("/nonexistent"))
        self._known: dict[str, float | None] = {}

    def media(self, prompt: str) -> str | None:
        if self._has_own_greeting(prompt):
            return f"sound:ccbot-home/zh/{prompt}"
        return self._library.media(prompt)

    def duration_s(self, prompt: str) -> float | None:
        if self._has_own_greeting(prompt):
            return OWN_GREETING_S
        if prompt not in self._known:
            self._known[prompt] = self._library.duration_s(prompt)
        return self._known[prompt]

    def length_s(self, media: str) -> float | None:
        """What Asterisk finds under a media URI."""
        return self.duration_s(media.rpartition("/")[2]) if media.startswith("sound:") else None

    @staticmethod
    def _has_own_greeting(prompt: str) -> bool:
        kind, _, number = prompt.partition(".")
        return kind == "greeting" and number < NO_GREETING_FROM
