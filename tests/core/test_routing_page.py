"""The page about the routing document names every field, in both languages."""

import re

import pytest

from ccbot.core.routing_document import schema
from ccbot.settings import PROJECT


@pytest.mark.parametrize("page", ["docs/routing.md", "docs/routing.zh-CN.md"])
def test_every_field_is_on_the_page(page: str) -> None:
    code = " ".join(re.findall(r"`([^`\n]+)`", (PROJECT / page).read_text(encoding="utf-8")))
    named = set(re.findall(r"[a-z_]+", code))
    parts = schema()["$defs"].items()
    missing = [
        f"{part}.{field}"
        for part, one in parts
        for field in one.get("properties", ())
        if field not in named
    ]
    assert not missing, f"write these into {page}"
