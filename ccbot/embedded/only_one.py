"""One centre for each home: a lock that goes with its holder, however that ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ccbot.embedded.process import StartFault


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home for the length of the block; ``StartFault`` if another process does."""
    path = home / "run" / "up.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise StartFault(f"{path} cannot be written ({problem.strerror})") from None
    with os.fdopen(descriptor, "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartFault(
                f"a centre runs in {home} already (process {lock.read().strip() or 'unknown'}): "
                "stop that one, or set CCBOT_HOME to another directory"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
