"""A group of agents, and its queue."""

from typing import Annotated, Literal

import msgspec

from ccbot.core.routing_document.words import Count, Name, Part, Rest, Seconds


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
    """An agent who missed this call is offered it again only after so long, or as the last one."""
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
