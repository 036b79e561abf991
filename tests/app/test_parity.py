"""Each cell of docs/parity.md, proven: what a customer does on one platform, and how it arrives on the other."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core.activity import Reacted, Ref, Said
from bot.core.effects import Amend, Body, Post, Voice
from bot.core.events import CustomerDeleted, CustomerEdited, Event
from bot.core.machine import handle
from bot.core.platforms import degrade, parity
from bot.ports import Posted
from tests.core.people import ADA, POLICY, THREAD, agent, conversation, customer, meaning, press
from tests.support.crossing import cross, digest_of_zeros, sides

Proof = Callable[[Any, Any, str], Awaitable[None]]
ALL_PAIRS = (*parity.PAIRS, *parity.WITH_PLAYGROUND)
CLAIMED: tuple[Event, ...] = (
    customer("can i talk to someone", parse=meaning("human_handoff")),
    press("claim", 5.0),
)


@pytest.fixture
async def made(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[dict[str, Any]]:
    async with sides(tmp_path, *set(request.getfixturevalue("pair"))) as made:
        yield made


async def heard(side: Any, slack: str, teams: str, web: str = "") -> str:
    """What the app hears when the customer writes that, as one types it there."""
    typed = {"slack": slack, "teams": teams, "web": web or slack}
    content = (await side.heard(typed[side.kind])).content
    assert isinstance(content, Said)
    return content.text


KEYS = itertools.count()
"""A key for each post: two with the same one are one message."""


async def shown(side: Any, body: Body) -> Posted:
    posted: Posted = await side.adapter.post(await side.place(of_agents=True), body, key=f"k{next(KEYS)}")
    return posted


def look(slack: str, teams: str, web: str, on_slack: str, on_teams: str, *on_web: str) -> Proof:
    """A look: as it is typed on each, and as each holds it; the playground holds one of the ways of CommonMark."""

    async def prove(origin: Any, target: Any, _: str) -> None:
        text = await heard(origin, slack, teams, web)
        there = await target.raw(await shown(target, Body(text)))
        wanted = {"slack": (on_slack,), "teams": (on_teams,), "web": on_web or (web,)}[target.kind]
        assert any(one in there for one in wanted)

    return prove


async def long_text(origin: Any, target: Any, _: str) -> None:
    paragraphs = [f"{n} " + "word " * 120 for n in range(6)]
    text = await heard(origin, "\n\n".join(paragraphs), "".join(f"<p>{p}</p>" for p in paragraphs))
    for part in degrade.split(Body(text * 4), target.adapter.capabilities.max_text):
        await shown(target, part)
    whole = " ".join(" ".join(await target.reads()).split())
    assert [whole.count(f"{n} word") for n in range(6)] == [4] * 6


async def edit(origin: Any, target: Any, _: str) -> None:
    posted = await shown(target, Body(await heard(origin, "first", "first")))
    await target.adapter.edit(posted.ref, Body("second"))
    assert "second" in await target.reads()
    assert "first" not in await target.reads()


async def told(target: Any, text: str, *events: Event) -> str:
    """What stands at the desk after these events, the first of which brought the text, as one text."""
    case = conversation()
    shows: list[Body] = []
    for event in CLAIMED:
        case = handle(case, event, POLICY, number=1001).conversation
    posted = await shown(target, Body(text, voice=Voice(ADA.label)))
    for event in (customer(text, 6.0, id="m1"), *events):
        decision = handle(case, event, POLICY, number=1001)
        case = decision.conversation
        if isinstance(event, CustomerEdited | CustomerDeleted):
            amend = next(e for e in decision.effects if isinstance(e, Amend))
            await target.adapter.edit(posted.ref, amend.body)
            shows += [e.body for e in decision.effects if isinstance(e, Post)]
    for body in shows:
        await shown(target, body)
    return "\n".join(await target.reads())


async def edit_after_answer(origin: Any, target: Any, _: str) -> None:
    text = await heard(origin, "it is blu", "it is blu")
    changed = CustomerEdited(8.0, Ref(THREAD, "m1"), ADA, "it is red")
    seen = await told(target, text, agent("Understood!", 7.0), changed)
    assert "it is red" in seen
    assert "it is blu" not in seen
    assert "edited a message after you answered it" in seen
    again = await told(target, "words that nobody answered", changed)
    assert again.count("after you answered") == 1


async def deletion(origin: Any, target: Any, _: str) -> None:
    text = await heard(origin, "oops", "oops")
    seen = await told(target, text, CustomerDeleted(7.0, Ref(THREAD, "m1"), ADA))
    assert "deleted by the customer" in seen
    assert "oops" not in seen


async def name(_: Any, target: Any, __: str) -> None:
    await shown(target, Body("hello", voice=Voice("Ann Customer")))
    assert any("Ann Customer" in text and "hello" in text for text in await target.reads())


async def face(_: Any, target: Any, __: str) -> None:
    voice = Voice("Ann Customer", "https://pictures.example.com/ann.png")
    there = await target.raw(await shown(target, Body("hello", voice=voice)))
    assert "Ann Customer" in there
    if target.kind != "web":  # whose page shows initials, and asks no other host for anything
        assert "ann.png" not in there


async def file(origin: Any, target: Any, says: str) -> None:
    assert await cross(origin, target, "a.bin", 100_000, by_agent=False) == digest_of_zeros(100_000)
    if says != parity.AS_IT_IS:
        assert "/files/" in str(target.bob.sees(target.desk)[-1].content)


async def reaction(origin: Any, target: Any, says: str) -> None:
    posted = await shown(target, Body("done?"))
    content = (await origin.reaction()).content
    assert isinstance(content, Reacted)
    assert target.adapter.capabilities.react == (says == parity.AS_IT_IS)
    if target.adapter.capabilities.react:
        await target.adapter.react(posted.ref, content.emoji, added=True)
        assert {"slack": "+1", "web": "👍"}[target.kind] in await target.reactions(posted)


async def mention(origin: Any, target: Any, _: str) -> None:
    typed = "&lt;!channel&gt; &lt;at&gt;Bob&lt;/at&gt; @everyone"
    await shown(
        target, Body(await heard(origin, typed, typed, "<!channel> <at>Bob</at> @everyone"), voice=Voice("Ann"))
    )
    assert "<!channel> <at>Bob</at> @" in (await target.reads())[-1].replace("\\", "")
    assert target.pings() == []


async def custom_emoji(origin: Any, target: Any, _: str) -> None:
    await shown(target, Body(await heard(origin, ":partyparrot:", ":partyparrot:")))
    assert ":partyparrot:" in await target.reads()


async def preview(origin: Any, target: Any, _: str) -> None:
    address = "https://example.com/a"
    posted = await shown(target, Body(await heard(origin, f"<{address}>", address, address)))
    if target.kind == "slack":
        call = [c for c in target.slack.calls if c.method == "chat.postMessage"][-1]
        assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)
    elif target.kind == "teams":
        assert '"attachments": []' in await target.raw(posted)
    else:  # its page loads nothing from elsewhere, see the browser's tests
        assert "image" not in await target.raw(posted)


async def a_list(origin: Any, target: Any, says: str) -> None:
    text = await heard(origin, "• one\n• two", "<ul><li>one</li><li>two</li></ul>", "- one\n- two")
    there = await target.raw(await shown(target, Body(text)))
    assert any(mark in there for mark in ("rich_text_list", "<li>", "- one")) == (says == parity.AS_IT_IS)
    lines = (await target.reads())[-1].splitlines()
    assert [line.lstrip("•- ") for line in lines] == ["one", "two"]


PROOFS: dict[str, Proof] = {
    "bold": look("*very*", "<b>very</b>", "**very**", '"bold": true', "<b>very</b>"),
    "italic": look("_very_", "<i>very</i>", "_very_", '"italic": true', "<i>very</i>", "_very_", "*very*"),
    "struck through": look("~not~", "<s>not</s>", "~~not~~", '"strike": true', "<s>not</s>"),
    "inline code": look("`x = 1`", "<code>x = 1</code>", "`x = 1`", '"code": true', "<code>x = 1</code>"),
    "code block": look(
        "```a\nb```", "<pre>a\nb</pre>", "```\na\nb\n```", "rich_text_preformatted", "<pre>", "```\\na\\nb\\n```"
    ),
    "quote": look("&gt; said", "<blockquote>said</blockquote>", "> said", "rich_text_quote", "<blockquote>"),
    "link with a label": look(
        "<https://example.com/a|here>",
        '<a href="https://example.com/a">here</a>',
        "[here](https://example.com/a)",
        '"url": "https://example.com/a", "text": "here"',
        '<a href=\\"https://example.com/a\\">here</a>',
        "https://example.com/a",
    ),
    "list": a_list,
    "long text": long_text,
    "edit": edit,
    "edit after an answer": edit_after_answer,
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


@pytest.mark.parametrize("pair", ALL_PAIRS, ids="-".join)
@pytest.mark.parametrize("thing", parity.things())
async def test_it_arrives_as_the_table_says(made: dict[str, Any], thing: str, pair: tuple[str, str]) -> None:
    customer_on, desk_on = pair
    await PROOFS[thing](made[customer_on], made[desk_on], parity.cell(thing, pair))


def test_each_row_has_its_proof_and_the_other_way_round() -> None:
    assert set(PROOFS) == set(parity.things())


def test_the_drawn_table_is_up_to_date() -> None:
    drawn = Path(__file__).resolve().parents[2] / "docs" / "parity.md"
    assert drawn.read_text(encoding="utf-8") == parity.page(), "run `make docs`"
