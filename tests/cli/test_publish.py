"""Edit, check, publish, look back, roll back: as an admin does it."""

import asyncio
from pathlib import Path

import pytest

from ccbot.store.pool import open_pool
from ccbot.store.routing_file import DEFAULT
from tests.cli.conftest import Run

TEXT = DEFAULT.read_text(encoding="utf-8")


@pytest.fixture
def mine(home: Path) -> Path:
    """The working copy."""
    path = home / "routing.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def publish(run: Run, path: Path, text: str, why: str = "试") -> str:
    path.write_text(text, encoding="utf-8")
    done = run("routing", "publish", "--why", why, "--by", "王芳")
    assert (done.status, done.err) == (0, "")
    return done.out


def test_published_text_is_shown_as_it_was_written(run: Run, mine: Path) -> None:
    said = publish(run, mine, f"# 我的注释\n{TEXT}")
    assert "version 1 is published" in said
    assert run("routing", "show").out == f"# 我的注释\n{TEXT}"
    publish(run, mine, TEXT)
    assert run("routing", "show", "1").out == f"# 我的注释\n{TEXT}"
    assert run("routing", "show").out == TEXT


def test_publishing_says_what_changes(run: Run, mine: Path) -> None:
    publish(run, mine, TEXT)
    said = publish(run, mine, TEXT.replace("tries_max: 3", "tries_max: 2"))
    assert "menus.main.tries_max: 3 → 2\n" in said
    assert "version 2 is published" in said


def test_the_same_text_is_not_published_twice(run: Run, mine: Path) -> None:
    publish(run, mine, TEXT)
    assert "nothing to publish: this is version 1" in publish(run, mine, TEXT)
    assert len(run("routing", "history", "--json").json) == 1  # type: ignore[arg-type]


def test_invalid_document_is_refused_and_nothing_changes(run: Run, mine: Path) -> None:
    publish(run, mine, TEXT)
    mine.write_text(TEXT.replace('"2": tech', '"2": sales'), encoding="utf-8")
    assert "no group 'sales'" in run("routing", "publish", "--why", "x").refused(2)
    assert run("routing", "show").out == TEXT


def test_diff_by_meaning_between_versions_and_files(run: Run, mine: Path, tmp_path: Path) -> None:
    publish(run, mine, TEXT)
    assert run("routing", "diff").out == "no difference in meaning\n"
    fourth = TEXT.replace("groups:\n", "groups:\n  vip: {name: 贵宾, ring_s: 20}\n", 1)
    publish(run, mine, fourth)
    added = 'groups.vip: – → {"name":"贵宾","ring_s":20.0}\n'
    assert run("routing", "diff", "1", "2").out == added
    old = tmp_path / "old.yaml"
    old.write_text(TEXT, encoding="utf-8")
    assert run("routing", "diff", str(old)).out == added.replace(
        added.strip().removeprefix("groups.vip: "), '{"name":"贵宾","ring_s":20.0} → –'
    )
    assert run("routing", "diff", "1", "2", "--json").json == [
        {"place": "groups.vip", "new": {"name": "贵宾", "ring_s": 20.0}}
    ]
    assert "no version 9" in run("routing", "diff", "9").refused(2)


def test_rollback_is_a_new_version_with_the_old_text(run: Run, mine: Path) -> None:
    publish(run, mine, TEXT)
    publish(run, mine, TEXT.replace("tries_max: 3", "tries_max: 2"))
    done = run("routing", "rollback", "1", "--why", "还是三次", "--by", "李雷")
    assert "menus.main.tries_max: 2 → 3\n" in done.out
    assert "version 3 is published" in done.out
    assert run("routing", "show").out == TEXT
    newest = run("routing", "history", "--json").json[0]  # type: ignore[index]
    assert (newest["version"], newest["who"], newest["rollback_to"]) == (3, "李雷", 1)
    assert "还是三次 (= 1)" in run("routing", "history").out


def test_rollback_to_a_version_that_is_not_there(run: Run) -> None:
    assert "no version 7" in run("routing", "rollback", "7", "--why", "x").refused(2)


@pytest.mark.parametrize("number", ["0", "99999999999", "9" * 5000])
def test_what_no_version_can_have_as_its_number(run: Run, number: str) -> None:
    for action in ("diff", "hours"):
        assert "is no version" in run("routing", action, number).refused(2)
    assert "is no version" in run("routing", "rollback", number, "--why", "x").err


@pytest.mark.parametrize("why", ["", "  ", "\x07", "长" * 501])
def test_the_reason_is_asked_for(run: Run, mine: Path, why: str) -> None:
    assert "--why" in run("routing", "publish", "--why", why).refused(2)
    assert "--by" in run("routing", "publish", "--why", "x", "--by", why).refused(2)


def test_without_a_name_it_is_the_user(
    run: Run, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "hanmei")
    run("routing", "publish", "--why", "x")
    assert "hanmei" in run("routing", "history").out


def test_a_user_without_a_name_is_asked_for_one(
    run: Run, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr("getpass.getuser", nobody)
    assert "--by" in run("routing", "publish", "--why", "x").refused(2)


def test_what_a_newer_ccbot_published_is_read_as_far_as_it_is_known(
    run: Run, mine: Path, database_url: str
) -> None:
    async def put() -> None:
        async with open_pool(database_url) as pool:
            await pool.execute(
                "insert into routing_versions (version, who, why, yaml, document, sha256) "
                "select 2, who, why, yaml || E'\nof_tomorrow: 1\n', document, sha256 "
                "from routing_versions"
            )

    publish(run, mine, TEXT)
    asyncio.run(put())
    assert run("report").status == 0
    assert run("agent", "add", "1002", "--name", "李雷", "--group", "tech").status == 0


def test_agents_may_be_of_the_groups_that_are_live(run: Run, mine: Path) -> None:
    words = ("agent", "add", "1002", "--name", "李雷", "--group", "vip")
    publish(run, mine, TEXT)
    mine.write_text(
        TEXT.replace("groups:\n", "groups:\n  vip: {name: 贵宾}\n", 1), encoding="utf-8"
    )
    assert "no group 'vip'" in run(*words).refused(2)
    assert run("routing", "publish", "--why", "贵宾").status == 0
    assert run(*words).status == 0


PUBLISH = ("routing", "publish", "--why", "x")


def test_whoever_did_not_see_the_last_version_may_not_publish_over_it(run: Run, mine: Path) -> None:
    publish(run, mine, TEXT)
    publish(run, mine, TEXT.replace("tries_max: 3", "tries_max: 2"))
    mine.write_text(TEXT.replace("wait_s: 5", "wait_s: 4"), encoding="utf-8")
    refused = run("routing", "publish", "--why", "x", "--after", "1").refused(1)
    assert "--after 1: version 2 is live" in refused
    assert "--after 9: version 2" in run(*PUBLISH, "--after", "9").refused(1)
    assert run("routing", "publish", "--why", "x", "--after", "2").status == 0


@pytest.mark.parametrize(
    "words",
    [
        ("publish", "--why", "x"),
        ("rollback", "1", "--why", "x"),
        ("history",),
        ("diff",),
        ("show", "1"),
    ],
)
def test_without_a_centre_it_is_one_line(
    run_anywhere: Run, mine: Path, words: tuple[str, ...]
) -> None:
    assert "no centre runs" in run_anywhere("routing", *words).refused(1)
