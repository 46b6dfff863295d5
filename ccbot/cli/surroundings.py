"""What is around a routing document here and now: agents, recordings, the time."""

from ccbot.cli.database import running_centre, with_database
from ccbot.cli.errors import Fault
from ccbot.clock import SystemClock
from ccbot.core.looks import Around
from ccbot.settings import Settings
from ccbot.speech import catalogue
from ccbot.speech.places import Source, heard
from ccbot.speech.prompt_files import MANDARIN
from ccbot.store.people import People


def around(settings: Settings, company: str) -> Around:
    """As much as can be known; agents only where the centre's Postgres can be asked."""
    clips = heard(settings.home)
    words = catalogue.sentences(company)
    return Around(
        agents=_agents(settings),
        recorded=frozenset(prompt for prompt, _ in clips),
        words={
            prompt: words[prompt]
            for (prompt, language), clip in clips.items()
            if language == MANDARIN and clip.source is not Source.UPLOADED and prompt in words
        },
        now=SystemClock().now(),
    )


def _agents(settings: Settings) -> dict[str, tuple[str, ...]] | None:
    try:
        if not settings.database_url and running_centre(settings.home) is None:
            return None
        agents = with_database(settings, lambda pool: People(pool).list())
    except Fault:
        return None
    return {one.number: one.groups for one in agents if not one.test}
