"""The load that a centre is to carry, and what a machine has to give for it."""

import re
from dataclasses import dataclass

CALLS_MAX = 2000
"""If neither the user nor Asterisk's configuration says how many."""
SHORT_CALL_S = 60
"""Unless it is stated, calls are taken to come as fast as if each lasted so long."""
RTP_HELD_S = 32
"""Ports of an ended call stay bound for so long (a SIP timer)."""
LEGS = 2
PORTS_A_LEG = 2
"""RTP and RTCP."""
FILES_OF_ITS_OWN = 256
"""What Asterisk needs beside its calls: modules, ARI, browsers' phones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """So many customers at once, and so many new ones a second."""

    calls: int
    per_second: float
    stated: bool
    """By the user. Else it is what Asterisk would let in, which few centres ever see."""

    @property
    def ports(self) -> int:
        """UDP ports for the sound."""
        return round(PORTS_A_LEG * (LEGS * self.calls + RTP_HELD_S * self.per_second))

    @property
    def files(self) -> int:
        """Open files of Asterisk."""
        return FILES_OF_ITS_OWN + self.ports

    def __str__(self) -> str:
        return f"{self.calls} calls at once and {self.per_second:g} a second"


def load(calls: int | None, per_second: float | None, asterisk_conf: str) -> Load:
    """The load as stated, else as much as Asterisk's ``maxcalls`` lets in."""
    found = re.search(r"^maxcalls\s*=\s*(\d+)", asterisk_conf, re.MULTILINE)
    most = calls or (int(found[1]) if found else CALLS_MAX)
    pace = per_second if per_second is not None else round(most / SHORT_CALL_S, 1)
    return Load(calls=most, per_second=pace, stated=calls is not None)


def calls_within(ports: int) -> int:
    """How many calls at once so many ports carry, at the pace of short calls."""
    return int(ports / (PORTS_A_LEG * (LEGS + RTP_HELD_S / SHORT_CALL_S)))
