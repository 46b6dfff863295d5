"""The audit trail by the API."""

from ccbot.core.records.audited import AuditEntry
from ccbot.store.audit import append
from ccbot.store.pool import connection
from tests.web.api_house import House


async def test_the_trail_is_read_page_by_page(at_home: House) -> None:
    async with connection(at_home.pool) as connected:
        for n in range(5):
            await append(connected, AuditEntry(who="李娜", what="test.deed", why=f"{n}"))
    page = (await at_home.get("admin", "/audit?limit=2")).json["rows"]
    assert [(row["id"], row["why"]) for row in page] == [(5, "4"), (4, "3")]
    older = (await at_home.get("manager", "/audit?limit=9&before=4")).json["rows"]
    assert [row["id"] for row in older] == [3, 2, 1]
    verdict = (await at_home.get("manager", "/audit/verdict")).json
    assert (verdict["rows"], verdict["bad_row"]) == (5, None)
