"""Sets are read as published, however headed, tagged or packed; what cannot be read is told, not left out."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from nlu.cli import main
from nlu.sources.rows import rows_of_lines
from nlu.sources.yaml_source import SourceError
from nlu.training_data import TrainingData, read_training_data

HI_BYE = [("hi, there", "greet"), ("bye", "bye")]


def read(folder: Path, name: str, text: str, *, encoding: str = "utf-8") -> TrainingData:
    file, _, part = name.partition("#")
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(text.encode(encoding))
    return read_training_data(folder / name if part else folder / file)


def pairs(data: TrainingData) -> list[tuple[str, str]]:
    return [(example.text, example.intent) for example in data.examples]


def marked(data: TrainingData) -> list[list[tuple[str, str]]]:
    return [[(a.entity, e.text[a.start : a.end]) for a in e.annotations] for e in data.examples]


def refusal(folder: Path, name: str, text: str) -> str:
    with pytest.raises(SourceError) as refused:
        read(folder, name, text)
    return str(refused.value)


@pytest.mark.parametrize(
    "heading",
    [
        "Utterance,Intent Name",
        "sentence,intents",
        " Text ,Labels",
        "tweet,Emotion",
        "text,what it is",
        "remark,category",
    ],
)
def test_a_heading_is_known_however_it_is_spelt_and_never_read_as_an_example(tmp_path: Path, heading: str) -> None:
    assert pairs(read(tmp_path, "a.csv", f'{heading}\n"hi, there",greet\nbye,bye\n')) == HI_BYE


def test_the_other_column_of_two_may_stand_first(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "a.csv", 'intents,remark\ngreet,"hi, there"\nbye,bye\n')) == HI_BYE
    assert pairs(read(tmp_path, "b.csv", 'kind,texts\ngreet,"hi, there"\nbye,bye\n')) == HI_BYE


def test_an_intents_name_is_taken_before_its_number(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "a.csv", 'text,label,label_text\n"hi, there",0,greet\nbye,1,bye\n')) == HI_BYE


def test_where_people_were_asked_for_their_words_the_answer_is_the_text(tmp_path: Path) -> None:
    table = (
        "userid;scenario;intent;answer_annotation;answer;question\n"
        "1;alarm;set;wake me at [time : nine];Wake me at 9.;Write what you would say\n"
        "1;alarm;set;null;silence it;Write what you would say\n"
    )
    data = read(tmp_path, "a.csv", table)
    assert pairs(data) == [("wake me at nine", "alarm_set"), ("silence it", "alarm_set")]
    assert marked(data) == [[("time", "nine")], []]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("bye", "a.csv:3: has 1 cells where there are 2 columns: bye"),
        ("bye, see you,bye", "a.csv:3: has 3 cells where there are 2 columns"),
    ],
)
def test_a_row_with_cells_too_few_or_too_many_is_told_not_dropped(tmp_path: Path, row: str, told: str) -> None:
    assert told in refusal(tmp_path, "a.csv", f"text,intent\nhi,greet\n{row}\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "0,greet\n1,lost or stolen card\n"),
        ("a.csv", "1,greet\n2,bye\n3,thank\n"),
        ("a.csv", "greet,0\nlost_card,1\n"),
        ("a.csv", "id,intent\n0,greet\n1,bye\n"),
        ("a.csv", "label_text,label\ngreet,0\nlost card,1\n"),
        ("a.tsv", "0\tgreet\n1\tbye\n"),
    ],
)
def test_a_table_that_tells_what_numbered_labels_are_called_is_no_training_data(
    tmp_path: Path, name: str, text: str
) -> None:
    assert "numbers the names of labels" in refusal(tmp_path, name, text)


def test_numbers_that_people_write_and_labels_that_are_numbers_are_read(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "a.csv", "text,intent\n0,inform\n1,inform\n")) == [("0", "inform"), ("1", "inform")]
    assert pairs(read(tmp_path, "a.csv", "text,label\nhi,0\nbye,1\n")) == [("hi", "0"), ("bye", "1")]
    assert pairs(read(tmp_path, "a.csv", "hi there,0\nbye,1\n")) == [("hi there", "0"), ("bye", "1")]


NO_TEXT = {"rasa_nlu_data": {"common_examples": [{"text": None, "intent": "x"}, {"text": "hi", "intent": "x"}]}}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "a.json",
            '[{"text": "hi", "intent": "x"},\n{"text": null, "intent": "x"}]',
            "a.json:2: an example of 'x' has",
        ),
        (
            "a.jsonl",
            '{"text": "hi", "intent": "x"}\n{"text": " ", "intent": "x"}\n',
            "a.jsonl:2: an example of 'x' has",
        ),
        ("a.csv", "text,intent\n,x\nhi,x\n,x\n", "a.csv:2: 2 examples of 'x' have"),
        ("a.json", json.dumps(NO_TEXT), "a.json:1: an example of 'x' has"),
    ],
)
def test_an_example_without_a_text_is_left_out_and_told(tmp_path: Path, name: str, text: str, told: str) -> None:
    data = read(tmp_path, name, text)
    assert pairs(data) == [("hi", "x")]
    assert [str(notice).removeprefix(f"{tmp_path}/") for notice in data.notices] == [f"{told} no text: left out"]


def test_empty_cells_behind_the_last_column_are_no_fault(tmp_path: Path) -> None:
    assert len(read(tmp_path, "a.csv", "text,intent\nhi,greet,,\nbye,bye\n").examples) == 2


def test_a_column_named_dataset_holds_parts_that_are_never_read_together(tmp_path: Path) -> None:
    text = "text,intent,dataset\nhi,greet,TRAIN\nbye,bye,TEST\n"
    assert "holds the parts TRAIN, TEST; say which to read" in refusal(tmp_path, "a.csv", text)
    assert pairs(read(tmp_path, "a.csv#test", text)) == [("bye", "bye")]


def test_the_spaces_of_a_text_are_its_own_where_it_is_annotated(tmp_path: Path) -> None:
    row = {"intent": "alarm_set", "utt": "这周五点叫我起床", "annot_utt": "[date : 这周] [time : 五点] 叫我起床"}
    data = read(tmp_path, "a.jsonl", json.dumps(row, ensure_ascii=False))
    assert pairs(data) == [("这周五点叫我起床", "alarm_set")]
    assert marked(data) == [[("date", "这周"), ("time", "五点")]]


@given(
    words=st.lists(st.text("ab五é", min_size=1, max_size=4), min_size=1, max_size=6),
    spaced=st.booleans(),
)
def test_every_annotated_word_is_found_in_its_text(words: list[str], *, spaced: bool) -> None:
    text = ("  " if spaced else "").join(words)
    row = {"intent": "x", "utt": text, "annot_utt": " ".join(f"[w : {word}]" for word in words)}
    (found,) = rows_of_lines(Path("a.jsonl"), json.dumps(row))
    assert found.text == text
    assert [found.text[a.start : a.end] for a in found.annotations] == words


def test_entities_of_json_are_read_by_their_places(tmp_path: Path) -> None:
    fly = {"text": "from rome", "intent": "fly", "entities": [{"start": 5, "end": 9, "type": "city", "role": "from"}]}
    data = read(tmp_path, "a.jsonl", json.dumps(fly))
    assert marked(data) == [[("city", "rome")]]
    assert data.examples[0].annotations[0].role == "from"


@pytest.mark.parametrize("entity", [{"start": 5, "stop": 9}, {"start": 5, "end": 90, "entity": "x"}, "rome"])
def test_entities_that_cannot_be_placed_are_told_not_left_out(tmp_path: Path, entity: object) -> None:
    line = json.dumps({"text": "from rome", "intent": "fly", "entities": [entity]})
    assert "a.jsonl:1: an entity " in refusal(tmp_path, "a.jsonl", line)


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("a.json", '[\n ["a, [b", "x"],\n\n {"text": "b",\n  "intent": "x"}\n]', [2, 4]),
        ("a.json#y", '{"z": [\n["a", "x"]],\n"y": [\n["q\\"", "x"],\n[\n"b", "x"]\n]}', [4, 5]),
        ("a.json", '[["a", "x"], ["b", "x"]]', [1, 2]),  # all on one line: which of the list
        (
            "a.json",
            (
                '{"rasa_nlu_data": {"regex_features": [],\n"common_examples": [\n{"text": "a", "intent": "x"},\n'
                '{"text": "b", "intent": "x",\n "entities": [{"start": 0, "end": 1, "entity": "e"}]}]}}'
            ),
            [3, 4],
        ),
    ],
)
def test_an_example_of_json_knows_its_line(tmp_path: Path, name: str, text: str, lines: list[int]) -> None:
    assert [example.line for example in read(tmp_path, name, text).examples] == lines


def test_a_line_of_json_ends_at_a_line_feed_alone(tmp_path: Path) -> None:
    line = json.dumps({"text": "hi\u2028there\x85", "intent": "greet"}, ensure_ascii=False)
    assert (
        pairs(read(tmp_path, "a.jsonl", f"{line}\r\n{line}\r\n", encoding="utf-8-sig"))
        == [("hi\u2028there", "greet")] * 2
    )


def test_a_quotation_mark_at_the_beginning_of_a_tabbed_text_swallows_no_line(tmp_path: Path) -> None:
    data = read(tmp_path, "a.tsv", '"so she said\ta\nhi "you"\tb\n"quoted ""it"""\tc\nbye\tb\n')
    assert pairs(data) == [('"so she said', "a"), ('hi "you"', "b"), ("bye", "b"), ('quoted "it"', "c")]
    assert pairs(read(tmp_path, "b.tsv", 'text\tintent\n"two\nlines"\ta\nbye\tb\n')) == [
        ("two\nlines", "a"),
        ("bye", "b"),
    ]


