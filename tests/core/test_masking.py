"""What others may see of a customer's number."""

import pytest

from ccbot.core.masking import mask


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800001234", "138****1234"),
        ("+8613800001234", "138****1234"),
        ("008613800001234", "138****1234"),
        ("02161234567", "*******4567"),
        ("1234567", "***4567"),
        ("123456", "******"),
        ("110", "***"),
        ("", "anonymous"),
        ("  ", "anonymous"),
        ("alice", "*****"),
        ("+44 20 7946 0018", "********0018"),
        ("9" * 300, "*" * 12 + "9999"),
    ],
)
def test_masked_number_tells_no_more_than_it_may(number: str, shown: str) -> None:
    assert mask(number) == shown
