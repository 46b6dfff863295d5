"""What the floor does with facts about what happens within a talk, transfers left out."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.calls import CallEvent, Stage
from ccbot.core.decisions import Decision, Tell
from ccbot.core.rules.supervision import all_leave
from ccbot.core.rules.wrap_ups import wrap_up

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None


class TalkRules:
    """Hold, and the end of a talk."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def held(self, fact: f.CallHeld, now: datetime) -> Result:
        """Refused while she is handed on: then her agent swaps, or goes back."""
        call = self._floor.calls.get(fact.call)
        if call is None or call.agent != fact.agent or call.transfer is not None:
            return None
        if not call.may(CallEvent.HOLD):
            return None
        call.move(CallEvent.HOLD)
        call.held_by = fact.by
        return [Tell(call.id, call.stage)]

    def resumed(self, fact: f.CallResumed, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or call.agent != fact.agent or not call.may(CallEvent.RESUME):
            return None
        call.move(CallEvent.RESUME)
        call.held_by = None
        return [Tell(call.id, call.stage)]

    def ended(self, fact: f.TalkEnded, now: datetime) -> Result:
        """Refused while she is handed on: an agent who leaves then is a sender who left."""
        call = self._floor.calls.get(fact.call)
        if call is None or call.agent != fact.agent or not call.may(CallEvent.TALK_OVER):
            return None
        if call.transfer is not None or call.stage is Stage.CONSULT:
            return None
        call.move(CallEvent.TALK_OVER)
        call.talk_ended_at, call.talk_ended_by = now, fact.by
        decisions = wrap_up(self._floor, fact.agent, call, now)
        return [*decisions, *all_leave(self._floor, call.id, now), Tell(call.id, call.stage)]
