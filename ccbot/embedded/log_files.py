"""Servers' log files: their owner's alone, and never more than a few of bounded size."""

import os
from pathlib import Path
from typing import BinaryIO

ROTATE_BYTES = 16 << 20
"""A log larger than this is put aside when its server starts."""
KEPT_MAX = 3
"""So many logs are kept beside the present one: ``.1`` is the latest."""


def open_log(path: Path) -> BinaryIO:
    """The log to append to, in a folder of its own that nobody else may enter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    rotate(path)
    # Never through a link: the folder may belong to the server's user, and we may be root.
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "ab")


def rotate(path: Path) -> None:
    """Put a log aside that has grown large; the oldest goes."""
    if not path.exists() or path.lstat().st_size <= ROTATE_BYTES:
        return
    names = [path, *(path.with_name(f"{path.name}.{number + 1}") for number in range(KEPT_MAX))]
    for newer, older in zip(reversed(names[:-1]), reversed(names[1:]), strict=True):
        if newer.exists():
            newer.replace(older)
