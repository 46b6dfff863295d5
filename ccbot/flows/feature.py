"""What an agent dials from an idle phone: ``*71`` … ``*74``, ``*741``."""

import structlog

from ccbot.core.facts import (
    AgentPaused,
    AgentSignedIn,
    AgentSignedOut,
    MissHeard,
    Pause,
    WrapUpEnded,
    WrapUpExtended,
)
from ccbot.core.ids import AgentId
from ccbot.core.refusals import AgentAsks, Refused, why_not
from ccbot.desk import Desk
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.leg import Leg

Plain = AgentSignedIn | AgentSignedOut | WrapUpEnded | WrapUpExtended

log = structlog.get_logger()

PAUSES = {
    "1": Pause.REST,
    "2": Pause.MEAL,
    "3": Pause.TRAINING,
    "4": Pause.MEETING,
    "5": Pause.COACHING,
    "6": Pause.OTHER_WORK,
}

NOT_READY = "*72"
SUPERVISE = "*75"
"""Its agent's number follows; ``flows.supervise`` serves it."""

PLAIN_CODES: dict[str, tuple[type[Plain], str, str]] = {
    "*71": (AgentSignedIn, "agent.signed_in", "agent.signed_in"),
    "*73": (AgentSignedOut, "agent.signed_out", "agent.signed_out_after"),
    "*74": (WrapUpEnded, "agent.wrap_up_ended", "agent.wrap_up_ended"),
    "*741": (WrapUpExtended, "agent.wrap_up_extended", "agent.wrap_up_extended"),
}
"""Code → what it does, and what is said: at once, and with a customer on the line."""

REFUSALS = {
    Refused.REMOVED: "agent.removed",
    Refused.NOT_SIGNED_IN: "agent.not_signed_in",
    Refused.NO_WRAP_UP: "agent.no_wrap_up",
    Refused.EXTENDED_BEFORE: "agent.wrap_up_extended_before",
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
        if code.startswith(NOT_READY):
            return await self._not_ready(code.removeprefix(NOT_READY))
        if code not in PLAIN_CODES:
            return "agent.unknown_code"
        fact, prompt, later = PLAIN_CODES[code]
        return self._done(fact(agent=self._agent), prompt, later)

    async def _not_ready(self, reason_key: str) -> str:
        """Whoever may not be asked is not asked for a reason first."""
        asked = AgentPaused(agent=self._agent, reason=Pause.UNSPECIFIED)
        refused = why_not(self._desk.agent(self._agent), asked)
        if refused is not None:
            return REFUSALS[refused]
        reason = PAUSES.get(reason_key) if reason_key else await self._ask_reason()
        if reason is None:
            return "agent.unknown_code"
        fact = AgentPaused(agent=self._agent, reason=reason)
        return self._done(fact, "agent.not_ready", "agent.not_ready_after")

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

    def _done(self, fact: AgentAsks, prompt: str, later: str) -> str:
        """``later`` is said to whoever has a customer: his wish comes after her."""
        agent = self._desk.agent(self._agent)
        refused = why_not(agent, fact)
        if agent is None or refused is not None:
            return REFUSALS[refused or Refused.REMOVED]
        has_customer = agent.has_customer
        if not self._desk.post(fact):
            return "agent.refused"
        return later if has_customer else prompt
