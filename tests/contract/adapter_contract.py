"""What every ChatAdapter keeps, as tests to inherit. Nothing here knows a platform, or branches on one.

How to use it for a new platform: write a *room* (see `Room`): the adapter under test, started with a
ListIntake, in front of a fake of the platform in which real people (`ann`, a customer, and `bob`, an
agent) write, react and press. Then, in `tests/adapters/<platform>/test_contract.py`:

    class TestContract(AdapterContract, EditContract, DeleteContract, ...):
        @pytest.fixture
        async def room(self) -> AsyncIterator[Room]: ...

Inherit one class per capability that the adapter claims: a test compares the two. A platform behind a
network inherits RemoteContract as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import pytest

from bot.core.activity import Deleted, Edited, Person, Place, Pressed, Reacted, Ref, Said, Submitted
from bot.core.effects import Body, Button, Voice
from bot.core.forms import FieldKind, Form, FormField
from bot.errors import NotDone, Refused, Throttled, Uncertain
from bot.ports import ChatAdapter, FileCarrier
from tests.contract.doubles import ListIntake, ScriptedForms


class Trouble(StrEnum):
    """What goes wrong with the next calls to the platform."""

    THROTTLED = "told to come back in 7 seconds"
    NO_ANSWER = "accepted, and no answer in time"
    CUT = "accepted, and the connection is reset"
    SERVER_ERROR = "an error of the server's own"
    NO_CONNECTION = "no connection can be made"
    FORBIDDEN = "refused for good"


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as a person sees it. `reactions` are emoji, as in Reacted."""

    id: str
    text: str
    buttons: tuple[str, ...] = ()
    reactions: tuple[str, ...] = ()


class Room(Protocol):
    """A platform with people in it. `who` is `ann` or `bob` everywhere.

    `channel` is a place where both are with the app; `chat` is ann's private chat with the app. What
    people do returns when the platform has delivered it and has been answered.
    """

    adapter: ChatAdapter
    intake: ListIntake
    channel: Place
    chat: Place

    def person(self, who: str) -> Person: ...
    async def says(self, who: str, place: Place, text: str) -> Ref: ...
    async def edits(self, ref: Ref, text: str) -> None: ...
    async def deletes(self, ref: Ref) -> None: ...
    async def reacts(self, who: str, ref: Ref, emoji: str, *, added: bool = True) -> None: ...
    async def presses(self, who: str, ref: Ref, label: str) -> None: ...
    async def delivers_again(self) -> None:
        """The platform delivers everything that it has delivered so far once more."""
        ...

    async def settled(self) -> None:
        """Return when nothing is under way."""
        ...

    def sees(self, who: str, place: Place) -> Sequence[Seen]:
        """What that person sees in that place, oldest first; in a thread, its parent too."""
        ...

    def calls(self) -> int:
        """How many calls the platform has received from the adapter."""
        ...

    def now(self) -> float: ...

    def trouble(self, trouble: Trouble) -> None:
        """Let the next call of the adapter meet with this; a platform without a network never gets it."""
        ...

    async def gone(self) -> Place:
        """A thread whose parent has been deleted; only for platforms with threads."""
        ...


class FormRoom(Room, Protocol):
    """A room in which buttons may ask first."""

    forms: ScriptedForms

    async def fills_in(self, who: str, ref: Ref, fields: dict[str, str]) -> dict[str, str]:
        """Send the form that `who` has open; what it says is wrong, by field. What is not given stays as it stood."""
        ...

    async def chooses(self, who: str, ref: Ref, field: str, value: str) -> dict[str, str]:
        """Choose something in that form which fills in the rest; what stands in its fields then."""
        ...


