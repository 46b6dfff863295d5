"""Processes that tests kill: ``append OUTBOX`` and ``ship OUTBOX DATABASE_URL``."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from ccbot.store.outbox import open_outbox
from ccbot.store.pool import open_pool
from ccbot.store.writer import Writer
from tests.store.stories import T0, CountedIds, EvenRng, StillClock, entered


def append(path: Path) -> None:
    """Append for ever; a line on stdout for each fact that ``append`` took."""
    with open_outbox(path, CountedIds()) as outbox:
        number = 0
        while True:
            number += 1
            at = T0 + timedelta(microseconds=number)
            seq = outbox.append(entered(f"call-{number}", at))
            sys.stdout.write(f"{seq}\n")
            sys.stdout.flush()


async def ship(path: Path, url: str) -> None:
    """Ship for ever."""
    with open_outbox(path, CountedIds()) as outbox:
        async with open_pool(url) as pool:
            await Writer(outbox, pool, StillClock(), EvenRng()).run()


if __name__ == "__main__":
    if sys.argv[1] == "append":
        append(Path(sys.argv[2]))
    else:
        asyncio.run(ship(Path(sys.argv[2]), sys.argv[3]))
