"""Times of day, days and ranges of them, as customers type them in six languages, by a clock that is handed in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nlu.components.duckling import DucklingEntityExtractor
from nlu.draft import Draft
from nlu.types import Entity
from tests.support.work import work_of

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a Sunday


def entities(text: str, language: str = "und", *dimensions: str) -> list[Entity]:
    draft = Draft(text, language=language)
    DucklingEntityExtractor(dimensions or ("time",), present=lambda: NOON).process(draft)
    return list(draft.entities)


def told(text: str, language: str = "und") -> tuple[str, str]:
    """The words that tell a moment, and the moment to the minute."""
    [found] = entities(text, language)
    return text[found.start : found.end], str(found.value)[:16]


def ends(text: str, language: str = "und") -> tuple[str, str, str]:
    """The words that tell a range, when it begins and when it is over."""
    [found] = entities(text, language)
    assert isinstance(found.value, dict)
    return text[found.start : found.end], str(found.value["from"])[:16], str(found.value["to"])[:16]


@pytest.mark.parametrize(
    ("text", "language", "hour"),
    [
        ("at 5", "en", "17:00"),
        ("at 5pm", "en", "17:00"),
        ("at five o'clock", "en", "17:00"),
        ("at half past seven", "en", "19:30"),
        ("quarter past three", "en", "15:15"),
        ("a quarter to four", "en", "15:45"),
        ("ten past five", "en", "17:10"),
        ("at ten to five", "en", "16:50"),
        ("5 in the afternoon", "en", "17:00"),
        ("um halb acht", "de", "19:30"),
        ("Viertel nach drei", "de", "15:15"),
        ("um Viertel vor vier", "de", "15:45"),
        ("drei viertel acht", "de", "19:45"),
        ("um 17 Uhr", "de", "17:00"),
        ("um 17.30 Uhr", "de", "17:30"),
        ("17 Uhr 30", "de", "17:30"),
        ("5 Uhr nachmittags", "de", "17:00"),
        ("gegen 5", "de", "17:00"),
        ("à 17h", "fr", "17:00"),
        ("à 17h30", "fr", "17:30"),
        ("vers 3 heures et demie", "fr", "15:30"),
        ("quatre heures moins le quart", "fr", "15:45"),
        ("à 5 heures du soir", "fr", "17:00"),
        ("à midi", "fr", "12:00"),
        ("a las 5 y media", "es", "17:30"),
        ("a las cuatro menos cuarto", "es", "15:45"),
        ("a las 5 de la tarde", "es", "17:00"),
        ("al mediodía", "es", "12:00"),
        ("às 5 e meia", "pt", "17:30"),
        ("às 17h", "pt", "17:00"),
        ("às 5 da tarde", "pt", "17:00"),
        ("alle 5 e mezza", "it", "17:30"),
        ("alle tre e un quarto", "it", "15:15"),
        ("alle 5", "it", "17:00"),
        ("alle 5 di sera", "it", "17:00"),
    ],
)
def test_a_time_of_day_is_the_next_one(text: str, language: str, hour: str) -> None:
    assert told(text, language) == (text, f"2026-11-22T{hour}")


@pytest.mark.parametrize(
    ("text", "language", "moment"),
    [
        ("tomorrow at 5", "en", "2026-11-23T17:00"),
        ("tonight at 8", "en", "2026-11-22T20:00"),
        ("tomorrow evening at 8", "en", "2026-11-23T20:00"),
        ("next Tuesday at half 3", "en", "2026-11-24T15:30"),
        ("lunedì mattina alle 9", "it", "2026-11-23T09:00"),
        ("lundi matin à 9h", "fr", "2026-11-23T09:00"),
        ("5pm on Friday", "en", "2026-11-27T17:00"),
        ("friday at 10", "en", "2026-11-27T10:00"),
        ("Montag 9:30 Uhr", "de", "2026-11-23T09:30"),
        ("heute abend um 7", "de", "2026-11-22T19:00"),
        ("demain 17h", "fr", "2026-11-23T17:00"),
        ("14h30 demain", "fr", "2026-11-23T14:30"),
        ("mañana a las 5 de la tarde", "es", "2026-11-23T17:00"),
        ("amanhã às 9", "pt", "2026-11-23T09:00"),
        ("stasera alle 8", "it", "2026-11-22T20:00"),
        ("3.12. um 14 Uhr", "de", "2026-12-03T14:00"),
    ],
)
def test_a_day_and_its_hour_are_one_moment_in_either_order(text: str, language: str, moment: str) -> None:
    assert told(text, language) == (text, moment)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("in half an hour", "2026-11-22T12:30"),
        ("in 20 minutes", "2026-11-22T12:20"),
        ("in an hour", "2026-11-22T13:00"),
        ("in two weeks", "2026-12-06T12:00"),
        ("an hour ago", "2026-11-22T11:00"),
        ("3 weeks from now", "2026-12-13T12:00"),
        ("in einer halben Stunde", "2026-11-22T12:30"),
        ("vor anderthalb Stunden", "2026-11-22T10:30"),
        ("dans une demi-heure", "2026-11-22T12:30"),
        ("il y a une heure et demie", "2026-11-22T10:30"),
        ("hace media hora", "2026-11-22T11:30"),
        ("daqui a meia hora", "2026-11-22T12:30"),
        ("tra mezz'ora", "2026-11-22T12:30"),
        ("the day after tomorrow", "2026-11-24T00:00"),
        ("day before yesterday", "2026-11-20T00:00"),
        ("last night", "2026-11-21T00:00"),
        ("vendredi prochain", "2026-11-27T00:00"),
        ("vendredi dernier", "2026-11-20T00:00"),
        ("viernes que viene", "2026-11-27T00:00"),
        ("sexta-feira passada", "2026-11-20T00:00"),
        ("venerdì scorso", "2026-11-20T00:00"),
        ("kommenden Freitag", "2026-11-27T00:00"),
        ("na sexta", "2026-11-27T00:00"),
        ("on the 5th", "2026-12-05T00:00"),
        ("am 3.", "2026-12-03T00:00"),
        ("le 5", "2026-12-05T00:00"),
        ("el día 5", "2026-12-05T00:00"),
        ("1er mai", "2027-05-01T00:00"),
        ("24-12-2026", "2026-12-24T00:00"),
        ("on the 31st", "2026-12-31T00:00"),
    ],
)
def test_a_moment_is_told_from_the_present(text: str, moment: str) -> None:
    assert told(text) == (text, moment)


@pytest.mark.parametrize("text", ["ich meinte den 3.", "der 3. wäre besser", "den 3., bitte"])
def test_a_german_day_of_a_month_needs_no_preposition(text: str) -> None:
    assert told(text)[1] == "2026-12-03T00:00"


@pytest.mark.parametrize("text", ["der 3. Versuch", "den 2. Termin"])
def test_what_is_counted_is_no_day(text: str) -> None:
    assert entities(text) == []


def test_where_the_month_stands_depends_on_the_language() -> None:
    assert told("12/5/2027", "en")[1] == "2027-12-05T00:00"
    assert told("12/5/2027", "fr")[1] == "2027-05-12T00:00"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("between 3 and 5", "en"),
        ("from 3 to 5", "en"),
        ("3-5pm", "en"),
        ("zwischen 15 und 17 Uhr", "de"),
        ("von 15 bis 17 Uhr", "de"),
        ("entre 15h et 17h", "fr"),
        ("de 15h à 17h", "fr"),
        ("entre las 3 y las 5", "es"),
        ("de 15 a 17 h", "es"),
        ("entre as 3 e as 5", "pt"),
        ("das 15h às 17h", "pt"),
        ("tra le 3 e le 5", "it"),
        ("dalle 15 alle 17", "it"),
    ],
)
def test_a_range_of_hours_is_over_when_its_last_hour_is(text: str, language: str) -> None:
    assert ends(text, language) == (text, "2026-11-22T15:00", "2026-11-22T18:00")


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("from 9 to 11am tomorrow", "2026-11-23T09:00", "2026-11-23T12:00"),
        ("tomorrow between 9 and 5", "2026-11-23T09:00", "2026-11-23T18:00"),
        ("11am-1pm", "2026-11-23T11:00", "2026-11-23T14:00"),
        ("9:30 - 11:00 on Thursday", "2026-11-26T09:30", "2026-11-26T11:01"),
        ("from monday to wednesday", "2026-11-23T00:00", "2026-11-26T00:00"),
        ("von Montag bis Freitag", "2026-11-23T00:00", "2026-11-28T00:00"),
        ("du 3 mai au 5 mai", "2027-05-03T00:00", "2027-05-06T00:00"),
        ("from the 3rd to the 5th of May", "2027-05-03T00:00", "2027-05-06T00:00"),
        ("vom 3. bis 5. Mai", "2027-05-03T00:00", "2027-05-06T00:00"),
        ("entre le 3 et le 5 mai", "2027-05-03T00:00", "2027-05-06T00:00"),
        ("del 3 al 5 de mayo", "2027-05-03T00:00", "2027-05-06T00:00"),
        ("de 3 a 5 de maio de 2028", "2028-05-03T00:00", "2028-05-06T00:00"),
        ("dal 3 al 5 maggio", "2027-05-03T00:00", "2027-05-06T00:00"),
    ],
)
def test_a_range_may_have_a_day_or_be_of_days(text: str, begin: str, end: str) -> None:
    assert ends(text) == (text, begin, end)


@pytest.mark.parametrize(
    ("text", "language", "moment"),
    [
        ("since monday", "en", "2026-11-16"),
        ("i have had a cough since saturday", "en", "2026-11-21"),
        ("since the 31st", "en", "2026-10-31"),
        ("since the 22nd", "en", "2026-11-22"),
        ("since 5 May", "en", "2026-05-05"),
        ("since 5 May 2027", "en", "2027-05-05"),
        ("since last friday", "en", "2026-11-20"),
        ("seit freitag", "de", "2026-11-20"),
        ("seit dem 3. mai", "de", "2026-05-03"),
        ("depuis lundi", "fr", "2026-11-16"),
        ("desde el martes", "es", "2026-11-17"),
        ("desde o dia 30", "pt", "2026-10-30"),
        ("ab freitag", "de", "2026-11-27"),
        ("on monday", "en", "2026-11-23"),
    ],
)
def test_what_has_been_since_a_day_began_in_the_past(text: str, language: str, moment: str) -> None:
    [found] = entities(text, language, "time")
    assert str(found.value).startswith(moment)


def test_what_lasts_from_a_day_until_another_is_still_to_come() -> None:
    monday, friday = entities("desde el lunes hasta el viernes", "es", "time")
    assert (str(monday.value)[:10], str(friday.value)[:10]) == ("2026-11-23", "2026-11-27")


@pytest.mark.parametrize("rest", [" at my place", ", please", " for a call", " under 030 901820", ""])
def test_a_range_of_bare_numbers_may_go_on_with_a_small_word(rest: str) -> None:
    assert ends(f"call between 3 and 5{rest}")[0] == "between 3 and 5"


def test_people_read_both_ends_of_a_range() -> None:
    [length] = entities("2-3 days", "en", "duration")
    [single] = entities("2 days", "en", "duration")
    assert (length.shown, single.shown) == ("2 – 3", "2")


def test_a_range_has_rasas_shape() -> None:
    [found] = entities("from 9 to 11am")
    first = {"value": "2026-11-23T09:00:00.000+00:00", "grain": "hour"}
    last = {"value": "2026-11-23T12:00:00.000+00:00", "grain": "hour"}
    assert found.value == {"to": last["value"], "from": first["value"]}
    assert found.additional_info == {
        "type": "interval",
        "from": first,
        "to": last,
        "values": [{"type": "interval", "from": first, "to": last}],
    }


def test_how_exact_a_time_is_follows_how_it_was_told() -> None:
    grains = [
        (entities(text)[0].additional_info or {})["grain"] for text in ("at 5pm", "at 5:10pm", "in 2 weeks", "now")
    ]
    assert grains == ["hour", "minute", "week", "second"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("between 3 and 5 people", "en"),
        ("at 10 Downing Street", "en"),
        ("at 5 euros each", "en"),
        ("order 10 - 20 pieces", "en"),
        ("score was 3:1", "en"),
        ("size 10-12", "en"),
        ("may I ask", "en"),
        ("alle 5 Karten", "de"),
        ("ich will alle 5", "de"),
        ("um 5 Euro billiger", "de"),
        ("halb so schlimm", "de"),
        ("ich habe 3. Das reicht", "de"),
        ("le 5 camicie", "it"),
        ("la 3 et la 4", "fr"),
        ("à 5 personnes", "fr"),
        ("na segunda tentativa", "pt"),
        ("a quinta de três", "pt"),
        ("call me at 0171 1234567", "en"),
        ("order 12/2024", "en"),
        ("a segunda", "pt"),
        ("a quinta opção", "pt"),
        ("quero a sexta", "pt"),
    ],
)
def test_what_only_looks_like_a_time_is_none(text: str, language: str) -> None:
    assert entities(text, language) == []


@pytest.mark.parametrize(
    ("text", "day", "moment"),
    [
        ("quinta à tarde", "quinta", "2026-11-26T00:00"),
        ("terça de manha", "terça", "2026-11-24T00:00"),
        ("pode ser sexta de manhã", "sexta", "2026-11-27T00:00"),
        ("pode ser terça", "terça", "2026-11-24T00:00"),
        ("quinta", "quinta", "2026-11-26T00:00"),
        ("segunda que vem", "segunda que vem", "2026-11-23T00:00"),
        ("à quarta", "à quarta", "2026-11-25T00:00"),
    ],
)
def test_a_portuguese_ordinal_is_a_day_where_nothing_else_is_meant(text: str, day: str, moment: str) -> None:
    assert told(text, "pt") == (day, moment)


def test_an_hour_that_is_a_time_is_no_length_and_no_number() -> None:
    found = entities("rdv à 17h, entre 9h et 11h", "fr", "time", "duration", "number")
    assert [e.entity for e in found] == ["time", "time"]


@pytest.mark.parametrize("text", ["at 5 " * 400, "de 3 a 5 " * 220, "3 mars " * 280, "17h30 " * 330, "am 3. " * 330])
def test_many_times_take_no_longer_than_fifty_milliseconds(text: str) -> None:
    assert work_of(lambda: entities(text, "und", "time", "duration", "number"), enough=0.05) < 0.05