class AdapterContract:
    """What all platforms have in common."""

    async def test_who_is_in_a_channel_is_a_member_and_nobody_else(self, room: Room) -> None:
        bob = room.person("bob")
        assert await room.adapter.is_member(room.channel, bob)
        assert not await room.adapter.is_member(room.channel, replace(bob, id="00000000-0000-0000-0000-00000000dead"))

    async def test_a_place_is_named_by_its_platform(self, room: Room) -> None:
        assert room.channel.platform == room.adapter.platform

    async def test_every_capability_that_is_claimed_is_held_to_its_contract(self, room: Room) -> None:
        claimed = room.adapter.capabilities
        held = {
            EditContract: claimed.edit,
            DeleteContract: claimed.delete,
            ReactContract: claimed.react,
            WhisperContract: claimed.whisper,
            ButtonContract: claimed.buttons,
            LookUpContract: claimed.look_up,
        }
        assert {contract: isinstance(self, contract) for contract in held} == held
        assert claimed.files == isinstance(room.adapter, FileCarrier)
        assert claimed.files == hasattr(self, "test_people_see_a_file_that_we_post_and_get_its_bytes")

    async def test_what_a_person_says_is_reported_with_author_place_and_words(self, room: Room) -> None:
        ref = await room.says("ann", room.channel, "my parcel is lost")
        (activity,) = room.intake.taken
        assert isinstance(activity.content, Said)
        assert activity.content.ref.key == ref.key
        assert activity.content.text == "my parcel is lost"
        assert activity.place.root == room.channel
        assert activity.author.key == room.person("ann").key
        assert abs(activity.at - room.now()) < 60
        assert not activity.direct

    async def test_a_private_chat_is_reported_as_one(self, room: Room) -> None:
        await room.says("ann", room.chat, "hello")
        (activity,) = room.intake.taken
        assert activity.direct
        assert activity.place.root == room.chat

    async def test_what_people_do_is_reported_in_the_order_in_which_they_did_it(self, room: Room) -> None:
        said = [await room.says("ann", room.chat, f"message {n}") for n in range(5)]
        assert [a.content.ref.key for a in room.intake.taken] == [ref.key for ref in said]
        times = [a.at for a in room.intake.taken]
        assert times == sorted(times)

    async def test_a_redelivery_shares_a_name_with_what_was_taken(self, room: Room) -> None:
        await room.says("ann", room.channel, "once")
        await room.says("ann", room.channel, "twice")
        await room.delivers_again()
        assert len(room.intake.offered) >= 4
        assert [a.content.text for a in room.intake.taken if isinstance(a.content, Said)] == ["once", "twice"]

    async def test_two_people_who_say_the_same_are_two_activities(self, room: Room) -> None:
        await room.says("ann", room.channel, "same")
        await room.says("bob", room.channel, "same")
        first, second = room.intake.taken
        assert not {first.id, *first.twins} & {second.id, *second.twins}

    async def test_a_post_is_seen_by_people_where_it_was_meant_to_be(self, room: Room) -> None:
        posted = await room.adapter.post(room.channel, Body("Good news"), key="k-post")
        assert posted.ref.place == room.channel
        for who in ("ann", "bob"):
            assert [(s.id, s.text) for s in room.sees(who, room.channel)] == [(posted.ref.id, "Good news")]

    async def test_a_reply_is_seen_in_the_thread_that_a_post_has_opened(self, room: Room) -> None:
        root = await room.adapter.post(room.channel, Body("case 1"), key="k-root")
        reply = await room.adapter.post(root.thread, Body("line 1"), key="k-reply")
        assert [s.id for s in room.sees("bob", root.thread)] == [root.ref.id, reply.ref.id]
        assert reply.thread == root.thread

    async def test_words_of_a_person_are_shown_with_their_name(self, room: Room) -> None:
        posted = await room.adapter.post(room.channel, Body("I can help", Voice("Bob")), key="k-voice")
        (seen,) = [s for s in room.sees("ann", room.channel) if s.id == posted.ref.id]
        assert "Bob" in seen.text
        assert "I can help" in seen.text

    async def test_the_apps_own_doings_are_never_reported(self, room: Room) -> None:
        root = await room.adapter.post(room.channel, Body("one"), key="k-own-1")
        await room.adapter.post(root.thread, Body("two"), key="k-own-2")
        await room.adapter.post(room.chat, Body("three"), key="k-own-3")
        await room.settled()
        assert room.intake.offered == []

    async def test_words_that_look_like_ours_are_reported_when_a_person_says_them(self, room: Room) -> None:
        await room.adapter.post(room.chat, Body("Thank you!"), key="k-echo")
        await room.says("ann", room.chat, "Thank you!")
        assert len(room.intake.taken) == 1

    async def test_a_person_is_known_by_name_and_an_unknown_account_by_its_id(self, room: Room) -> None:
        ann = room.person("ann")
        found = await room.adapter.person(ann.tenant, ann.id)
        assert found.key == ann.key
        assert found.name
        assert await room.adapter.person(ann.tenant, "nobody") == Person(
            ann.platform, ann.tenant, "nobody", is_unknown=True
        )

    async def test_markup_that_would_ping_is_shown_and_pings_nobody(self, room: Room) -> None:
        text = "<!channel> <!here> @everyone <at>Bob</at> &lt;!here&gt;"
        posted = await room.adapter.post(room.channel, Body(text, Voice("Ann")), key="k-ping")
        (seen,) = [s for s in room.sees("bob", room.channel) if s.id == posted.ref.id]
        assert "<!channel> <!here> @everyone <at>Bob</at>" in seen.text

    async def test_stop_can_be_called_twice(self, room: Room) -> None:
        await room.adapter.stop()
        await room.adapter.stop()


