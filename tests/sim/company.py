"""The company's own system, simulated."""

import asyncio

import msgspec

from ccbot.core.customers import Known
from ccbot.core.routing_document import Lookup
from tests.world.company import answer


class SimCompany:
    """Answers after a while; ``None`` of a while: never."""

    def __init__(self, after_s: float | None = 0.3) -> None:
        self.after_s = after_s
        self.asked: list[tuple[str, str]] = []

    async def known(self, lookup: Lookup, caller: str, dialled: str) -> Known | None:
        """What it knows of the number, if it is in time."""
        self.asked.append((caller, dialled))
        if self.after_s is None or self.after_s > lookup.timeout_s:
            await asyncio.sleep(lookup.timeout_s)
            return None
        await asyncio.sleep(self.after_s)
        return msgspec.convert(answer(caller), Known)
