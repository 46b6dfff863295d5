"""The routing document of the scenarios: the default one, and some groups of their own."""

from msgspec.structs import replace

from ccbot.core.routing_document import (
    Callback,
    Customers,
    Entry,
    Group,
    Lookup,
    RoutingDocument,
    WaitingKey,
)
from ccbot.store.routing_file import DEFAULT, parse
from tests.world import gates, handovers, tuning
from tests.world.world import (
    BILINGUAL_ENTRY,
    BLOCKED_CUSTOMER,
    CHOICES_ENTRY,
    CHOIR_ENTRY,
    FORMAL_ENTRY,
    LIVE_ENTRY,
    MAIN_NUMBERS,
    PATIENT_ENTRY,
    QUICK_ENTRY,
    SHORT_ENTRY,
    SURVEY_ENTRIES,
    SWIFT_ENTRY,
    TAPED_ENTRY,
    VIP,
)


def routing(company_url: str | None = None) -> RoutingDocument:
    """``short`` has small limits and no menu; ``quick`` no wrap-up, and a menu of its own.

    All phones of ``choir`` ring at once.

    The default survey asks for the score alone, after a short talk; that of ``quick`` after any
    talk, and the groups ``survey2`` to ``survey5`` ask for everything.
    """
    document = parse(DEFAULT.read_text(encoding="utf-8"), "default")
    groups = {
        "short": Group(
            name="short",
            wait_s_max=20,
            callers_max=2,
            ring_s=5,
            wrap_up_s=2,
            comfort_s=8,
            misses_until_not_ready=2,
            announce_position=False,
        ),
        "quick": Group(name="quick", wrap_up_s=0, survey="quick"),
        "swift": Group(
            name="swift", wrap_up_s=0, ring_s=5, survey=None, greeting="live", whisper=False
        ),
        "choir": Group(
            name="choir", strategy="ring_all", ring_s=5, wrap_up_s=1, survey=None, whisper=False
        ),
        "taped": Group(
            name="taped",
            recording="two_sides",
            wrap_up_s=0,
            survey=None,
            greeting="live",
            whisper=False,
        ),
        "formal": Group(name="formal", greeting="announce_id", survey=None),
        "live": Group(name="live", greeting="live", whisper=False, survey=None),
        "patient": Group(
            name="patient", announce_estimate=True, position_first_s=6, wrap_up_s=0, survey=None
        ),
        "choices": Group(
            name="choices",
            survey=None,
            wrap_up_s=2,
            keys_first_s=8,
            announce_position=False,
            keys={
                "1": WaitingKey(do="callback"),
                "2": WaitingKey(do="voicemail"),
                "3": WaitingKey(do="group", group="service"),
                "4": WaitingKey(do="group", group="narrow"),
            },
        ),
    }
    surveyed = {f"survey{n}": Group(name=f"{n}", survey=f"csat{n}") for n in SURVEY_ENTRIES}
    straight = {
        group: Entry(prompts=("welcome.main",), group=group)
        for group in ("short", "formal", "live", "choir", "choices", "patient", "taped", *surveyed)
    }
    straight["swift"] = Entry(prompts=(), group="swift")
    main = document.entries["main"]
    surveys = {key: replace(one, talk_s_min=0) for key, one in document.surveys.items()}
    shortened = replace(surveys["satisfaction"], talk_s_min=5, resolved=False, reason=False)
    return replace(
        document,
        numbers={
            **dict.fromkeys(MAIN_NUMBERS, "main"),
            BILINGUAL_ENTRY: "bilingual",
            SHORT_ENTRY: "short",
            QUICK_ENTRY: "quick",
            FORMAL_ENTRY: "formal",
            LIVE_ENTRY: "live",
            **gates.NUMBERS,
            **tuning.NUMBERS,
            **handovers.NUMBERS,
            CHOICES_ENTRY: "choices",
            CHOIR_ENTRY: "choir",
            PATIENT_ENTRY: "patient",
            SWIFT_ENTRY: "swift",
            TAPED_ENTRY: "taped",
            **{number: f"survey{n}" for n, number in SURVEY_ENTRIES.items()},
        },
        entries={
            **document.entries,
            **straight,
            **gates.ENTRIES,
            **tuning.ENTRIES,
            **handovers.ENTRIES,
            "bilingual": replace(main, language_menu={"2": "en"}),
            "quick": replace(main, menu="quick"),
        },
        menus={
            **document.menus,
            "quick": replace(document.menus["main"], keys={"1": "quick"}),
            **handovers.MENUS,
        },
        groups={
            **document.groups,
            **groups,
            **gates.GROUPS,
            **tuning.GROUPS,
            **handovers.GROUPS,
            **surveyed,
        },
        callback=Callback(ring_s=8, gap_s=6),
        hours=gates.HOURS,
        customers=Customers(blocked=(BLOCKED_CUSTOMER,), vip=(VIP,)),
        agents=tuning.AGENTS,
        lookup=Lookup(url=company_url) if company_url else None,
        surveys={**surveys, "satisfaction": shortened, "quick": replace(shortened, talk_s_min=0)},
    )
