"""Each cell of docs/parity.md, proven: what a customer does on one platform, and how it arrives on the other."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core import degrade, parity
from bot.core.activity import Reacted, Said
from bot.core.effects import Body, Voice
from bot.ports import Posted
from tests.support.crossing import OnSlack, cross, digest_of_zeros, sides

Proof = Callable[[Any, Any, str], Awaitable[None]]


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[dict[str, Any]]:
    async with sides(tmp_path, "slack", "teams") as made:
        yield made


async def heard(side: Any, slack: str, teams: str) -> str:
    """What the app hears when the customer writes that."""
    before = len(side.intake.taken)
    if isinstance(side, OnSlack):
        side.ann.says(side.ann.chat_with(side.app), slack)
        await side.slack.courier.settled()
    else:
        side.ann.says(side.ann.chat(), teams, rich=teams)
        await side.teams.courier.settled()
    content = side.intake.taken[before].content
    assert isinstance(content, Said)
    return content.text


async def shown(side: Any, body: Body) -> Posted:
    posted: Posted = await side.adapter.post(await side.place(of_agents=True), body, key=f"k{id(body)}")
    return posted


def raw(side: Any, posted: Posted) -> str:
    """A message as the platform holds it."""
    if isinstance(side, OnSlack):
        message = side.slack.workspace.message(posted.ref.place.channel, posted.ref.id)
        return json.dumps([message.text, message.blocks], ensure_ascii=False)
    return json.dumps(side.teams.tenant.message(side.desk, posted.ref.id).content, ensure_ascii=False)


def seen(side: Any) -> list[str]:
    texts: list[str] = side.bob.reads(side.desk)
    return texts


def look(slack: str, teams: str, on_slack: str, on_teams: str) -> Proof:
    async def prove(origin: Any, target: Any, _: str) -> None:
        text = await heard(origin, slack, teams)
        there = raw(target, await shown(target, Body(text)))
        assert (on_slack if isinstance(target, OnSlack) else on_teams) in there

    return prove


async def long_text(origin: Any, target: Any, _: str) -> None:
    paragraphs = [f"{n} " + "word " * 120 for n in range(6)]
    text = await heard(origin, "\n\n".join(paragraphs), "".join(f"<p>{p}</p>" for p in paragraphs))
    for part in degrade.split(Body(text * 4), target.adapter.capabilities.max_text):
        await shown(target, part)
    whole = " ".join(" ".join(seen(target)).split())
    assert [whole.count(f"{n} word") for n in range(6)] == [4] * 6


async def edit(origin: Any, target: Any, _: str) -> None:
    posted = await shown(target, Body(await heard(origin, "first", "first")))
    await target.adapter.edit(posted.ref, Body("second"))
    assert "second" in seen(target)
    assert "first" not in seen(target)


async def deletion(origin: Any, target: Any, _: str) -> None:
    posted = await shown(target, Body(await heard(origin, "oops", "oops")))
    await target.adapter.delete(posted.ref)
    assert "oops" not in seen(target)


async def name(_: Any, target: Any, __: str) -> None:
    await shown(target, Body("hello", voice=Voice("Ann Customer")))
    assert any("Ann Customer" in text and "hello" in text for text in seen(target))


async def face(_: Any, target: Any, __: str) -> None:
    voice = Voice("Ann Customer", "https://pictures.example.com/ann.png")
    there = raw(target, await shown(target, Body("hello", voice=voice)))
    assert "ann.png" not in there
    assert "Ann Customer" in there


async def file(origin: Any, target: Any, _: str) -> None:
    assert await cross(origin, target, "a.bin", 100_000, by_agent=False) == digest_of_zeros(100_000)
    if not isinstance(target, OnSlack):
        assert "/files/" in str(target.bob.sees(target.desk)[-1].content)


async def reaction(origin: Any, target: Any, says: str) -> None:
    posted = await shown(target, Body("done?"))
    if isinstance(origin, OnSlack):
        said = origin.ann.says(origin.ann.chat_with(origin.app), "hi")
        origin.ann.reacts(said, "+1")
        await origin.slack.courier.settled()
    else:
        said = origin.ann.says(origin.ann.chat(), "hi")
        origin.ann.reacts(origin.ann.chat(), said, "like")
        await origin.teams.courier.settled()
    content = origin.intake.taken[-1].content
    assert isinstance(content, Reacted)
    assert target.adapter.capabilities.react == (says == parity.AS_IT_IS)
    if target.adapter.capabilities.react:
        await target.adapter.react(posted.ref, content.emoji, added=True)
        assert "+1" in target.slack.workspace.message(posted.ref.place.channel, posted.ref.id).reactions


async def mention(origin: Any, target: Any, _: str) -> None:
    typed = "&lt;!channel&gt; &lt;at&gt;Bob&lt;/at&gt; @everyone"
    await shown(target, Body(await heard(origin, typed, typed), voice=Voice("Ann")))
    assert "<!channel> <at>Bob</at> @" in seen(target)[-1]
    assert (target.slack if isinstance(target, OnSlack) else target.teams).pings == []


async def custom_emoji(origin: Any, target: Any, _: str) -> None:
    await shown(target, Body(await heard(origin, ":partyparrot:", ":partyparrot:")))
    assert ":partyparrot:" in seen(target)


async def preview(origin: Any, target: Any, _: str) -> None:
    address = "https://example.com/a"
    posted = await shown(target, Body(await heard(origin, f"<{address}>", address)))
    if isinstance(target, OnSlack):
        call = [c for c in target.slack.calls if c.method == "chat.postMessage"][-1]
        assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)
    else:
        assert '"attachments": []' in raw(target, posted)


async def a_list(origin: Any, target: Any, says: str) -> None:
    text = await heard(origin, "• one\n• two", "<ul><li>one</li><li>two</li></ul>")
    there = raw(target, await shown(target, Body(text)))
    assert ("rich_text_list" in there or "<li>" in there) == (says == parity.AS_IT_IS)
    assert "• one\n• two" in seen(target)[-1]


PROOFS: dict[str, Proof] = {
    "bold": look("*very*", "<b>very</b>", '"bold": true', "<b>very</b>"),
    "italic": look("_very_", "<i>very</i>", '"italic": true', "<i>very</i>"),
    "struck through": look("~not~", "<s>not</s>", '"strike": true', "<s>not</s>"),
    "inline code": look("`x = 1`", "<code>x = 1</code>", '"code": true', "<code>x = 1</code>"),
    "code block": look("```a\nb```", "<pre>a\nb</pre>", "rich_text_preformatted", "<pre>"),
    "quote": look("&gt; said", "<blockquote>said</blockquote>", "rich_text_quote", "<blockquote>"),
    "link with a label": look(
        "<https://example.com/a|here>",
        '<a href="https://example.com/a">here</a>',
        '"url": "https://example.com/a", "text": "here"',
        '<a href=\\"https://example.com/a\\">here</a>',
    ),
    "list": a_list,
    "long text": long_text,
    "edit": edit,
    "deletion": deletion,
    "author's name": name,
    "team persona": name,
    "author's picture": face,
    "file": file,
    "picture": file,
    "reaction": reaction,
    "mention": mention,
    "custom emoji": custom_emoji,
    "link preview": preview,
}


@pytest.mark.parametrize("pair", parity.PAIRS, ids="-".join)
@pytest.mark.parametrize("thing", parity.things())
async def test_it_arrives_as_the_table_says(made: dict[str, Any], thing: str, pair: tuple[str, str]) -> None:
    customer, desk = pair
    await PROOFS[thing](made[customer], made[desk], parity.cell(thing, pair))


def test_each_row_has_its_proof_and_the_other_way_round() -> None:
    assert set(PROOFS) == set(parity.things())


def test_the_drawn_table_is_up_to_date() -> None:
    drawn = Path(__file__).resolve().parents[2] / "docs" / "parity.md"
    assert drawn.read_text(encoding="utf-8") == parity.page(), "run `make docs`"
