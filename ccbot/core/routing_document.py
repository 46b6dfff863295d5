"""The routing document: everything about the hotline that is data and not code.

One YAML file; ``schema()`` is its JSON Schema, made from these types. Prompts are named by their
ids in the catalogue. Durations carry their unit in the name.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

from ccbot.core.ids import GroupKey

Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]$", description="One key of the telephone")]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Prompt = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}$", description="A folder of prompts")]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Rest = Annotated[float, msgspec.Meta(ge=0, le=600)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Entry(_Part, frozen=True, kw_only=True):
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


class Menu(_Part, frozen=True, kw_only=True):
    """One level of keys."""

    prompt: Prompt = "menu.main"
    keys: dict[Key, Name]
    operator_key: Key | None = "0"
    repeat_key: Key | None = "*"
    default_group: Name
    """Also the operator's group: no dead end."""
    wait_s: Seconds = 5.0
    tries_max: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3


class Survey(_Part, frozen=True, kw_only=True):
    """The satisfaction survey after the agent has left (满意度评价)."""

    prompt: Prompt = "survey.csat3"
    scores: dict[Key, Annotated[int, msgspec.Meta(ge=1, le=5)]]
    """What each key means: 5 best, 1 worst."""
    wait_s: Seconds = 5.0
    tries_max: Annotated[int, msgspec.Meta(ge=1, le=5)] = 2
    talk_s_min: Annotated[float, msgspec.Meta(ge=0, le=600)] = 15.0
    """After a shorter talk it is not offered."""
    resolved: bool = False
    """Whether a customer who gave a score is asked if her matter is settled (1 yes, 2 no)."""
    reason: bool = False
    """Whether a customer who gave a low score may say why."""


class Group(_Part, frozen=True, kw_only=True):
    """A group of agents and its queue."""

    name: str
    wait_s_max: Seconds = 600.0
    callers_max: Count = 100
    ring_s: Annotated[float, msgspec.Meta(ge=3, le=120)] = 15.0
    wrap_up_s: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 30.0
    wrap_up_extension_s: Rest = 30.0
    """What ``*741`` adds, once for each wrap-up."""
    empty_s_max: Seconds = 60.0
    """How long callers wait on when no agent is reachable any more."""
    misses_until_not_ready: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    """An agent who let his phone ring in vain so often, one time after the other, is not ready."""
    no_answer_rest_s: Rest = 10.0
    """After fewer of them he is left alone for so long."""
    decline_rest_s: Rest = 10.0
    """An agent who declined is left alone for so long; so is one whom we failed to connect."""
    busy_rest_s: Rest = 60.0
    """His phone said busy although no call was known: do not disturb."""
    unreachable_rest_s: Rest = 30.0
    """His phone could not be rung; less, if Asterisk says before that it is back."""
    phone_error_rest_s: Rest = 30.0
    """His phone answered with an error."""
    answer_guard_s: Annotated[float, msgspec.Meta(ge=0, le=10)] = 1.0
    """A phone that hangs up so soon after it was answered missed the call: it was no talk."""
    offer_again_s: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 60.0
    """An agent who missed this call is offered it again only after so long, or as the last one."""
    comfort_s: Seconds = 45.0
    """From the end of a sentence to the next kind word, while a caller waits."""
    announce_position: bool = True
    """Whether a waiting caller is told how many are ahead of her."""
    position_first_s: Seconds = 12.0
    """When she is told so first."""
    greeting: Literal["auto", "announce_id", "live"] = "auto"
    """At pick-up: the agent's own or by name, by number, or nothing: he greets himself."""
    whisper: bool = True
    """Whether an agent of several groups hears which one is called before he meets the caller."""
    survey: Name | None = "satisfaction"


class RoutingDocument(_Part, frozen=True, kw_only=True):
    """The whole document. Valid only if ``faults`` finds nothing."""

    company: str = ""
    languages: tuple[Language, ...] = ("zh", "en")
    """In which callers may be spoken to."""
    default_entry: Name
    numbers: dict[str, Name] = {}
    """Dialled number → entry; any other number gets the default entry."""
    entries: dict[Name, Entry]
    menus: dict[Name, Menu]
    groups: dict[Name, Group]
    surveys: dict[Name, Survey]

    def entry_for(self, dialled: str) -> str:
        """The key of the entry for a dialled number."""
        return self.numbers.get(dialled, self.default_entry)

    def knows(self, dialled: str) -> bool:
        """Whether this number was given to anybody; with no numbers at all, every one is."""
        return not self.numbers or dialled in self.numbers

    def group(self, key: GroupKey) -> Group:
        """The group of that key; ``KeyError`` if it is none."""
        return self.groups[key]


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    return msgspec.json.schema(RoutingDocument)


def faults(document: RoutingDocument) -> Iterator[str]:
    """What is wrong between the parts, one line each, with the place and how to mend it."""
    if document.default_entry not in document.entries:
        yield f"default_entry: there is no entry {document.default_entry!r}"
    for number, entry_key in document.numbers.items():
        if entry_key not in document.entries:
            yield f"numbers.{number}: there is no entry {entry_key!r}"
    for key, entry in document.entries.items():
        yield from _entry_faults(document, key, entry)
    for key, menu in document.menus.items():
        yield from _menu_faults(document, key, menu)
    yield from _survey_faults(document)


def _survey_faults(document: RoutingDocument) -> Iterator[str]:
    for key, group in document.groups.items():
        if group.survey is not None and group.survey not in document.surveys:
            yield f"groups.{key}.survey: there is no survey {group.survey!r}"
    for key, survey in document.surveys.items():
        if not survey.scores:
            yield f"surveys.{key}.scores: at least one key needs a score"


def _menu_faults(document: RoutingDocument, key: str, menu: Menu) -> Iterator[str]:
    known = ", ".join(document.groups)
    for digit, group in [*menu.keys.items(), ("default_group", menu.default_group)]:
        if group not in document.groups:
            yield f"menus.{key}.{digit}: there is no group {group!r}; there are {known}"
    for name in ("operator_key", "repeat_key"):
        if getattr(menu, name) in menu.keys:
            yield f"menus.{key}.{name}: key {getattr(menu, name)} has a group already"


def _entry_faults(document: RoutingDocument, key: str, entry: Entry) -> Iterator[str]:
    yield from _language_faults(document, key, entry)
    if (entry.menu is None) == (entry.group is None):
        yield f"entries.{key}: needs either a menu or a group"
    if entry.menu is not None and entry.menu not in document.menus:
        yield f"entries.{key}.menu: there is no menu {entry.menu!r}"
    if entry.group is not None and entry.group not in document.groups:
        yield f"entries.{key}.group: there is no group {entry.group!r}"


def _language_faults(document: RoutingDocument, key: str, entry: Entry) -> Iterator[str]:
    known = ", ".join(document.languages)
    spoken = [("language", entry.language)]
    spoken += [(f"language_menu.{digit}", one) for digit, one in entry.language_menu.items()]
    for place, language in spoken:
        if language not in document.languages:
            yield f"entries.{key}.{place}: {language!r} is none of the languages ({known})"
