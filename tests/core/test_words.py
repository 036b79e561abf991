"""What customers read: complete in six languages, formal throughout, printed as each language is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.wording.moments import moment, wait
from bot.core.wording.words import LANGUAGES, TEXTS, say, typeset
from tests.core.people import POLICY

FAMILIAR = {
    "en": "",
    "de": r"\b(du|dich|dir|dein\w*|euch|euer\w*|eure\w*)\b",
    "fr": r"\b(tu|te|toi|ton|ta|tes)\b",
    "es": r"\b(tú|te|ti|tu|tus|contigo|vosotros|puedes|quieres|escribe|necesitas)\b",
    "pt": r"\b(tu|te|ti|teu|tua|teus|tuas|contigo|podes|queres|escreve|você)\b",
    "it": r"\b(tu|te|ti|tuo|tua|tuoi|tue|puoi|vuoi|scrivi)\b",
}
"""How one speaks to friends, and not to customers whom one does not know."""


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_is_there_in_every_language_with_the_same_fields(name: str) -> None:
    by_language = TEXTS[name]
    assert set(by_language) == set(LANGUAGES)
    fields = {
        language: sorted(re.findall(r"\{(\w+)\}", text.replace("{hh}", "{h}")))
        for language, text in by_language.items()
    }
    assert all(found == fields["en"] for found in fields.values()), fields


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_are_spoken_to_formally_in_every_text(language: str) -> None:
    if FAMILIAR[language]:
        familiar = {name: found for name in TEXTS if (found := re.findall(FAMILIAR[language], TEXTS[name][language]))}
        assert familiar == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_a_typewriters_apostrophe_or_two_blanks(language: str) -> None:
    for by_language in TEXTS.values():
        assert "'" not in by_language[language]
        assert "  " not in by_language[language]


@pytest.mark.parametrize(("language", "begins"), [("en", "Our team"), ("de", "Unser Team"), ("fr", "Notre équipe")])
def test_a_sentence_begins_with_a_capital_also_when_nobody_has_the_case(language: str, begins: str) -> None:
    assert say("snoozed", language, POLICY, agent=TEXTS["team"][language]).startswith(begins)
    assert say("moment_theirs", language, POLICY, day="d", at="a", time="9").startswith("d"), "stands within one"


def test_french_marks_stay_beside_their_words() -> None:
    for text in (by_language["fr"] for by_language in TEXTS.values()):
        assert not re.search(r" [:;!?»]|« ", text)
        assert not re.search(r"(?<=\w)[;!?]", text), text
    assert typeset("Ça va ? « Oui », d'accord : 09:00 !", "fr") == (
        "Ça va\u00a0? «\u00a0Oui\u00a0», d’accord\u00a0: 09:00\u00a0!"
    )


def test_an_assistants_own_words_are_printed_alike_and_what_is_filled_in_is_left_alone() -> None:
    own = replace(POLICY, texts={"en": {"claimed": "It's {agent}'s now."}})
    assert say("claimed", "en", own, agent="O'Brien 'n' Co") == "It’s O'Brien 'n' Co’s now."


DECEMBER = {
    "en": "on Tuesday, 1 December at 09:00 your time",
    "de": "am Dienstag, dem 1. Dezember um 09:00 Uhr Ihrer Ortszeit",
    "fr": "mardi 1er décembre à 9\N{NO-BREAK SPACE}h (votre heure locale)",
    "es": "el martes 1 de diciembre a las 09:00 (su hora local)",
    "pt": "na terça-feira, 1 de dezembro às 9h00 (na sua hora local)",
    "it": "martedì 1º dicembre alle 09:00 (la sua ora locale)",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_far_off_is_said_as_people_say_it(language: str) -> None:
    zone = "Europe/Berlin"
    at, now = (datetime(2026, 12, 1, 9, tzinfo=ZoneInfo(zone)), datetime(2026, 11, 20, 9, tzinfo=ZoneInfo(zone)))
    assert moment(at.timestamp(), now.timestamp(), zone, zone, language, POLICY) == DECEMBER[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wait_is_never_one_of_something(language: str) -> None:
    for seconds in range(0, 48 * 3600, 97):
        assert not re.match(r"[01]\D", wait(seconds, language, POLICY))


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("es", "mañana a la 01:00 (su hora local)", "mañana a las 02:00 (su hora local)"),
        ("pt", "amanhã à 1h00 (na sua hora local)", "amanhã às 2h00 (na sua hora local)"),
        ("en", "tomorrow at 01:00 your time", "tomorrow at 02:00 your time"),
    ],
)
def test_one_o_clock_is_said_as_people_say_it(language: str, one: str, two: str) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
    for hours, said in ((13, one), (14, two)):
        assert moment(noon + hours * 3600, noon, "Etc/UTC", "Etc/UTC", language, POLICY) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "demain à 8\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}05 (votre heure locale)"),
        ("pt", "amanhã às 8h05 (na sua hora local)"),
        ("it", "domani alle 08:05 (la sua ora locale)"),
    ],
)
def test_minutes_are_written_as_each_language_writes_them(language: str, said: str) -> None:
    at, now = datetime(2026, 11, 24, 8, 5, tzinfo=UTC).timestamp(), datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
    assert moment(at, now, "Etc/UTC", "Etc/UTC", language, POLICY) == said
