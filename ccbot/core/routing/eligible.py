"""Whether an agent may be asked for a caller now; if not, the one reason that counts first."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ccbot.core.agents import Agent, AgentState
from ccbot.core.calls import TALKS, Call, Stage
from ccbot.core.facts import Phone
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.numbers import at_home
from ccbot.core.routing_document import Group, Member, RoutingDocument

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

SEVERAL = 2
"""With one agent alone, there are no others to be tried first: he has his time."""

ORDINARY = Member()
"""How an agent serves a group whose document does not name him."""


class Excluded(StrEnum):
    """Why an agent is not asked for a caller: what is lasting first, what passes last."""

    NOT_OF_GROUP = "not_of_group"
    TEST_ONLY = "test_only"
    """A built-in phone, which serves test calls alone."""
    LACKS_SKILL = "lacks_skill"
    SIGNED_OUT = "signed_out"
    NOT_READY = "not_ready"
    TALKING = "talking"
    OFFERED = "offered"
    """His phone rings for another caller."""
    WRAP_UP = "wrap_up"
    SUPERVISING = "supervising"
    """He listens to a colleague's talk."""
    PHONE_UNREACHABLE = "phone_unreachable"
    PHONE_BUSY = "phone_busy"
    RESTING = "resting"
    """He is left alone for a moment after an offer that came to nothing."""
    MISSED_THIS_CALL = "missed_this_call"
    GROUP_FULL = "group_full"
    """So many of the group's calls ring or talk as may at once."""
    DELAYED = "delayed"
    """He is asked for callers only who have waited longer."""
    HELD_FOR_PREFERRED = "held_for_preferred"
    """The caller waits a moment for the agent whom she knows."""
    ON_THE_LINE = "on_the_line"
    """She is to be called back, and is at the telephone with us herself."""


_BY_STATE = {
    AgentState.OFFLINE: Excluded.SIGNED_OUT,
    AgentState.PAUSED: Excluded.NOT_READY,
    AgentState.TALKING: Excluded.TALKING,
    AgentState.OFFERED: Excluded.OFFERED,
    AgentState.WRAP_UP: Excluded.WRAP_UP,
}


def why_not(floor: "Floor", call: Call, agent: Agent, now: datetime) -> Excluded | None:
    """Why this agent is not asked for this waiting call; None: he is a candidate."""
    assert call.group is not None
    preferred = preferred_agent(floor, call, now)
    return (
        why_never(floor.routing, call, agent, now)
        or why_busy(agent, now)
        or (Excluded.GROUP_FULL if call.group in full_groups(floor) else None)
        or (Excluded.MISSED_THIS_CALL if agent.id in not_again_yet(floor, call, now) else None)
        or why_delayed(floor.routing, call, agent, now)
        or (Excluded.HELD_FOR_PREFERRED if preferred not in {None, agent.id} else None)
        or (Excluded.ON_THE_LINE if on_the_line(floor, call) else None)
    )


def why_never(
    document: RoutingDocument, call: Call, agent: Agent, now: datetime
) -> Excluded | None:
    """What he is not, or cannot do: no waiting of his changes it."""
    if call.group not in agent.groups:
        return Excluded.NOT_OF_GROUP
    if agent.test and not call.test:
        return Excluded.TEST_ONLY
    if not agent.test and not able(document, agent.id, skills_asked(document, call, now)):
        return Excluded.LACKS_SKILL
    return None


def serves(call: Call, agent: Agent) -> bool:
    """Whether the agent is of this call's group; a built-in phone serves test calls alone."""
    return call.group in agent.groups and (call.test or not agent.test)


def on_the_line(floor: "Floor", call: Call) -> bool:
    """Whether she who is to be called back is at the telephone with us herself."""
    if not call.owed:
        return False
    number = at_home(call.caller)
    return any(not one.owed and at_home(one.caller) == number for one in floor.calls.values())


def why_busy(agent: Agent, now: datetime) -> Excluded | None:
    """What he is doing, whoever calls; None: he is free."""
    if agent.state in _BY_STATE:
        return _BY_STATE[agent.state]
    if agent.supervises is not None:
        return Excluded.SUPERVISING
    if agent.phone is Phone.UNREACHABLE:
        return Excluded.PHONE_UNREACHABLE
    if agent.phone is not Phone.IDLE:
        return Excluded.PHONE_BUSY
    return None if agent.free(now) else Excluded.RESTING


