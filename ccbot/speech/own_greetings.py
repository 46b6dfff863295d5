"""Agents' greetings in their own voices: files beside the rendered ones."""

import asyncio
from pathlib import Path

import structlog

from ccbot.core.ids import AgentId
from ccbot.speech.prompt_files import MANDARIN
from ccbot.speech.voice import sentence_of

log = structlog.get_logger()


class OwnGreetings:
    """``greeting.<agent>.own`` in ``CCBOT_HOME/sounds``; found at the very next pick-up."""

    def __init__(self, home_sounds: Path) -> None:
        self._folder = home_sounds / MANDARIN

    async def sentence(self, wav: bytes) -> bytes | None:
        """What he said, made like the other prompts; None if it is too short or too quiet."""
        return await asyncio.to_thread(sentence_of, wav)

    def keep(self, agent: AgentId, sentence: bytes) -> bool:
        """From now on he greets so; False if it could not be stored."""
        path = self._path(agent)
        aside = path.with_name(f".{path.name}.new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(sentence)
            aside.replace(path)
        except OSError as problem:
            log.warning("a greeting could not be stored", agent=agent, problem=str(problem))
            return False
        log.info("greeting kept", agent=agent, bytes=len(sentence))
        return True

    def drop(self, agent: AgentId) -> bool:
        """The system greets for him again; False if his own could not be removed."""
        try:
            self._path(agent).unlink(missing_ok=True)
        except OSError as problem:
            log.warning("a greeting could not be removed", agent=agent, problem=str(problem))
            return False
        log.info("greeting dropped", agent=agent)
        return True

    def _path(self, agent: AgentId) -> Path:
        return self._folder / f"greeting.{agent}.own.alaw"
