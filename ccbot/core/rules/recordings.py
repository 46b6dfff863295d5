"""What the floor does with facts about recordings."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.calls import TALKS, Call
from ccbot.core.decisions import Decision, Forget, WakeAt, after
from ccbot.core.kinds import RecordingFault, ResumedBy
from ccbot.core.recordings import FAILURES_MAX, recorded_group
from ccbot.core.tapes import part_name
from ccbot.core.timers import pause_timer

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None

WITH_CUSTOMER = TALKS
"""Stages in which an agent has the customer."""


class RecordingRules:
    """Facts about recordings."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def announced(self, fact: f.RecordingAnnounced, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or call.recording.announced:
            return None
        call.recording.announced = True
        return []

    def begun(self, fact: f.RecordingBegun, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or fact.name != part_name(call.id, call.recording.parts + 1):
            return None
        call.recording.parts += 1
        call.recording.sides = fact.sides
        return []

    def paused(self, fact: f.RecordingPaused, now: datetime) -> Result:
        """Refused where nothing is recorded: nobody is to believe that it was."""
        call = self._floor.calls.get(fact.call)
        if call is None or call.stage not in WITH_CUSTOMER or call.recording.paused:
            return None
        if recorded_group(self._floor, call) is None:
            return None
        call.recording.paused_by = fact.agent
        call.recording.paused_until = after(now, self._floor.routing.recording.pause_s_max)
        return pause_goes_on(call)

    def resumed(self, fact: f.RecordingResumed, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or not call.recording.paused:
            return None
        call.recording.paused_by = call.recording.paused_until = None
        return [Forget(pause_timer(call.id))]

    def failed(self, fact: f.RecordingFailed, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None:
            return None
        gives_up = fact.why is RecordingFault.DISK_FULL
        call.recording.failures += FAILURES_MAX if gives_up else 1
        return []


def pause_goes_on(call: Call) -> list[Decision]:
    """The timer of the pause, if there is one; after a restart, too."""
    until = call.recording.paused_until
    if until is None:
        return []
    over = f.RecordingResumed(call=call.id, by=ResumedBy.SYSTEM)
    return [WakeAt(pause_timer(call.id), until, over)]
