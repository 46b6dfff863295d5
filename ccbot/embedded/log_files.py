"""Servers' log files: their owner's alone, and never more than a few of bounded size."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import BinaryIO, NoReturn

from ccbot.log import say

ROTATE_BYTES = 16 << 20
"""A log larger than this is put aside, when its server starts and while it runs."""
KEPT_MAX = 3
"""So many logs are kept beside the present one: ``.1`` is the latest."""
LOOK_S = 30.0
"""How often the size of a log is looked at while its server runs."""
COPY_BYTES = 1 << 20


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
    """Put a log aside that has grown large; the oldest goes. Nobody may be writing to it."""
    if _is_large(path):
        path.replace(_shifted(path))


def rotate_in_use(path: Path) -> None:
    """The same for a log that its server keeps open to append to: it is copied, then emptied.

    A line written in the very moment between the two is lost.
    """
    if not _is_large(path):
        return
    with os.fdopen(os.open(path, os.O_RDWR | os.O_NOFOLLOW), "rb+") as log:
        aside = _shifted(path)
        owner = os.fstat(log.fileno())
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(aside, flags, 0o600), "wb") as copy:
            try:
                os.fchown(copy.fileno(), owner.st_uid, owner.st_gid)
                shutil.copyfileobj(log, copy, COPY_BYTES)
            except OSError:
                aside.unlink()
                raise
        os.ftruncate(log.fileno(), 0)


async def kept_small(*paths: Path) -> NoReturn:
    """Watch over logs in use, for ever; a disk that refuses is tried again."""
    while True:
        await asyncio.sleep(LOOK_S)
        for path in paths:
            try:
                await asyncio.to_thread(rotate_in_use, path)
            except OSError as problem:
                say(f"{path} stays large ({problem.strerror})")


def _is_large(path: Path) -> bool:
    return path.exists() and path.lstat().st_size > ROTATE_BYTES


def _shifted(path: Path) -> Path:
    """The name for the latest log, free now: each older one has moved on by one."""
    names = [path.with_name(f"{path.name}.{number + 1}") for number in range(KEPT_MAX)]
    names[-1].unlink(missing_ok=True)
    for newer, older in zip(reversed(names[:-1]), reversed(names[1:]), strict=True):
        if newer.exists():
            newer.replace(older)
    return names[0]
