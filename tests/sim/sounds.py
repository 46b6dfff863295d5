"""The prompts of a simulated centre: the project's own, with their real lengths."""

from functools import cache
from pathlib import Path

from ccbot.core.ids import AgentId
from ccbot.settings import PROJECT
from ccbot.speech import catalogue
from ccbot.speech.prompt_files import Clip, Library
from ccbot.speech.voice import sentence_of
from tests.world.greetings import GREETINGS

OWN_GREETING_S = 4.0
SPOKEN_S = 0.22
"""A Chinese syllable."""
_GREETINGS = {f"greeting.{agent}.{kind}" for agent, kinds in GREETINGS.items() for kind in kinds}


@cache
def _library() -> Library:
    """The same for every simulated world: its files do not change."""
    sounds = PROJECT / "dialplan" / "sounds"
    return Library(sounds, Path("/nonexistent"), catalogue.otherwise())


class SimSounds:
    """Implements ``ccbot.pbx.sounds.Sounds``."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Clip | None] = {}
        self._lengths: dict[str, float] = {}

    def find(self, prompt: str, language: str) -> Clip | None:
        asked = (prompt, language)
        if asked not in self._known:
            self._known[asked] = clip = self._look_for(prompt, language)
            if clip is not None:
                self._lengths[clip.media] = clip.duration_s
        return self._known[asked]

    def length_s(self, media: str) -> float | None:
        """What Asterisk finds under a media URI."""
        return self._lengths.get(media)

    @staticmethod
    def _look_for(prompt: str, language: str) -> Clip | None:
        if prompt in _GREETINGS:
            media = f"sound:ccbot-home/{language}/{prompt}"
            return Clip(prompt, language, media, OWN_GREETING_S)
        clip = _library().find(prompt, language)
        words = _sentences().get(prompt)
        if words is None or (clip is not None and clip[:2] == (prompt, language)):
            return clip
        media = f"sound:ccbot/{language}/{prompt}"
        return Clip(prompt, language, media, 0.5 + SPOKEN_S * len(words))


class SimGreetings:
    """Implements ``ccbot.flows.greeting_recorder.Greetings``; keeps them in memory."""

    def __init__(self) -> None:
        self.kept: dict[AgentId, bytes] = {}

    async def sentence(self, wav: bytes) -> bytes | None:
        return sentence_of(wav)

    def keep(self, agent: AgentId, sentence: bytes) -> bool:
        self.kept[agent] = sentence
        return True

    def drop(self, agent: AgentId) -> bool:
        self.kept.pop(agent, None)
        return True


@cache
def _sentences() -> dict[str, str]:
    """What is to be recorded: as long as its words are until it is."""
    return catalogue.sentences("")
