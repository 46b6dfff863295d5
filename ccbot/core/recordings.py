"""Whether a call is to be recorded now, and how."""

from typing import TYPE_CHECKING

from ccbot.core.calls import Call, Stage
from ccbot.core.kinds import Sides
from ccbot.core.tapes import file_names, part_name

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

FAILURES_MAX = 3
"""After so many failures of one call nobody tries again."""


def snoops_of(call: Call) -> frozenset[str]:
    """The channels that may still write the latest part."""
    recording = call.recording
    if not recording.parts:
        return frozenset()
    name = part_name(call.id, recording.parts)
    return frozenset(file_names(name, recording.sides))


def recorded_group(floor: "Floor", call: Call) -> Sides | None:
    """What is written of the talks of this call's group; None: they are not recorded."""
    if call.group is None:
        return None
    wanted = floor.group(call.group).recording
    return None if wanted == "off" else Sides(wanted)


def to_be_announced(floor: "Floor", call: Call) -> bool:
    """Whether she is still to hear that she is recorded."""
    return not call.recording.announced and recorded_group(floor, call) is not None


def to_be_recorded(floor: "Floor", call: Call) -> Sides | None:
    """What is to be written of this call at this moment, if anything."""
    recording = call.recording
    if recording.paused or not recording.announced or recording.failures >= FAILURES_MAX:
        return None
    return recorded_group(floor, call) if _hear_each_other(floor, call) else None


def _hear_each_other(floor: "Floor", call: Call) -> bool:
    """Customer and agent are in one room, whether or not it is known to be a talk."""
    if call.stage is Stage.RINGING and call.answered is not None:
        return floor.offers[call.answered].bridged_at is not None
    return call.stage is Stage.TALK
