"""What the company's own system may tell of a caller."""

from typing import Annotated

import msgspec

from ccbot.core.routing_document.words import AgentNumber, Language

NAME_CHARACTERS_MAX = 200
Name = Annotated[str, msgspec.Meta(max_length=NAME_CHARACTERS_MAX, pattern=r"^[^\x00]*$")]
"""Postgres would not take a fact with a NUL in it."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a look-up: every field may be missing or null, and others may be there."""

    customer: Name | None = None
    vip: bool | None = None
    language: Language | None = None
    preferred_agent: AgentNumber | None = None
