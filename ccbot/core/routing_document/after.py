"""What is done for callers later: calling back, and messages."""

from typing import Annotated, Literal

import msgspec

from ccbot.core.routing_document.words import Name, Part, Rest, Seconds


class Callback(Part, frozen=True, kw_only=True):
    """Calling customers back who did not want to wait (回电); needs ``CCBOT_TRUNK_OUT``."""

    first: Literal["agent", "customer"] = "agent"
    """Who is rung first. Never more are in flight than agents are free."""
    ring_s: Annotated[float, msgspec.Meta(ge=5, le=120)] = 30.0
    attempts_max: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    gap_s: Seconds = 600.0
    """From one vain attempt to the next."""
    kept_h: Annotated[float, msgspec.Meta(gt=0, le=168)] = 24.0
    """A customer who was not reached in so many open hours is not called any more."""
    hours: Name | None = None
    """Nobody is called back outside of them; none: of the group's, else of the entry's."""
    other_number: bool = False
    """Whether a caller may enter another number than the one that she calls from."""


class Recording(Part, frozen=True, kw_only=True):
    """Recordings of talks (录音): which groups have them is said by the groups."""

    pause_s_max: Annotated[float, msgspec.Meta(ge=5, le=3_600)] = 180.0
    """A pause (``*8``) ends by itself after so long."""
    retention_days: dict[Name, Annotated[int, msgspec.Meta(ge=1, le=3650)]] = msgspec.field(
        default_factory=lambda: {"service": 180, "complaint": 730, "refund": 730}
    )
    """Class → how long a recording is kept; of several classes the longest counts."""


class Voicemail(Part, frozen=True, kw_only=True):
    """Messages that callers leave (留言); each makes a task."""

    s_max: Annotated[float, msgspec.Meta(ge=5, le=600)] = 120.0
    s_min: Rest = 2.0
    """What is shorter is no message: she is asked again."""
    silence_s: Annotated[float, msgspec.Meta(ge=1, le=30)] = 5.0
    """So much silence ends it."""
    due_h: Annotated[float, msgspec.Meta(gt=0, le=720)] = 24.0
    retention_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 180