class EditContract:
    """`capabilities.edit`."""

    async def test_an_edit_is_reported_when_the_words_have_changed(self, room: Room) -> None:
        ref = await room.says("ann", room.channel, "order 4711")
        await room.edits(ref, "order 4712")
        await room.delivers_again()
        assert len(room.intake.taken) == 2
        content = room.intake.taken[1].content
        assert isinstance(content, Edited)
        assert (content.ref.key, content.text) == (ref.key, "order 4712")

    async def test_editing_changes_what_people_see_and_may_be_repeated(self, room: Room) -> None:
        posted = await room.adapter.post(room.channel, Body("draft"), key="k-edit")
        for _ in range(2):
            await room.adapter.edit(posted.ref, Body("final"))
        assert [s.text for s in room.sees("ann", room.channel)] == ["final"]
        await room.settled()
        assert room.intake.offered == []


class DeleteContract:
    """`capabilities.delete`."""

    async def test_a_deletion_is_reported(self, room: Room) -> None:
        ref = await room.says("ann", room.channel, "oops")
        await room.deletes(ref)
        await room.delivers_again()
        assert len(room.intake.taken) == 2
        content = room.intake.taken[1].content
        assert isinstance(content, Deleted)
        assert content.ref.key == ref.key

    async def test_deleting_takes_a_message_away_and_may_be_repeated(self, room: Room) -> None:
        posted = await room.adapter.post(room.channel, Body("oops"), key="k-delete")
        for _ in range(2):
            await room.adapter.delete(posted.ref)
        assert room.sees("ann", room.channel) == []


class ReactContract:
    """`capabilities.react`."""

    async def test_a_reaction_is_reported_when_it_comes_and_when_it_goes(self, room: Room) -> None:
        ref = await room.says("ann", room.channel, "done?")
        await room.reacts("bob", ref, "✅")
        await room.reacts("bob", ref, "✅", added=False)
        await room.delivers_again()
        found = [a.content for a in room.intake.taken if isinstance(a.content, Reacted)]
        assert [(c.ref.key, c.emoji, c.added) for c in found] == [(ref.key, "✅", True), (ref.key, "✅", False)]
        assert room.intake.taken[1].author.key == room.person("bob").key

    async def test_a_reaction_of_ours_on_a_persons_message_may_be_repeated(self, room: Room) -> None:
        ref = await room.says("ann", room.channel, "done?")
        for _ in range(2):
            await room.adapter.react(ref, "✅", added=True)
        assert [s.reactions for s in room.sees("ann", room.channel)] == [("✅",)]
        for _ in range(2):
            await room.adapter.react(ref, "✅", added=False)
        assert [s.reactions for s in room.sees("ann", room.channel)] == [()]
        await room.settled()
        assert len(room.intake.offered) == 1


class WhisperContract:
    """`capabilities.whisper`."""

    async def test_a_whisper_is_seen_by_one_person_alone(self, room: Room) -> None:
        await room.adapter.whisper(room.channel, room.person("bob"), Body("for you alone"))
        assert [s.text for s in room.sees("bob", room.channel)] == ["for you alone"]
        assert room.sees("ann", room.channel) == []
        await room.settled()
        assert room.intake.offered == []


