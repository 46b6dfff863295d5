"""Plain tables and JSON on standard output."""

import unicodedata
from collections.abc import Sequence

import msgspec


def print_json(value: object) -> None:
    """One JSON document; moments in ISO 8601."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell, Chinese characters counted as two."""
    lines = [head, *rows]
    widths = [max(_width(line[n]) for line in lines) for n in range(len(head))]
    for line in lines:
        cells = [cell + " " * (widths[n] - _width(cell)) for n, cell in enumerate(line)]
        print("  ".join(cells).rstrip())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
