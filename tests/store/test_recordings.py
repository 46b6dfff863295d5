"""From the spool to the row: sealed once, kept, deleted with a tombstone."""

import stat
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from ccbot.core.facts import (
    AnyFact,
    CallFlagged,
    RecordingBegun,
    RecordingPaused,
    RecordingResumed,
    Stamped,
    encode,
)
from ccbot.core.ids import AgentId, CallId
from ccbot.core.kinds import ResumedBy, Sides
from ccbot.core.records import record
from ccbot.recordings import purge as purging
from ccbot.recordings.purge import BY_TIME, NotDeletedError, purge, sweep
from ccbot.recordings.sealer import Sealer
from ccbot.recordings.shelf import Shelf
from ccbot.recordings.vault import Vault
from ccbot.recordings.verify import findings
from ccbot.recordings.wav import RATE_HZ, header
from ccbot.store.outbox import Batch, EndedCall, Row
from ccbot.store.pool import Pool, connection
from ccbot.store.recordings import Kept, Recordings, Search
from ccbot.store.writer import ship
from tests.core.story import routing
from tests.recordings.tapes import hum, tape
from tests.store.stories import T0, StillClock, whole_call

CALL, AGENT = CallId("call-1"), AgentId("1001")
PART = f"ccbot-tape-{CALL}-1"
BEGAN_S = 13.25
"""When the talk of ``whole_call`` begins."""
DOES_NOT_FIT = "piece 1 does not fit: it was changed, or another key sealed it"
TOMORROW = StillClock(T0 + timedelta(days=1))


@dataclass
class Archive:
    """Spool, rows and key of one centre."""

    pool: Pool
    shelf: Shelf
    vault: Vault
    live: set[CallId] = field(default_factory=set)

    @property
    def rows(self) -> Recordings:
        return Recordings(self.pool)

    async def log(self, *more: tuple[float, AnyFact], sides: Sides = Sides.MIXED) -> None:
        """A call that has ended, and is in the log with its recording."""
        begun = (BEGAN_S, RecordingBegun(call=CALL, name=PART, sides=sides))
        told = [Stamped(T0 + timedelta(seconds=at), fact) for at, fact in (begun, *more)]
        facts = sorted([*whole_call(CALL), *told], key=lambda one: one.at)
        rows = [Row(n, one.at, CALL, encode(one.fact)) for n, one in enumerate(facts, start=1)]
        ended = EndedCall(call=CALL, facts=tuple(facts))
        async with connection(self.pool) as connected:
            batch = Batch(rows=tuple(rows), ended=(ended,))
            await ship(connected, "outbox-1", batch, [record(facts)])

    def sealer(self) -> Sealer:
        return Sealer(self.shelf, self.rows, is_live=self.live.__contains__, routing=routing)

    async def seal(self) -> None:
        """One look at the spool."""
        sealer = self.sealer()
        for call, files in self.shelf.tapes().items():
            await sealer.seal(self.vault, call, files)

    async def kept(self) -> Kept:
        [one] = await self.rows.found(Search())
        return one

    async def samples(self) -> list[int]:
        """What comes out again."""
        one = await self.kept()
        content = b"".join(self.vault.open(self.shelf.path(one.file), one.call_id))
        return memoryview(content[len(header(0, 1)) :]).cast("h").tolist()

    async def wrong(self) -> list[str]:
        looked = findings(self.shelf, self.vault, self.rows, TOMORROW)
        return [f"{one.what}: {one.says}" async for one in looked]


@pytest.fixture
def archive(pool: Pool, tmp_path: Path) -> Archive:
    shelf = Shelf(tmp_path)
    shelf.spool.mkdir(parents=True)
    return Archive(pool, shelf, shelf.vault(make=True))


async def test_a_call_that_is_not_in_the_log_yet_waits(archive: Archive) -> None:
    plain = tape(archive.shelf.tape(f"{PART}-both"), hum(2, 7))
    await archive.seal()
    assert plain.exists()
    assert await archive.rows.found(Search()) == ()


