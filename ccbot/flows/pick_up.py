"""At pick-up: what the agent hears before he meets the customer, and the standard greeting."""

import asyncio
from contextlib import suppress

from ccbot.core.calls import Offer
from ccbot.core.facts import GreetingPlayed, GreetingVariant, Missed
from ccbot.core.ids import AgentId
from ccbot.flows.visitor import Visit
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.leg import Leg, LegGone
from ccbot.pbx.ring import NotAnswered
from ccbot.pbx.room import Room

WHISPER_S_MAX = 1.5
"""The customer waits so long at most while the agent hears for which group she calls."""

NEUTRAL = "greet.neutral"

VARIANTS = {
    "own": GreetingVariant.OWN_VOICE,
    "name": GreetingVariant.NAME,
    "id": GreetingVariant.ANNOUNCE_ID,
}
"""The last word of a greeting's id → what it is; the best one first."""


async def whisper(visit: Visit, offer: Offer, agent: Leg) -> None:
    """An agent of several groups hears for which one the customer calls; she keeps her music."""
    prompt = _whispered(visit, offer)
    if prompt is None:
        return
    try:
        async with agent.scope:
            with suppress(TimeoutError):
                async with asyncio.timeout(WHISPER_S_MAX):
                    await agent.play(prompt)
    except LegGone as problem:
        raise NotAnswered(Missed.FAILED) from problem
    except HungUp as gone:
        if gone.scope is not agent.scope:
            raise
        raise NotAnswered(Missed.DECLINED) from gone


def _whispered(visit: Visit, offer: Offer) -> str | None:
    group = visit.call.group
    assert group is not None
    agent = visit.desk.floor.agents[offer.agent]
    if len(agent.groups) < 2 or not visit.desk.floor.group(group).whisper:
        return None
    return visit.exchange.choose((f"whisper.group.{group}", "whisper.group"), visit.leg.language)


async def greet(visit: Visit, agent: AgentId, room: Room) -> None:
    """The standard greeting (制度 1-8.1, 2-10.1) for both to hear, while both can speak."""
    prompt, variant = _greeting(visit, agent)
    completed = False
    try:
        clip = None if prompt is None else visit.exchange.clip(prompt, visit.leg.language)
        completed = clip is not None and await room.play(clip)
    finally:
        visit.desk.post(
            GreetingPlayed(call=visit.id, agent=agent, variant=variant, completed=completed)
        )


def _greeting(visit: Visit, agent: AgentId) -> tuple[str | None, GreetingVariant]:
    """What is played, and what it is; where the agent greets himself, nothing is."""
    group = visit.call.group
    assert group is not None
    mode = visit.desk.floor.group(group).greeting
    if mode == "live":
        return None, GreetingVariant.LIVE
    kinds = ("id",) if mode == "announce_id" else tuple(VARIANTS)
    wanted = (*(f"greeting.{agent}.{kind}" for kind in kinds), NEUTRAL)
    prompt = visit.exchange.choose(wanted, visit.leg.language)
    return prompt, VARIANTS.get(prompt.rpartition(".")[2], GreetingVariant.NEUTRAL)
