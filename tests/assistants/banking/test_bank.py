"""The sample bank: nobody's account for anybody else, dates that stay fresh, and cards that stay frozen."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistants.banking.actions.bank import BankUnreachableError, CardState, Identity, TransferState
from assistants.banking.actions.sample_bank import SampleBank
from tests.assistants.banking.conftest import TODAY

CUSTOMERS = ("ada", "ben", "chloe", "dmitri", "emi", "fintan", "greta", "hugo")
SAMPLE = Path(__file__).parents[3] / "assistants" / "banking" / "actions" / "sample"


async def everything(bank: SampleBank, who: Identity) -> list[Sequence[object]]:
    return [
        await bank.accounts(who),
        await bank.movements(who),
        await bank.transfers(who),
        await bank.standing_orders(who),
        await bank.direct_debits(who),
        await bank.cards(who),
    ]


async def test_everybody_has_an_account_a_card_and_movements(bank: SampleBank):
    for name in CUSTOMERS:
        accounts, movements, _, _, _, cards = await everything(bank, Identity(name))
        assert accounts
        assert movements
        assert cards
    states = {card.state for name in CUSTOMERS for card in await bank.cards(Identity(name))}
    assert states == set(CardState)
    transfers = {transfer.state for name in CUSTOMERS for transfer in await bank.transfers(Identity(name))}
    assert transfers == set(TransferState)


async def test_an_account_belongs_to_its_owners_alone(bank: SampleBank):
    seen: dict[str, list[str]] = {}
    for name in CUSTOMERS:
        for account in await bank.accounts(Identity(name)):
            seen.setdefault(account.iban, []).append(name)
    assert [owners for owners in seen.values() if len(owners) > 1] == [["ada", "fintan"]]
    for name in CUSTOMERS:
        own = {iban for iban, owners in seen.items() if name in owners}
        assert {movement.account for movement in await bank.movements(Identity(name))} <= own


@pytest.mark.parametrize("claim", ["", " ", "%", "ADA", "ada|fintan", "a", "ada@example.com", "' or '1'='1", "None"])
async def test_no_claim_but_an_exact_one_opens_anything(bank: SampleBank, claim: str):
    who = Identity(account=claim)
    assert not await bank.knows(who)
    assert [list(found) for found in await everything(bank, who)] == [[], [], [], [], [], []]
    assert await bank.freeze(who, "7731") is None
    assert (await bank.cards(Identity("ada")))[0].state is CardState.ACTIVE


async def test_an_address_is_as_good_as_an_account_and_wins_over_a_foreign_one(bank: SampleBank):
    by_address = await bank.accounts(Identity(email="Ada@Example.com "))
    assert by_address == await bank.accounts(Identity("ada"))
    assert await bank.accounts(Identity(account="U0123", email="ada@example.com")) == by_address


def test_every_iban_has_true_check_digits():
    with (SAMPLE / "accounts.csv").open(encoding="utf-8") as file:
        ibans = [row["iban"] for row in csv.DictReader(file)]
    assert len({iban[-4:] for iban in ibans}) == len(ibans) >= 14
    for iban in ibans:
        assert len(iban) == 22
        assert int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1  # ISO 7064, MOD 97-10


async def test_what_is_reserved_cannot_be_spent(bank: SampleBank):
    current = (await bank.accounts(Identity("ada")))[0]
    pending = [m.cents for m in await bank.movements(Identity("ada")) if m.is_pending and m.account == current.iban]
    assert len(pending) == 2
    assert current.available_cents == current.balance_cents + 50000 + sum(pending)


async def test_days_stay_fresh_and_nothing_is_due_at_a_weekend(tmp_path: Path):
    for passed in range(14):
        today = TODAY + timedelta(days=passed)
        bank = SampleBank(tmp_path, today=lambda today=today: today)
        assert max(m.day for m in await bank.movements(Identity("ada"))) == today
        for name in CUSTOMERS:
            transfers = await bank.transfers(Identity(name))
            assert all(transfer.due.weekday() < 5 for transfer in transfers)
            arrived = {TransferState.ARRIVED, TransferState.RETURNED}
            assert all((transfer.due < today) == (transfer.state in arrived) for transfer in transfers)
            regular = [*await bank.standing_orders(Identity(name)), *await bank.direct_debits(Identity(name))]
            assert all(one.following > today and one.following.weekday() < 5 for one in regular)
        rates = await bank.rates()
        assert all(rate.day.weekday() < 5 and timedelta(0) <= today - rate.day <= timedelta(2) for rate in rates)
        assert all(rate.buys < rate.sells for rate in rates)


async def test_a_frozen_card_stays_frozen_for_everybody_who_asks_and_twice_is_once(tmp_path: Path):
    bank, ada = SampleBank(tmp_path, today=lambda: TODAY), Identity("ada")
    for _ in range(2):
        card = await bank.freeze(ada, "7731")
        assert card is not None
        assert card.state is CardState.FROZEN
    again = SampleBank(tmp_path, today=lambda: TODAY)
    assert [card.state for card in await again.cards(ada)] == [CardState.FROZEN, CardState.ACTIVE]


async def test_many_may_freeze_and_look_at_the_same_time(tmp_path: Path):
    banks = [SampleBank(tmp_path, today=lambda: TODAY) for _ in range(12)]
    await asyncio.gather(*(bank.freeze(Identity("ada"), "7731") for bank in banks))
    assert {(await bank.cards(Identity("ada")))[0].state for bank in banks} == {CardState.FROZEN}


async def test_nobody_freezes_a_card_of_somebody_else(bank: SampleBank):
    for name in CUSTOMERS[1:]:
        assert await bank.freeze(Identity(name), "7731") is None
    assert (await bank.cards(Identity("ada")))[0].state is CardState.ACTIVE


async def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path):
    bank = SampleBank(tmp_path, today=lambda: date(2026, 1, 1))
    bank.path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(BankUnreachableError, match="delete the file"):
        await bank.cards(Identity("ada"))
    with pytest.raises(BankUnreachableError, match="delete the file"):
        await bank.freeze(Identity("ada"), "7731")
