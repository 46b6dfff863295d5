"""When time alone makes more agents eligible for a waiting caller."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ccbot.core.calls import Call

if TYPE_CHECKING:
    from ccbot.core.floor import Floor


def next_moment(floor: "Floor", call: Call, now: datetime) -> datetime | None:
    """The next moment at which a skill is waived, a member's delay or the hold for one is over.

    Ageing is not among them: it changes who comes first, and that is asked only when somebody is
    free.
    """
    assert call.group is not None
    group = floor.group(call.group)
    after_s = {step.after_s for step in group.skills.relax}
    after_s |= {one.delay_s for one in group.members.values()}
    after_s.add(group.preferred_hold_s)
    moments = (call.in_line_since + timedelta(seconds=one) for one in after_s)
    return min((one for one in moments if one > now), default=None)
