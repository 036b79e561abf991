"""What a loan costs a month: the arithmetic of equal instalments. Pure.

An estimate, and only as good as the rate it is made with; it says nothing about whether anybody should borrow.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instalments:
    """Equal monthly instalments, in euro cents. `total_cents` is everything paid back."""

    monthly_cents: int
    months: int
    total_cents: int
    interest_cents: int


def instalments(principal_cents: int, months: int, apr: float) -> Instalments:
    """What `principal_cents`, paid out today, cost when repaid in `months` equal instalments, the first in a month.

    `apr` is the annual percentage rate as a share (0.069 for 6.9 %), that is the *effective* rate of a year, so a month
    counts i = (1 + apr)^(1/12) - 1. The rate of charge is defined as the one at which what is paid out equals the
    present value of what is paid back: directive 2008/48/EC of the European Union on consumer credit, annex I,
    part I. With equal payments A that sum is a geometric series, P = A (1 - (1 + i)^-n) / i, hence the annuity formula

        A = P i / (1 - (1 + i)^-n),    and A = P / n where i is 0.

    An instalment is rounded to the cent, so the last one of a real loan may differ by a few cents.
    Raises ValueError where there is nothing to repay, no time for it, or a rate below zero.
    """
    if principal_cents <= 0 or months <= 0 or apr < 0:
        raise ValueError(
            f"instalments of {principal_cents} cents over {months} months at {apr:.2%}: "
            "amount and term must be above zero, the rate not below"
        )
    rate = (1 + apr) ** (1 / 12) - 1
    exact = principal_cents * rate / (1 - (1 + rate) ** -months) if rate else principal_cents / months
    monthly = round(exact)
    total = monthly * months
    return Instalments(monthly, months, total, max(total - principal_cents, 0))
