"""Asterisk's version and modules, and phones at a trunk's address."""

from datetime import UTC, datetime, timedelta

import pytest

from ccbot.doctor import telephony
from ccbot.doctor.finding import Level
from ccbot.doctor.registered import address_in, turned_away
from ccbot.doctor.telephony import Contact, Phones

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", {Level.WARNING}),
        ("22.10.0", {Level.WRONG}),
        ("Asterisk 20.15.2", {Level.WRONG}),
        ("22.11.0", {Level.GOOD}),
        ("Asterisk 23.1", {Level.GOOD}),
        ("GIT-master-6e1d", {Level.UNSEEN}),
        ("", {Level.UNSEEN}),
    ],
)
def test_versions_with_known_faults_are_named(said: str, expected: set[Level]) -> None:
    assert {finding.level for finding in telephony.version(said)} == expected


def test_a_known_fault_is_told_with_what_protects_us() -> None:
    refer = next(telephony.version("22.10.1"))
    assert "REFER" in refer.says
    assert "allow_transfer = no" in refer.says


def test_modules_are_read_from_the_configuration() -> None:
    conf = "[modules]\nautoload = no\n; load = no.so\nload = a.so\nload => b.so\n"
    assert telephony.wanted_modules(conf) == ["a.so", "b.so"]


@pytest.mark.parametrize(
    ("there", "expected"),
    [({"a.so", "b.so", "c.so"}, Level.GOOD), ({"a.so"}, Level.WRONG), (None, Level.UNSEEN)],
)
def test_missing_modules_are_named(there: set[str] | None, expected: Level) -> None:
    found = telephony.modules(["a.so", "b.so"], there, running=True)
    assert found.level is expected
    assert ("b.so" in found.says) is (expected is Level.WRONG)


def test_a_phone_registered_at_a_trunks_address_is_found() -> None:
    contacts = (Contact("p-1001", "203.0.113.7"), Contact("p-1002", "192.0.2.1"))
    seen = Phones(registered=contacts, turned_away=())
    (found,) = telephony.phones_on_trunks(seen, ("127.0.0.2", "203.0.113.0/24", "2001:db8::/32"))
    assert found.level is Level.WRONG
    assert "p-1001" in found.says


def test_a_phone_that_is_taken_for_the_trunk_is_found() -> None:
    seen = Phones(registered=(), turned_away=("127.0.0.2",))
    (found,) = telephony.phones_on_trunks(seen, ("127.0.0.2",))
    assert found.level is Level.WRONG


def test_phones_elsewhere_are_fine_and_unread_ones_are_not_judged() -> None:
    elsewhere = Phones(registered=(Contact("p-1001", "2001:db8::7"),), turned_away=())
    (fine,) = telephony.phones_on_trunks(elsewhere, ("127.0.0.2",))
    (unseen,) = telephony.phones_on_trunks(None, ("127.0.0.2",))
    assert (fine.level, unseen.level) == (Level.GOOD, Level.UNSEEN)


def line(at: datetime, address: str) -> str:
    stamp = at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return (
        f"[{stamp}.460] WARNING[21484] res_pjsip_registrar.c: "
        f"AOR '' not found for endpoint 'trunk' ({address}:49589)\n"
    )


def test_only_what_was_turned_away_lately_counts_and_once() -> None:
    ago = timedelta(minutes=1)
    log = (
        line(NOW - timedelta(hours=2), "127.0.0.9")
        + "[a line of another kind\n"
        + line(NOW - ago, "127.0.0.2")
        + line(NOW - ago, "127.0.0.2")
        + line(NOW - ago, "[2001:db8::7]")
    )
    assert turned_away(log, NOW) == ("127.0.0.2", "2001:db8::7")


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("sip:p-1001@192.0.2.7:5060;transport=udp", "192.0.2.7"),
        ("sip:192.0.2.7", "192.0.2.7"),
        ("sip:w-1001@[2001:db8::7]:5060", "2001:db8::7"),
        ("sip:p-1001@phone.invalid", ""),
    ],
)
def test_a_contact_holds_an_address_or_a_name(uri: str, address: str) -> None:
    assert address_in(uri) == address
