"""Personal data out of sight, and nothing else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.personal_data.masking import ALL_KINDS, Kind, holds, mask

_ISSUED = st.sampled_from(["4", "51", "55", "2221", "34", "37", "6011", "65", "36", "5018", "6304", "3530"])
_BETWEEN = st.sampled_from(
    ["", " ", "-", ".", "\u00a0", "\u2009", "–", "_", "*", "\u200b", "\u200d", " - ", "\n", "/", "\ufe0f"]
)
_SCRIPTS = ("0", "\uff10", "\u0660", "\u0966", "\U0001d7ce", "\u0e50")
"""Zeros whose nine followers are digits, too."""

_WORDS = st.text(alphabet=st.characters(categories=("L", "Zs", "Po"), exclude_characters="@＠﹫"), max_size=20)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@st.composite
def _card_numbers(draw: st.DrawFn) -> str:
    prefix, length = draw(_ISSUED), draw(st.integers(13, 19))
    body = prefix + draw(st.text("0123456789", min_size=length - 1 - len(prefix), max_size=length - 1 - len(prefix)))
    return next(body + last for last in "0123456789" if _luhn(body + last))


@st.composite
def _written(draw: st.DrawFn, digits: str) -> str:
    """A number as anybody may write it: any digits of any script, anything between them."""
    zero = ord(draw(st.sampled_from(_SCRIPTS)))
    return "".join(chr(zero + int(d)) + draw(_BETWEEN) for d in digits[:-1]) + chr(zero + int(digits[-1]))


@given(data=st.data(), number=_card_numbers(), before=_WORDS, after=_WORDS)
def test_no_card_number_survives_in_any_writing(data: st.DataObject, number: str, before: str, after: str) -> None:
    masked = mask(f"{before} {data.draw(_written(number))} {after}")
    left = "".join(str(unicodedata.digit(c)) for c in masked if unicodedata.digit(c, None) is not None)
    assert left == number[-4:]
    assert f"•••• {number[-4:]}" in masked


@given(text=st.text(alphabet=st.characters() | st.sampled_from("0123456789 -.@+#:\u200b"), max_size=120))
def test_masking_twice_is_masking_once(text: str) -> None:
    masked = mask(text)
    assert mask(masked) == masked
    assert not holds(masked)
    assert holds(text) == (masked != text)


@given(text=st.text(alphabet="0123456789 -./()+#", max_size=80))
def test_no_number_of_a_card_is_left_in_any_jumble_of_digits(text: str) -> None:
    for piece in mask(text).replace("•", "x").replace("(", "x").replace("x", " ").split():
        is_card = piece.isdigit() and 13 <= len(piece) <= 19 and piece.strip("0") and _luhn(piece)
        assert not is_card, piece


@given(
    text=st.text(
        alphabet=st.characters(exclude_categories=("Nd", "No", "Nl"), exclude_characters="@＠﹫"), max_size=200
    )
)
def test_words_without_digits_and_addresses_are_left_alone(text: str) -> None:
    assert mask(text) == text


@given(
    number=st.integers(0, 99_999_999), kind=st.sampled_from(["Order", "Bestellung", "commande", "pedido", "#", "case"])
)
def test_order_and_case_numbers_are_left_alone(number: int, kind: str) -> None:
    text = f"Where is {kind} {number}? I ordered it on 2026-03-14, 12.03.2026 or 3/14/26 at 10:30 for 1.234,56 EUR."
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It is 4242 4242 4242 4242, 12/27, 123", "It is •••• 4242, 12/27, 123"),
        ("card378282246310005!", "card•••• 0005!"),
        ("4242424242424242 and 5555-5555-5555-4444", "•••• 4242 and •••• 4444"),
        ("DE89 3704 0044 0532 0130 00 please", "DE•• •••• 3000 please"),
        ("gb82west12345698765432", "GB•• •••• 5432"),
        ("FR14 2004 1010 0505 0001 3M02 606.", "FR•• •••• 2606."),
        ("write to jane.doe+x@mail.example.co.uk.", "write to j•••@mail.example.co.uk."),
        ("<mailto:a@example.com> ＪＡＮＥ＠example.com", "<mailto:•••@example.com> J•••@example.com"),
        ("call +351 912 345 678 or (415) 555-2671", "call ••• ••• 5678 or ••• ••• 2671"),
        ("0170 1234567, 06 12 34 56 78, 020 7946 0958", "••• ••• 4567, ••• ••• 5678, ••• ••• 0958"),
        ("06.12.34.56.78 und 0049 170 1234567", "••• ••• 5678 und ••• ••• 4567"),
        ("my phone is 1234 5678", "my phone is ••• ••• 5678"),
        ("SSN 078-05-1120", "SSN •••-••-1120"),
        ("DNI 12345678Z, NIE X1234567L", "DNI •••• 678Z, NIE •••• 567L"),
        ("rssmra85t10a562s", "•••• 562S"),
        ("2 55 08 14 168 025 38", "•••• 2538"),
        ("O meu NIF é 123456789", "O meu NIF é •••• 6789"),
        ("Steuer-ID 86 095 742 719", "Steuer-ID •••• 2719"),
        ("AB 12 34 56 C", "•••• 456C"),
        ("CPF 529.982.247-25 ou 52998224725", "CPF •••• 4725 ou •••• 4725"),
    ],
)
def test_what_is_masked_keeps_what_people_need_to_talk_about_it(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "4242 4242 4242 4241",  # not a card: the sum is wrong
        "DE88370400440532013000",
        "SSN 000-12-3456",
        "SSN 900-12-3456",
        "SSN 123-00-4567",
        "12345678A",
        "GB123456C",
        "order 415-555-2671",
        "order number 12345678, tracking 00340434161094015902",
        "ISBN 978-3-16-148410-0, IP 192.168.100.200, version 3.11.4",
        "https://shop.example/0170-1234567?item=86095742719",
        "550e8400-e29b-41d4-a716-446655440000",
        "open 08:00-17:00 on 01.02.2026 10 20, 2020 2021 2022 2023 2024",
        "@nora said it cost 612 345 678 € or 100 000 000 yen",
        "111.111.111-11",
        "call 112",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert mask(text) == text


def test_only_the_kinds_that_are_wanted_are_masked() -> None:
    text = "4242 4242 4242 4242 or jane@example.com"
    assert mask(text, {Kind.EMAIL}) == "4242 4242 4242 4242 or j•••@example.com"
    assert mask(text, frozenset()) == text
    assert mask(text, ALL_KINDS - {Kind.EMAIL}) == "•••• 4242 or jane@example.com"
