"""The scenarios: what a customer and an agent live through, in sentences.

Each is a plain coroutine over a ``World``; its name says what is true. They are played in the
simulation, with and without delays, and on the real Asterisk, which keeps the simulation honest.
"""

import inspect
from collections.abc import Awaitable, Callable
from types import ModuleType

from tests.world.scenarios import (
    agents,
    entry,
    greetings,
    hang_ups,
    menu,
    queue,
    restarts,
    ringing,
    survey,
    talk,
)
from tests.world.world import World

Scenario = Callable[[World], Awaitable[None]]


def _in(module: ModuleType) -> list[Scenario]:
    return [
        member
        for name, member in vars(module).items()
        if inspect.iscoroutinefunction(member)
        and member.__module__ == module.__name__
        and not name.startswith("_")
    ]


SCENARIOS: list[Scenario] = [
    scenario
    for module in (talk, entry, menu, queue, ringing, agents, hang_ups, survey, greetings, restarts)
    for scenario in _in(module)
]
"""All of them."""
