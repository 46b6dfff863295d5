"""What a caller hears first, and where she goes then."""

from typing import Annotated

import msgspec

from ccbot.core.routing_document.words import Key, Language, Name, Part, Prompt, Seconds


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


class Menu(Part, frozen=True, kw_only=True):
    """One level of keys, five groups at most (制度 2-3: 便捷)."""

    prompt: Prompt = "menu.main"
    keys: Annotated[dict[Key, Name], msgspec.Meta(max_length=5)]
    operator_key: Key | None = "0"
    repeat_key: Key | None = "*"
    default_group: Name
    """Also the operator's group: no dead end."""
    wait_s: Seconds = 5.0
    tries_max: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
