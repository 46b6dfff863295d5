"""The YAML text of a routing document: its values, and at which line and column each stands.

YAML 1.2, so ``on`` and ``no`` are words. Comments belong to the text, which is kept as it is.
"""

from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

CHARS_MAX = 1_000_000
NODES_MAX = 100_000
"""So many values, those that aliases name again included."""


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
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(text)
        if node is None:
            return Text({}, {})
        marks = _Marks()
        marks.take(node, ())
        return Text(yaml.constructor.construct_document(node), marks.found)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        at = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
        raise NoYaml(at, " ".join(str(problem.problem or problem).split())) from None
    except (YAMLError, ValueError, RecursionError) as problem:
        raise NoYaml(Mark(1, 1), " ".join(str(problem).split())[:200]) from None


class _Marks:
    """Where each place of a document stands."""

    def __init__(self) -> None:
        self.found: dict[str, Mark] = {}
        self._nodes = 0

    def take(self, node: Node, place: tuple[str, ...]) -> None:
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise ValueError(f"more than {NODES_MAX} values")
        if isinstance(node, MappingNode):
            for key, value in node.value:
                inside = (*place, str(key.value))
                self.found[".".join(inside)] = _mark(key)
                self.take(value, inside)
        elif isinstance(node, SequenceNode):
            for number, value in enumerate(node.value):
                inside = (*place, str(number))
                self.found[".".join(inside)] = _mark(value)
                self.take(value, inside)


def _mark(node: Node) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)
