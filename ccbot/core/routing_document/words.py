"""The words that the parts of the routing document are made of, each with its limits."""

from typing import Annotated

import msgspec

Key = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9*#]$", description='one key of the telephone, such as "1"')
]
Name = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z][a-z0-9_]{0,31}$",
        description="a name of small letters, digits and _, such as vip",
    ),
]
Prompt = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$",
        description="a prompt's id, such as menu.main (`prompts list`)",
    ),
]
Language = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z]{2}$", description="a folder of prompts, such as zh")
]
AgentNumber = Annotated[
    str,
    msgspec.Meta(pattern=r"^[0-9]{3,6}$", description='an agent\'s number (工号), such as "1001"'),
]
Telephone = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\+?[0-9]{3,18}$",
        description='a telephone number in quotes, such as "13800138000"',
    ),
]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400, description="seconds")]
Pace = Annotated[float, msgspec.Meta(ge=0, le=86_400, description="seconds; 0 switches it off")]
Rest = Annotated[float, msgspec.Meta(ge=0, le=600, description="seconds")]
Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Level = Annotated[int, msgspec.Meta(ge=1, le=5, description="5 is best")]
Priority = Annotated[int, msgspec.Meta(ge=0, le=10, description="10 is served first")]
Weight = Annotated[int, msgspec.Meta(ge=1, le=10)]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the document.

    A name that it does not know is a fault of a text (``reading``), but not of what was published
    by another version of ccbot and is read again: there it is passed over.
    """
