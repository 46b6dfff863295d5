"""``audit list|verify``: who did what to whom, and whether anybody changed it since."""

import argparse

from ccbot.cli.database import read_settings, with_database
from ccbot.cli.tables import print_json, print_table
from ccbot.store.audit import AuditRow, AuditTrail

LIST_ROWS = 50
LIST_ROWS_MAX = 10_000


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``audit`` to the command line."""
    parser = commands.add_parser("audit", help="who did what to whom, and why")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    shown = actions.add_parser("list", help="list the newest deeds, newest first")
    shown.add_argument(
        "--limit", type=_limit, default=LIST_ROWS, metavar="N", help=f"default: {LIST_ROWS}"
    )
    shown.set_defaults(handler=_list)
    verify = actions.add_parser("verify", help="say whether the trail is whole and unchanged")
    verify.add_argument(
        "--includes", type=_hash, metavar="HASH", help="a hash that was noted before"
    )
    verify.set_defaults(handler=_verify)
    for action in (shown, verify):
        action.add_argument("--json", action="store_true", help="print JSON")


def _list(arguments: argparse.Namespace) -> int:
    limit = arguments.limit
    rows = with_database(read_settings(), lambda pool: AuditTrail(pool).list(limit))
    if arguments.json:
        print_json(rows)
    elif rows:
        head = ("no", "at (UTC)", "who", "what", "agent", "call", "why", "detail")
        print_table(head, [_line(row) for row in rows])
    else:
        print("nothing was done yet that is audited")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    includes = arguments.includes
    found = with_database(read_settings(), lambda pool: AuditTrail(pool).verify(includes))
    if arguments.json:
        print_json(found)
    elif found.bad_row is not None:
        print(f"row {found.bad_row} does not fit: it was changed, or a row was taken out there")
    elif not found.includes:
        print(f"{found.rows} rows fit, and the hash is of none of them: later rows are missing")
    else:
        print(f"{found.rows} rows fit; the last hash is {found.last_hash or 'none'}")
    return 0 if found.bad_row is None and found.includes else 1


def _line(row: AuditRow) -> tuple[str, ...]:
    detail = " ".join(f"{name}={value}" for name, value in row.detail.items())
    at = f"{row.at:%Y-%m-%d %H:%M:%S}"
    return (str(row.id), at, row.who, row.what, row.agent or "", row.call or "", row.why, detail)


def _limit(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= LIST_ROWS_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {LIST_ROWS_MAX}")
    return int(text)


def _hash(text: str) -> str:
    if len(text) != 64 or set(text) - set("0123456789abcdef"):
        raise argparse.ArgumentTypeError(f"{text!r} is no hash: `audit verify` prints the last one")
    return text
