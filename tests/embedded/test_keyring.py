"""Secrets are made once, and open to nobody else."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from ccbot.embedded.keyring import Secrets, read_or_make_secrets, read_secrets

AT_ONCE = 8


def test_all_parts_that_start_at_once_get_the_same_secrets(tmp_path: Path) -> None:
    for number in range(20):
        home = tmp_path / str(number)
        gate = Barrier(AT_ONCE)

        def ask(home: Path = home, gate: Barrier = gate) -> Secrets:
            gate.wait()
            return read_or_make_secrets(home)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = [one.result() for one in [pool.submit(ask) for _ in range(AT_ONCE)]]
        assert set(answers) == {read_secrets(home)}
        assert [path.name for path in home.iterdir()] == ["secrets.json"]
        assert (home / "secrets.json").stat().st_mode & 0o777 == 0o600
