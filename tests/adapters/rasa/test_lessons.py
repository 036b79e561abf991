"""Lessons as a layer over a project: what is written is plain Rasa, and what does not fit the project is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.compiling import compile_project
from adapters.rasa.grounds import Grounds, contradicted
from adapters.rasa.lessons import Taught, differences, digest_of, read_layer, taught_by, write_layer
from adapters.rasa.project import read_project
from bot.core.learning.lessons import Lesson
from bot.errors import AssistantError
from nlu.components.tokenizer import normalise
from nlu.training_data import read_training_data

MUSEUM = Path(__file__).parents[2] / "projects" / "museum"
GIFT = Taught(1, ("can you wrap it as a present", "do you wrap gifts"), "gift_wrap", "Yes, for 2 euros.", "en")


class Never:
    def now(self) -> float:
        return 0.0


def grounds_of(folder: Path) -> Grounds:
    project = read_project(folder)
    return Grounds.of(project, read_training_data(*project.training_files))


@pytest.fixture(scope="module")
def grounds() -> Grounds:
    return grounds_of(MUSEUM)


def layer(grounds: Grounds, folder: Path, *lessons: Taught) -> Path:
    fitting = grounds.fit(lessons)
    assert fitting.refused == {}
    write_layer(fitting.lessons, folder / "lessons", new=fitting.new, spare=fitting.spare)
    return folder / "lessons"


def test_words_for_an_intent_become_examples_and_nothing_else(grounds: Grounds, tmp_path: Path) -> None:
    made = layer(grounds, tmp_path, Taught(4, ("are you open at night", "When do you open?"), "opening_hours"))
    assert sorted(p.name for p in made.iterdir()) == ["lessons.json", "nlu.yml"]
    assert [(e.text, e.intent, dict(e.metadata)) for e in read_training_data(made / "nlu.yml").examples] == [
        ("are you open at night", "opening_hours", {"lesson": 4}),
        ("When do you open?", "opening_hours", {"lesson": 4}),
    ]


def test_a_new_intent_comes_with_its_response_and_its_rule(grounds: Grounds, tmp_path: Path) -> None:
    project = read_project(MUSEUM, layer(grounds, tmp_path, GIFT))
    assert "gift_wrap" in project.domain.intents
    assert [v.text for v in project.domain.responses["utter_gift_wrap"]] == ["Yes, for 2 euros."]
    assert [s.name for s in project.stories if s.is_rule][-1] == "Lesson 1: gift_wrap"
    assert not [n for n in project.notices if "gift" in n]
    assert "gift_wrap" not in read_project(MUSEUM).domain.intents, "the project's own files are as they were"


def test_a_new_question_of_a_group_comes_with_its_response_alone(grounds: Grounds, tmp_path: Path) -> None:
    made = layer(grounds, tmp_path, Taught(2, ("where are the toilets",), "faq/toilets", "In the basement."))
    assert sorted(p.name for p in made.iterdir()) == ["domain.yml", "lessons.json", "nlu.yml"]
    project = read_project(MUSEUM, made)
    assert [v.text for v in project.domain.responses["utter_faq/toilets"]] == ["In the basement."]


def test_another_lesson_may_bring_more_words_for_what_one_brought(grounds: Grounds, tmp_path: Path) -> None:
    made = layer(grounds, tmp_path, GIFT, Taught(7, ("wrapping paper?",), "gift_wrap"))
    assert [e.intent for e in read_training_data(made / "nlu.yml").examples] == ["gift_wrap"] * 3


def test_each_language_may_have_its_answer_and_the_projects_own_is_for_all_others(
    grounds: Grounds, tmp_path: Path
) -> None:
    german = Taught(3, ("als Geschenk verpacken",), "gift_wrap", "Ja, für 2 Euro.", "de")
    project = read_project(MUSEUM, layer(grounds, tmp_path, german, GIFT))
    said = [(v.text, v.language) for v in project.domain.responses["utter_gift_wrap"]]
    assert said == [("Yes, for 2 euros.", ""), ("Ja, für 2 Euro.", "de")]
    assert [s.name for s in project.stories if s.is_rule][-1] == "Lesson 1: gift_wrap"
    again = replace(german, number=9, answer="Nein.")
    assert grounds.fit([german, GIFT, again]).refused == {9: "lesson 3 gives `gift_wrap` another answer"}
    alone = read_project(MUSEUM, layer(grounds, tmp_path / "alone", german))
    assert [v.language for v in alone.domain.responses["utter_gift_wrap"]] == ["de"]


@pytest.mark.parametrize(
    ("lesson", "why"),
    [
        (Taught(9, ("no such thing",), "gone_since"), "has no intent `gone_since`"),
        (Taught(9, ("it closes soon",), "closing", "Yes."), "`utter_closing` is something else"),
        (Taught(9, ("a postcard",), "Post Cards: new", "Yes."), "cannot be the name of a new intent"),
        (Taught(9, ("from the beginning",), "restart"), "is the bot's own"),
        (Taught(9, ("you are thieves",), "complaint", "We are not."), "no new answer may be taught; its words may"),
        (Taught(9, ("open tonight?",), "opening_hours", "Never."), "has its answer in the assistant (domain.yml:5)"),
        (Taught(9, ("a question",), "faq"), "say which one"),
        (Taught(9, ("a question",), "shop/postcards", "Yes."), "no group of questions `shop`"),
        (Taught(9, ("Hello!",), "goodbye"), ""),
        (Taught(9, ("hello",), "goodbye"), "is an example of `greet`"),
        (Taught(9, ("where can I park",), "faq/cafe"), "is an example of `faq/parking`"),
        (Taught(9, ("soon it closes",), "EXTERNAL_closing"), "does not come from customers' words"),
        (Taught(9, ("  ",), "greet"), "has no words"),
        (Taught(9, ("do you wrap gifts",), "ticket_price"), "lesson 1 teaches “do you wrap gifts” as `gift_wrap`"),
        (Taught(9, ("wrap it!",), "gift_wrap", "No."), "lesson 1 gives `gift_wrap` another answer"),
    ],
)
def test_a_lesson_that_clashes_is_refused_with_the_reason_and_the_others_stay(
    grounds: Grounds, lesson: Taught, why: str
) -> None:
    fitting = grounds.fit([GIFT, lesson])
    assert why in fitting.refused.get(9, "")
    assert bool(why) == (9 in fitting.refused)
    assert GIFT in fitting.lessons


def test_words_may_be_taught_for_what_goes_to_people(grounds: Grounds) -> None:
    assert grounds.fit([Taught(3, ("you ruined our day",), "complaint")]).refused == {}


def test_a_lesson_whose_rule_contradicts_a_story_is_named(grounds: Grounds, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(MUSEUM, tmp_path / "copy"))
    (copy / "data" / "stories.yml").write_text(
        "stories: [{story: Odd, steps: [{intent: gift_wrap}, {action: utter_greet}]}]\n", "utf-8"
    )
    other = Taught(2, ("coat check please",), "wardrobe", "On the left.")
    made = layer(grounds, tmp_path, GIFT, other)
    before, after = (compile_project(read_project(copy, one)).contradictions for one in (None, made))
    assert list(contradicted([GIFT, other], before, after)) == [1]
    assert contradicted([GIFT, other], after, after) == {}


def test_without_the_lesson_that_brings_the_answer_its_companions_do_not_fit_either(grounds: Grounds) -> None:
    fitting = grounds.fit([Taught(1, ("hello",), "gift_wrap", "Yes."), Taught(2, ("wrapping paper?",), "gift_wrap")])
    assert fitting.lessons == ()
    assert sorted(fitting.refused) == [1, 2]


def test_lessons_that_were_copied_into_the_project_still_fit_and_are_not_there_twice(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    made = layer(grounds_of(MUSEUM), tmp_path, GIFT)
    for path in MUSEUM.rglob("*.yml"):
        to = copy / path.relative_to(MUSEUM)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(path.read_bytes())
    (copy / "domain.yml").rename(tmp_path / "old.yml")
    (copy / "domain").mkdir()
    (tmp_path / "old.yml").rename(copy / "domain" / "a.yml")
    (copy / "domain" / "b.yml").write_bytes((made / "domain.yml").read_bytes())
    for name in ("nlu.yml", "rules.yml"):
        (copy / "data" / f"taught_{name}").write_bytes((made / name).read_bytes())
    again = layer(grounds_of(copy), tmp_path / "again", GIFT)
    assert [p.name for p in again.iterdir()] == ["lessons.json"]
    assert read_project(copy, again).domain.intents == read_project(copy).domain.intents


def test_what_people_wrote_is_read_and_said_as_it_stands(grounds: Grounds, tmp_path: Path) -> None:
    words = "- see [our site](https://x.test/{slot}) # really: 'yes'"
    made = layer(
        grounds, tmp_path, Taught(1, (words,), "site_help", "Ask {name} at [the desk](https://x.test), {{ok}}")
    )
    project = RasaAssistant.load(MUSEUM, clock=Never()).taught(made).project
    assert [e.annotations for e in read_training_data(made / "nlu.yml").examples] == [()]
    assert project.domain.responses["utter_site_help"][0].text.startswith("Ask {{name}} at [the desk](https://x.test)")


def test_a_lesson_that_was_changed_is_new_and_not_gone() -> None:
    other, late = Taught(2, ("moin",), "greet"), Taught(3, ("until when",), "opening_hours")
    changed = replace(GIFT, answer="No.")
    assert differences([GIFT, other], [changed, late]) == (frozenset({1, 3}), (2,))
    assert differences([GIFT, other], [other, GIFT]) == (frozenset(), ())


def test_the_files_say_the_same_for_the_same_lessons_in_any_order(grounds: Grounds, tmp_path: Path) -> None:
    def lesson(number: int, text: str) -> Lesson:
        return Lesson(number, (text,), "greet", "", "en", 0, f"somebody {number}", float(number))

    one, two = lesson(1, "servus"), lesson(2, "moin  moin")
    first = layer(grounds, tmp_path / "a", *taught_by([one, two]))
    second = layer(grounds, tmp_path / "b", *taught_by([two, one]))
    assert digest_of(first) == digest_of(second) != digest_of(layer(grounds, tmp_path / "c", *taught_by([one])))


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_words_make_a_layer_that_can_be_read(
    grounds: Grounds, tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    lesson = Taught(1, (" ".join(text.split()),), "odd_words", text.strip() or "ok")
    fitting = grounds.fit([lesson])
    if fitting.refused:
        return
    made = tmp_path_factory.mktemp("any") / "lessons"
    write_layer(fitting.lessons, made, new=fitting.new, spare=fitting.spare)
    assert read_layer(made) == (lesson,)
    try:
        project = read_project(MUSEUM, made)
    except AssistantError as error:  # pragma: no cover - the message is what a failure shows
        pytest.fail(str(error))
    assert "odd_words" in project.domain.intents
    examples = read_training_data(made / "nlu.yml").examples
    assert len(examples) == 1
    if not set("[]-") & set(text):
        assert normalise(examples[0].text) == normalise(lesson.texts[0])
