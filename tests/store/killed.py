"""Processes that tests kill: ``append``, ``keep`` and ``ship``, each with its outbox."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from ccbot.core.facts import encode
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


def keep(path: Path) -> None:
    """The same, with a checkpoint alongside each fact."""
    with open_outbox(path, CountedIds()) as outbox:
        outbox.alongside = lambda stamped: outbox.save("latest", encode(stamped.fact))
        number = 0
        while True:
            number += 1
            seq = outbox.append(entered(f"call-{number}", T0 + timedelta(microseconds=number)))
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
    elif sys.argv[1] == "keep":
        keep(Path(sys.argv[2]))
    else:
        asyncio.run(ship(Path(sys.argv[2]), sys.argv[3]))
