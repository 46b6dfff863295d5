"""Which Asterisk may take a phone's REFER (the transfer button), and hand it to us.

Asterisk 22.10 stops at a REFER that is left to the application and says ``Refer-Sub: false``
(asterisk#2021, mended in 22.11). Left to itself it would carry the transfer out past us.
"""

import re
from enum import StrEnum
from typing import NamedTuple

SERIES, MINOR_MIN = 22, 11

HANDLING = "PJSIP_TRANSFER_HANDLING()=ari-only"
"""Of an endpoint: Asterisk does nothing but tell us of a REFER."""


class Progress(StrEnum):
    """What a phone is told of the transfer that it asked for; all but the first are last words."""

    TRYING = "channel_progress"
    ANSWERED = "channel_answered"
    UNAVAILABLE = "channel_unavailable"
    DECLINED = "channel_declined"


class Refer(NamedTuple):
    """What a phone asked for."""

    destination: str
    """The user part of ``Refer-To``, or the whole of it."""
    attended: bool
    """It named another call of its own (``Replaces``)."""

    @property
    def digits(self) -> str:
        """The number that was dialled; empty if it is none."""
        found = re.fullmatch(r"(?:sips?:)?([0-9]+)(?:@.*)?", self.destination)
        return "" if found is None else found[1]


class ReferFault(Exception):  # noqa: N818 - named as what it is
    """``CCBOT_REFER=on`` cannot be had with this Asterisk; the message says why."""


def refuse(version: str) -> None:
    """``ReferFault`` unless this version of Asterisk may take REFER."""
    found = re.search(r"(\d+)\.(\d+)", version)
    if found is not None and int(found[1]) == SERIES and int(found[2]) >= MINOR_MIN:
        return
    raise ReferFault(
        f"CCBOT_REFER=on needs Asterisk {SERIES}.{MINOR_MIN} or later of that series, and this is "
        f"{version or 'unknown'}, which one header of a phone can stop (asterisk#2021): "
        "set CCBOT_REFER=off, and transfer by *2 or *3"
    )
