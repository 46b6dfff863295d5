"""The named statements of ``queries.sql``."""

import re
from importlib import resources

_NAMED = re.compile(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


def parse(text: str) -> dict[str, str]:
    """Statements by name; ``ValueError`` if a name is given twice."""
    statements: dict[str, str] = {}
    for name, body in _NAMED.findall(text):
        if name in statements:
            raise ValueError(f"queries.sql: {name} is there twice")
        statements[name] = body.strip()
    return statements


_STATEMENTS = parse(resources.files("ccbot.store").joinpath("queries.sql").read_text("utf-8"))


def sql(name: str) -> str:
    """The statement of this name; ``KeyError`` if there is none."""
    return _STATEMENTS[name]
