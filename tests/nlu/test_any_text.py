"""Whatever is typed is answered: by every pipeline with every component, and by every command that reads texts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from nlu.config import ENGLISH_ENCODER, MULTILINGUAL_ENCODER, ON_REQUEST, PipelineConfig, Step
from nlu.model import Model, load
from nlu.process import NluProcess
from nlu.server import application
from nlu.training import train
from nlu.training_data import TrainingData
from nlu.types import ParseResult
from tests.support.work import work_of

LIMIT = 0.05
"""Seconds of CPU."""

HOSTILE = {
    "empty": "",
    "blank": " \n\t\u00a0\u2003",
    "100 kB of one letter": "x" * 100_000,
    "100 kB of words": "where is my order? " * 6_000,
    "100 kB of cases": "aA" * 50_000,
    "emoji": "😀" * 500,
    "families of emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 300,
    "right to left": "مرحبا أين طلبي ١٢٣ " * 40,
    "marks of direction": "\u202eorder my is where\u202c \u2066\u2069",
    "control characters": "\x00\x01\x1b[31m\x7f\ufeff\u2028\u2029",
    "lone surrogate": "\ud800 lone \udfff",
    "homoglyphs": "where іs mу оrder on frıday, ſix euros",
    "SQL": "'; DROP TABLE orders; --",
    "HTML": "<script>alert(1)</script><img src=x onerror=y>" * 20,
    "mixed scripts": "日本語 mixed عربي and русский ελληνικά ไทย " * 30,
    "100,000 digits": "1" * 100_000,
    "digits in groups": "123 456 " * 500,
    "numbers with marks": "1.1,1.1,1." * 300,
    "a number of words": "twenty hundred thousand " * 200,
    "money without end": "$1 €2 £3 " * 300,
    "telephone numbers": "+49 30 901820 0170/1234567 " * 80,
    "nearly an address": "a." * 2_000 + "@",
    "at signs": "@" * 3_000,
    "addresses": "a@b.de " * 400,
    "nearly links": "http://" * 400,
    "nearly names": "my name is " * 300,
    "capitals": "I am A B C D " * 200,
    "brackets": "((((" * 500,
    "nested JSON": '{"text": ' * 300,
    "regular expression": "(a+)+$" * 200,
    "format strings": "%s%n{0}{__class__}${jndi:ldap://x}" * 40,
    "zalgo": "Z̴̢͠a̸l̵g̷o̶ " * 80,
    "combining marks": "e" + "\u0301" * 1_900,
    "wide digits": "１２３４ ٤٧١١ ४७११ Ⅷ ½ ² " * 40,
    "dates that are none": "31.02.2026 99/99/9999 2026-13-45 " * 60,
    "far future": "in 999 years and 999 months ago, vor 999 Jahren, in 999 Jahren",
    "day without end": "tomorrow next friday at 5pm " * 70,
}


def everything(config: PipelineConfig) -> PipelineConfig:
    """A standard pipeline with the components that otherwise run only where they are named."""
    asked_for = sorted(ON_REQUEST - {MULTILINGUAL_ENCODER})
    extra = tuple(Step(name, {"locale": "de_DE"} if name.startswith("Duckling") else {}) for name in asked_for)
    steps = config.steps
    place = next(i for i, step in enumerate(steps) if step.name == "EntitySynonymMapper")
    return PipelineConfig((*steps[:place], *extra, *steps[place:]), config.language)


@pytest.fixture(scope="module")
def stores(shop: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made: dict[str, Path] = {}
    semantic = PipelineConfig.semantic()
    multilingual = semantic.with_encoders((ENGLISH_ENCODER, MULTILINGUAL_ENCODER))
    for name, config in (("light", PipelineConfig.light()), ("semantic", semantic), ("multilingual", multilingual)):
        made[name] = tmp_path_factory.mktemp(name)
        train(shop, everything(config), made[name])
    return made


@pytest.fixture(scope="module", params=["light", "semantic", "multilingual"])
def model(request: pytest.FixtureRequest, stores: dict[str, Path]) -> Iterator[Model]:
    with threadpool_limits(1):  # as a serving process has it: threads that wait for each other work, too
        yield load(stores[request.param])


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_text_is_answered_within_50_ms_of_work(model: Model, text: str) -> None:
    assert work_of(lambda: model.parse(text), enough=LIMIT) < LIMIT
    result = model.parse(text)
    assert result.text == text
    assert all(0 <= e.start < e.end <= len(text) for e in result.entities)
    assert ParseResult.from_json(json.loads(json.dumps(result.to_json()))) == result


PIECES = st.one_of(
    st.text(st.characters(codec=None), max_size=12),
    st.sampled_from([" ", "\n", "order", "4711", "next", "friday", "at", "5", "pm", "€", "20", ",", ".", "-", "+49"]),
    st.sampled_from(["vor", "zwei", "Wochen", "dans", "jours", "due", "my name is", "@", "#", "ı", "ſ", "K", "İ", "ß"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(PIECES, max_size=25).map(" ".join))
def test_no_text_is_an_exception_and_every_place_is_in_it(model: Model, text: str) -> None:
    result = model.parse(text)
    assert result.text == text
    assert all(0 <= e.start < e.end <= len(text) for e in result.entities)
    assert 0.0 <= result.out_of_scope <= 1.0
    assert 0.0 <= result.emotion.upset <= 1.0
    json.dumps(result.to_json())


def in_one_line(text: str) -> str:
    return " ".join(text.split("\n"))


@pytest.mark.parametrize("command", [["parse"], ["emotion", "--light"], ["emotion"]], ids=" ".join)
def test_every_line_on_stdin_has_a_line_on_stdout(command: list[str], stores: dict[str, Path]) -> None:
    lines = [in_one_line(text).encode("utf-8", "surrogatepass") for text in HOSTILE.values()]
    lines += [b"\xff\xfe no utf-8 \x80", b"with a carriage return\r", b"\x85\x0b\x0c\x1c"]
    model = [str(stores["light"])] if command == ["parse"] else []
    done = subprocess.run(
        [sys.executable, "-m", "nlu", *command, *model],
        input=b"\n".join(lines) + b"\nthe last one has no end",
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    answers = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
    assert len(answers) == len(lines) + 1


async def test_the_server_answers_any_text(stores: dict[str, Path]) -> None:
    async with TestClient[Any, Any](TestServer(application(NluProcess(stores["light"])))) as client:
        for text in HOSTILE.values():
            answer = await client.post("/model/parse", json={"text": text})
            body = await answer.json()
            assert answer.status == 200
            assert body["text"] == text
