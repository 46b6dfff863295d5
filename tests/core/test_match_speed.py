"""The floor asks who gets whom after every fact: many agents must not make that slow."""

import time
from datetime import timedelta

import pytest

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.routing import match
from ccbot.core.routing_document import Member, RoutingDocument, Skills
from tests.core.story import Story, replace_group, routing

CALLERS, FEW, MANY = 500, 10, 200

MANY_CALLERS = replace_group(routing(), "service", callers_max=CALLERS)
NOBODY_IS_ABLE = replace_group(MANY_CALLERS, "service", skills=Skills(requires={"english": 3}))
EVERYBODY_IS_DELAYED = replace_group(
    MANY_CALLERS,
    "service",
    members={AgentId(str(1000 + n)): Member(delay_s=600) for n in range(MANY)},
)


def took_s(document: RoutingDocument, agents: int) -> float:
    """How long it takes to find that none of the free agents may be asked for any caller."""
    story = Story(document)
    for n in range(agents):
        story.agent(str(1000 + n))
    for n in range(CALLERS):
        story.caller(f"call-{n}")
    times = []
    for _ in range(7):
        began = time.perf_counter()
        assert match(story.floor, story.now + timedelta(seconds=1)) is None
        times.append(time.perf_counter() - began)
    return min(times)


@pytest.mark.parametrize("document", [NOBODY_IS_ABLE, EVERYBODY_IS_DELAYED])
def test_twenty_times_the_agents_take_less_than_four_times_as_long(
    document: RoutingDocument,
) -> None:
    assert took_s(document, MANY) < 4 * took_s(document, FEW)


def test_nothing_is_sorted_while_nobody_is_free() -> None:
    story = Story(MANY_CALLERS)
    agent = story.agent("1000")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.REST))
    for n in range(CALLERS):
        story.caller(f"call-{n}", GroupKey("service"))
    began = time.perf_counter()
    assert match(story.floor, story.now) is None
    idle_s = time.perf_counter() - began
    story.floor.agents[agent].state = story.floor.agents[agent].state.READY
    began = time.perf_counter()
    assert match(story.floor, story.now) is not None
    assert idle_s < time.perf_counter() - began
