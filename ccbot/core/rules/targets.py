"""Phones that ring for a transfer: how long, and what follows when one was rung in vain."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.agents import Agent
from ccbot.core.calls import Call
from ccbot.core.decisions import Decision, Post, after
from ccbot.core.handing_on import untried
from ccbot.core.transfers import CONSULT_WAIT_S_MAX, Transfer

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

RING_S_MIN = 1.0
"""A phone is rung so long at least, however little is left."""

FAILURES = {
    f.Missed.NO_ANSWER: f.TransferFailure.NO_ANSWER,
    f.Missed.BUSY: f.TransferFailure.BUSY,
    f.Missed.DECLINED: f.TransferFailure.DECLINED,
    f.Missed.HUNG_UP_AT_ANSWER: f.TransferFailure.DECLINED,
    f.Missed.UNREACHABLE: f.TransferFailure.UNREACHABLE,
    f.Missed.PHONE_ERROR: f.TransferFailure.UNREACHABLE,
    f.Missed.FAILED: f.TransferFailure.FAILED,
    f.Missed.EXPIRED: f.TransferFailure.FAILED,
}
"""Why the phone of the only target was rung in vain → why the transfer came to nothing."""


def ring_s_left(floor: "Floor", transfer: Transfer, ring_s: float, now: datetime) -> float:
    """How long one phone is rung: as in the target's group, but no longer than the patience."""
    if transfer.to_group is not None:
        ring_s = floor.group(transfer.to_group).ring_s
    left_s = (after(transfer.asked_at, CONSULT_WAIT_S_MAX) - now).total_seconds()
    return max(RING_S_MIN, min(ring_s, left_s))


def after_a_miss(
    floor: "Floor", call: Call, agent: Agent, missed: f.Missed, now: datetime
) -> list[Decision]:
    """The next one of the group is rung as soon as one is free; else it came to nothing."""
    transfer = call.transfer
    assert transfer is not None
    transfer.tried.append(agent.id)
    in_time = now < after(transfer.asked_at, CONSULT_WAIT_S_MAX)
    if transfer.to_group is not None and in_time:
        others = untried(floor, call, transfer.to_group)
        if any(one.on_duty for one in others):
            return []
    return [Post(f.TransferFailed(call=call.id, why=FAILURES[missed]))]