def test_packed_files_and_utf_16_with_its_mark_are_read(tmp_path: Path) -> None:
    rows = 'text,intent\n"hi, there",greet\nbye,bye\n'
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(rows.encode()))
    assert pairs(read_training_data(tmp_path / "a.csv.gz")) == HI_BYE
    whole = json.dumps({"train": HI_BYE, "test": HI_BYE[:1]})
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(whole.encode()))
    assert pairs(read_training_data(tmp_path / "b.json.gz#train")) == HI_BYE
    assert pairs(read(tmp_path, "c.csv", rows, encoding="utf-16")) == HI_BYE


def test_a_packed_file_that_is_cut_or_none_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"text,intent\n" + b"hi,greet\n" * 500)
    for bad in (packed[:-9], packed[:30], b"text,intent\n"):
        (tmp_path / "a.csv.gz").write_bytes(bad)
        with pytest.raises(SourceError, match="is not a whole gzip file"):
            read_training_data(tmp_path / "a.csv.gz")


def atis(folder: Path, *, tags: str = "O O O B-city I-city\nO O\n") -> Path:
    folder.mkdir(parents=True)
    (folder / "seq.in").write_text("fly me to new york\nwhat flights\n", encoding="utf-8")
    (folder / "seq.out").write_text(tags, encoding="utf-8")
    (folder / "label").write_text("flight\nflight#airfare\n", encoding="utf-8")
    return folder


