"""The scenarios: what a customer and an agent live through, in sentences.

Each is a plain coroutine over a ``World``; its name says what is true. They are played in the
simulation, with and without delays, and on the real Asterisk, which keeps the simulation honest.
"""

import inspect
from collections.abc import Awaitable, Callable
from types import ModuleType

from tests.world.scenarios import (
    agents,
    callbacks,
    customers,
    entry,
    greetings,
    hang_ups,
    leaving,
    menu,
    overflow,
    phone_hold,
    publish,
    queue,
    reception,
    recording,
    restarts,
    ring_all,
    ringing,
    supervision,
    survey,
    talk,
    transfers,
    voices,
    who_gets_whom,
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


MODULES = (
    talk,
    voices,
    supervision,
    entry,
    menu,
    queue,
    ringing,
    ring_all,
    agents,
    hang_ups,
    survey,
    greetings,
    restarts,
    customers,
    reception,
    overflow,
    leaving,
    callbacks,
    publish,
    phone_hold,
    who_gets_whom,
    transfers,
    recording,
)

SCENARIOS: list[Scenario] = [scenario for module in MODULES for scenario in _in(module)]
"""All of them."""

ROWS: dict[Scenario, str] = {
    ringing.a_phone_not_answered_for_15_s_gives_way_to_the_next: "R20",
    ringing.an_agent_who_missed_a_call_is_not_rung_again_until_he_says_so: "R20",
    ringing.a_declined_call_rings_the_next_agent_within_a_second: "R20",
    talk.star_seven_sends_the_customer_to_the_survey: "R31",
    survey.the_whole_survey_asks_whether_the_matter_is_settled: "R31",
    survey.a_dissatisfied_customer_says_why_and_is_called_back: "R31",
    talk.silence_in_the_survey_ends_it_politely: "R31",
}
"""The policy's requirements that a scenario tries as a whole; others have tests of their own."""


def name_of(scenario: Scenario) -> str:
    """What the scenario says, after the row of the policy that it tries."""
    name = scenario.__name__
    return f"{ROWS[scenario]}_{name}" if scenario in ROWS else name
