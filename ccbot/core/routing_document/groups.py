"""A group of agents: its queue, who is asked first, and what waiting in it is like."""

from typing import Annotated, Literal

import msgspec

from ccbot.core.routing_document.entries import Destination
from ccbot.core.routing_document.words import (
    AgentNumber,
    Count,
    Key,
    Level,
    Name,
    Pace,
    Part,
    Priority,
    Prompt,
    Rest,
    Seconds,
    Weight,
)

Strategy = Literal[
    "longest_idle", "fewest_calls", "round_robin", "ordered", "weighted_random", "ring_all"
]


class Member(Part, frozen=True, kw_only=True):
    """How one agent serves the group; whoever is not named here serves it in the usual way.

    Who is of the group at all stands in the agents' records (``agent add --group``).
    """

    priority: Annotated[int, msgspec.Meta(ge=1, le=9, description="1 is asked first")] = 1
    """Nobody is asked while one of a better priority is free."""
    delay_s: Pace = 0.0
    """He is asked for callers only who have waited so long."""
    weight: Weight = 1
    """His share with ``weighted_random``."""


class Relax(Part, frozen=True, kw_only=True):
    """After so long, fewer skills are asked for: these, in place of the group's."""

    after_s: Seconds
    requires: dict[Name, Level] = {}


class Skills(Part, frozen=True, kw_only=True):
    """What agents must be able to do to be asked; levels are in ``agents``."""

    requires: dict[Name, Level] = {}
    relax: tuple[Relax, ...] = ()
    """Steps in order of time; the requirements of the entry relax with the last one."""


class Overflow(Part, frozen=True, kw_only=True):
    """Where callers go whom nobody can take, each with its words."""

    queue_full: Destination = Destination(say="queue.full")
    waited_too_long: Destination = Destination(say="queue.timeout")
    no_agents: Destination = Destination(say="queue.noagents")
    """Nobody is signed in, or nobody was reachable for ``empty_s_max``."""
    closed: Destination = Destination(say="hours.closed")
    """Outside the group's ``hours``."""
    not_ready: Destination | None = None
    """All who are signed in are not ready, for ``not_ready_s_max``; none: the caller waits on."""


class WaitingKey(Part, frozen=True, kw_only=True):
    """What a waiting caller chooses with a key; she keeps her place until she chose.

    ``group``: its queue, with the time that she has waited; if it is full, or nobody who serves it
    is signed in, the key does nothing.
    """

    do: Literal["callback", "voicemail", "group"]
    group: Name | None = None


class Group(Part, frozen=True, kw_only=True):
    """A group of agents and its queue."""

    name: str
    wait_s_max: Seconds = 600.0
    callers_max: Count = 100
    ring_s: Annotated[float, msgspec.Meta(ge=3, le=120)] = 15.0
    wrap_up_s: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 30.0
    wrap_up_extension_s: Rest = 30.0
    """What ``*741`` adds, once for each wrap-up."""
    empty_s_max: Seconds = 60.0
    """How long callers wait on when no agent is reachable any more."""
    misses_until_not_ready: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    """An agent who let his phone ring in vain so often, one time after the other, is not ready."""
    no_answer_rest_s: Rest = 10.0
    """After fewer of them he is left alone for so long."""
    decline_rest_s: Rest = 10.0
    """An agent who declined is left alone for so long; so is one whom we failed to connect."""
    busy_rest_s: Rest = 60.0
    """His phone said busy although no call was known: do not disturb."""
    unreachable_rest_s: Rest = 30.0
    """His phone could not be rung; less, if Asterisk says before that it is back."""
    phone_error_rest_s: Rest = 30.0
    """His phone answered with an error."""
    answer_guard_s: Annotated[float, msgspec.Meta(ge=0, le=10)] = 1.0
    """A phone that hangs up so soon after it was answered missed the call: it was no talk."""
    offer_again_s: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 60.0
    """An agent who missed this call is offered it again only after so long, or when all have."""
    comfort_s: Seconds = 45.0
    """From the end of a sentence to the next kind word, while a caller waits."""
    announce_position: bool = True
    """Whether a waiting caller is told how many are ahead of her."""
    position_first_s: Seconds = 12.0
    """When she is told so first."""
    greeting: Literal["auto", "announce_id", "live"] = "auto"
    """At pick-up: the agent's own or by name, by number, or nothing: he greets himself."""
    whisper: bool = True
    """Whether an agent of several groups hears which one is called before he meets the caller."""
    survey: Name | None = "satisfaction"
    recording: Literal["off", "mixed", "two_sides"] = "off"
    """Whether its talks are recorded; two sides: the customer and whom she hears, each alone."""
    retention: Name = "service"
    """For how long its recordings are kept: a class of ``recording.retention_days``."""

    strategy: Strategy = "longest_idle"
    """Whom of the free members to ask first; ``ring_all`` asks them all, and one wins."""
    members: dict[AgentNumber, Member] = {}
    skills: Skills = Skills()
    priority: Priority = 0
    """Of its callers, where agents serve several groups."""
    ageing_s: Pace = 0.0
    """A caller's priority grows by one for each so many seconds of waiting."""
    weight: Weight = 1
    """Within one priority, a second of waiting here counts so many times."""
    talks_max: Count | None = None
    """So many of its calls ring or talk at once; the others wait."""
    preferred_hold_s: Pace = 0.0
    """So long a caller waits for the agent whom she had last, if he is ready or in wrap-up."""
    preferred_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30
    """A talk that is longer ago makes nobody preferred."""

    hours: Name | None = None
    """When it takes callers in; none: always. Who waits already is served."""
    overflow: Overflow = Overflow()
    not_ready_s_max: Seconds = 60.0
    keys: dict[Key, WaitingKey] = {}
    """What a waiting caller may choose."""
    keys_prompt: Prompt = "queue.options"
    keys_first_s: Seconds = 30.0
    """When she is told so first; then after every second kind word."""
    announce_estimate: bool = False
    """Whether she is told about how long it takes, when that is known well enough."""
    place_kept_s: Pace = 120.0
    """A caller whose line dropped while she waited has her place back if she calls so soon."""
