"""What an agent dials from an idle phone: ``*71`` … ``*74``."""

import structlog

from ccbot.core.facts import (
    AgentPaused,
    AgentSignedIn,
    AgentSignedOut,
    AnyFact,
    MissHeard,
    Pause,
    WrapUpEnded,
)
from ccbot.core.ids import AgentId
from ccbot.desk import Desk
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.leg import Leg

log = structlog.get_logger()

PAUSES = {
    "1": Pause.REST,
    "2": Pause.MEAL,
    "3": Pause.TRAINING,
    "4": Pause.MEETING,
    "5": Pause.COACHING,
    "6": Pause.OTHER_WORK,
}

REASON_S_MAX = 5.0
"""How long a bare ``*72`` waits for its reason."""


async def run_feature(leg: Leg, agent: AgentId, code: str, desk: Desk) -> None:
    """Do what the code says, confirm it aloud, and hang up."""
    try:
        async with leg.scope:
            await leg.answer()
            await _Feature(leg, agent, desk).carry_out(code)
    except HungUp:
        log.info("agent hung up before the confirmation was over", agent=agent, code=code)
    await leg.hang_up()


class _Feature:
    """One code of one agent."""

    def __init__(self, leg: Leg, agent: AgentId, desk: Desk) -> None:
        self._leg = leg
        self._agent = agent
        self._desk = desk
        known = desk.agent(agent)
        self._must_hear_of_miss = known is not None and known.miss_unheard

    async def carry_out(self, code: str) -> None:
        """Done as soon as it is clear what is meant: whoever hangs up early gets it too."""
        await self._say(await self._confirmation(code))

    async def _confirmation(self, code: str) -> str:
        """Carry the code out; the prompt to answer with."""
        agent = self._agent
        if code == "*71":
            return self._done(AgentSignedIn(agent=agent), "agent.signed_in")
        if code == "*73":
            return self._done(AgentSignedOut(agent=agent), "agent.signed_out")
        if code == "*74":
            return self._done(WrapUpEnded(agent=agent), "agent.wrap_up_ended")
        if code.startswith("*72") and len(code) <= len("*72") + 1:
            reason = PAUSES.get(code[3:]) if code[3:] else await self._ask_reason()
            if reason is None:
                return "agent.unknown_code"
            return self._done(AgentPaused(agent=agent, reason=reason), "agent.not_ready")
        return "agent.unknown_code"

    async def _ask_reason(self) -> Pause | None:
        """Silence means no particular reason; a key without a meaning is refused."""
        await self._say("agent.ask_reason", barge_in=True)
        key = await self._leg.keys.next(within_s=REASON_S_MAX)
        return Pause.UNSPECIFIED if key is None else PAUSES.get(key)

    async def _say(self, prompt: str, *, barge_in: bool = False) -> None:
        """Before the first sentence: why he is not ready, if he does not know yet."""
        if self._must_hear_of_miss:
            self._must_hear_of_miss = False
            await self._leg.play("agent.missed")
            self._desk.post(MissHeard(agent=self._agent))
        await self._leg.play(prompt, barge_in=barge_in)

    def _done(self, fact: AnyFact, prompt: str) -> str:
        return prompt if self._desk.post(fact) else "agent.refused"
