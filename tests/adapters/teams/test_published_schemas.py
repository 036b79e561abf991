"""What is sent to Teams is held against the schemas that Microsoft publishes, not only against our reading of them."""

from __future__ import annotations

import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema.validators import validator_for

from adapters.teams.cards import MAX_BYTES, size_of
from adapters.teams.forms import form_card
from adapters.teams.outbound import message
from adapters.teams.package import main
from bot.core.activity import Person, Place, Ref
from bot.core.cases.cards import root_card
from bot.core.conversation import Case, Conversation, HandOver, Reason, Status
from bot.core.effects import Body, Button, ButtonStyle, CardField, CaseCard, Voice
from bot.core.forms import FieldKind, Form, FormField
from bot.core.policy import Desk, Policy
from tests.fakes.teams.visible import cards_of
from tests.fetched.pinned import Pinned, fetch
from tests.fetched.schemas import CARDS, MANIFEST

pytestmark = pytest.mark.schemas

APP = "22222222-2222-4222-8222-222222222222"


@cache
def validator(schema: Pinned) -> Any:
    found = json.loads(fetch(schema))
    return validator_for(found)(found)


def mistakes(card: dict[str, Any]) -> list[str]:
    """What the published schema says of a card.

    `msteams` and lists that are searched by typing are Teams' own additions, which the schema does not know:
    https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/dynamic-search
    """
    plain = json.loads(json.dumps(card).replace('"style": "filtered"', '"style": "compact"'))
    plain.pop("msteams", None)
    return [error.message[:300] for error in validator(CARDS).iter_errors(plain)]


def cards_in(body: Body) -> list[dict[str, Any]]:
    return cards_of(message(body, mention_id="29:bob"))


ANN = Person("teams", "t", "ann", "Ann <at>x</at>", "en-GB", "Europe/Berlin")
BOB = Person("teams", "t", "bob", "Bob")
HERE = Place("teams", "t", "a:1")
POLICY = Policy(desks=(Desk("support", Place("teams", "t", "19:desk@thread.tacv2"), "Support"),))


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("assignee", [None, BOB])
def test_the_root_card_is_valid_in_every_status(status: Status, assignee: Person | None) -> None:
    why = HandOver(Reason.ASKED, "asked for a person", ("a *human*, please",))
    case = Case(1042, "support", why, 1e9, assignee=assignee, wakes_at=1e9, resolved_by="Bob")
    conversation = Conversation("c", HERE, ANN, 1e9, status=status, case=case)
    (card,) = cards_in(root_card(conversation, POLICY).body)
    assert mistakes(card) == []


@pytest.mark.parametrize(
    "body",
    [
        Body("Did you mean", buttons=(Button("Where is my order?", "say", "/track"), Button("None of these", "none"))),
        Body("Only @Bob's replies reach the customer:", buttons=(Button("Send once", "send_once", "a|b"),), quiet=True),
        Body("It did not arrive.", buttons=(Button("Retry", "retry", "7", ButtonStyle.PRIMARY),), mention=BOB),
        Body("# 24 h\n\n- 12 cases\n- `p90` 3 min", image="https://example.com/chart.png", quiet=True),
        Body("my tent", Voice("Ann"), (Button("Open", "", url="https://example.com/tent?a=1&b=2"),)),
    ],
)
def test_what_is_said_with_buttons_or_a_picture_is_valid(body: Body) -> None:
    (card,) = cards_in(body)
    assert mistakes(card) == []


@pytest.mark.parametrize("dialog", [False, True])
def test_a_form_is_valid_however_it_is_shown(*, dialog: bool) -> None:
    fields = tuple(
        FormField(
            kind.value, f"*{kind.value}*", kind, required=False, value="1h", options=(("1h", "an hour"),), hint="!"
        )
        for kind in FieldKind
    )
    form = Form("snooze", "1042", "Snooze #1042", "Snooze", fields)
    for people in ((), (("bob", "Bob"),)):
        card = form_card(
            form,
            Ref(HERE, "17"),
            BOB,
            secret="s",
            opened="o",
            people=people,
            faults=(("text", "Too short."), ("", "Away.")),
            dialog=dialog,
        )
        assert mistakes(card) == []
        assert size_of(card) <= MAX_BYTES


@pytest.mark.parametrize("dialog", [True, False])
def test_a_window_with_very_many_choices_is_valid_and_has_room_for_the_words(*, dialog: bool) -> None:
    options = tuple((f"macro:macro-{n}", f"?macro-{n}: " + "ß" * 60) for n in range(500))
    fields = (
        FormField("start", "Begin with", FieldKind.CHOICE, required=False, options=options, fills="Use this"),
        FormField("text", "To Ann", FieldKind.LONG_TEXT, value="漢" * 3000),
    )
    form = Form("reply_with", "1042", "Reply in #1042", "Send", fields)
    card = form_card(form, Ref(HERE, "17"), BOB, secret="s", opened="o", dialog=dialog)
    assert mistakes(card) == []
    assert size_of(card) <= MAX_BYTES
    assert len(card["body"][0 if dialog else 1]["choices"]) > 70


def test_the_schema_finds_what_it_is_asked_for() -> None:
    (card,) = cards_in(Body("x", buttons=(Button("Yes", "do"),)))
    for broken in ({"type": "TextBlok", "text": "x"}, {"type": "TextBlock", "text": "x", "wrp": True}):
        assert mistakes(card | {"body": [broken]})


_WORDS = st.text(max_size=120)
_BUTTONS = st.lists(
    st.builds(
        Button,
        _WORDS,
        st.text(min_size=1, max_size=20),
        _WORDS,
        st.sampled_from(ButtonStyle),
        more=st.booleans(),
        asks=st.booleans(),
    ),
    max_size=4,
).map(tuple)
_CASES = st.builds(
    CaseCard,
    st.integers(1, 10**9),
    _WORDS,
    st.sampled_from([status.value for status in Status]),
    st.sampled_from(["waiting", "active", "paused", "done", "odd"]),
    _WORDS,
    st.lists(_WORDS, max_size=3).map(tuple),
    st.lists(st.builds(CardField, _WORDS, _WORDS), max_size=4).map(tuple),
    _BUTTONS,
)
_BODIES = st.builds(
    Body,
    text=_WORDS,
    voice=st.none() | st.builds(Voice, _WORDS),
    buttons=_BUTTONS,
    card=st.none() | _CASES,
    image=st.just("") | st.just("https://example.com/chart.png") | _WORDS,
    mention=st.none() | st.just(BOB),
    quiet=st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(_BODIES)
def test_any_card_is_valid_and_small_enough(body: Body) -> None:
    for card in cards_in(body):
        assert mistakes(card) == []
        assert size_of(card) <= MAX_BYTES


@pytest.mark.parametrize("more", [[], ["--only-mentions"], ["--name", "Ümläut & Söhne", "--version", "12.0.3"]])
def test_the_package_that_is_built_is_valid(tmp_path: Path, more: list[str]) -> None:
    out = tmp_path / "warmline.zip"
    assert main([str(out), "--app-id", APP, *more]) == 0
    with zipfile.ZipFile(out) as package:
        manifest = json.loads(package.read("manifest.json"))
    assert [error.message for error in validator(MANIFEST).iter_errors(manifest)] == []
