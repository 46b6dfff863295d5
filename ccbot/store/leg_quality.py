"""How the network treated each leg, in Postgres: a row for each ``LegMeasured``."""

from collections.abc import Sequence

import msgspec

from ccbot.core.facts import LegMeasured, decode
from ccbot.store.outbox import Row
from ccbot.store.pool import Connection
from ccbot.store.sql import sql

_TAG = b'"leg_measured"'
"""In the line of every such fact: the others need not be decoded."""


async def put_down(connected: Connection, rows: Sequence[Row]) -> None:
    """Those facts of the outbox that are measurements; done twice, the first stays."""
    legs = [_values(row, leg) for row in rows if (leg := _leg(row)) is not None]
    if legs:
        await connected.executemany(sql("insert_leg_quality"), legs)


def _leg(row: Row) -> LegMeasured | None:
    if _TAG not in row.line:
        return None
    try:
        fact = decode(row.line)
    except msgspec.MsgspecError:
        return None  # of a newer version, which this one does not know
    return fact if isinstance(fact, LegMeasured) else None


def _values(row: Row, leg: LegMeasured) -> tuple[object, ...]:
    return (
        leg.call,
        leg.leg,
        row.at,
        leg.whose,
        leg.line,
        round(leg.lasted_s * 1000),
        leg.received,
        leg.lost,
        leg.jitter_ms,
        leg.jitter_ms_max,
        leg.mes,
        leg.mes_min,
        leg.far_lost,
        leg.test,
    )
