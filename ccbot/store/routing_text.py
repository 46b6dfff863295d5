"""The YAML text of a routing document: its values, and at which line and column each stands.

YAML 1.2, so ``on`` and ``no`` are words. Comments belong to the text, which is kept as it is.
"""

import re
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

CHARS_MAX = 1_000_000
NODES_MAX = 100_000
"""So many values, those that aliases name again included."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""No letters; Postgres would not take a fact with the first or the last of them."""


class Mark(NamedTuple):
    """Where something stands in a text, counted from 1."""

    line: int
    column: int


class NoYaml(ValueError):  # noqa: N818 - named as what it is
    """The text is no YAML: where, and why."""

    def __init__(self, at: Mark, why: str) -> None:
        super().__init__(why)
        self.at = at


class Text(NamedTuple):
    """What stands in a text."""

    values: Any
    marks: dict[str, Mark]
    """Place → where it stands; a place in a mapping where its key stands."""

    def mark(self, place: str) -> Mark:
        """Where the place stands; what is not in the text, where it belongs."""
        words = place.split(".")
        while words and ".".join(words) not in self.marks:
            words.pop()
        return self.marks.get(".".join(words), Mark(1, 1))


def load(text: str) -> Text:
    """The values of a YAML text; ``NoYaml`` if it is none, or far too large."""
    if len(text) > CHARS_MAX:
        raise NoYaml(Mark(1, 1), f"longer than {CHARS_MAX} characters")
    yaml, marks = _yaml(), _Marks()
    try:
        node = yaml.compose(text)
        if node is None:
            return Text({}, {})
        marks.take(node, ())
        return Text(yaml.constructor.construct_document(node), marks.found)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        at = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
        raise NoYaml(at, " ".join(str(problem.problem or problem).split())) from None
    except NoYaml:
        raise
    except RecursionError:
        raise NoYaml(Mark(1, 1), "nested too deep, or within itself") from None
    except (YAMLError, ValueError, LookupError) as problem:
        raise _no_value(marks.scalars, problem) from None


def _yaml() -> YAML:
    return YAML(typ="safe", pure=True)


def _no_value(scalars: list[ScalarNode], problem: Exception) -> NoYaml:
    """What looks like a day or a number and is none, such as 2026-02-30."""
    yaml = _yaml()
    for one in scalars:
        try:
            yaml.constructor.construct_document(one)
        except (YAMLError, ValueError, LookupError) as why:
            return NoYaml(_mark(one), f"{one.value[:40]!r}: {_line(why)}")
    return NoYaml(Mark(1, 1), _line(problem))


def _line(problem: Exception) -> str:
    return " ".join(str(problem).split())[:200]


class _Marks:
    """Where each place of a document stands."""

    def __init__(self) -> None:
        self.found: dict[str, Mark] = {}
        self.scalars: list[ScalarNode] = []
        self._nodes = 0

    def take(self, node: Node, place: tuple[str, ...]) -> None:
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise ValueError(f"more than {NODES_MAX} values")
        if isinstance(node, MappingNode):
            for key, value in node.value:
                inside = (*place, str(key.value))
                self._read(key)
                self.found[".".join(inside)] = _mark(key)
                self.take(value, inside)
        elif isinstance(node, SequenceNode):
            for number, value in enumerate(node.value):
                inside = (*place, str(number))
                self.found[".".join(inside)] = _mark(value)
                self.take(value, inside)
        self._read(node)

    def _read(self, node: Node) -> None:
        if isinstance(node, ScalarNode):
            if _UNSEEN.search(node.value):
                raise NoYaml(_mark(node), "has characters that cannot be printed")
            self.scalars.append(node)


def _mark(node: Node) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)
