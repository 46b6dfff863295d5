"""Recordings by the API: of one's own groups, and never heard without a trace."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from ccbot.core.facts import UserActed
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.kinds import Sides
from ccbot.recordings.player import Player
from ccbot.recordings.shelf import Shelf
from ccbot.store.recordings import Recordings, Sealed
from ccbot.web.api.sound import Unplayable
from tests.store.journal import put
from tests.store.stories import T0, whole_call
from tests.web.api_house import SERVICE, TECH, House

MINUTE = timedelta(minutes=1)


async def sealed(house: House, name: str, group: GroupKey, at_minute: int) -> None:
    """A call of this group with a recording of eight bytes."""
    began = T0 + at_minute * MINUTE
    await put(house.pool, whole_call(name, began), f"outbox-{name}")
    one = Sealed(
        call_id=CallId(name),
        began_at=began,
        seconds=1.5,
        sides=Sides.MIXED,
        agents=(AgentId("1001"),),
        groups=(group,),
        class_="service",
        kept_days=180,
        keep_until=began + timedelta(days=180),
        file=f"{name}.sealed",
        bytes=8,
        sha256="0" * 64,
    )
    await Recordings(house.pool).add(one)


@pytest.fixture
async def taped(at_home: House) -> House:
    """Two recordings of the service and one of the technicians."""
    await sealed(at_home, "call-1", SERVICE, 0)
    await sealed(at_home, "call-2", TECH, 1)
    await sealed(at_home, "call-3", SERVICE, 2)
    return at_home


async def listed(house: House, who: str, query: str = "") -> list[str]:
    answer = await house.get(who, f"/recordings{query}")
    assert answer.status == 200
    return [one["call_id"] for one in answer.json["recordings"]]


async def test_recordings_are_those_of_ones_own_groups_newest_first(taped: House) -> None:
    assert await listed(taped, "manager") == ["call-3", "call-2", "call-1"]
    assert await listed(taped, "supervisor") == ["call-3", "call-1"]
    assert await listed(taped, "supervisor", "?before=call-3&limit=5") == ["call-1"]
    assert await listed(taped, "leader") == ["call-2"]
    assert await listed(taped, "leader", "?agent=1009") == []
    assert (await taped.get("admin", "/recordings")).status == 403
    (one,) = (await taped.get("leader", "/recordings")).json["recordings"]
    assert (one["caller_masked"], one["class"]) == ("138****1234", "service")


async def test_a_recording_is_heard_with_a_reason_that_is_audited(taped: House) -> None:
    headers = {"Authorization": "Bearer supervisor-token"}
    address = "/api/v1/recordings/call-1/sound"
    async with taped.client.post(address, headers=headers, json={"why": "质检"}) as reply:
        assert (reply.status, reply.content_type) == (200, "audio/wav")
        assert reply.headers["Cache-Control"] == "no-store"
        assert await reply.read() == b"RIFFWAVE"
    assert taped.facts == [
        UserActed(user="supervisor", what="recording.play", call=CallId("call-1"), why="质检")
    ]


async def test_a_leader_of_another_group_hears_nothing(taped: House) -> None:
    told = await taped.post("leader", "/recordings/call-1/sound", why="x")
    assert (told.status, told.json["error"]) == (403, "forbidden")
    for who, why in (("admin", "x"), ("1001", "x")):
        assert (await taped.post(who, "/recordings/call-1/sound", why=why)).status == 403
    assert (await taped.post("manager", "/recordings/call-1/sound", why=" ")).status == 422
    assert (await taped.post("manager", "/recordings/call-9/sound", why="x")).status == 404
    assert taped.facts == []


async def test_what_was_deleted_or_changed_is_not_heard(taped: House) -> None:
    await Recordings(taped.pool).deleted(
        CallId("call-1"), T0 + 9 * MINUTE, "ccbot", "kept 180 days"
    )
    told = await taped.post("manager", "/recordings/call-1/sound", why="x")
    assert (told.status, told.json["error"]) == (409, "deleted")
    await sealed(taped, "call-broken", SERVICE, 5)
    told = await taped.post("manager", "/recordings/call-broken/sound", why="x")
    assert (told.status, told.json["error"]) == (409, "unplayable")
    assert taped.facts == []


def test_the_player_gives_what_was_sealed_and_nothing_else(tmp_path: Path) -> None:
    shelf, call = Shelf(tmp_path), CallId("call-1")
    place = shelf.place(call, T0)
    shelf.vault(make=True).seal(shelf.path(place), call, [b"RIFF", b"WAVE"])
    digest, player = sha256(b"RIFFWAVE").hexdigest(), Player(shelf)
    assert b"".join(player.open(call, place, digest)()) == b"RIFFWAVE"
    with pytest.raises(Unplayable, match="not what was sealed"):
        player.open(call, place, "0" * 64)
    with pytest.raises(Unplayable, match="cannot be opened"):
        player.open(call, "nowhere", digest)
    with pytest.raises(Unplayable, match="cannot be opened"):
        player.open(CallId("call-2"), place, digest)
