"""Root gives up its rights: Postgres refuses to run as root, and Asterisk should not.

Started by an ordinary user, servers run as that user. Started by root, they run as the system user
``ccbot``. If the project lies where that user may not look (under ``/root``), it gets the single
right to read through directories; put the project into ``/opt`` and it does not need even that.
"""

import os
import pwd
from collections.abc import Iterable
from pathlib import Path

USERS = ("ccbot", "nobody")


def service_user() -> pwd.struct_passwd | None:
    """Whom servers run as; None: as we are."""
    if os.geteuid() != 0:
        return None
    for name in USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("there is no user ccbot: run script/setup")


def as_service(argv: list[str], reads: Iterable[Path]) -> list[str]:
    """The command that runs ``argv`` without root's rights; it can read the given places.

    The server dies with whoever started it.
    """
    dying = ["setpriv", "--pdeathsig", "KILL"]
    user = service_user()
    if user is None:
        return [*dying, "--", *argv]
    rights = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    if all(_open_to_all(place) for place in reads):
        rights += ["--inh-caps=-all", "--ambient-caps=-all"]
    else:
        # Without the secure bit, access(2) would not honour the right, and Postgres asks by it.
        rights += [
            "--securebits=+no_setuid_fixup",
            "--inh-caps=-all,+dac_read_search",
            "--ambient-caps=-all,+dac_read_search",
        ]
    return ["setpriv", *rights, "--pdeathsig", "KILL", "--", *argv]


def own_folder(path: Path) -> Path:
    """Make a folder that belongs to the service's user, and to nobody else."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    give_to_service(path)
    return path


def give_to_service(path: Path) -> None:
    """Let the service's user own a file or folder."""
    user = service_user()
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def _open_to_all(place: Path) -> bool:
    """Whether everybody may walk to this place."""
    return all(folder.stat().st_mode & 0o001 for folder in place.resolve().parents)
