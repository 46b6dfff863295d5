"""The satisfaction survey after the agent has left (满意度评价)."""

from typing import Annotated

import msgspec

from ccbot.core.routing_document.words import Key, Level, Part, Prompt, Seconds


class Survey(Part, frozen=True, kw_only=True):
    """The satisfaction survey after the agent has left (满意度评价)."""

    prompt: Prompt = "survey.csat3"
    scores: dict[Key, Level]
    """What each key means: 5 best, 1 worst."""
    wait_s: Seconds = 5.0
    tries_max: Annotated[int, msgspec.Meta(ge=1, le=5)] = 2
    talk_s_min: Annotated[float, msgspec.Meta(ge=0, le=600)] = 15.0
    """After a shorter talk it is not offered."""
    resolved: bool = False
    """Whether a customer who gave a score is asked if her matter is settled (1 yes, 2 no)."""
    reason: bool = False
    """Whether a customer who gave a low score may say why."""