async def test_a_recording_is_sealed_and_its_plain_file_is_gone(archive: Archive) -> None:
    plain = tape(archive.shelf.tape(f"{PART}-both"), hum(2, 7), killed=True)
    await archive.log()

    await archive.seal()

    one = await archive.kept()
    assert (one.call_id, one.sides, one.seconds, one.agents) == (CALL, "mixed", 2.0, ["1001"])
    assert one.began_at == T0 + timedelta(seconds=BEGAN_S)
    assert one.keep_until == T0 + timedelta(seconds=80, days=180)
    assert not plain.exists()
    assert await archive.samples() == hum(2, 7)
    hum_bytes = (7).to_bytes(2, "little") * 8
    assert hum_bytes not in archive.shelf.path(one.file).read_bytes()
    assert await archive.wrong() == []


async def test_what_was_paused_is_not_taken_over_even_if_it_was_written(archive: Archive) -> None:
    tape(archive.shelf.tape(f"{PART}-both"), hum(10, 7))
    await archive.log(
        (BEGAN_S + 3, RecordingPaused(call=CALL, agent=AGENT)),
        (BEGAN_S + 5, RecordingResumed(call=CALL, by=ResumedBy.AGENT)),
    )
    await archive.seal()

    samples = await archive.samples()

    assert len(samples) == 10 * RATE_HZ
    assert samples == hum(3, 7) + hum(2, 0) + hum(5, 7)


async def test_a_complaint_is_kept_for_longer(archive: Archive) -> None:
    tape(archive.shelf.tape(f"{PART}-both"), hum(1, 7))
    await archive.log((BEGAN_S + 1, CallFlagged(call=CALL, agent=AGENT)))
    await archive.seal()
    one = await archive.kept()
    assert one.class_ == "complaint"
    assert one.keep_until == T0 + timedelta(seconds=80, days=730)


async def test_after_a_crash_at_any_point_it_is_sealed_once(archive: Archive) -> None:
    plain = tape(archive.shelf.tape(f"{PART}-both"), hum(1, 7))
    await archive.log()
    archive.shelf.path("2026/03/02").mkdir(parents=True)
    archive.shelf.path(f"2026/03/02/{CALL}.sealed").write_bytes(b"half")
    await archive.seal()
    tape(plain, hum(1, 7))  # killed before it was deleted

    await archive.seal()

    assert not plain.exists()
    assert await archive.samples() == hum(1, 7)
    assert await archive.wrong() == []


async def test_the_key_is_its_owners_alone_and_stays(archive: Archive, tmp_path: Path) -> None:
    key = tmp_path / "recordings.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes()
    assert len(before) == 32
    archive.shelf.vault(make=True)
    assert key.read_bytes() == before


@pytest.mark.parametrize("key", [b"", b"k" * 31])
async def test_a_key_that_is_none_seals_nothing_and_ends_nothing(
    archive: Archive, tmp_path: Path, key: bytes
) -> None:
    plain = tape(archive.shelf.tape(f"{PART}-both"), hum(1, 7))
    await archive.log()
    whole = (tmp_path / "recordings.key").read_bytes()
    (tmp_path / "recordings.key").write_bytes(key)
    sealer = archive.sealer()

    await sealer.look()

    assert f"has {len(key)} bytes, not 32" in sealer.fault
    assert plain.exists()
    assert list(archive.shelf.sealed()) == []
    (tmp_path / "recordings.key").write_bytes(whole)
    await sealer.look()
    assert sealer.fault == ""
    assert await archive.samples() == hum(1, 7)


async def test_a_lost_key_is_not_replaced_while_recordings_need_it(
    archive: Archive, tmp_path: Path
) -> None:
    plain = tape(archive.shelf.tape(f"{PART}-both"), hum(1, 7))
    await archive.log()
    await archive.seal()
    tape(plain, hum(1, 7))
    key = tmp_path / "recordings.key"
    key.rename(tmp_path / "copy")
    sealer = archive.sealer()

    await sealer.look()

    assert sealer.fault == f"there is no {key}: it is lost: put a copy back"
    assert not key.exists()
    assert plain.exists()


async def test_a_key_that_cannot_be_read_ends_nothing(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "recordings.key").unlink()
    (tmp_path / "recordings.key").mkdir()
    sealer = archive.sealer()
    await sealer.look()
    assert "cannot be used: Is a directory" in sealer.fault


