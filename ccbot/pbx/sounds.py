"""Where prompts come from, as far as the verbs care."""

from typing import Protocol


class Sounds(Protocol):
    """A library of prompts."""

    def media(self, prompt: str) -> str | None:
        """The media URI of a prompt such as ``sound:ccbot/zh/bye``; None if it has no file."""
        ...

    def duration_s(self, prompt: str) -> float | None:
        """Its length in seconds; None if unknown."""
        ...
