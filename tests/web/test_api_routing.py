"""The routing document by the API: checked, published, rolled back."""

import pytest

from ccbot.store.routing_file import DEFAULT
from ccbot.store.routing_versions import Draft, RoutingVersions
from tests.core.story import routing
from tests.web.api_house import House

YAML = DEFAULT.read_text(encoding="utf-8")
LOUD = YAML.replace('company: ""', 'company: "远山"')


@pytest.fixture
async def published(at_home: House) -> House:
    """A house whose first version is live."""
    draft = Draft(yaml=YAML, document=routing(), who="ccbot", why="first start")
    versions = RoutingVersions(at_home.pool)
    await versions.publish(draft, after=0)
    return at_home


async def test_nothing_is_live_before_the_first_publication(at_home: House) -> None:
    assert (await at_home.get("admin", "/routing")).status == 404
    assert (await at_home.get("admin", "/routing/history")).json == {"versions": []}


async def test_a_publication_is_the_next_version_in_the_users_name(published: House) -> None:
    status, told = await published.post("admin", "/routing/publish", yaml=LOUD, why="新名")
    assert status == 200
    assert (told["version"], told["who"], told["why"]) == (2, "admin", "新名")
    live = (await published.get("leader", "/routing")).json
    assert (live["version"], live["yaml"], live["document"]["company"]) == (2, LOUD, "远山")
    first = (await published.get("leader", "/routing?version=1")).json
    assert first["yaml"] == YAML
    history = (await published.get("leader", "/routing/history?limit=1")).json
    assert [one["version"] for one in history["versions"]] == [2]


async def test_what_was_published_meanwhile_is_not_overwritten(published: House) -> None:
    told = await published.post("admin", "/routing/publish", yaml=LOUD, why="x", after=7)
    assert (told.status, told.json["error"]) == (409, "overtaken")
    told = await published.post("admin", "/routing/publish", yaml=YAML, why="x")
    assert (told.status, told.json["error"]) == (409, "nothing_to_publish")


async def test_a_document_that_is_not_valid_is_told_with_line_and_column(
    published: House,
) -> None:
    bad = YAML.replace("ring_s", "ring_seconds") + "\nmore: 1\n"
    told = await published.post("admin", "/routing/publish", yaml=bad, why="x")
    assert told.status == 422
    assert "yaml:" in told.json["message"]
    assert "more" in told.json["message"]
    assert "\n" not in told.json["message"]
    checked = (await published.post("leader", "/routing/check", yaml=bad)).json
    assert not checked["valid"]
    assert any("more" in fault for fault in checked["faults"])


async def test_a_check_tells_what_would_change_and_changes_nothing(published: House) -> None:
    checked = (await published.post("leader", "/routing/check", yaml=LOUD)).json
    assert checked["valid"]
    assert [one["place"] for one in checked["changes"]] == ["company"]
    assert (await published.get("leader", "/routing")).json["version"] == 1


async def test_a_rollback_is_a_new_version_of_the_old_text(published: House) -> None:
    await published.post("manager", "/routing/publish", yaml=LOUD, why="新名")
    told = await published.post("manager", "/routing/rollback", version=1, why="错了", after=2)
    assert (told.json["version"], told.json["rollback_to"]) == (3, 1)
    assert (await published.get("leader", "/routing")).json["yaml"] == YAML
    gone = await published.post("manager", "/routing/rollback", version=9, why="x")
    assert gone.status == 404


async def test_a_difference_is_told_by_meaning(published: House) -> None:
    await published.post("manager", "/routing/publish", yaml=LOUD, why="新名")
    told = (await published.get("leader", "/routing/diff?old=1")).json
    assert (told["old"], told["new"]) == (1, 2)
    assert told["changes"] == [{"place": "company", "old": "", "new": "远山"}]
    assert (await published.get("leader", "/routing/diff?old=1&new=1")).json["changes"] == []
    assert (await published.get("leader", "/routing/diff?old=9")).status == 404
    assert (await published.get("leader", "/routing/diff")).status == 422


@pytest.mark.parametrize("path", ["publish", "rollback"])
async def test_leaders_and_supervisors_publish_nothing(published: House, path: str) -> None:
    for who in ("leader", "supervisor"):
        told = await published.post(who, f"/routing/{path}", yaml=LOUD, version=1, why="x")
        assert told.status == 403