def not_again_yet(floor: "Floor", call: Call, now: datetime) -> frozenset[AgentId]:
    """Who missed or declined this call and is not asked again yet: first, others are tried.

    It ends for each of them after ``offer_again_s``, and for all of several as soon as nobody is
    on duty who has not missed it.
    """
    barred = frozenset(call.missed_by)
    if len(barred) < SEVERAL:
        return barred
    untried = (
        one.on_duty and one.id not in barred and why_never(floor.routing, call, one, now) is None
        for one in floor.agents.values()
    )
    return barred if any(untried) else frozenset()


def why_delayed(
    document: RoutingDocument, call: Call, agent: Agent, now: datetime
) -> Excluded | None:
    """Whether she has not waited long enough to have him."""
    assert call.group is not None
    delay_s = member(document.group(call.group), agent.id).delay_s
    return Excluded.DELAYED if waited(call, now) < timedelta(seconds=delay_s) else None


def member(group: Group, agent: AgentId) -> Member:
    """How he serves the group."""
    return group.members.get(agent, ORDINARY)


def waited(call: Call, now: datetime) -> timedelta:
    """How long she has stood in line, the safety net and other queues included."""
    return now - call.in_line_since


def skills_asked(document: RoutingDocument, call: Call, now: datetime) -> Mapping[str, int]:
    """Skill → level that whoever is asked must have: the entry's and the group's, or a step's.

    The steps stand in order of time; each takes the place of the group's requirements, and with
    the last one the entry's are waived, too.
    """
    assert call.group is not None
    skills = document.group(call.group).skills
    entry = document.entries.get(call.entry)
    of_entry = entry.requires if entry else {}
    reached = steps_reached(document, call, now)
    of_group = skills.relax[reached - 1].requires if reached else skills.requires
    if reached and reached == len(skills.relax):
        return of_group
    if not of_entry:
        return of_group
    return {
        skill: max(of_entry.get(skill, 1), of_group.get(skill, 1))
        for skill in (*of_group, *of_entry)
    }


def steps_reached(document: RoutingDocument, call: Call, now: datetime) -> int:
    """How many of the group's steps that ask for less lie behind her."""
    assert call.group is not None
    so_long = waited(call, now).total_seconds()
    return sum(step.after_s <= so_long for step in document.group(call.group).skills.relax)


def able(document: RoutingDocument, agent: AgentId, asked: Mapping[str, int]) -> bool:
    """Whether he has each skill at this level at least."""
    if not asked:
        return True
    own = document.agents[agent].skills if agent in document.agents else {}
    return all(own.get(skill, 0) >= level for skill, level in asked.items())


def full_groups(floor: "Floor") -> set[GroupKey]:
    """The groups of which no further call may ring now."""
    limits = {
        GroupKey(key): group.talks_max
        for key, group in floor.routing.groups.items()
        if group.talks_max is not None
    }
    if not limits:
        return set()
    busy = dict.fromkeys(limits, 0)
    for call in floor.calls.values():
        if (call.stage is Stage.RINGING or call.stage in TALKS) and call.group in busy:
            busy[call.group] += 1
    return {key for key, most in limits.items() if busy[key] >= most}


def preferred_agent(floor: "Floor", call: Call, now: datetime) -> AgentId | None:
    """Whom alone she waits for at this moment, if for anybody.

    The agent whom a look-up named for her, else the one who served her last in this group. He
    must be free, or in wrap-up and so soon free.
    """
    assert call.group is not None
    group = floor.group(call.group)
    if waited(call, now).total_seconds() >= group.preferred_hold_s:
        return None
    last = floor.acquaintance.agent_of(call, now, group.preferred_days)
    agent = floor.agents.get(call.preferred_agent or last or AgentId(""))
    if agent is None or why_never(floor.routing, call, agent, now):
        return None
    if why_busy(agent, now) not in {None, Excluded.WRAP_UP}:
        return None
    return None if agent.id in not_again_yet(floor, call, now) else agent.id
