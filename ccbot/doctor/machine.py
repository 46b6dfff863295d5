"""Checks of the machine: its name, clock, disk, limits, and who may read the secrets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ccbot.doctor.finding import Check, Finding
from ccbot.doctor.load import FILES_OF_ITS_OWN, Load, calls_within

FREE_BYTES_MIN, FREE_BYTES_WELL = 1 << 30, 10 << 30
FREE_FILES_MIN, FREE_FILES_WELL = 10_000, 100_000
"""Below the first it is wrong, below the second a warning."""

CLOCKS_APART_S_MAX = 1.0
FINDINGS_MAX = 5
"""Of one check; more are counted."""

_GIB = 1 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class HostName:
    """The machine's name as Asterisk asks for it."""

    name: str
    resolves: bool
    hidden: bool
    """Our Asterisk is given another name, one that resolves."""


def host_name(seen: HostName) -> Finding:
    """Asterisk looks its own host up for each call, and waits five seconds in vain."""
    check = Check("host name")
    if seen.resolves:
        return check.good(f"{seen.name} resolves")
    mend = f"add the line `127.0.1.1 {seen.name}` to /etc/hosts"
    if seen.hidden:
        says = f"{seen.name} does not resolve; our Asterisk is started under another name"
        return check.warning(says, mend)
    return check.wrong(f"{seen.name} does not resolve: each call waits 5 s for it", mend)


@dataclass(frozen=True, kw_only=True, slots=True)
class Disk:
    """Room where the home lies."""

    place: Path
    free_bytes: int
    free_files: int | None
    """Inodes; None where the file system does not count them."""


def disk(seen: Disk) -> Finding:
    """The outbox, Postgres and recordings need room, in bytes and in files."""
    check = Check("disk")
    files = FREE_FILES_WELL if seen.free_files is None else seen.free_files
    says = f"{seen.free_bytes / _GIB:.1f} GiB free at {seen.place}"
    if seen.free_files is not None:
        says += f", and {seen.free_files} files"
    if seen.free_bytes < FREE_BYTES_MIN or files < FREE_FILES_MIN:
        least = f"{FREE_BYTES_MIN / _GIB:.0f} GiB and {FREE_FILES_MIN} files"
        return check.wrong(f"only {says}", f"make room: at least {least}")
    if seen.free_bytes < FREE_BYTES_WELL or files < FREE_FILES_WELL:
        well = f"{FREE_BYTES_WELL / _GIB:.0f} GiB and {FREE_FILES_WELL} files"
        return check.warning(f"only {says}", f"plan for more: {well} are well")
    return check.good(says)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """The machine's clock, and Postgres' beside it."""

    synchronised: bool | None
    """None: the kernel does not say."""
    apart_s: float | None
    """How much Postgres' clock is ahead of ours; None if it was not asked."""


def clock(seen: Clock) -> Iterator[Finding]:
    """Deadlines, working hours and the call log lean on it."""
    check = Check("clock")
    if seen.apart_s is not None and abs(seen.apart_s) > CLOCKS_APART_S_MAX:
        yield check.wrong(
            f"Postgres' clock is {abs(seen.apart_s):.1f} s "
            f"{'ahead of' if seen.apart_s > 0 else 'behind'} this machine's",
            "synchronise both machines: install chrony on each",
        )
    if seen.synchronised is False:
        yield check.warning(
            "no time service keeps this machine's clock right",
            "install chrony, or see that the host of this machine keeps it",
        )
    elif seen.synchronised:
        yield check.good("synchronised")
    else:
        yield check.unseen("the kernel does not say whether it is synchronised")


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenFiles:
    """How many files Asterisk may open."""

    limit: int
    whose: str


def open_files(seen: OpenFiles, load: Load) -> Finding:
    """Every leg of a call holds two sockets."""
    check = Check("open files")
    if seen.limit >= load.files:
        return check.good(f"{seen.limit} for {seen.whose}, enough for {load}")
    room = calls_within(max(0, seen.limit - FILES_OF_ITS_OWN))
    says = f"{seen.limit} for {seen.whose}: enough for about {room} calls at once, not for {load}"
    mend = f"before the start: ulimit -n {load.files}, or LimitNOFILE={load.files} in the unit"
    return check.wrong(says, mend) if load.stated else check.warning(says, mend)


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """A file that nobody else should read."""

    path: Path
    mode: int
    reachable: bool
    """Everybody may walk to the folder that it lies in."""


def secrets(seen: Sequence[Secret]) -> Iterator[Finding]:
    """Files with logins or customers' numbers are for their owner and its group."""
    check = Check("secrets")
    open_ones = [one for one in seen if one.reachable and one.mode & 0o006]
    for one in open_ones[:FINDINGS_MAX]:
        can = "written" if one.mode & 0o002 else "read"
        says = f"{one.path} can be {can} by every user of this machine"
        yield check.wrong(says, f"chmod 600 {one.path}")
    if len(open_ones) > FINDINGS_MAX:
        left = len(open_ones) - FINDINGS_MAX
        yield check.wrong(f"{left} more files lie open, too", "chmod go= the folders they lie in")
    if not open_ones:
        yield check.good(f"{len(seen)} files, none open to others")