class ButtonContract:
    """`capabilities.buttons`."""

    async def test_a_press_reports_the_buttons_own_action_and_value(self, room: Room) -> None:
        body = Body("Shall I?", buttons=(Button("Yes", "do_it", 'a|b "c" ü'), Button("No", "do_it", "other")))
        posted = await room.adapter.post(room.channel, body, key="k-button")
        (seen,) = room.sees("bob", room.channel)
        assert seen.buttons == ("Yes", "No")
        await room.presses("bob", posted.ref, "Yes")
        (activity,) = room.intake.taken
        assert activity.content == Pressed(activity.content.ref, "do_it", 'a|b "c" ü')
        assert activity.content.ref.key == posted.ref.key
        assert activity.author.key == room.person("bob").key

    async def test_buttons_go_when_the_message_is_edited_without_them(self, room: Room) -> None:
        posted = await room.adapter.post(room.channel, Body("?", buttons=(Button("Yes", "do_it"),)), key="k-clear")
        await room.adapter.edit(posted.ref, Body("Done."))
        assert [s.buttons for s in room.sees("bob", room.channel)] == [()]


class FormContract:
    """For platforms that can ask in a window; its room has `forms`, and people who fill them in."""

    FORM = Form(
        "snooze",
        "",
        "Snooze this case",
        "Snooze",
        (
            FormField("until", "How long?", FieldKind.CHOICE, value="1h", options=(("1h", "1 hour"), ("1d", "a day"))),
            FormField("note", "Why?", FieldKind.LONG_TEXT, required=False),
        ),
    )

    async def test_a_form_is_opened_instead_of_a_press_and_comes_back_with_the_buttons_words(
        self, room: FormRoom
    ) -> None:
        room.forms.forms["snooze"] = self.FORM
        body = Body("a case", buttons=(Button("Snooze", "snooze", "1001"), Button("Claim", "claim", "1001")))
        posted = await room.adapter.post(room.channel, body, key="k1")
        await room.presses("bob", posted.ref, "Snooze")
        await room.settled()
        assert room.intake.taken == []
        assert await room.fills_in("bob", posted.ref, {"until": "1d", "note": "a *holiday*"}) == {}
        await room.settled()
        (activity,) = room.intake.taken
        assert isinstance(activity.content, Submitted)
        assert activity.content.ref.key == posted.ref.key
        assert (activity.content.action, activity.content.value) == ("snooze", "1001")
        assert activity.content.fields == (("until", "1d"), ("note", "a *holiday*"))
        assert activity.author.key == room.person("bob").key

    async def test_a_choice_fills_in_the_rest_and_is_sent_only_when_it_is_sent(self, room: FormRoom) -> None:
        options = tuple((f"macro:{n}", f"?macro{n}") for n in range(12))
        fields = (
            FormField("start", "Begin with", FieldKind.CHOICE, required=False, options=options, fills="Use this"),
            FormField("text", "Reply", FieldKind.LONG_TEXT),
        )
        room.forms.forms["reply"] = Form("reply", "", "Reply", "Send", fields)
        posted = await room.adapter.post(
            room.channel, Body("a case", buttons=(Button("Reply", "reply", "7"),)), key="k"
        )
        await room.presses("bob", posted.ref, "Reply")
        await room.settled()
        for chosen in ("macro:3", "macro:11"):
            assert await room.chooses("bob", posted.ref, "start", chosen) == {"start": chosen, "text": chosen}
        await room.settled()
        assert room.intake.taken == []
        room.forms.wrong = (("text", "Too short."),)
        assert await room.fills_in("bob", posted.ref, {}) == {"text": "Too short."}
        room.forms.wrong = ()
        assert await room.fills_in("bob", posted.ref, {"text": "changed"}) == {}
        await room.settled()
        (activity,) = room.intake.taken
        assert isinstance(activity.content, Submitted)
        assert activity.content.fields == (("start", "macro:11"), ("text", "changed"))

    async def test_what_is_wrong_with_a_form_is_said_in_it_and_nothing_is_reported(self, room: FormRoom) -> None:
        room.forms.forms["snooze"], room.forms.wrong = self.FORM, (("until", "That is in the past."),)
        posted = await room.adapter.post(
            room.channel, Body("a case", buttons=(Button("Snooze", "snooze", "1"),)), key="k"
        )
        await room.presses("bob", posted.ref, "Snooze")
        await room.settled()
        assert await room.fills_in("bob", posted.ref, {}) == {"until": "That is in the past."}
        await room.settled()
        assert room.intake.taken == []

    async def test_a_button_among_the_rarer_ones_can_be_pressed(self, room: FormRoom) -> None:
        rare = tuple(Button(label, label.lower(), "1001", more=True) for label in ("Merge", "Forget"))
        posted = await room.adapter.post(room.channel, Body("a case", buttons=rare), key="k1")
        await room.presses("bob", posted.ref, "Forget")
        await room.settled()
        (activity,) = room.intake.taken
        assert activity.content == Pressed(activity.content.ref, "forget", "1001")


