"""Where the routing document names prompts."""

from collections.abc import Iterator
from typing import Any

import msgspec

from ccbot.core.routing_document.document import RoutingDocument


def prompts_of(document: RoutingDocument) -> Iterator[tuple[str, str]]:
    """Each place, and the prompt that it names."""
    yield from _named(msgspec.to_builtins(document), "", is_prompt=False)


def _named(part: Any, place: str, *, is_prompt: bool) -> Iterator[tuple[str, str]]:
    if isinstance(part, str) and is_prompt:
        yield place, part
    elif isinstance(part, list | tuple):
        for number, one in enumerate(part):
            inside = place if is_prompt else f"{place}.{number}"
            yield from _named(one, inside, is_prompt=is_prompt)
    elif isinstance(part, dict):
        for key, one in part.items():
            is_named = str(key).endswith(("prompt", "prompts")) or key == "say"
            inside = f"{place}.{key}" if place else str(key)
            yield from _named(one, inside, is_prompt=is_named)
