"""What the floor does with the keys of waiting callers: what they choose instead of waiting."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.calls import Call, Stage
from ccbot.core.decisions import Decision, Post
from ccbot.core.ids import GroupKey
from ccbot.core.reception import is_closed
from ccbot.core.routing_document import WaitingKey
from ccbot.core.rules.owed import can_be_tried

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None

_WAITS = {Stage.WAITING, Stage.RINGING}


def is_choice(floor: "Floor", call: Call, key: str) -> bool:
    """Whether the key stands for anything that this waiting caller could want."""
    if call.group is None or call.stage not in _WAITS or _is_answered(floor, call):
        return False
    wanted = floor.group(call.group).keys.get(key)
    return wanted is not None and wanted.group != call.group


def _is_answered(floor: "Floor", call: Call) -> bool:
    return any(one.accepted for one in floor.offers.values() if one.call == call.id)


class ChoiceRules:
    """The fact ``WaitingKeyPressed``."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def key_pressed(self, fact: f.WaitingKeyPressed, now: datetime) -> Result:
        """Refused if the key means nothing, or once an agent has answered: she hears him at once.

        Until she chose, phones ring on; then their agents are free, without a miss.
        """
        call = self._floor.calls.get(fact.call)
        if call is None or call.stage not in _WAITS:
            return None
        then = self._then(call, fact, now)
        if then is None or _is_answered(self._floor, call):
            return None
        offers = [one for one in self._floor.offers.values() if one.call == call.id]
        chose = f.Withdrawn.CALLER_CHOSE
        withdrawn = [Post(f.OfferWithdrawn(offer=one.id, reason=chose)) for one in offers]
        return [*withdrawn, Post(then)]

    def _then(
        self, call: Call, fact: f.WaitingKeyPressed, now: datetime
    ) -> f.VoicemailBegun | f.CallbackAsked | f.QueueChanged | None:
        assert call.group is not None
        match self._floor.group(call.group).keys.get(fact.key):
            case WaitingKey(do="voicemail"):
                return f.VoicemailBegun(call=call.id, by=f.EndedBy.CALLER)
            case WaitingKey(do="callback") if fact.may_call_out and call.callback_of is None:
                asked = f.CallbackAsked(call=call.id, by=f.EndedBy.CALLER)
                return asked if can_be_tried(self._floor.routing, call, now) else None
            case WaitingKey(do="group", group=str(other)):
                return self._to(call, GroupKey(other), now)
            case _:
                return None

    def _to(self, call: Call, other: GroupKey, now: datetime) -> f.QueueChanged | None:
        """Nobody gives her place up for a queue that would not have her."""
        group = self._floor.routing.groups.get(other)
        if group is None or other == call.group or not self._floor.serving(other):
            return None
        if self._floor.is_full(other):
            return None
        if is_closed(self._floor.routing, group.hours, now):
            return None
        return f.QueueChanged(call=call.id, group=other, by=f.GroupChosenBy.KEY)
