"""Looks at the machine: its name, clock, disk, limits, and the files with secrets."""

import ctypes
import os
import resource
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ccbot.doctor.machine import Disk, HostName, OpenFiles, Secret
from ccbot.embedded.asterisk import find_installation
from ccbot.embedded.process import StartFault
from ccbot.settings import PROJECT, Settings

SECRET_FILES = (
    "secrets.json",
    "outbox.sqlite*",
    "run/centre.json",
    "asterisk/etc/*.conf",
    "asterisk/lib/astdb.sqlite3",
    "postgres/password",
)
"""Within the home; patterns."""

VERSION_S_MAX = 10.0
UNSYNCHRONISED = 5
"""What adjtimex(2) gives while no time service keeps the clock (TIME_ERROR)."""
TIMEX_BYTES = 256
"""Room for its structure, on every kind of machine."""


def host_name(settings: Settings) -> HostName:
    """The machine's name, and whether it resolves."""
    name = socket.gethostname()
    return HostName(
        name=name, resolves=resolves(name), hidden=os.geteuid() == 0 and not settings.ari_url
    )


def resolves(name: str) -> bool:
    """Whether a name has an address."""
    try:
        socket.getaddrinfo(name, None)
    except OSError:
        return False
    return True


def disks(home: Path) -> list[Disk]:
    """Where the home lies, and recordings if they have a disk of their own."""
    places = [home / "asterisk/spool/recording", home / "recordings"]
    seen = [disk(home), *(disk(place) for place in places if place.exists())]
    return list({one.place.stat().st_dev: one for one in reversed(seen)}.values())


def disk(home: Path) -> Disk:
    """Room where this lies, or will lie."""
    place = next(one for one in (home, *home.parents) if one.exists())
    counted = os.statvfs(place)
    return Disk(
        place=place,
        free_bytes=shutil.disk_usage(place).free,
        free_files=counted.f_favail if counted.f_files else None,
    )


def clock_is_synchronised() -> bool | None:
    """What the kernel says; None if it may not say."""
    library = ctypes.CDLL(None)
    state = library.adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
    return None if state < 0 else bool(state != UNSYNCHRONISED)


def open_files(asterisk: int | None) -> OpenFiles:
    """The limit of the Asterisk that runs, else that of one started from here."""
    if asterisk is not None:
        try:
            lines = Path(f"/proc/{asterisk}/limits").read_text().splitlines()
        except OSError:
            lines = []
        for line in lines:
            if line.startswith("Max open files"):
                return OpenFiles(limit=int(line.split()[3]), whose="the running Asterisk")
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return OpenFiles(limit=soft, whose="what is started from here")


def secrets(settings: Settings) -> Iterator[Secret]:
    """Every file that holds a login or customers' numbers."""
    files = [path for name in SECRET_FILES for path in settings.home.glob(name)]
    for path in [*files, PROJECT / ".env"]:
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        reachable = all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)
        yield Secret(path=path, mode=mode & 0o777, reachable=reachable)


def installed_asterisk(settings: Settings) -> tuple[str, set[str]] | None:
    """Version and modules of the Asterisk that would be started; None if there is none."""
    try:
        installation = find_installation(settings)
        said = subprocess.run(
            [*installation.command, "-V"],
            capture_output=True,
            text=True,
            check=False,
            timeout=VERSION_S_MAX,
        ).stdout
    except (StartFault, OSError, StopIteration, subprocess.TimeoutExpired):
        return None
    return said.strip(), {path.name for path in installation.modules.glob("*.so")}
