"""What operators and agents type after `/support`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import commands
from bot.core.commands import VERBS, Command, Misunderstood, Role, read, refusal
from bot.core.desk import span


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("", Command("help")),
        ("stats", Command("stats", argument="today")),
        ("STATS 7d", Command("stats", argument="7d")),
        ("case #1042", Command("case", 1042)),
        ("why 1042", Command("why", 1042)),
        ("snooze 1042 2h", Command("snooze", 1042, "2h")),
    ],
)
def test_commands_are_read(words: str, command: Command) -> None:
    assert read(words) == command


@pytest.mark.parametrize(
    ("words", "hint"),
    [("stat", "`stats`"), ("qeue", "`queue`"), ("case", "case N"), ("case abc", "case N"), ("stats 9y", "7d")],
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
        assert f"`{VERBS[verb].usage}`" in commands.help_for(role)
    else:
        assert why is not None
        assert VERBS[verb].role.name.lower() in why
        assert f"`{VERBS[verb].usage}`" not in commands.help_for(role)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800), ("2h", 7200), (" 1 d", 86400), ("soon", None), ("", None)]
)
def test_spans_are_read_as_agents_type_them(text: str, seconds: float | None) -> None:
    assert span(text) == seconds