class LookUpContract:
    """`capabilities.look_up`."""

    async def test_what_was_posted_with_a_key_is_found_by_it_and_nothing_else_is(self, room: Room) -> None:
        since = room.now()
        root = await room.adapter.post(room.channel, Body("same words"), key="k-1")
        reply = await room.adapter.post(root.thread, Body("same words"), key="k-2")
        await room.adapter.post(root.thread, Body("same words"), key="k-3")
        await room.says("ann", root.thread, "k-2")
        assert [p.ref for p in await room.adapter.find(room.channel, "k-1", since=since)] == [root.ref]
        assert list(await room.adapter.find(root.thread, "k-2", since=since)) == [reply]
        assert list(await room.adapter.find(root.thread, "k-4", since=since)) == []

    async def test_every_message_with_the_key_is_found_oldest_first(self, room: Room) -> None:
        since = room.now()
        twice = [await room.adapter.post(room.channel, Body("words"), key="k-twice") for _ in range(2)]
        found = await room.adapter.find(room.channel, "k-twice", since=since)
        # a platform that knows our keys posts once and answers twice: then both are the same message
        assert [p.ref.id for p in found] == list(dict.fromkeys(p.ref.id for p in twice))


class RemoteContract:
    """For platforms behind a network: each failure says what is certain."""

    async def test_what_cannot_be_certain_is_uncertain_and_was_done_once(self, room: Room) -> None:
        for trouble in (Trouble.NO_ANSWER, Trouble.CUT):
            before = len(room.sees("ann", room.channel))
            room.trouble(trouble)
            with pytest.raises(Uncertain):
                await room.adapter.post(room.channel, Body("words"), key=f"k-{trouble}")
            assert len(room.sees("ann", room.channel)) == before + 1

    async def test_an_error_of_the_server_is_uncertain(self, room: Room) -> None:
        room.trouble(Trouble.SERVER_ERROR)
        with pytest.raises(Uncertain):
            await room.adapter.post(room.channel, Body("words"), key="k-500")

    async def test_a_rate_limit_is_throttled_with_its_time_and_one_call(self, room: Room) -> None:
        before = room.calls()
        room.trouble(Trouble.THROTTLED)
        with pytest.raises(Throttled) as caught:
            await room.adapter.post(room.channel, Body("words"), key="k-429")
        assert caught.value.retry_after == 7
        assert room.calls() == before + 1
        assert room.sees("ann", room.channel) == []

    async def test_a_connection_that_was_never_made_is_not_done(self, room: Room) -> None:
        room.trouble(Trouble.NO_CONNECTION)
        with pytest.raises(NotDone):
            await room.adapter.post(room.channel, Body("words"), key="k-down")

    async def test_a_refusal_for_good_is_refused(self, room: Room) -> None:
        room.trouble(Trouble.FORBIDDEN)
        with pytest.raises(Refused):
            await room.adapter.post(room.channel, Body("words"), key="k-403")

    async def test_an_unknown_channel_is_refused(self, room: Room) -> None:
        with pytest.raises(Refused):
            await room.adapter.post(replace(room.channel, channel="nowhere"), Body("words"), key="k-nowhere")

    async def test_errors_never_quote_what_was_to_be_said(self, room: Room) -> None:
        for trouble in (Trouble.SERVER_ERROR, Trouble.THROTTLED, Trouble.FORBIDDEN, Trouble.CUT):
            room.trouble(trouble)
            with pytest.raises((Uncertain, Throttled, Refused)) as caught:
                await room.adapter.post(room.channel, Body("a secret word"), key="k-secret")
            assert "secret" not in str(caught.value)


class ThreadContract:
    """For platforms with threads that can lose their parent."""

    async def test_a_post_into_a_thread_that_is_gone_is_refused_and_seen_nowhere(self, room: Room) -> None:
        place = await room.gone()
        before = len(room.sees("ann", room.channel))
        with pytest.raises(Refused):
            await room.adapter.post(place, Body("for the thread only"), key="k-gone")
        assert len(room.sees("ann", room.channel)) == before
