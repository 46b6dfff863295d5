"""The routing document of the scenarios: the default one, and some groups of their own."""

from msgspec.structs import replace

from ccbot.core.routing_document import Entry, Group, RoutingDocument
from ccbot.store.routing_file import DEFAULT, parse
from tests.world.world import QUICK_ENTRY, SHORT_ENTRY, SURVEY_ENTRIES


def routing() -> RoutingDocument:
    """``short`` has small limits and no menu; ``quick`` no wrap-up, and a menu of its own.

    The default survey asks for the score alone, after a short talk; that of ``quick`` after any
    talk, and the groups ``survey2`` to ``survey5`` ask for everything.
    """
    document = parse(DEFAULT.read_text(encoding="utf-8"), "default")
    short = Group(
        name="short",
        wait_s_max=20,
        callers_max=2,
        ring_s=5,
        wrap_up_s=2,
        comfort_s=8,
        misses_until_not_ready=2,
    )
    quick = Group(name="quick", wrap_up_s=0, survey="quick")
    menu = replace(document.menus["main"], keys={"1": "quick"})
    surveys = {key: replace(one, talk_s_min=0) for key, one in document.surveys.items()}
    shortened = replace(surveys["satisfaction"], talk_s_min=5, resolved=False, reason=False)
    surveyed = {f"survey{n}": Group(name=f"{n}", survey=f"csat{n}") for n in SURVEY_ENTRIES}
    return replace(
        document,
        numbers={
            SHORT_ENTRY: "short",
            QUICK_ENTRY: "quick",
            **{number: f"survey{n}" for n, number in SURVEY_ENTRIES.items()},
        },
        entries={
            **document.entries,
            "short": Entry(prompts=("welcome.main",), group="short"),
            "quick": replace(document.entries["main"], menu="quick"),
            **{group: Entry(prompts=("welcome.main",), group=group) for group in surveyed},
        },
        menus={**document.menus, "quick": menu},
        groups={**document.groups, "short": short, "quick": quick, **surveyed},
        surveys={**surveys, "satisfaction": shortened, "quick": replace(shortened, talk_s_min=0)},
    )
