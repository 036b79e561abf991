"""What came lately is remembered, and not for ever."""

from __future__ import annotations

from bot.services.lately import Lately


def test_the_last_ten_thousand_are_remembered_and_what_came_before_is_not() -> None:
    lately = Lately()
    for n in range(10_001):
        lately.add(str(n))
    assert "0" not in lately
    assert "1" in lately
    assert "10000" in lately
