"""Checks of addresses and ports: taken ones, the sound's range, centres side by side."""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ccbot.doctor.finding import Check, Finding
from ccbot.doctor.load import Load, calls_within
from ccbot.settings import Address, PortRange, Settings

LISTENING_S = "end what uses it, or set {variable} to another address"


@dataclass(frozen=True, kw_only=True, slots=True)
class Port:
    """An address that the centre listens at, and what was found there."""

    address: Address
    transport: str
    variable: str
    problem: str
    """Why it cannot be had, in the system's words; empty if it is free."""
    holder: str
    """The process that has it; empty if that cannot be seen."""
    ours: bool
    """Held by this very centre."""


def ports(seen: Sequence[Port]) -> Iterator[Finding]:
    """Each address is free, or this centre's already."""
    check = Check("ports")
    for port in seen:
        what = f"{port.address} ({port.transport})"
        if not port.problem:
            yield check.good(f"{what} is free")
        elif port.ours:
            yield check.good(f"{what} is this centre's")
        else:
            holder = f", by {port.holder}" if port.holder else ""
            says = f"{what} cannot be used: {port.problem}{holder}"
            yield check.wrong(says, LISTENING_S.format(variable=port.variable))


def rtp_range(settings: Settings, load: Load) -> Iterator[Finding]:
    """Ended calls hold their ports for a while, so a range has to be wide."""
    check = Check("sound ports")
    span = settings.rtp_ports
    count = span.last - span.first + 1
    if span.first <= settings.sip_bind.port <= span.last:
        yield check.wrong(
            f"CCBOT_SIP_BIND={settings.sip_bind} lies within CCBOT_RTP_PORTS={span}",
            "move one of them",
        )
    if count >= load.ports:
        yield check.good(f"{span}: {count}, enough for {load}")
        return
    says = f"{span}: {count}, enough for about {calls_within(count)} calls at once, not for {load}"
    mend = f"set CCBOT_RTP_PORTS to at least {load.ports} ports"
    yield check.wrong(says, mend) if load.stated else check.warning(says, mend)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """Names and addresses that phones and trunks are told."""

    settings: Settings
    host_resolves: bool
    """Whether ``CCBOT_SIP_HOST`` does, or is an address."""


def reach(seen: Reach) -> Iterator[Finding]:
    """Phones and trunks can get to where Asterisk listens."""
    check = Check("reach")
    settings = seen.settings
    inside = ipaddress.ip_address(settings.sip_bind.host).is_loopback
    outside = [one for one in settings.trunks if not _is_loopback(one)]
    if inside and outside:
        yield check.wrong(
            f"trunk {outside[0]} cannot get to {settings.sip_bind}, which is inside this machine",
            "set CCBOT_SIP_BIND=0.0.0.0:5060 and CCBOT_SIP_HOST to this machine's address",
        )
    elif inside and settings.sip_host and not _is_loopback(settings.sip_host):
        yield check.wrong(
            f"phones are told {settings.sip_host}, but Asterisk listens at {settings.sip_bind}",
            "set CCBOT_SIP_BIND=0.0.0.0:5060, or unset CCBOT_SIP_HOST",
        )
    elif not inside and settings.sip_host and _is_loopback(settings.sip_host):
        yield check.wrong(
            f"phones elsewhere are told CCBOT_SIP_HOST={settings.sip_host}, their own machine",
            "set CCBOT_SIP_HOST to this machine's name or address as phones see it",
        )
    elif settings.sip_host and not seen.host_resolves:
        yield check.wrong(
            f"CCBOT_SIP_HOST={settings.sip_host} does not resolve",
            "enter it in the DNS, or set an address",
        )
    elif inside:
        yield check.good(f"only phones of this machine, at {settings.sip_address}")
    else:
        yield check.good(f"phones are told {settings.sip_address}")


def _is_loopback(text: str) -> bool:
    try:
        return ipaddress.ip_network(text, strict=False).is_loopback
    except ValueError:
        return text == "localhost"


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbour:
    """A centre that runs on this machine."""

    pid: int
    part: str
    """``up``, ``serve``, or a part's name."""
    home: Path
    rtp_ports: PortRange
    sip_bind: Address
    web_bind: Address


def neighbours(settings: Settings, seen: Sequence[Neighbour]) -> Iterator[Finding]:
    """Centres side by side share neither home nor port."""
    check = Check("neighbours")
    found = [*_same_home(check, settings, seen)]
    others = {one.home: one for one in seen if one.home != settings.home}
    for other in others.values():
        found += _shared_ports(check, settings, other)
    yield from found
    if not found:
        yield check.good(f"{len(others)} other centres on this machine, none in the way")


def _same_home(check: Check, settings: Settings, seen: Sequence[Neighbour]) -> Iterator[Finding]:
    for part in ("up", "ccbot", "asterisk", "postgres"):
        pids = [str(one.pid) for one in seen if one.home == settings.home and one.part == part]
        if len(pids) > 1:
            yield check.wrong(
                f"{settings.home} is the home of several centres: processes {', '.join(pids)}",
                "give each centre a CCBOT_HOME of its own",
            )


def _shared_ports(check: Check, settings: Settings, other: Neighbour) -> Iterator[Finding]:
    whose = f"the centre in {other.home} (process {other.pid})"
    mine, its = settings.rtp_ports, other.rtp_ports
    if mine.first <= its.last and its.first <= mine.last:
        says = f"CCBOT_RTP_PORTS={mine} overlaps {its} of {whose}"
        yield check.wrong(says, "give each centre a range of its own")
    for variable, ours, theirs in [
        ("CCBOT_SIP_BIND", settings.sip_bind, other.sip_bind),
        ("CCBOT_WEB_BIND", settings.web_bind, other.web_bind),
    ]:
        if _collide(ours, theirs):
            says = f"{variable}={ours} collides with {theirs} of {whose}"
            yield check.wrong(says, f"set {variable} to another port")


def _collide(one: Address, other: Address) -> bool:
    if one.port != other.port or one.port == 0:
        return False
    wide = any(ipaddress.ip_address(each.host).is_unspecified for each in (one, other))
    return wide or one.host == other.host
