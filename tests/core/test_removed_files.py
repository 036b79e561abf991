"""A file that is taken out of a message is taken back from the other side, and the words stay."""

from __future__ import annotations

from dataclasses import replace

from bot.core.activity import File, Ref, Side
from bot.core.effects import Amend, Body, Post, Withdraw
from bot.core.events import (
    AgentDeleted,
    AgentEdited,
    AgentSaid,
    BotReply,
    CustomerDeleted,
    CustomerEdited,
    CustomerSaid,
    Turn,
)
from tests.core.people import ADA, DESK, NORA, POLICY, THREAD, agent, customer, meaning, press
from tests.core.stories import Story, claimed_by_nora

BILL, PHOTO = File("f1", "bill.pdf"), File("f2", "photo.png")
HERS, NORAS = Ref(THREAD, "c7.0"), Ref(DESK, "a6.0")


def with_files(text: str = "look at these") -> CustomerSaid:
    return replace(customer(text, 7.0), files=(BILL, PHOTO))


def edited(text: str, *files: str) -> CustomerEdited:
    return CustomerEdited(8.0, HERS, ADA, text, files)


def answer(text: str = "the form and the plan") -> AgentSaid:
    return replace(agent(text, 6.0), files=(BILL, PHOTO))


def effects(story: Story, *kinds: type) -> list[object]:
    return [e for e in story.last if isinstance(e, kinds)]


def test_a_file_that_a_customer_takes_out_goes_at_the_desk_which_is_told() -> None:
    story = claimed_by_nora().play(with_files(), edited("look at these", "f2"))
    assert effects(story, Withdraw, Amend) == [Withdraw(Side.AGENTS, HERS, files_only=True, file="f1")]
    assert story.to_agents == ["🗑️ The customer removed “bill.pdf”."]
    story.play(edited("look at these", "f2"))
    assert effects(story, Withdraw, Amend, Post) == []


def test_words_that_change_with_it_are_changed_as_well() -> None:
    story = claimed_by_nora().play(with_files(), edited("never mind"))
    assert [e.file for e in story.last if isinstance(e, Withdraw)] == ["f1", "f2"]
    assert [e.body.text for e in story.last if isinstance(e, Amend)] == ["never mind\n*(edited)*"]
    assert story.to_agents == ["🗑️ The customer removed “bill.pdf” and “photo.png”."]


def test_where_nobody_says_what_is_left_nothing_is_taken_back() -> None:
    story = claimed_by_nora().play(with_files(), replace(edited("look at this"), files=None))
    assert effects(story, Withdraw) == []


def test_an_agents_file_is_taken_back_from_the_customer() -> None:
    story = claimed_by_nora().play(answer(), AgentEdited(7.0, NORAS, NORA, "the form and the plan", ("f1",)))
    assert effects(story, Withdraw, Amend) == [Withdraw(Side.CUSTOMER, NORAS, files_only=True, file="f2")]
    story.play(AgentEdited(8.0, NORAS, NORA, "the form", ("f1",)))
    assert effects(story, Withdraw) == []
    assert [e.body.text for e in story.last if isinstance(e, Amend)] == ["the form"]


def test_it_is_so_for_whoever_has_lost_the_case_meanwhile() -> None:
    story = claimed_by_nora().play(answer(), press("release", 7.0), AgentEdited(8.0, NORAS, NORA, "only the form", ()))
    assert [e.file for e in story.last if isinstance(e, Withdraw)] == ["f1", "f2"]
    assert effects(story, Amend) == []
    assert "You do not have this case any more" in story.whispers[0][1].text


def test_what_still_waits_leaves_without_it() -> None:
    story = claimed_by_nora()
    story.policy = replace(POLICY, hold_seconds=30.0)
    story.play(answer(), AgentEdited(7.0, NORAS, NORA, "the form", ("f1",)))
    assert [w.held.files for w in story.state.waiting] == [(BILL,)]
    story.play(AgentDeleted(8.0, NORAS, NORA))
    assert story.state.waiting == ()


def test_the_desk_does_not_get_what_was_taken_out_or_deleted_before_the_hand_over() -> None:
    known = meaning("track_order")
    one, two = (Turn(replies=(BotReply(text),), tracker="t") for text in ("I see.", "That too."))
    story = Story().play(
        replace(customer("see this", 1.0, id="one", parse=known, turn=one), files=(BILL, PHOTO)),
        replace(customer("and this", 2.0, id="two", parse=known, turn=two), files=(BILL,)),
        CustomerEdited(3.0, Ref(THREAD, "one"), ADA, "see this", ("f2",)),
        CustomerDeleted(4.0, Ref(THREAD, "two"), ADA),
        customer("a person please", 5.0, parse=meaning("human_handoff")),
    )
    shown: list[Body] = [e.body for e in story.last if isinstance(e, Post) and e.side is Side.AGENTS]
    assert [file for body in shown for file in body.files] == [PHOTO]