def test_words_tags_and_intents_in_three_files_are_one_set(tmp_path: Path) -> None:
    data = read_training_data(atis(tmp_path / "train"))
    assert pairs(data) == [("fly me to new york", "flight"), ("what flights", "flight#airfare")]
    assert marked(data) == [[("city", "new york")], []]
    assert data.examples[1].line == 2


def test_three_files_that_do_not_fit_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="they have 2, 1 and 2 lines"):
        read_training_data(atis(tmp_path / "a", tags="O O O B-city I-city\n"))
    with pytest.raises(SourceError, match=r"seq\.in:2: has 2 words and 1 tags"):
        read_training_data(atis(tmp_path / "b", tags="O O O B-city I-city\nO\n"))


def test_a_folder_of_parts_says_which_to_name(tmp_path: Path) -> None:
    atis(tmp_path / "train")
    (tmp_path / "rows.csv").write_text("text,intent\nhi,greet\n", encoding="utf-8")
    with pytest.raises(SourceError, match="such files are read where they are named: ") as refused:
        read_training_data(tmp_path)
    assert f"{tmp_path / 'train'}" in str(refused.value)
    assert f"{tmp_path / 'rows.csv'}" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text", "found", "entities"),
    [
        (
            "a.iob",
            "BOS fly to rome EOS\tO O O B-city flight\nBOS bye EOS\tO O bye\n",
            [("fly to rome", "flight"), ("bye", "bye")],
            [[("city", "rome")], []],
        ),
        (
            "a.conll",
            "# intent: fly\nto O\nnew B-city\nyork I-city\nnow B-time\n\n# intent = bye\nbye O\n",
            [("to new york now", "fly"), ("bye", "bye")],
            [[("city", "new york"), ("time", "now")], []],
        ),
        (
            "a.conllu",
            "# text: me, at noon\n# intent: alarm/set\n1\tme\tx\tO\n2\t,\tx\tO\n3\tat\tx\tB-time\n4\tnoon\tx\tI-time\n",
            [("me, at noon", "alarm_set")],
            [[("time", "at noon")]],
        ),
    ],
)
def test_tags_beside_words_give_entities(
    tmp_path: Path, name: str, text: str, found: list[tuple[str, str]], entities: list[list[tuple[str, str]]]
) -> None:
    data = read(tmp_path, name, text)
    assert pairs(data) == found
    assert marked(data) == entities


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.conll", "hi O\n", "a.conll:1: 'hi' has no intent; intents stand under intent"),
        ("a.conll", "# intent: x\nhi\n", "a.conll:2: must have a word and its tag"),
        ("a.conll", "# intent: x\n# text: bye\nhi O\n", "the word 'hi' does not stand in the text 'bye'"),
        ("a.iob", "BOS hi EOS\tO O x\nBOS hi\tO O x\n", "a.iob:2: has 2 words and 3 tags"),
        ("a.txt", "hi\n", "is of no kind that is read; those end in .bio, .conll"),
        ("a.csv", "id,text,count\n1,hi,2\n", "'hi' has no intent; intents stand under intent, intent_name"),
        ("a.json#oos", json.dumps({"oos": ["hi"], "x": [1]}), "'hi' has no intent"),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_place_and_the_reason(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    assert told in refusal(tmp_path, name, text)


def test_a_part_is_read_whatever_else_its_file_holds(tmp_path: Path) -> None:
    whole = json.dumps({"train": [["hi, there", "greet"], ["bye", "bye"]], "names": [3, None]})
    assert pairs(read(tmp_path, "a.json#train", whole)) == HI_BYE


def test_markdown_needs_no_space_behind_its_mark_and_names_tables_from_the_projects_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cities.txt").write_text("rome\nlos angeles\n", encoding="utf-8")
    data = read(tmp_path, "data/nlu.md", "## intent:greet\n-hello\n- hi\n---\n## lookup:city\ndata/cities.txt\n")
    assert pairs(data) == [("hello", "greet"), ("hi", "greet")]
    assert data.lookups[0].elements == ("rome", "los angeles")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("oos.txt", "\ufeffwho won the cup\n"),
        ("oos.csv", "text\nwho won the cup\n"),
        ("oos.csv", "id,text\n1,who won the cup\n"),
        ("oos.jsonl", '{"text": "who won the cup"}\n'),
        ("oos.json#oos", '{"oos": ["who won the cup"], "train": [["a", "b"]]}'),
        ("oos.json", '["who won the cup"]'),
    ],
)
def test_foreign_texts_need_no_intent(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "config.yml").write_text("language: en\npipeline: light\n", encoding="utf-8")
    (tmp_path / name.partition("#")[0]).write_text(text, encoding="utf-8")
    rows = [("hello there", "greet"), ("good morning", "greet"), ("see you", "bye"), ("good night all", "bye")]
    (tmp_path / "train.json").write_text(json.dumps(rows), encoding="utf-8")
    train = str(tmp_path / "train.json")
    asked = ["evaluate", "--config", str(tmp_path / "config.yml"), "--train", train, "--test", train]
    result = CliRunner().invoke(main, [*asked, "--oos", str(tmp_path / name), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[-1])["oos_auroc"] is not None
