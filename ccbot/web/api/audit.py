"""The audit trail."""

import msgspec

from ccbot.core.rights import Right
from ccbot.store.audit import AuditRow, AuditTrail, Verdict
from ccbot.web.api.table import Asked, Query, Route

ROWS_MAX = 500
ROWS_USUAL = 50


class Deeds(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the trail."""

    rows: list[AuditRow]
    """Newest first; ``before`` the last one's ``id`` goes on from here."""


async def deeds(asked: Asked[None]) -> Deeds:
    """Who did what to whom, and why."""
    limit = asked.numbers["limit"] or ROWS_USUAL
    trail = AuditTrail(asked.office.pool)
    return Deeds(rows=[*await trail.list(limit, asked.numbers["before"])])


async def verdict(asked: Asked[None]) -> Verdict:
    """Whether the trail is whole and unchanged."""
    return await AuditTrail(asked.office.pool).verify()


ROUTES = (
    Route(
        method="GET",
        path="/audit",
        right=Right.AUDIT_READ,
        handler=deeds,
        summary="Who did what to whom, and why",
        answer=Deeds,
        query=(
            Query(name="limit", help="so many at most", most=ROWS_MAX, usual=ROWS_USUAL),
            Query(name="before", help="rows that are older than this one", most=2**63 - 1),
        ),
    ),
    Route(
        method="GET",
        path="/audit/verdict",
        right=Right.AUDIT_READ,
        handler=verdict,
        summary="Whether the trail is whole and unchanged",
        answer=Verdict,
    ),
)
