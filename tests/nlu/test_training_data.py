"""Rasa's training data in all its written forms becomes the same values, each with its place."""

from pathlib import Path

import pytest

from nlu.sources.markup import Annotation, MarkupError, parse_markup, write_markup
from nlu.sources.yaml_source import SourceError
from nlu.training_data import read_training_data


def write(folder: Path, text: str, name: str = "nlu.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_block_of_examples_knows_its_lines(tmp_path: Path) -> None:
    path = write(tmp_path, 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello\n')
    examples = read_training_data(path).examples
    assert [(e.text, e.intent, e.line) for e in examples] == [("hi", "greet", 5), ("hello", "greet", 6)]


def test_a_list_of_examples_keeps_its_metadata(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "nlu:\n- intent: greet\n  metadata: {source: web}\n  examples:\n"
        "  - text: |\n      - hi there\n    metadata: {mood: good}\n  - text: hello\n  - moin\n",
    )
    examples = read_training_data(path).examples
    assert [e.text for e in examples] == ["hi there", "hello", "moin"]
    assert examples[0].metadata == {"source": "web", "mood": "good"}


@pytest.mark.parametrize(
    ("marked", "annotation"),
    [
        ("to [Rome](city)", Annotation(3, 7, "city", "Rome")),
        ("to [NYC](city:New York)", Annotation(3, 6, "city", "New York")),
        ('to [NYC]{"entity": "city", "value": "New York"}', Annotation(3, 6, "city", "New York")),
        ('to [Rome]{"entity": "city", "role": "to"}', Annotation(3, 7, "city", "Rome", role="to")),
        ('to [Rome]{"entity": "city", "group": "1"}', Annotation(3, 7, "city", "Rome", group="1")),
        ('to [Rome][{"entity": "city"}]', Annotation(3, 7, "city", "Rome")),
    ],
)
def test_annotations_are_read_in_every_form(marked: str, annotation: Annotation) -> None:
    text, found = parse_markup(marked)
    assert found == (annotation,)
    assert text[annotation.start : annotation.end] in {"Rome", "NYC"}
    assert parse_markup(write_markup(text, found)) == (text, found)


def test_brackets_that_annotate_nothing_stay_text() -> None:
    assert parse_markup("see [1] and (2)") == ("see [1] and (2)", ())


def test_a_broken_annotation_is_told(tmp_path: Path) -> None:
    with pytest.raises(MarkupError, match="unknown key"):
        parse_markup('[x]{"entity": "a", "rolle": "b"}')
    path = write(tmp_path, "nlu:\n- intent: a\n  examples: |\n    - ok\n    - [x]{entity}\n")
    with pytest.raises(SourceError, match=r"nlu\.yml:5: .*is not an annotation"):
        read_training_data(path)


def test_synonyms_patterns_and_tables_are_read(tmp_path: Path) -> None:
    write(tmp_path, "berlin\nhamburg\n", "cities.txt")
    path = write(
        tmp_path,
        "nlu:\n- intent: a\n  examples: |\n    - to [NYC](city:New York)\n"
        "- synonym: credit\n  examples: |\n    - Credit Card\n"
        "- regex: zip\n  examples: |\n    - \\d{5}\n- lookup: city\n  examples: cities.txt\n- lookup: fruit\n"
        "  examples: |\n    - apple\n",
    )
    data = read_training_data(path)
    assert data.synonyms == {"credit card": "credit", "nyc": "New York"}
    assert [(p.name, p.expression) for p in data.patterns] == [("zip", r"\d{5}")]
    assert {t.name: t.elements for t in data.lookups} == {"city": ("berlin", "hamburg"), "fruit": ("apple",)}


def test_retrieval_intents_keep_their_answer(tmp_path: Path) -> None:
    path = write(tmp_path, "nlu:\n- intent: faq/ask_hours\n  examples: |\n    - when\n")
    data = read_training_data(path)
    assert data.intents == ("faq",)
    assert data.examples[0].intent == "faq/ask_hours"


def test_a_folder_is_read_whole_and_other_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    write(tmp_path, "nlu:\n- intent: a\n  examples: |\n    - one\n")
    write(tmp_path / "more", "nlu:\n- intent: b\n  examples: |\n    - two\n", "b.yaml")
    write(tmp_path, "stories:\n- story: x\n", "stories.yml")
    assert read_training_data(tmp_path).intents == ("a", "b")


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, "nlu:\n- intend: a\n  examples: |\n    - one\n", "a.yml")
    write(tmp_path, "nlu:\n- regex: r\n  examples: |\n    - (\n- intent: x\n", "b.yml")
    with pytest.raises(SourceError) as caught:
        read_training_data(tmp_path)
    assert [(p.path.name, p.line) for p in caught.value.problems] == [("a.yml", 2), ("b.yml", 4), ("b.yml", 5)]


@pytest.mark.parametrize(
    ("example", "noticed"),
    [("room [12](room", True), ("room [12 (room)", True), ("see [1] (page 2)", False), ("[12](room) (please)", False)],
)
def test_an_annotation_without_its_second_bracket_is_noticed(tmp_path: Path, example: str, *, noticed: bool) -> None:
    write(tmp_path, f"nlu:\n  - intent: ask\n    examples: |\n      - {example}\n      - again\n")
    notices = [str(n) for n in read_training_data(tmp_path).notices]
    assert [n.endswith("looks like an annotation, and a bracket is missing") for n in notices] == [True] * noticed


def test_examples_under_a_mistyped_key_are_told_with_it(tmp_path: Path) -> None:
    write(tmp_path, "nlu:\n  - intent: ask\n    example: |\n      - hello\n")
    with pytest.raises(SourceError, match="'example' is not read, did you mean 'examples'"):
        read_training_data(tmp_path)


def test_a_doubtful_line_is_noticed_and_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, "nlu:\n- intent: a\n  examples: |\n    - one\n    two\n    # a remark\n")
    data = read_training_data(path)
    assert [e.text for e in data.examples] == ["one"]
    assert [n.line for n in data.notices] == [5]


def test_the_fingerprint_tells_content_not_files(tmp_path: Path) -> None:
    text = "nlu:\n- intent: a\n  examples: |\n    - one [x](e)\n"
    first = read_training_data(write(tmp_path, text, "a.yml")).fingerprint()
    assert read_training_data(write(tmp_path, "\n" + text, "b.yml")).fingerprint() == first
    assert read_training_data(write(tmp_path, text.replace("(e)", "(f)"), "c.yml")).fingerprint() != first


def test_a_section_with_nothing_in_it_is_none(tmp_path: Path) -> None:
    write(tmp_path, "nlu:\nstories:\n", "stories.yml")
    write(tmp_path, "nlu:\n- intent: greet\n  examples: |\n    - hi\n")
    assert [e.text for e in read_training_data(tmp_path).examples] == ["hi"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.json", r'[["my parcel \ud83d", "late"], ["where is it", "late"]]'),
        ("a.jsonl", r'{"text": "my parcel \ud83d", "intent": "late"}'),
        ("a.yml", 'version: "3.1"\nnlu:\n- intent: late\n  examples:\n  - text: "my parcel \\ud83d"\n'),
    ],
)
def test_half_a_character_is_replaced_since_no_file_can_hold_it(tmp_path: Path, name: str, written: str) -> None:
    (tmp_path / name).write_text(written, encoding="utf-8")
    assert read_training_data(tmp_path / name).examples[0].text == "my parcel \N{REPLACEMENT CHARACTER}"
