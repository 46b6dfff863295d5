"""Which Asterisk may take a phone's REFER (the transfer button), and hand it to us.

Asterisk 22.10 stops at a REFER that is left to the application and says ``Refer-Sub: false``
(asterisk#2021, mended in 22.11). Left to itself it would carry the transfer out past us.
"""

import re

SERIES, MINOR_MIN = 22, 11

HANDLING = "PJSIP_TRANSFER_HANDLING()=ari-only"
"""Of an endpoint: Asterisk does nothing but tell us of a REFER."""


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