async def test_a_deleted_recording_leaves_a_tombstone_and_a_line_in_the_trail(
    archive: Archive,
) -> None:
    tape(archive.shelf.tape(f"{PART}-both"), hum(1, 7))
    await archive.log()
    await archive.seal()
    over = StillClock(T0 + timedelta(days=181))
    assert await archive.rows.due(T0 + timedelta(days=179), 10) == []
    [due] = await archive.rows.due(over.now(), 10)

    await purge(archive.shelf, archive.rows, over, due)

    one = await archive.kept()
    assert (one.deleted_at, one.deleted_by) == (over.now(), BY_TIME)
    assert one.deleted_why == "kept for 180 days as service"
    assert list(archive.shelf.sealed()) == []
    assert await archive.rows.due(over.now(), 10) == []
    assert await archive.wrong() == []
    trail = await archive.pool.fetchrow("select what, call_id from audit")
    assert trail is not None
    assert tuple(trail) == ("recording.delete", CALL)


async def over_its_time(archive: Archive, *calls: str) -> list[Path]:
    """Old recordings of these calls, and their files."""
    files = [archive.shelf.path(f"2025/01/02/{call}.sealed") for call in calls]
    for call, file in zip(calls, files, strict=True):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
        await archive.pool.execute(
            "insert into recordings (call_id, began_at, seconds, sides, agents, groups, class,"
            " kept_days, keep_until, file, bytes, sha256) values"
            " ($1, $2, 1, 'mixed', '{}', '{}', 'service', 180, $2, $3, 1, repeat('0', 64))",
            call,
            T0 - timedelta(days=200),
            f"2025/01/02/{call}.sealed",
        )
    return files


async def test_a_sweep_deletes_all_that_are_due_but_one_that_cannot_be(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    stubborn, *others = await over_its_time(archive, "call-1", "call-2", "call-3", "call-4")
    stubborn.unlink()
    stubborn.mkdir()

    deleted, faults = await sweep(archive.shelf, archive.rows, TOMORROW)

    assert sorted(one.call_id for one in deleted) == ["call-2", "call-3", "call-4"]
    assert [file for file in others if file.exists()] == []
    assert faults == [f"call-1: {stubborn}: Is a directory"]


async def test_nothing_is_told_to_be_deleted_where_recordings_do_not_lie(
    archive: Archive, tmp_path: Path
) -> None:
    [file] = await over_its_time(archive, "call-1")
    [due] = await archive.rows.due(TOMORROW.now(), 10)
    with pytest.raises(NotDeletedError, match="is not there"):
        await purge(Shelf(tmp_path / "elsewhere"), archive.rows, TOMORROW, due)
    assert await archive.rows.due(TOMORROW.now(), 10) == [due]

    file.unlink()  # and then it was killed
    await purge(archive.shelf, archive.rows, TOMORROW, due)
    await purge(archive.shelf, archive.rows, TOMORROW, due)
    assert await archive.rows.due(TOMORROW.now(), 10) == []
    assert await archive.pool.fetchval("select count(*) from audit") == 1


async def test_everything_that_is_wrong_is_found(archive: Archive) -> None:
    tape(archive.shelf.tape(f"{PART}-both"), hum(1, 7))
    await archive.log()
    assert await archive.wrong() == [
        f"{CALL}: the recording is not sealed: its files are in the spool"
    ]
    await archive.seal()
    path = archive.shelf.path((await archive.kept()).file)
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert await archive.wrong() == [f"{CALL}: it cannot be read: {DOES_NOT_FIT}"]
    path.rename(path.with_name("call-9.sealed"))
    assert await archive.wrong() == [
        f"{CALL}: the file is missing",
        "recordings/2026/03/02/call-9.sealed: no row tells of this file",
    ]


async def test_what_is_sealed_while_others_are_looked_at_is_no_fault(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = archive.shelf.tape(f"{PART}-both")
    monkeypatch.setattr(archive.shelf, "tapes", lambda: {CALL: [gone]})
    assert await archive.wrong() == []


@pytest.mark.parametrize(
    "change", ["delete from recordings", "update recordings set sha256 = repeat('0', 64)"]
)
async def test_what_was_recorded_is_said_for_good(archive: Archive, change: str) -> None:
    tape(archive.shelf.tape(f"{PART}-both"), hum(1, 7))
    await archive.log()
    await archive.seal()
    with pytest.raises(asyncpg.RestrictViolationError):
        await archive.pool.execute(change)
