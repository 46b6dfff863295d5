"""Ports, the sound's range, and centres side by side."""

from pathlib import Path

import pytest

from ccbot.doctor import network
from ccbot.doctor.finding import Level
from ccbot.doctor.load import Load
from ccbot.doctor.network import Neighbour, Port, Reach
from ccbot.settings import Address, PortRange, Settings, read

OWN = {
    "CCBOT_HOME": "/srv/one",
    "CCBOT_SIP_BIND": "127.0.0.1:5060",
    "CCBOT_WEB_BIND": "127.0.0.1:8080",
    "CCBOT_RTP_PORTS": "10000-10999",
}


def own(**changed: str) -> Settings:
    return read({**OWN, **changed})


def neighbour(**changed: object) -> Neighbour:
    other: dict[str, object] = {
        "pid": 77,
        "part": "up",
        "home": Path("/srv/two"),
        "rtp_ports": PortRange(first=11000, last=11999),
        "sip_bind": Address(host="127.0.0.1", port=5070),
        "web_bind": Address(host="127.0.0.1", port=8081),
    }
    return Neighbour(**{**other, **changed})  # type: ignore[arg-type]


def port(*, problem: str, ours: bool, holder: str = "") -> Port:
    return Port(
        address=Address(host="127.0.0.1", port=5060),
        transport="UDP",
        variable="CCBOT_SIP_BIND",
        problem=problem,
        holder=holder,
        ours=ours,
    )


def test_a_port_is_free_or_ours_or_taken_by_somebody_who_is_named() -> None:
    seen = [
        port(problem="", ours=False),
        port(problem="Address already in use", ours=True),
        port(problem="Address already in use", ours=False, holder="process 9 (kamailio)"),
    ]
    free, ours, taken = network.ports(seen)
    assert [one.level for one in (free, ours, taken)] == [Level.GOOD, Level.GOOD, Level.WRONG]
    assert "by process 9 (kamailio)" in taken.says
    assert "CCBOT_SIP_BIND" in taken.mend


@pytest.mark.parametrize(
    ("calls", "stated", "expected"),
    [(100, True, Level.GOOD), (2000, False, Level.WARNING), (2000, True, Level.WRONG)],
)
def test_a_range_is_wide_enough_for_the_load(calls: int, stated: bool, expected: Level) -> None:
    heavy = Load(calls=calls, per_second=calls / 60, stated=stated)
    (found,) = network.rtp_range(own(), heavy)
    assert found.level is expected


def test_the_sip_port_does_not_lie_among_those_of_the_sound() -> None:
    light = Load(calls=10, per_second=1, stated=True)
    crossed, wide_enough = network.rtp_range(own(CCBOT_SIP_BIND="127.0.0.1:10500"), light)
    assert (crossed.level, wide_enough.level) == (Level.WRONG, Level.GOOD)


@pytest.mark.parametrize(
    ("changed", "resolves", "expected"),
    [
        ({}, True, Level.GOOD),
        ({"CCBOT_TRUNKS": "127.0.0.2,203.0.113.9"}, True, Level.WRONG),
        ({"CCBOT_SIP_HOST": "pbx.example"}, True, Level.WRONG),
        ({"CCBOT_SIP_BIND": "0.0.0.0:5060", "CCBOT_SIP_HOST": "pbx.example"}, True, Level.GOOD),
        ({"CCBOT_SIP_BIND": "0.0.0.0:5060", "CCBOT_SIP_HOST": "pbx.example"}, False, Level.WRONG),
        ({"CCBOT_SIP_BIND": "0.0.0.0:5060", "CCBOT_SIP_HOST": "127.0.0.1"}, True, Level.WRONG),
        ({"CCBOT_SIP_BIND": "192.0.2.1:5060", "CCBOT_TRUNKS": "203.0.113.9"}, True, Level.GOOD),
    ],
)
def test_phones_and_trunks_get_to_where_asterisk_listens(
    changed: dict[str, str], resolves: bool, expected: Level
) -> None:
    (found,) = network.reach(Reach(settings=own(**changed), host_resolves=resolves))
    assert found.level is expected
    assert bool(found.mend) is (expected is Level.WRONG)


def test_centres_side_by_side_that_share_nothing_are_fine() -> None:
    seen = [neighbour(), neighbour(pid=78, part="serve"), neighbour(pid=5, home=Path("/srv/one"))]
    (found,) = network.neighbours(own(), seen)
    assert found.level is Level.GOOD
    assert found.says.startswith("1 other")


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"rtp_ports": PortRange(first=10999, last=12000)}, "CCBOT_RTP_PORTS"),
        ({"rtp_ports": PortRange(first=9000, last=10000)}, "CCBOT_RTP_PORTS"),
        ({"rtp_ports": PortRange(first=10100, last=10200)}, "CCBOT_RTP_PORTS"),
        ({"sip_bind": Address(host="127.0.0.1", port=5060)}, "CCBOT_SIP_BIND"),
        ({"sip_bind": Address(host="0.0.0.0", port=5060)}, "CCBOT_SIP_BIND"),
        ({"web_bind": Address(host="127.0.0.1", port=8080)}, "CCBOT_WEB_BIND"),
    ],
)
def test_a_neighbour_in_the_way_is_named(changed: dict[str, object], variable: str) -> None:
    (found,) = network.neighbours(own(), [neighbour(**changed)])
    assert found.level is Level.WRONG
    assert variable in found.says
    assert "/srv/two (process 77)" in found.says


def test_the_same_port_at_another_address_is_no_collision() -> None:
    other = neighbour(sip_bind=Address(host="127.0.0.5", port=5060))
    (found,) = network.neighbours(own(), [other])
    assert found.level is Level.GOOD


def test_one_home_has_one_centre() -> None:
    home = Path("/srv/one")
    seen = [neighbour(home=home, pid=4), neighbour(home=home, pid=5)]
    (found,) = network.neighbours(own(), seen)
    assert found.level is Level.WRONG
    assert "processes 4, 5" in found.says
