"""What operators and agents type after `/support`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.typed import verbs
from bot.core.typed.commands import Command, Misunderstood, read
from bot.core.typed.verbs import VERBS, Role, refusal


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("", Command("help")),
        ("stats", Command("stats", argument="today")),
        ("STATS 7d", Command("stats", argument="7d")),
        ("case #1042", Command("case", 1042)),
        ("why 1042", Command("why", 1042)),
        ("snooze 1042 2h", Command("snooze", 1042, "2h")),
        ("snooze 1042 friday 14:00", Command("snooze", 1042, "friday 14:00")),
        ("stats 7d by agent", Command("stats", argument="7d agent")),
        ("stats by reason share", Command("stats", argument="today reason", shared=True)),
        ("queue SHARE", Command("queue", shared=True)),
        ("export json", Command("export", argument="30d json")),
        ("assign 1042 @ana", Command("assign", 1042, "@ana")),
        ("release 1042", Command("release", 1042)),
        ("release mine", Command("release", argument="mine")),
        ("release @Ana Lima", Command("release", argument="@Ana Lima")),
        ("macro add hi Hello,\n\nwe share", Command("macro", argument="add hi Hello,\n\nwe share")),
        ("macro list share", Command("macro", argument="list", shared=True)),
        ("/support queue", Command("queue")),
    ],
)
def test_commands_are_read(words: str, command: Command) -> None:
    assert read(words) == command


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("stat", "`stats`"),
        ("qeue", "`queue`"),
        ("case", "case N"),
        ("case abc", "case N"),
        ("stats 9y", "7d"),
        ("snooze 7 soon", "30m"),
        ("snooze 7 0m", "30m"),
        ("snooze 7 9999d", "within a year"),
        ("assign 7", "assign 1042 @ana"),
        ("release it", "release N|mine|@who"),
        ("stats by mood", "reason"),
        ("stats 7d by", "By what?"),
        ("stats 7d 24h", "One window at a time, not 7d and 24h"),
        ("stats by reason by agent", "not reason and agent"),
        ("export csv json", "One format at a time"),
        ("export by csv", "“by” is no window"),
        ("forget", "@ada"),
    ],
)
def test_a_slip_gets_the_nearest_command_or_what_is_missing(words: str, hint: str) -> None:
    answer = read(words)
    assert isinstance(answer, Misunderstood)
    assert hint in answer.why


@given(words=st.text(max_size=100))
def test_any_words_get_an_answer(words: str) -> None:
    assert isinstance(read(words), Command | Misunderstood)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", list(Role))
def test_who_may_do_what_is_one_table_and_a_refusal_names_the_role(verb: str, role: Role) -> None:
    why = refusal(verb, role)
    if role >= VERBS[verb].role:
        assert why is None
        assert f"`{VERBS[verb].usage}`" in verbs.help_for(role)
        assert isinstance(read(VERBS[verb].example), Command)
    else:
        assert why is not None
        assert VERBS[verb].role.name.lower() in why
        assert f"`{VERBS[verb].usage}`" not in verbs.help_for(role)
