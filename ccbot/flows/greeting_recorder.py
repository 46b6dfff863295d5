"""An agent's greeting in his own voice: ``*76`` records it, ``*760`` goes back to the system's."""

from dataclasses import dataclass
from typing import Protocol

import structlog

from ccbot.core.ids import AgentId
from ccbot.pbx.exchange import Exchange
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.leg import Leg
from ccbot.pbx.record import Ended, Limits, Recorded, as_clip, content, discard, record

log = structlog.get_logger()

RECORD_CODE, DROP_CODE = "*76", "*760"

GREETING = Limits(most_s=20, silence_s=3, least_s=1.0)
TAKES_MAX = 5
CHOICES_MAX = 5
CHOICE_S_MAX = 8.0
"""How long he may think about each choice."""


class Greetings(Protocol):
    """Where agents' own greetings are kept."""

    async def sentence(self, wav: bytes) -> bytes | None:
        """What he said, made like the other prompts; None if it is too short or too quiet."""
        ...

    def keep(self, agent: AgentId, sentence: bytes) -> bool:
        """From now on he greets so; False if it could not be stored."""
        ...

    def drop(self, agent: AgentId) -> bool:
        """The system greets for him again; False if his own could not be removed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """An agent at the telephone, and where his greeting goes."""

    leg: Leg
    exchange: Exchange
    agent: AgentId
    greetings: Greetings


async def serve_greeting(recorder: Recorder, code: str) -> None:
    """Do what the code says, tell what came of it, and hang up."""
    leg = recorder.leg
    try:
        async with leg.scope:
            await leg.answer()
            await leg.play(await (_dropped(recorder) if code == DROP_CODE else _takes(recorder)))
    except HungUp:
        log.info("agent hung up on his greeting", agent=recorder.agent, code=code)
    await leg.hang_up()


async def _dropped(recorder: Recorder) -> str:
    done = recorder.greetings.drop(recorder.agent)
    return "agent.greeting_dropped" if done else "agent.recorder_failed"


async def _takes(recorder: Recorder) -> str:
    """Take after take, until he is content or gives up; the prompt to end with."""
    for _ in range(TAKES_MAX):
        await recorder.leg.play("agent.greeting_record", barge_in=True)
        ending = await _take(recorder)
        if ending is not None:
            return ending
    return "agent.greeting_unchanged"


async def _take(recorder: Recorder) -> str | None:
    """One take; None if there is to be another. What was recorded is thrown away in the end."""
    names: list[str] = []

    def note(said: Recorded) -> None:
        if said.name is not None:
            names.append(said.name)

    try:
        name = recorder.exchange.ids.new("ccbot-greeting")
        said = await record(recorder.exchange, recorder.leg, name, GREETING, note)
        if said.ended_by is Ended.FAILED:
            return "agent.recorder_failed"
        wav = b"" if said.name is None else await content(recorder.exchange, said.name)
        sentence = await recorder.greetings.sentence(wav)
        if sentence is None:
            await recorder.leg.play("agent.greeting_bad")
            return None
        return await _choice(recorder, said, sentence)
    finally:
        for name in names:
            await discard(recorder.exchange, name)


async def _choice(recorder: Recorder, said: Recorded, sentence: bytes) -> str | None:
    """He hears himself, and chooses: 1 keep, 2 again, 3 hear it once more, * give up."""
    leg, hears_it = recorder.leg, True
    for _ in range(CHOICES_MAX):
        if hears_it:
            await leg.play(as_clip(said), barge_in=True)
        await leg.play("agent.greeting_choose", barge_in=True)
        key = await leg.keys.next(within_s=CHOICE_S_MAX)
        if key == "1":
            kept = recorder.greetings.keep(recorder.agent, sentence)
            return "agent.greeting_kept" if kept else "agent.recorder_failed"
        if key == "2":
            return None
        if key == "*":
            break
        hears_it = key == "3"
    return "agent.greeting_unchanged"
