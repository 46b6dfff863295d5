"""What a caller says for others to hear later: her message, or why she is dissatisfied.

Its name follows from the call alone, so that a process which finds the call finds it, too.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ccbot.core.calls import Call, Stage
from ccbot.core.facts import MessageLeft, ReasonLeft
from ccbot.core.ids import CallId
from ccbot.core.routing_document import Voicemail
from ccbot.desk import Desk
from ccbot.flows.visitor import Visit
from ccbot.pbx.exchange import Exchange
from ccbot.pbx.record import Limits, Recorded, discard, let_end, stored_s

REASON = Limits(most_s=60, silence_s=5, least_s=1.0)
"""A dissatisfied customer's word."""

REASON_NAME, MESSAGE_NAME = "ccbot-reason-", "ccbot-message-"
"""What the names of recordings begin with."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording that may be under way, or have ended."""

    name: str
    limits: Limits
    told: Callable[[str, float], MessageLeft | ReasonLeft]
    """The fact that a recording of this name and length was left."""

    def noted_by(self, desk: Desk) -> Callable[[Recorded], None]:
        """Puts what was recorded on record, if it is anything."""

        def note(said: Recorded) -> None:
            if said.name is not None:
                desk.post(self.told(said.name, said.duration_s))

        return note


def reason(call: CallId) -> Spoken:
    """Why a customer is dissatisfied."""
    return Spoken(
        f"{REASON_NAME}{call}",
        REASON,
        lambda name, s: ReasonLeft(call=call, recording=name, duration_s=s),
    )


def message(call: Call, rules: Voicemail) -> Spoken:
    """The message that a caller is asked for now."""
    limits = Limits(
        most_s=round(rules.s_max), silence_s=round(rules.silence_s), least_s=rules.s_min
    )
    return Spoken(
        f"{MESSAGE_NAME}{call.id}-{call.messages_short + 1}",
        limits,
        lambda name, s: MessageLeft(call=call.id, recording=name, duration_s=s, due_h=rules.due_h),
    )


async def let_her_finish(visit: Visit) -> None:
    """After a restart: she may be speaking just now, or have spoken while nobody was here."""
    spoken = _expected(visit.desk, visit.call)
    if spoken is not None:
        try:
            await let_end(visit.exchange, spoken.name, spoken.limits)
        finally:
            await _note_in_any_case(visit)


async def _note_in_any_case(visit: Visit) -> None:
    """Her hang-up may be told after the end of what she said, and must not take it along."""
    try:
        await note_spoken(visit.exchange, visit.desk, visit.call)
    except asyncio.CancelledError:
        await note_spoken(visit.exchange, visit.desk, visit.call)
        raise


async def note_spoken(
    exchange: Exchange, desk: Desk, call: Call, *, at: datetime | None = None
) -> None:
    """Put on record what was said while nobody was here; ``at``: when the caller had left."""
    spoken = _expected(desk, call)
    if exchange.detached or spoken is None:
        return
    duration_s = await stored_s(exchange, spoken.name)
    if duration_s is None:
        return
    if duration_s < spoken.limits.least_s:
        await discard(exchange, spoken.name)
    else:
        desk.post(spoken.told(spoken.name, duration_s), at=at)


def _expected(desk: Desk, call: Call) -> Spoken | None:
    if call.stage is Stage.SURVEY and call.surveyed and not call.reason_left:
        return reason(call.id)
    if call.stage is Stage.VOICEMAIL and not call.message_left:
        return message(call, desk.floor.routing.voicemail)
    return None
