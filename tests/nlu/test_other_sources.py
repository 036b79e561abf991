"""Training data comes as people have it: Markdown and JSON of Rasa 1, tables, JSON lines; what is none says so."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from nlu.cli import main
from nlu.sources.yaml_source import SourceError
from nlu.training_data import TrainingData, read_training_data

MARKDOWN = """## intent:greet
- hello
* good morning
<!-- - not this one
- nor this -->

## intent:book_flight
- fly me to [paris](city)
- from [berlin]{"entity": "city", "role": "from"} to [the north](city:Oslo)

## synonym:Paris
- paname

## regex:zip
- [0-9]{5}

## lookup:city
- rome

## lookup:airline
airlines.txt

## story 1
* greet
  - utter_greet
"""
OUTSIDE: dict[str, object] = {
    "rasa_nlu_data": {
        "common_examples": [{"text": "x", "intent": "y", "entities": [{"start": 0, "end": 9, "entity": "e"}]}]
    }
}
FLIGHT = "fly me to paris"
RASA_1: dict[str, object] = {
    "rasa_nlu_data": {
        "common_examples": [
            {"text": "hello", "intent": "greet", "entities": []},
            {"text": "[good](morning)", "intent": "greet"},
            {
                "text": FLIGHT,
                "intent": "book_flight",
                "entities": [{"start": 10, "end": 15, "value": "Paris", "entity": "city"}],
            },
        ],
        "entity_synonyms": [{"value": "Paris", "synonyms": ["Paname"]}],
        "regex_features": [{"name": "zip", "pattern": "[0-9]{5}"}],
        "lookup_tables": [{"name": "city", "elements": ["rome", "madrid"]}],
    }
}


def read(folder: Path, name: str, text: str, *, encoding: str = "utf-8") -> TrainingData:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_training_data(path)


def pairs(data: TrainingData) -> list[tuple[str, str]]:
    return [(example.text, example.intent) for example in data.examples]


def refusal(folder: Path, name: str, text: str) -> str:
    with pytest.raises(SourceError) as refused:
        read(folder, name, text)
    return str(refused.value)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_markdown_of_rasa_1_is_read_with_entities_synonyms_patterns_and_tables(tmp_path: Path, ends: str) -> None:
    (tmp_path / "airlines.txt").write_text("Aer Lingus\n", encoding="utf-8")
    data = read(tmp_path, "nlu.md", MARKDOWN.replace("\n", ends), encoding="utf-8-sig")
    assert pairs(data) == [
        ("hello", "greet"),
        ("good morning", "greet"),
        (FLIGHT, "book_flight"),
        ("from berlin to the north", "book_flight"),
    ]
    assert [(a.entity, a.role, a.value) for a in data.examples[3].annotations] == [
        ("city", "from", "berlin"),
        ("city", None, "Oslo"),
    ]
    assert dict(data.synonyms) == {"paname": "Paris", "the north": "Oslo"}
    assert [(p.name, p.expression) for p in data.patterns] == [("zip", "[0-9]{5}")]
    assert [(t.name, t.elements) for t in data.lookups] == [("city", ("rome",)), ("airline", ("Aer Lingus",))]
    assert data.examples[1].place.endswith("nlu.md:3")


def test_json_of_rasa_1_is_read_and_its_texts_are_no_markup(tmp_path: Path) -> None:
    data = read(tmp_path, "nlu.json", json.dumps(RASA_1))
    assert pairs(data) == [("hello", "greet"), ("[good](morning)", "greet"), (FLIGHT, "book_flight")]
    (city,) = data.examples[2].annotations
    assert (city.start, city.end, city.value) == (10, 15, "Paris")
    assert dict(data.synonyms) == {"paname": "Paris", "paris": "Paris"}
    assert data.lookups[0].elements == ("rome", "madrid")
    assert data.patterns[0].name == "zip"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'text,intent\n"hi, there",greet\nbye,bye\n'),
        ("a.csv", 'Intent,id,Text\ngreet,1,"hi, there"\nbye,2,bye\n'),
        ("a.csv", "category;query\ngreet;hi, there\n\nbye;bye\n"),
        ("a.csv", "label|utterance\r\ngreet|hi, there\r\nbye|bye\r\n"),
        ("a.tsv", "text\tintent\nhi, there\tgreet\nbye\tbye\n"),
        ("a.tsv", "hi, there\tgreet\nbye\tbye\n"),
        ("a.jsonl", '{"text": "hi, there", "intent": "greet"}\n\n{"utt": "bye", "label": "bye"}\n'),
        ("a.json", '[["hi, there", "greet"], {"text": "bye", "intent": "bye"}]'),
    ],
)
def test_a_table_has_its_texts_and_intents_in_any_of_the_usual_columns(tmp_path: Path, name: str, text: str) -> None:
    assert pairs(read(tmp_path, name, text, encoding="utf-8-sig")) == [("hi, there", "greet"), ("bye", "bye")]


def test_without_names_of_columns_the_one_with_fewer_values_is_the_intent(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "a.csv", "greet,hi\ngreet,hello\nbye,bye now\n")) == [
        ("hi", "greet"),
        ("hello", "greet"),
        ("bye now", "bye"),
    ]


def test_an_intent_that_stands_under_a_scenario_is_named_by_both(tmp_path: Path) -> None:
    text = "scenario;intent;answer\nalarm;set;wake me\nalarm;alarm_query;what time\n"
    assert pairs(read(tmp_path, "a.csv", text)) == [("wake me", "alarm_set"), ("what time", "alarm_query")]


def test_a_quotation_mark_in_a_file_with_tabs_is_a_letter(tmp_path: Path) -> None:
    data = read(tmp_path, "a.tsv", 'a 17" wheel\tbuy\n"quoted\tbuy\nbye\tbye\n')
    assert [text for text, _ in pairs(data)] == ['a 17" wheel', '"quoted', "bye"]


def test_in_a_folder_the_files_of_rasa_1_are_found_and_other_papers_are_left(tmp_path: Path) -> None:
    (tmp_path / "nlu.md").write_text("## intent:greet\n- hello\n", encoding="utf-8")
    (tmp_path / "nlu.json").write_text(json.dumps(RASA_1), encoding="utf-8")
    (tmp_path / "README.md").write_text("# Read me\n- not an example\n", encoding="utf-8")
    (tmp_path / "package.json").write_text("{}", encoding="utf-8")
    (tmp_path / "rows.csv").write_text("text,intent\nx,y\n", encoding="utf-8")
    assert {intent for _, intent in pairs(read_training_data(tmp_path))} == {"greet", "book_flight"}


WHOLE = json.dumps(
    {
        "train": [["what is my balance", "balance"], ["pay the rent", "pay"]],
        "val": [["show me the money", "balance"]],
        "test": [["send rent to ann", "pay"]],
        "oos_train": [["sing a song", "oos"]],
        "oos_test": [["how tall is the moon", "oos"]],
    }
)
LINES = "\n".join(
    json.dumps(row)
    for row in (
        {
            "id": "0",
            "partition": "train",
            "scenario": "alarm",
            "intent": "alarm_set",
            "utt": "wake me at nine am on friday",
            "annot_utt": "wake me at [time : nine am] on [date : friday]",
        },
        {"id": "1", "partition": "dev", "scenario": "alarm", "intent": "set", "utt": "wake me", "annot_utt": "wake me"},
        {"id": "2", "partition": "test", "scenario": "play", "intent": "play_music", "utt": "play [not] this"},
    )
)
TABLE = (
    "set;scenario;intent;answer;answer_annotation\n"
    "train;lists;remove;drop the milk;drop the [item : milk]\n"
    "test;lists;remove;drop it;drop it\n"
)


@pytest.mark.parametrize(
    ("name", "text", "part", "found"),
    [
        ("a.json", WHOLE, "train", [("what is my balance", "balance"), ("pay the rent", "pay")]),
        ("a.json", WHOLE, "oos_test", [("how tall is the moon", "oos")]),
        ("a.json", WHOLE, "val, TEST", [("show me the money", "balance"), ("send rent to ann", "pay")]),
        ("a.jsonl", LINES, "train", [("wake me at nine am on friday", "alarm_set")]),
        ("a.jsonl", LINES, "dev,test", [("wake me", "alarm_set"), ("play [not] this", "play_music")]),
        ("a.json", f"[{','.join(LINES.splitlines())}]", "test", [("play [not] this", "play_music")]),
        ("a.csv", TABLE, "train", [("drop the milk", "lists_remove")]),
        ("a.csv", TABLE, "test", [("drop it", "lists_remove")]),
    ],
)
def test_a_part_of_a_file_is_read_by_its_name(
    tmp_path: Path, name: str, text: str, part: str, found: list[tuple[str, str]]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert pairs(read_training_data(tmp_path / f"{name}#{part}")) == found


@pytest.mark.parametrize(
    ("name", "text", "marked"),
    [
        ("a.jsonl", LINES, [("time", "nine am"), ("date", "friday")]),
        ("a.csv", TABLE, [("item", "milk")]),
    ],
)
def test_what_is_annotated_beside_the_text_gives_entities(
    tmp_path: Path, name: str, text: str, marked: list[tuple[str, str]]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (example,) = read_training_data(tmp_path / f"{name}#train").examples
    assert [(a.entity, example.text[a.start : a.end]) for a in example.annotations] == marked
    assert [a.value for a in example.annotations] == [value for _, value in marked]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json#trains", WHOLE, "has no part trains; it has train, val, test, oos_train, oos_test"),
        ("a.jsonl#valid", LINES, "has no part valid; it has train, dev, test"),
        ("a.csv#train", "text,intent\nhi,greet\n", "has no part train; it has none: name the file alone"),
        ("a.md#train", "## intent:greet\n- hi\n", "is Markdown, which has no parts; name it without #train"),
        ("a.json#train", json.dumps(RASA_1), "is JSON of Rasa 1, which has no parts"),
        ("a.yml#train", "nlu: []\n", "has no parts, as only tables and JSON have; name it without #train"),
        ("b.json#train", "", "b.json: does not exist"),
    ],
)
def test_a_part_that_is_not_there_is_refused_with_those_that_are(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    if text:
        (tmp_path / name.partition("#")[0]).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        read_training_data(tmp_path / name)
    assert said in str(refused.value)


def test_a_file_whose_name_has_such_a_mark_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a#1.csv").write_text("text,intent\nhi,greet\n", encoding="utf-8")
    assert pairs(read_training_data(tmp_path / "a#1.csv")) == [("hi", "greet")]


def test_a_column_of_that_name_that_holds_no_parts_is_left_alone(tmp_path: Path) -> None:
    text = "text,intent,set\nhi,greet,blue\nbye,bye,red\n"
    assert len(pairs(read(tmp_path, "a.csv", text))) == 2
    assert pairs(read_training_data(tmp_path / "a.csv#red")) == [("bye", "bye")]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", '{"train": [["hi", "greet"]], "meta": 3}', "holds the parts train; say which to read: a.json#train"),
        ("a.json", '{"greet": "hi"}', "holds greet, which is not training data"),
        ("a.json", '{"train": [["hi"]]}', "an example of the part train must be"),
        ("a.jsonl", '{"utt": "hi", "intent": "x", "partition": "dev"}', "holds the parts dev; say which to read"),
        (
            "a.csv",
            "text,intent,split\nhi,greet,train\nbye,bye,test\n",
            "holds the parts train, test; say which to read",
        ),
        ("a.json", "{", "a.json:1: is not valid JSON"),
        ("a.json", '{"rasa_nlu_data": {"common_examples": [{"intent": "x"}]}}', "not as Rasa 1 wrote JSON: KeyError"),
        (
            "a.json",
            json.dumps(OUTSIDE),
            "an entity stands outside of 'x'",
        ),
        ("a.json", '[["hi"]]', "an example must be"),
        ("a.jsonl", '{"text": "hi", "intent": "greet"}\nnothing\n', "a.jsonl:2: is not valid JSON"),
        ("a.csv", "id,words,kind\n1,hi,greet\n", "has the columns id, words, kind; it needs a column of texts (text,"),
        ("a.csv", "text,intent\nhi,\n", "a.csv:2: 'hi' has no intent"),
        ("a.csv", "", "no training examples found"),
        ("a.md", "## story\n* greet\n", "no training examples found"),
        ("a.md", "## intent:x\n- [a]{broken}\n", "a.md:2"),
    ],
)
def test_what_is_no_training_data_is_refused_with_the_place_and_the_reason(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    assert said in refusal(tmp_path, name, text)


def test_a_file_in_another_encoding_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("text,intent\nMüller,name\n".encode("latin-1"))
    with pytest.raises(SourceError, match="save it as UTF-8"):
        read_training_data(path)


@given(name=st.sampled_from(["a.md", "a.json", "a.jsonl", "a.csv", "a.tsv"]), written=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, name: str, written: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(written)
    with suppress(SourceError):
        read_training_data(path)


def test_a_model_learns_from_one_shape_and_is_measured_by_another(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("language: en\npipeline: light\n", encoding="utf-8")
    rows = [("hello there", "greet"), ("good morning", "greet"), ("see you", "bye"), ("good night all", "bye")]
    (tmp_path / "train.tsv").write_text("".join(f"{a}\t{b}\n" for a, b in rows), encoding="utf-8")
    (tmp_path / "test.json").write_text(json.dumps(rows), encoding="utf-8")
    (tmp_path / "oos.csv").write_text("text,intent\nwho won the cup,oos\n", encoding="utf-8")
    asked = ["--config", "config.yml", "--train", "train.tsv", "--test", "test.json", "--oos", "oos.csv", "--json"]
    given_ = [str(tmp_path / word) if "." in word else word for word in ["evaluate", *asked]]
    result = CliRunner().invoke(main, given_)
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout.splitlines()[-1])
    assert figures["accuracy"] == 1.0
    assert figures["oos_auroc"] is not None


def test_the_commands_take_parts_of_one_file(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("language: en\npipeline: light\n", encoding="utf-8")
    rows = [("hello there", "greet"), ("good morning", "greet"), ("see you", "bye"), ("good night all", "bye")]
    whole = {"train": rows, "test": rows[:2], "oos_test": [("who won the cup", "oos")]}
    data = tmp_path / "data.json"
    data.write_text(json.dumps(whole), encoding="utf-8")
    config = ["--config", str(tmp_path / "config.yml")]
    asked = ["evaluate", *config, "--train", f"{data}#train", "--test", f"{data}#test", "--oos", f"{data}#oos_test"]
    result = CliRunner().invoke(main, [*asked, "--json"])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout.splitlines()[-1])
    assert figures["accuracy"] == 1.0
    assert figures["oos_auroc"] is not None
    folds = CliRunner().invoke(main, ["cross-validate", *config, "--data", f"{data}#train", "--folds", "2", "--json"])
    assert folds.exit_code == 0, folds.output
    faults = CliRunner().invoke(main, ["clean", f"{data}#train,test", *config, "--json"])
    assert faults.exit_code == 0, faults.output
    assert any(json.loads(line)["kind"] == "duplicate" for line in faults.stdout.splitlines())
    absent = CliRunner().invoke(main, ["clean", f"{tmp_path / 'nothing.json'}#train"])
    assert absent.exit_code == 2
    assert "does not exist" in absent.output
