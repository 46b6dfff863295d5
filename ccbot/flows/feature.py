"""What an agent dials from an idle phone: ``*71`` … ``*74``."""

import structlog

from ccbot.core.facts import (
    AgentPaused,
    AgentSignedIn,
    AgentSignedOut,
    AnyFact,
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
            await leg.play(await _confirmation(leg, agent, code, desk))
    except HungUp:
        log.info("agent hung up before the confirmation was over", agent=agent, code=code)
    await leg.hang_up()


async def _confirmation(leg: Leg, agent: AgentId, code: str, desk: Desk) -> str:
    """Carry the code out; the prompt to answer with."""
    if code == "*71":
        return _done(desk, AgentSignedIn(agent=agent), "agent.signed_in")
    if code == "*73":
        return _done(desk, AgentSignedOut(agent=agent), "agent.signed_out")
    if code == "*74":
        return _done(desk, WrapUpEnded(agent=agent), "agent.wrap_up_ended")
    if code.startswith("*72") and len(code) <= len("*72") + 1:
        reason = PAUSES.get(code[3:]) if code[3:] else await _ask_reason(leg)
        if reason is None:
            return "agent.unknown_code"
        return _done(desk, AgentPaused(agent=agent, reason=reason), "agent.not_ready")
    return "agent.unknown_code"


async def _ask_reason(leg: Leg) -> Pause | None:
    """Silence means no particular reason; a key without a meaning is refused."""
    await leg.play("agent.ask_reason", barge_in=True)
    key = await leg.keys.next(within_s=REASON_S_MAX)
    return Pause.UNSPECIFIED if key is None else PAUSES.get(key)


def _done(desk: Desk, fact: AnyFact, prompt: str) -> str:
    return prompt if desk.post(fact) else "agent.refused"
