"""The words that the parts of the routing document are made of, each with its limits."""

from typing import Annotated

import msgspec

Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]$", description="One key of the telephone")]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Prompt = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}$", description="A folder of prompts")]
AgentNumber = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{3,6}$", description="工号")]
Telephone = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]{3,18}$")]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Pace = Annotated[float, msgspec.Meta(ge=0, le=86_400, description="Seconds; 0 switches it off")]
Rest = Annotated[float, msgspec.Meta(ge=0, le=600)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Level = Annotated[int, msgspec.Meta(ge=1, le=5, description="5 is best")]
Priority = Annotated[int, msgspec.Meta(ge=0, le=10, description="10 is served first")]
Weight = Annotated[int, msgspec.Meta(ge=1, le=10)]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the document; a name that it does not know is a fault."""
