"""What machines are watched by: alive, ready, and numbers in which nobody's words are."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from adapters.redis.store import RedisStore
from bot.engine.codec import write_packed
from bot.engine.engine import Engine
from bot.ports import CaseRow, Clock, IndexRow
from bot.services.metrics import Metrics, Sources
from bot.services.windows import DAY, HOUR
from tests.app.product import product, train_once
from tests.app.streets import reads, street
from tests.fakes.slack.delivery import signature_of
from tests.support.engines import StillClock, WallClock, engine_on
from tests.support.patience import comes_to, until
from tests.support.town import Town, chat_with, person

ANN = person("ann")

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


async def get(address: str, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(f"{address}{path}") as response:
        return response.status, await response.text()


async def page_with(address: str, named: Sequence[str]) -> str:
    """The page of numbers, once all of that is on it: counts reach the store, and the page, every few seconds."""
    _, text = await comes_to(
        lambda: get(address, "/metrics"),
        lambda page: page[0] == 200 and all(f"\nwarmline_{name}" in f"\n{page[1]}" for name in named),
    )
    return text


async def test_the_numbers_are_there_and_say_nothing_of_anybody(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        side = await street("slack", stack)
        written = f"platforms:\n{side.settings()}  web: {{enabled: false}}\n"
        written += f"desks: [{{name: support, {side.desk()}}}]\n"
        app = product(tmp_path, written, side.environment())
        await app.start()
        stack.push_async_callback(app.stop)
        address = app.addresses[0]
        side.open_to(address)
        side.customer_says("i want to talk to a human being please, my innersecret is ann@secret.example")
        thread = await until(lambda: side.thread("#1001"))
        side.agent_says(thread, "Hello, this is innersecret Bob")
        await reads(side.customer_reads, "Bob")
        # somebody sends an old request of Slack's again
        assert await _stale(address, side.environment()["SLACK_SIGNING_SECRET"]) == 401

        parts = ("ready", "store", "store_writes", "understanding", "platforms", "not_draining")
        assert await get(address, "/readyz") == (200, json.dumps(dict.fromkeys(parts, True)))
        named = (
            "store_writes 1",
            "data_free_bytes ",
            "oldest_unsent_seconds 0",
            "unknown 0",
            'looks_total{result="found"} 0',
            'looks_total{result="missed"} 0',
            "resends_total 0",
            "recalled_total 0",
            "sweeps_total 0",
            'attempts_total{outcome="parked"} 0',
            "lease_steals_total 0",
            'dedupe_hits_total{platform="slack"} ',
            'acknowledgement_seconds_bucket{platform="slack",le="+Inf"} ',
            'bucket_level{desk="support"} ',
            'clock_skew_suspected_total{platform="slack"} 1',
            "day_conversations 1",
            'day_escalations{reason="asked"} 1',
            'day_claim_seconds{quantile="0.5"} ',
            'open_cases{desk="support",status="assigned"} 1',
            'queue_length{desk="support"} 0',
            'queue_oldest_seconds{desk="support"} 0',
            "unread_cases 0",
            'model_info{version="v',
        )
        text = await page_with(address, named)
        for secret in ("innersecret", "secret.example", "Ann", "Bob", side.channel.id):  # type: ignore[attr-defined]
            assert secret not in text
        assert _is_well_formed(text)
        helps = re.findall(r"^# HELP \w+ (.*)$", text, re.MULTILINE)
        assert [said for said in helps if not said.endswith((".", "?"))] == []


class OneModel:
    answering = "v1"


async def nothing_else() -> Mapping[str, float]:
    return {}


def numbers_of(
    engine: Engine, store: RedisStore, clock: Clock, gauges: Callable[[], Awaitable[Mapping[str, float]]] = nothing_else
) -> Metrics:
    sources = Sources(
        records=engine.records,
        book=engine.lessons,
        tallies=store.tallies,
        backlog=store.upkeep.backlog,
        levels=engine.bucket_levels,
        models=OneModel(),  # type: ignore[arg-type]  # nothing else is asked of it
        gauges=gauges,
    )
    return Metrics(sources, platforms=("town",), desks=("support", "billing"), clock=clock)


async def test_the_numbers_of_a_day_do_not_begin_anew_at_midnight(store: RedisStore) -> None:
    town, clock = Town(), StillClock()
    clock.at = (clock.at // DAY + 1) * DAY - 1.0
    engine = engine_on(store, {"town": town}, clock=clock)
    await engine.start()
    await engine.intake.take(town.says(ANN, chat_with(ANN), "hello"))
    await town.until(lambda: "re: hello" in town.visible(chat_with(ANN)))
    for later, counted in ((0.0, 1), (2.0, 1), (23 * HOUR, 1), (3 * HOUR, 0)):
        clock.at += later
        assert f"\nwarmline_day_conversations {counted}\n" in await numbers_of(engine, store, clock).page(), later
    await engine.stop()


async def test_each_desk_tells_how_many_wait_and_how_long_the_first_of_them_has(store: RedisStore) -> None:
    engine, clock = engine_on(store, {"town": Town()}), StillClock()

    async def opens(number: int, desk: str, status: str, ago: float) -> None:
        row = CaseRow(number, f"c{number}", status, desk, "town", "Ann", "asked", "Asked.", "", clock.at - ago)
        await store.upkeep.write_row(IndexRow(row.conversation, "1", write_packed(row, CaseRow), number=f"{number}"))

    await opens(1001, "support", "assigned", 900.0)
    await opens(1002, "support", "queued", 60.0)
    await opens(1003, "support", "queued", 240.0)
    await opens(1004, "a desk of before", "queued", 30.0)
    await store.upkeep.write_row(IndexRow("c1005", "1", "{", number="1005"))
    page = await numbers_of(engine, store, clock).page()
    assert _values(page, "queue_length") == {"a desk of before": 1, "billing": 0, "support": 2}
    assert _values(page, "queue_oldest_seconds") == {"a desk of before": 30, "billing": 0, "support": 240}
    assert "\nwarmline_longest_wait_seconds 240\n" in page
    assert "\nwarmline_unread_cases 1\n" in page
    assert _is_well_formed(page)


async def test_the_numbers_are_read_once_in_a_few_seconds_however_often_they_are_asked_for(store: RedisStore) -> None:
    engine, read = engine_on(store, {"town": Town()}), list[int]()

    async def gauges() -> Mapping[str, float]:
        read.append(1)
        return {"readings": len(read)}

    metrics = numbers_of(engine, store, WallClock(), gauges)
    pages = await asyncio.gather(*(metrics.page() for _ in range(40)))
    assert 'warmline_model_info{version="v1"} 1' in pages[0]
    assert 1 <= len(read) <= 2, "twice, should the machine stand still for five seconds just then"


async def test_the_numbers_that_are_not_in_the_store_are_told_while_it_is_away() -> None:
    async def gauges() -> Mapping[str, float]:
        return {"store_writes": 0.0}

    away = RedisStore("redis://127.0.0.1:1")
    page = await numbers_of(engine_on(away, {"town": Town()}), away, WallClock(), gauges).page()
    assert page.splitlines()[1:] == ["# TYPE warmline_store_writes gauge", "warmline_store_writes 0"]
    await away.close()


async def test_whoever_balances_the_load_sees_the_end_coming(tmp_path: Path) -> None:
    app = product(tmp_path, "platforms:\n  web: {enabled: true, port: 0}\n", {})
    file = tmp_path / "config.yaml"
    written = file.read_text(encoding="utf-8")
    file.write_text(written.replace("server: {port: 0}", "server: {port: 0, drain_seconds: 3}"), encoding="utf-8")
    from bot import config  # noqa: PLC0415  # the file was changed
    from bot.app import App  # noqa: PLC0415

    app = App(config.load(file, {}))
    await app.start()
    address = app.addresses[-1]
    assert (await get(address, "/readyz"))[0] == 200
    stopping = asyncio.create_task(app.stop())
    await asyncio.sleep(0)
    (status, text), (healthy, _) = await asyncio.gather(get(address, "/readyz"), get(address, "/healthz"))
    assert status == 503
    assert '"not_draining": false' in text
    assert healthy == 200, "it is not to be killed for that"
    await stopping
    with pytest.raises(aiohttp.ClientError):
        await get(address, "/readyz")


async def _stale(address: str, secret: str) -> int:
    body, stamp = b'{"type":"event_callback"}', str(int(time.time()) - 4000)  # noqa: TID251
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature_of(secret, stamp, body),
        "Content-Type": "application/json",
    }
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{address}/slack/events", data=body, headers=headers) as response,
    ):
        return response.status


_LINE = re.compile(r'warmline_[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9.e+-]+')


def _values(page: str, name: str) -> dict[str, float]:
    """What a number says of each desk."""
    found = re.findall(rf'^warmline_{name}{{desk="(.*)"}} (.*)$', page, re.MULTILINE)
    return {desk: float(value) for desk, value in found}


def _is_well_formed(text: str) -> bool:
    """Each family is named once, with help and type, and each line is a sample."""
    types = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    samples = [line for line in text.splitlines() if line and not line.startswith("#")]
    return len(types) == len(set(types)) and all(_LINE.fullmatch(line) for line in samples) and text.endswith("\n")
