"""Telephone numbers as trunks and people write them."""

import pytest

from ccbot.core.numbers import is_among, is_number


@pytest.mark.parametrize(
    ("caller", "listed", "same"),
    [
        ("13800001234", "13800001234", True),
        ("+8613800001234", "13800001234", True),
        ("13800001234", "008613800001234", True),
        ("+861012345678", "01012345678", True),
        ("13800001234", "13800001235", False),
        ("+85213800001234", "13800001234", False),
        ("8613800001234", "13800001234", True),
        ("", "13800001234", False),
        ("10086", "+8610086", False),
    ],
)
def test_a_number_is_the_same_with_its_countrys_code(caller: str, listed: str, same: bool) -> None:
    assert is_among(caller, ("400800", listed)) is same
    assert not is_among(caller, ())


def test_a_name_or_nothing_is_no_number() -> None:
    assert [
        one for one in ("10086", "+86138", "", "anonymous", "c-test", "１２３") if is_number(one)
    ] == [
        "10086",
        "+86138",
    ]
