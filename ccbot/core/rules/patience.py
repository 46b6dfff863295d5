"""How long a waiting caller is kept for whom nobody is reachable, or nobody is ready.

Each span has a beginning on the call and a timer on the floor. They begin and end as agents come
and go; another routing document changes their lengths, not their beginnings.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.calls import Call
from ccbot.core.decisions import Decision, Forget, WakeAt, after
from ccbot.core.timers import empty_timer, not_ready_timer

if TYPE_CHECKING:
    from ccbot.core.floor import Floor


def patience(floor: "Floor", call: Call, now: datetime) -> list[Decision]:
    """What changes with those who could serve her: her patience begins, goes on or is over.

    Whoever is to be called back does not wait at the telephone.
    """
    if call.owed:
        return []
    return [*_reachable(floor, call, now), *_ready(floor, call, now)]


def patience_anew(floor: "Floor", call: Call, now: datetime) -> list[Decision]:
    """The same beginnings, the lengths of the document as it is now."""
    decisions = patience(floor, call, now)
    if call.unreachable_since is not None:
        decisions.append(_until_given_up(floor, call, call.unreachable_since))
    if call.not_ready_since is not None:
        decisions.append(_until_sent_on(floor, call, call.not_ready_since))
    return decisions


def _reachable(floor: "Floor", call: Call, now: datetime) -> list[Decision]:
    """After ``empty_s_max`` without anybody who could be rung she is told so."""
    if floor.reachable_for(call):
        call.unreachable_since = None
        return [Forget(empty_timer(call.id))]
    if call.unreachable_since is not None:
        return []
    call.unreachable_since = now
    return [_until_given_up(floor, call, now)]


def _ready(floor: "Floor", call: Call, now: datetime) -> list[Decision]:
    """After ``not_ready_s_max`` with everybody not ready she is sent on, if there is a way."""
    assert call.group is not None
    has_way = floor.group(call.group).overflow.not_ready is not None
    if not has_way or not floor.all_not_ready_for(call):
        was_counted = call.not_ready_since is not None
        call.not_ready_since = None
        return [Forget(not_ready_timer(call.id))] if was_counted else []
    if call.not_ready_since is not None:
        return []
    call.not_ready_since = now
    return [_until_sent_on(floor, call, now)]


def _until_given_up(floor: "Floor", call: Call, since: datetime) -> Decision:
    assert call.group is not None
    until = after(since, floor.group(call.group).empty_s_max)
    gave_up = f.QueueLeft(call=call.id, reason=f.GaveUp.NO_AGENTS)
    return WakeAt(empty_timer(call.id), until, gave_up)


def _until_sent_on(floor: "Floor", call: Call, since: datetime) -> Decision:
    assert call.group is not None
    until = after(since, floor.group(call.group).not_ready_s_max)
    gave_up = f.QueueLeft(call=call.id, reason=f.GaveUp.NOT_READY)
    return WakeAt(not_ready_timer(call.id), until, gave_up)
