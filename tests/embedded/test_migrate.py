"""Migrations run by dbmate: nobody learns the password, and nothing runs for ever."""

import asyncio
import os
from pathlib import Path

import pytest

from ccbot.embedded import migrate as migrate_module
from ccbot.embedded.migrate import migrate
from ccbot.embedded.process import StartFault

URL = "postgresql://ccbot:secret-word@db.example.com/ccbot"


@pytest.fixture
def dbmate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbmate that only writes down how it was called; as slow as its folder's file says."""
    program = tmp_path / "dbmate"
    program.write_text(
        "#!/bin/sh\n"
        f'echo $$ > {tmp_path}/pid; echo "$@" > {tmp_path}/argv\n'
        f'echo "$DATABASE_URL" > {tmp_path}/url\n'
        f"sleep $(cat {tmp_path}/seconds)\n"
    )
    program.chmod(0o755)
    (tmp_path / "seconds").write_text("0")
    monkeypatch.setattr(migrate_module, "_program", lambda: str(program))
    return tmp_path


async def test_the_password_is_in_no_command_line(dbmate: Path) -> None:
    await migrate(URL)

    assert "migrate" in (dbmate / "argv").read_text()
    assert "secret-word" not in (dbmate / "argv").read_text()
    assert "secret-word" in (dbmate / "url").read_text()


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        (URL, URL),
        (f"{URL}?sslmode=verify-full", f"{URL}?sslmode=verify-full"),
        ("postgresql://u@127.0.0.1/d", "postgresql://u@127.0.0.1/d?sslmode=disable"),
        ("postgresql://u@[::1]:5432/d", "postgresql://u@[::1]:5432/d?sslmode=disable"),
        ("postgresql://u@localhost/d", "postgresql://u@localhost/d?sslmode=disable"),
        (
            "postgresql://u@localhost/d?sslmode=require",
            "postgresql://u@localhost/d?sslmode=require",
        ),
        ("postgresql://u@/d?host=%2Frun", "postgresql://u@/d?socket=%2Frun&sslmode=disable"),
        ("postgresql://u@/d?host=db", "postgresql://u@/d?host=db"),
    ],
)
async def test_only_what_needs_no_wire_goes_unencrypted(dbmate: Path, url: str, seen: str) -> None:
    await migrate(url)

    assert (dbmate / "url").read_text().strip() == seen


async def test_a_migration_that_hangs_is_ended(
    dbmate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate_module, "MIGRATE_S_MAX", 0.5)
    (dbmate / "seconds").write_text("600")

    with pytest.raises(StartFault, match="took longer"):
        await migrate(URL)
    pid = int((dbmate / "pid").read_text())
    async with asyncio.timeout(10):
        while is_there(pid):
            await asyncio.sleep(0.01)


def is_there(pid: int) -> bool:
    """Whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
