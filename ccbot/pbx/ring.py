"""Ringing an agent's phone: a leg that answered, or the reason why none did."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ccbot.ari.errors import AllocationFailed, AriError, Conflict
from ccbot.core.facts import Missed
from ccbot.pbx.exchange import APP, Exchange
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.leg import Leg

RING_MARGIN_S = 2.0
"""Asterisk ends the ringing itself; if it does not say so in that much more, we do."""

CREATE_S_MAX = 3.0
"""From the order to make a channel to its being ours; it can be dialled only then."""

SIP_REFUSAL = 300
"""A SIP status from here on is a refusal."""


class NotAnswered(Exception):  # noqa: N818 - an ordinary result of ringing
    """The phone was not answered; ``reason`` says why."""

    def __init__(self, reason: Missed) -> None:
        super().__init__(reason.value)
        self.reason = reason


@asynccontextmanager
async def ring(
    exchange: Exchange, endpoint: str, *, shown_as: str, within_s: float, shown_number: str = APP
) -> AsyncIterator[Leg]:
    """Ring a phone and yield its leg once it answered; the leg ends with the block.

    ``shown_as`` and ``shown_number`` are all that it learns of who calls. Raises ``NotAnswered``.
    """
    leg = exchange.new_leg()
    reason = "normal"
    try:
        try:
            await _dial(exchange, leg, endpoint, (shown_as, shown_number), within_s)
            await _answered(leg, within_s)
        except BaseException:
            reason = "answered_elsewhere"
            raise
        yield leg
    finally:
        await leg.hang_up(reason)


async def _dial(
    exchange: Exchange, leg: Leg, endpoint: str, shown: tuple[str, str], within_s: float
) -> None:
    """Create the channel and dial it in two steps: this way Asterisk follows no redirect.

    An originated channel would be sent wherever a phone's 302 says, be it ``PJSIP/`` anything.
    """
    channels = exchange.ari.channels
    try:
        await channels.create(
            channel_id=leg.id,
            endpoint=endpoint,
            app=APP,
            app_args="ring",
            variables={"CONNECTEDLINE(name,i)": shown[0], "CONNECTEDLINE(num,i)": shown[1]},
        )
        async with leg.scope, asyncio.timeout(CREATE_S_MAX):
            await leg.entered.wait()
        await channels.dial(channel_id=leg.id, timeout=round(within_s))
    except (AllocationFailed, Conflict):
        # Asterisk 22.10.1 says 409 "id already exists" of a phone that it cannot reach.
        raise NotAnswered(Missed.UNREACHABLE) from None
    except (AriError, TimeoutError):
        raise NotAnswered(Missed.FAILED) from None
    except HungUp as gone:
        if gone.scope is not leg.scope:
            raise
        raise NotAnswered(Missed.FAILED) from None


async def _answered(leg: Leg, within_s: float) -> None:
    try:
        async with leg.scope, asyncio.timeout(within_s + RING_MARGIN_S):
            await leg.arrived.wait()
    except TimeoutError:
        reason = Missed.NO_ANSWER
    except HungUp as gone:
        if gone.scope is not leg.scope:
            raise
        reason = why_not(leg.tech_cause, gone.scope.cause)
    else:
        return
    # A phone that is gone says nothing at all; its agent did not let it ring.
    never_rang = reason is Missed.NO_ANSWER and not leg.ringing.is_set()
    raise NotAnswered(Missed.UNREACHABLE if never_rang else reason)


def why_not(tech_cause: int | None, cause: int | None) -> Missed:
    """The reason behind a phone's refusal, from its SIP status or else the Q.850 cause."""
    by_status = {
        486: Missed.BUSY,
        600: Missed.BUSY,
        603: Missed.DECLINED,
        403: Missed.DECLINED,
        404: Missed.UNREACHABLE,
        408: Missed.UNREACHABLE,
        503: Missed.UNREACHABLE,
    }
    by_cause = {
        17: Missed.BUSY,
        21: Missed.DECLINED,
        18: Missed.UNREACHABLE,
        20: Missed.UNREACHABLE,
        19: Missed.NO_ANSWER,
        26: Missed.NO_ANSWER,
    }
    if tech_cause in by_status:
        return by_status[tech_cause]
    if cause in by_cause:
        return by_cause[cause]
    return Missed.PHONE_ERROR if (tech_cause or 0) >= SIP_REFUSAL else Missed.FAILED
