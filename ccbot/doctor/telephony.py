"""Checks of Asterisk: its version, its modules, and phones at a trunk's address."""

import ipaddress
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ccbot.doctor.finding import Check, Finding

OLDEST_SAFE = (22, 10, 1)
"""It closed twenty advisories: a read-only ARI user could write, SIP over TCP could crash it."""


class Fault(NamedTuple):
    """A fault of Asterisk that its later versions do not have."""

    mended_in: tuple[int, int, int]
    what: str
    shield: str
    """What keeps it from us."""


FAULTS = (
    Fault(
        (22, 11, 0),
        "a REFER with `Refer-Sub: false` can crash it (#2021)",
        "endpoints refuse transfers by phones (allow_transfer = no)",
    ),
    Fault(
        (22, 11, 0),
        "a change of codec in a talk can end the call (#2059)",
        "phones and trunks are offered A-law and µ-law alone",
    ),
    Fault(
        (22, 11, 0),
        "audio and video bundled in one stream can lock it up (#1946)",
        "no endpoint of ours has video",
    ),
)


def version(said: str) -> Iterator[Finding]:
    """Versions with known faults, and what protects us from them."""
    check = Check("Asterisk")
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    if not said or not found:
        yield check.unseen("none was found" if not said else f"unknown version {said}")
        return
    have = (int(found[1]), int(found[2]), int(found[3] or 0))
    name = ".".join(map(str, have))
    if have < OLDEST_SAFE:
        safe = ".".join(map(str, OLDEST_SAFE))
        yield check.wrong(f"version {name} has open security holes", f"install {safe} or later")
        return
    faults = [fault for fault in FAULTS if have < fault.mended_in]
    for fault in faults:
        later = ".".join(map(str, fault.mended_in))
        says = f"version {name}: {fault.what}; what protects us: {fault.shield}"
        yield check.warning(says, f"install {later} or later when there is one")
    if not faults:
        yield check.good(f"version {name}")


def wanted_modules(modules_conf: str) -> list[str]:
    """The modules that our configuration loads."""
    return re.findall(r"^load\s*=>?\s*(\S+)", modules_conf, re.MULTILINE)


def modules(wanted: Sequence[str], there: Collection[str] | None, *, running: bool) -> Finding:
    """``there``: those that run, or that could be loaded; None if nobody could be asked."""
    check = Check("modules")
    if there is None:
        return check.unseen("no Asterisk was found")
    missing = [name for name in wanted if name not in there]
    how = "run" if running else "are there"
    if not missing:
        return check.good(f"all {len(wanted)} {how}")
    mend = (
        "see messages.log of Asterisk: why were they not loaded?"
        if running
        else "install Debian's packages asterisk and asterisk-modules whole"
    )
    return check.wrong(f"{len(missing)} modules do not {how[:3]}: {', '.join(missing)}", mend)


class Contact(NamedTuple):
    """A phone that is registered, and the address that its calls come from."""

    account: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Phones:
    """Phones, as Asterisk and its log know them."""

    registered: tuple[Contact, ...]
    turned_away: tuple[str, ...]
    """Addresses from which phones wanted to register lately, and were taken for a trunk."""


def phones_on_trunks(seen: Phones | None, trunks: Sequence[str]) -> Iterator[Finding]:
    """Who calls from a trunk's address is a customer, whatever account he has."""
    check = Check("trunks")
    if seen is None:
        yield check.unseen("no registered phones could be read")
        return
    networks = [ipaddress.ip_network(one, strict=False) for one in trunks]
    shared = {
        contact: network
        for contact in seen.registered
        for network in networks
        if ipaddress.ip_address(contact.address) in network
    }
    mend = "give the phone another address, or narrow CCBOT_TRUNKS"
    for contact, network in shared.items():
        at = f"phone {contact.account} is at {contact.address}, an address of trunk {network}"
        yield check.wrong(f"{at}: its calls come in as customers'", mend)
    for address in seen.turned_away:
        says = (
            f"a phone at {address}, a trunk's address, cannot register: it is taken for the trunk"
        )
        yield check.wrong(says, mend)
    if not shared and not seen.turned_away:
        yield check.good(f"{len(seen.registered)} phones registered, none at a trunk's address")
