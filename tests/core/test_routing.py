"""Which conversation an activity belongs to, by its place alone."""

from __future__ import annotations

import pytest

from bot.core.activity import Activity, Content, Deleted, Edited, Person, Place, Pressed, Reacted, Ref, Said, Side
from bot.core.events import AgentPressed, AgentSaid, CustomerEdited, CustomerSaid
from bot.core.routing import Doors, event_of, home_of

DESK, SUPPORT, ELSEWHERE, CHAT = (Place("slack", "T1", c) for c in ("GDESK", "CHELP", "CMISC", "D1"))
DOORS = Doors(desks=frozenset({DESK.key}), support=frozenset({SUPPORT.key}))
ANN = Person("slack", "T1", "U1")


def did(place: Place, content: Content, **more: bool) -> Activity:
    return Activity("e1", 5.0, place, ANN, content, **more)


def said(place: Place, **more: bool) -> Activity:
    return did(place, Said(Ref(place, "100.1"), "hi"), **more)


def test_what_is_said_at_the_root_of_a_desk_is_nobodys_business() -> None:
    assert home_of(said(DESK), DOORS) is None
    assert home_of(did(DESK, Edited(Ref(DESK, "1"), "x")), DOORS) is None


def test_a_desks_thread_is_looked_up() -> None:
    thread = Place("slack", "T1", "GDESK", "99.1")
    home = home_of(said(thread), DOORS)
    assert home is not None
    assert (home.side, home.conversation, home.thread) == (Side.AGENTS, None, thread)


@pytest.mark.parametrize("content", [Pressed(Ref(DESK, "99.1"), "claim"), Reacted(Ref(DESK, "99.1"), "🔒", added=True)])
def test_the_root_cards_buttons_belong_to_its_own_thread(content: Content) -> None:
    home = home_of(did(DESK, content), DOORS)
    assert home is not None
    assert home.thread == Place("slack", "T1", "GDESK", "99.1")


def test_a_direct_chat_is_one_conversation_whatever_the_thread() -> None:
    below = Place("slack", "T1", "D1", "7.7")
    first, second = home_of(said(CHAT, direct=True), DOORS), home_of(said(below, direct=True), DOORS)
    assert first is not None
    assert second is not None
    assert first.conversation == second.conversation


def test_each_top_level_message_of_a_support_channel_opens_its_own_and_replies_follow() -> None:
    root = home_of(said(SUPPORT), DOORS)
    reply = home_of(said(Place("slack", "T1", "CHELP", "100.1")), DOORS)
    assert root is not None
    assert reply is not None
    assert root.conversation == reply.conversation


def test_elsewhere_a_mention_opens_and_what_follows_is_looked_up() -> None:
    opened = home_of(said(ELSEWHERE, addressed=True), DOORS)
    assert opened is not None
    assert opened.opens
    assert opened.conversation
    later = home_of(said(Place("slack", "T1", "CMISC", "100.1")), DOORS)
    assert later is not None
    assert later.conversation is None
    assert later.thread == opened.thread


def test_another_workspace_is_another_conversation() -> None:
    there = Activity("e2", 5.0, Place("slack", "T2", "D1"), ANN, Said(Ref(CHAT, "1"), "x"), direct=True)
    here = home_of(said(CHAT, direct=True), DOORS)
    other = home_of(there, DOORS)
    assert here is not None
    assert other is not None
    assert here.conversation != other.conversation


def test_an_event_keeps_the_side_and_the_thread_it_is_answered_in() -> None:
    event = event_of(said(SUPPORT), Side.CUSTOMER)
    assert isinstance(event, CustomerSaid)
    assert event.ref == Ref(Place("slack", "T1", "CHELP", "100.1"), "100.1")
    assert isinstance(event_of(said(DESK), Side.AGENTS), AgentSaid)
    assert isinstance(event_of(did(DESK, Pressed(Ref(DESK, "1"), "claim")), Side.AGENTS), AgentPressed)
    assert isinstance(event_of(did(CHAT, Edited(Ref(CHAT, "1"), "x")), Side.CUSTOMER), CustomerEdited)
    assert type(event_of(did(CHAT, Deleted(Ref(CHAT, "1"))), Side.CUSTOMER)).__name__ == "CustomerDeleted"
