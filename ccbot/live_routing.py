"""The live routing document: from the last publication to the floor, Postgres or not."""

from collections.abc import Awaitable, Callable
from typing import NoReturn

import msgspec
import structlog

from ccbot.clock import Rng
from ccbot.core.facts import RoutingPublished
from ccbot.core.routing_document import RoutingDocument, faults
from ccbot.desk import Desk
from ccbot.recovery.checkpoints import saved_routing
from ccbot.recovery.keeper import Keeper
from ccbot.settings import Settings
from ccbot.store import routing_versions
from ccbot.store.routing_file import RoutingFault, parse, read_or_create, working_copy
from ccbot.store.routing_versions import FIRST_WHO, FIRST_WHY, Draft, Version

log = structlog.get_logger()


def at_start(settings: Settings, keeper: Keeper) -> RoutingDocument:
    """The document that was live last; at the first start the working copy, made if missing.

    ``RoutingFault`` if that is the first start, and the working copy cannot be used.
    """
    saved = saved_routing(keeper)
    return saved.document if saved else read_or_create(settings.home, settings.company)


async def watch(
    settings: Settings, desk: Desk, rng: Rng, company_changed: Callable[[], Awaitable[None]]
) -> NoReturn:
    """Each publication goes live at once; what cannot be read does not, and the old one stays."""

    async def published(version: Version) -> None:
        company = desk.floor.routing.company
        if _goes_live(desk, version) and desk.floor.routing.company != company:
            await company_changed()

    document = desk.floor.routing
    first = Draft(
        yaml=_text_of(settings, document), document=document, who=FIRST_WHO, why=FIRST_WHY
    )
    await routing_versions.watch(settings.database_url, first, published, rng)


def _goes_live(desk: Desk, version: Version) -> bool:
    try:
        document = version.document()
    except msgspec.ValidationError as problem:
        log.warning("a routing document cannot be read", version=version.version, why=str(problem))
        return False
    if found := next(faults(document), None):
        log.error("a routing document is not valid", version=version.version, why=str(found))
        return False
    fact = RoutingPublished(
        version=version.version, document=document, by=version.who, why=version.why
    )
    if desk.post(fact):
        log.info("routing is live", version=version.version, by=version.who, why=version.why)
    return True


def _text_of(settings: Settings, document: RoutingDocument) -> str:
    """The working copy, if it says the same; it has the comments."""
    try:
        text = working_copy(settings.home).read_text(encoding="utf-8")
        if parse(text, "") == document:
            return text
    except (OSError, UnicodeDecodeError, RoutingFault):
        pass
    return msgspec.yaml.encode(document).decode()
