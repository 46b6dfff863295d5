"""What a caller hears first, and where she goes then."""

from typing import Annotated, Literal

import msgspec

from ccbot.core.routing_document.words import (
    Key,
    Language,
    Level,
    Name,
    Part,
    Priority,
    Prompt,
    Seconds,
    Telephone,
)


class Destination(Part, frozen=True, kw_only=True):
    """Where a caller goes who cannot be served where she is: first the words, then the way."""

    say: Prompt | None = None
    """None: nothing is said before."""
    then: Literal["hang_up", "group", "voicemail", "callback"] = "hang_up"
    group: Name | None = None
    """With ``then: group``: its queue, with the time that she has waited already."""


class Entry(Part, frozen=True, kw_only=True):
    """What a caller hears first, and where she goes then."""

    language: Language = "zh"
    language_menu: dict[Key, Language] = {}
    """Asked before anything else; any other key, or silence, is the entry's own language."""
    language_wait_s: Seconds = 3.0

    prompts: tuple[Prompt, ...] = ("notice.recording", "welcome.main")
    """Played in full, in this order, before any human voice (录音告知, 欢迎语)."""
    menu: Name | None = None
    group: Name | None = None
    """Where to go without a menu."""

    hours: Name | None = None
    """When it is open; none: always."""
    closed: Destination = Destination(say="hours.closed")
    """Outside those hours."""
    closed_holiday: Destination | None = None
    """On a public holiday; none: as at any closed time."""
    closed_keys: dict[Key, Destination] = {}
    """What a caller may choose after the words for closed hours; if nothing, their way goes on."""
    closed_keys_prompt: Prompt = "hours.options"
    """What tells her so."""

    priority: Priority = 0
    requires: dict[Name, Level] = {}
    """Skills that whoever dials in here needs, besides those of the group."""


class Menu(Part, frozen=True, kw_only=True):
    """One level of keys, five groups at most (制度 1-8.1)."""

    prompt: Prompt = "menu.main"
    keys: Annotated[dict[Key, Name], msgspec.Meta(max_length=5)]
    operator_key: Key | None = "0"
    repeat_key: Key | None = "*"
    default_group: Name
    """Also the operator's group: no dead end."""
    wait_s: Seconds = 5.0
    tries_max: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3


class Customers(Part, frozen=True, kw_only=True):
    """Numbers of customers who are received in a way of their own."""

    vip: tuple[Telephone, ...] = ()
    vip_priority: Priority = 5
    blocked: tuple[Telephone, ...] = ()
    """They hear ``error.blocked``, and the line ends (outcome ``blocked``)."""


class Lookup(Part, frozen=True, kw_only=True):
    """A question to the company's own system before a call is routed.

    ``GET url?caller=…&dialled=…`` answers a JSON object: ``customer`` (a name for the record),
    ``vip`` (bool), ``language``, ``preferred_agent``; every one may be missing.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+$")]
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=2)] = 2.0
    """The caller hears the welcome meanwhile; after it the default holds."""
