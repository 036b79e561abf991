"""The actions' composition root: which shop they ask and what day it is. The only module that reads the clock.

rasa-sdk builds action objects without arguments, so they ask here. To run over a real shop, return your own
implementation of `Shop` from `_open_shop`. The sample database lives in the folder that `WARMLINE_DATA` names,
or else in this machine's folder for temporary files.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from .shop import Shop
from .sqlite_shop import SqliteShop

_replacement: list[Shop] = []


def today() -> date:
    """The day by which sample orders are placed, sent and expected, in UTC."""
    return datetime.now(tz=UTC).date()  # noqa: TID251 - the one place; everybody else is given a date


def current_shop() -> Shop:
    """The shop that actions talk to: the sample one, unless `use_shop` put another in its place."""
    return _replacement[-1] if _replacement else _open_shop(_data_folder())


@contextmanager
def use_shop(shop: Shop) -> Generator[None]:
    """Let all actions talk to `shop` inside the block."""
    _replacement.append(shop)
    try:
        yield
    finally:
        _replacement.pop()


@lru_cache(maxsize=8)
def _open_shop(folder: Path) -> Shop:
    return SqliteShop(folder, today=today)


def _data_folder() -> Path:
    configured = os.environ.get("WARMLINE_DATA")
    if configured:
        return Path(configured) / "ecommerce"
    # a name of one's own, so that two people on one machine do not share a folder neither may write
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(tempfile.gettempdir()) / f"warmline-{user}" / "ecommerce"
