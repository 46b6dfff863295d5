"""Where prompts come from, as far as the verbs care."""

from typing import Protocol

from ccbot.speech.prompt_files import Clip


class Sounds(Protocol):
    """A library of prompts."""

    def find(self, prompt: str, language: str) -> Clip | None:
        """The sentence to play for a prompt's id; None if there is none at all."""
        ...
