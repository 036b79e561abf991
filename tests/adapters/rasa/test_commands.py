"""The commands for people who work on an assistant, run as they run them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

import nlu.store
from adapters.rasa.commands import rasa_commands
from adapters.rasa.commands.validate import validated
from adapters.rasa.lessons import FOLDER, Taught, write_layer
from adapters.rasa.project import read_project
from adapters.rasa.understanding import model_of
from bot.__main__ import main
from bot.errors import AssistantError

PROJECTS = Path(__file__).parents[2] / "projects"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(rasa_commands, [str(a) for a in arguments])


def copied(name: str, to: Path) -> Path:
    return Path(shutil.copytree(PROJECTS / name, to / name, ignore=shutil.ignore_patterns("__pycache__")))


def taught_model(store: Path) -> Path:
    """A model that was taught a lesson, and answers."""
    folder = store / "v0001-0123456789ab"
    folder.mkdir(parents=True)
    lesson = Taught(1, ("do you wrap gifts",), "gift_wrap", "Yes.")
    write_layer([lesson], folder / FOLDER, new={"gift_wrap"}, spare=())
    nlu.store.seal(folder, {})
    nlu.store.set_current(store, folder.name)
    return folder


@pytest.mark.timeout(300)  # trains
def test_a_model_that_goes_live_while_a_command_trains_keeps_its_place(tmp_path: Path) -> None:
    said: list[str] = []

    def meanwhile(line: str) -> None:
        said.append(line)
        if line == "training the understanding ...":
            taught_model(tmp_path / "models")

    model = model_of(read_project(PROJECTS / "museum"), tmp_path / "models", notify=meanwhile)
    assert model is not None
    assert model.parse("hello").intent.name == "greet", "whoever asked has what they asked for"
    assert nlu.store.current_version(tmp_path / "models") == "v0001-0123456789ab"
    assert "meanwhile" in said[-1]


@pytest.mark.timeout(300)  # trains
def test_commands_leave_a_model_that_was_taught_lessons_alone(tmp_path: Path) -> None:
    store = tmp_path / "models"
    folder = taught_model(store)
    result = run("test", PROJECTS / "museum", "--models", store)
    assert "4 of 4 test stories passed" in result.output
    assert run("train", PROJECTS / "museum", "--models", store, "--no-measure").exit_code == 0
    assert nlu.store.list_versions(store) == [nlu.store.current_version(store)] == [folder.name]
    assert nlu.store.current_version(store / "untaught")


@pytest.mark.timeout(300)  # trains
def test_the_shell_says_when_people_would_take_over_and_speaks_the_customers_language(tmp_path: Path) -> None:
    folder = copied("museum", tmp_path)
    domain = folder / "domain.yml"
    greeting = "  utter_greet:\n"
    assert greeting in domain.read_text()
    german = f"{greeting}    - text: Hello from the museum.\n      translation: {{de: Willkommen im Museum!}}\n"
    domain.write_text(re.sub(rf"{greeting}(    .*\n)+", german, domain.read_text()))
    said = (
        "hello",
        "this is a disgrace, i want to complain",
        "can i talk to a human",
        "guten Tag, ich grüße Sie",
        "/greet",
    )
    result = CliRunner().invoke(
        main, ["shell", str(folder), "--models", str(tmp_path / "m")], input="\n".join(said) + "\n"
    )
    assert result.exit_code == 0
    answers = [line.removeprefix("you: ").strip() for line in result.stdout.splitlines()]
    assert "bot: Hello from the museum." in answers
    assert any(a.startswith("[people take over: Complaints are answered by a person. (") for a in answers)
    assert any(a.startswith("[people take over: The customer asked for a person.") for a in answers)
    assert answers[-2] == "bot: Willkommen im Museum!"


def test_a_new_project_is_valid_and_passes_its_tests(tmp_path: Path) -> None:
    made = run("init", tmp_path / "mine")
    assert made.exit_code == 0
    found = validated(tmp_path / "mine")
    assert (found.errors, found.warnings) == ([], [])
    done = run("test", tmp_path / "mine", "--dialogue-only", "--models", tmp_path / "models")
    assert "2 of 2 test stories passed" in done.output
    assert done.exit_code == 0


def test_a_folder_that_is_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    result = run("init", tmp_path)
    assert isinstance(result.exception, AssistantError)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("command", ["train", "test", "shell"])
def test_mistakes_of_all_kinds_are_told_at_once(tmp_path: Path, command: str) -> None:
    folder = copied("florist", tmp_path)
    domain = folder / "domain.yml"
    domain.write_text(domain.read_text().replace("\nintents:", "\nentitees: [x]\nintents:", 1))
    (folder / "data" / "broken.yml").write_text("nlu:\n  - intent: greet\n    examples: {a: b}\n")
    refused = run(command, folder, "--models", tmp_path / "models").exception
    assert isinstance(refused, AssistantError)
    assert {p.partition(":")[0] for p in refused.problems} == {"domain.yml", "data/broken.yml"}


def test_a_story_that_diverges_is_told_with_its_step(tmp_path: Path) -> None:
    folder = copied("florist", tmp_path)
    (folder / "tests" / "test_wrong.yml").write_text(
        "stories:\n  - story: wrong\n    steps:\n      - intent: goodbye\n      - action: utter_greet\n"
        "      - intent: ask_price\n      - action: utter_price\n"
    )
    result = run("test", folder, "--dialogue-only", "--json", "--models", tmp_path / "models")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "total": 4,
        "passed": 3,
        "failed": [{"story": "wrong", "step": 2, "expected": "utter_greet", "got": "utter_goodbye", "kind": "policy"}],
    }
    told = run("test", folder, "--dialogue-only", "--models", tmp_path / "models")
    assert "tests/test_wrong.yml:5: 'wrong', step 2: expected utter_greet, got utter_goodbye (policy)" in told.output
    assert "3 of 4 test stories passed" in told.output


def test_actions_run_when_asked_for(tmp_path: Path) -> None:
    folder = copied("florist", tmp_path)
    (folder / "tests" / "test_stories.yml").write_text(
        "stories:\n"
        "  - story: ordered\n    steps:\n"
        "      - user: /order_flowers\n        intent: order_flowers\n      - action: order_form\n"
        '      - user: |\n          /inform{"flower": "roses", "count": 2}\n        intent: inform\n'
        "      - action: order_form\n"
        "      - user: /deny\n        intent: deny\n      - action: order_form\n      - action: utter_ordered\n"
        "  - story: refused\n    steps:\n"
        "      - user: /order_flowers\n        intent: order_flowers\n      - action: order_form\n"
        '      - user: |\n          /inform{"flower": "orchids"}\n        intent: inform\n      - action: order_form\n'
        "      - action: utter_ordered\n"
    )
    result = run("test", folder, "--dialogue-only", "--run-actions", "--json", "--models", tmp_path / "models")
    assert json.loads(result.stdout)["failed"] == [
        {"story": "refused", "step": 5, "expected": "utter_ordered", "got": "action_listen", "kind": "policy"}
    ]


def test_mistakes_are_listed_by_validate(tmp_path: Path) -> None:
    folder = copied("florist", tmp_path)
    rules = folder / "data" / "rules.yml"
    rules.write_text(rules.read_text().replace("action: utter_price", "action: utter_prise"))
    nlu = folder / "data" / "nlu.yml"
    nlu.write_text(nlu.read_text().replace("- sure", "- no"))
    result = run("validate", folder)
    assert result.exit_code == 1
    assert "error: data/rules.yml:15: the response 'utter_prise' is used but not written" in result.output
    assert "the example 'no' stands for several intents: 'affirm' in data/nlu.yml:" in result.output


FAULTY = """
from rasa_sdk import Action, FormValidationAction


class Check(Action):
    def name(self):
        return "action_chek"


class ValidateOrder(FormValidationAction):
    def name(self):
        return "validate_order_form"

    def validate_flowr(self, value, dispatcher, tracker, domain):
        return {"flower": value if self.validate_season(value) else None}

    def validate_season(self, value):
        return True
"""


def test_code_that_is_never_called_or_fails_is_listed_by_validate(tmp_path: Path) -> None:
    folder = copied("florist", tmp_path)
    shutil.rmtree(folder / "actions", ignore_errors=True)
    (folder / "actions.py").write_text(FAULTY)
    domain = folder / "domain.yml"
    listed = domain.read_text().replace("  - validate_order_form\n", "")
    domain.write_text(f"{listed}\n".replace("\nactions:\n", "\nactions:\n  - action_check\n"))
    said = run("validate", folder).output
    assert "error: actions: Check has no run(), so 'action_chek' fails" in said
    assert (
        "the action 'action_check' is listed, but the code has none of that name; did you mean 'action_chek'?" in said
    )
    assert "the code has 'validate_order_form', but it is not listed under actions, so 'order_form' takes every" in said
    assert "validate_flowr() of 'validate_order_form' is for no slot of the domain; did you mean 'flower'?" in said
    assert "validate_season" not in said


@pytest.mark.parametrize(
    ("chosen", "expected"), [("", 1), ("\n    async def required_slots(self, *_): return []\n", 0)]
)
def test_a_form_that_asks_for_nothing_is_named(tmp_path: Path, chosen: str, expected: int) -> None:
    folder = copied("florist", tmp_path)
    shutil.rmtree(folder / "actions", ignore_errors=True)
    (folder / "actions.py").write_text(f"{FAULTY}{chosen}")
    domain = folder / "domain.yml"
    domain.write_text(domain.read_text().replace("required_slots: [flower, count, note]", "ignored_intents: []"))
    said = run("validate", folder).output
    assert said.count("the form 'order_form' asks for nothing; list slots under its required_slots") == expected


def test_stories_that_go_on_differently_are_listed_by_validate(tmp_path: Path) -> None:
    folder = copied("florist", tmp_path)
    (folder / "data" / "two.yml").write_text(
        "stories:\n"
        "  - story: one\n    steps:\n      - intent: deny\n      - action: utter_goodbye\n"
        "  - story: two\n    steps:\n      - intent: deny\n      - action: utter_price\n"
    )
    assert (
        "warning: data/two.yml:6: the story 'two' goes on with 'utter_price', where 'one' (data/two.yml:2) goes on "
        "with 'utter_goodbye' after the same conversation"
    ) in run("validate", folder).output


def test_nothing_is_held_against_a_domain_that_cannot_be_read(tmp_path: Path) -> None:
    folder = copied("florist", tmp_path)
    domain = folder / "domain.yml"
    domain.write_text(f"{domain.read_text()}\nactions:\n  - action_of_another_day\n")
    errors = validated(folder).errors
    assert [e for e in errors if "is already given in line" in e] == errors[:1]
    assert errors[1:] == ["a file of the domain cannot be read, so nothing was held against it; mend that first"]


def test_a_response_that_only_code_says_is_no_doubt_and_one_that_nothing_says_is(tmp_path: Path) -> None:
    folder = copied("florist", tmp_path)
    domain = folder / "domain.yml"
    more = "responses:\n  utter_by_code:\n    - text: Hi.\n  utter_by_nobody:\n    - text: Hi.\n"
    domain.write_text(domain.read_text().replace("responses:\n", more, 1))
    code = folder / "actions" / "actions.py"
    code.write_text(f'{code.read_text()}\nSAID = "utter_by_code"\n')
    output = run("validate", folder).output
    assert "'utter_by_code'" not in output
    assert "the response 'utter_by_nobody' is in no rule or story, and no action's code names it" in output


@pytest.mark.parametrize(
    "written",
    [
        'f"utter_{season}_bunch-of-{colour}"',
        '"utter_{}_bunch-of-{}".format(season, colour)',
        '"utter_%s_bunch-of-%s" % (season, colour)',
        '"utter_spring_" + kind',
        '"utter_spring_bunch-of-red"',
    ],
)
def test_a_response_whose_name_code_puts_together_is_no_doubt(tmp_path: Path, written: str) -> None:
    folder = copied("florist", tmp_path)
    domain = folder / "domain.yml"
    more = "responses:\n  utter_spring_bunch-of-red:\n    - text: Today {count}.\n  utter_by_nobody:\n    - text: Hi.\n"
    domain.write_text(domain.read_text().replace("responses:\n", more, 1))
    code = folder / "actions" / "actions.py"
    code.write_text(f"{code.read_text()}\ndef named(season, colour, kind):\n    return {written}\n")
    output = run("validate", folder).output
    assert "'utter_spring_bunch-of-red'" not in output
    assert "the response 'utter_by_nobody' is in no rule or story" in output


def test_mistakes_of_examples_and_pipeline_are_listed_together(tmp_path: Path) -> None:
    folder = copied("florist", tmp_path)
    config = folder / "config.yml"
    config.write_text("pipeline:\n  - name: WhitespaceTokenizer\n  - name: DIETClasifier\n")
    nlu = folder / "data" / "nlu.yml"
    nlu.write_text(nlu.read_text() + "  - regex: number\n    examples: |\n      - [0-\n")
    listed = run("validate", folder)
    assert "error: config.yml:3: there is no component 'DIETClasifier'; did you mean DIETClassifier?" in listed.output
    assert re.search(r"error: data/nlu\.yml:\d+: regex 'number' is not a regular expression", listed.output)
    refused = run("train", folder, "--models", tmp_path / "models").exception
    assert isinstance(refused, AssistantError)
    assert len(refused.problems) == 2


def test_an_action_server_without_an_address_is_a_mistake(tmp_path: Path) -> None:
    run("init", tmp_path / "mine")
    shutil.rmtree(tmp_path / "mine" / "actions", ignore_errors=True)
    (tmp_path / "mine" / "endpoints.yml").write_text("action_endpoint:\n  url: [3]\n")
    assert "error: endpoints.yml:2: action_endpoint needs a url" in run("validate", tmp_path / "mine").output


def test_contradictions_are_listed_by_validate(tmp_path: Path) -> None:
    folder = copied("florist", tmp_path)
    (folder / "data" / "stories.yml").write_text(
        "stories:\n  - story: other way\n    steps:\n      - intent: goodbye\n      - action: utter_greet\n"
    )
    result = run("validate", folder)
    assert (
        "error: data/stories.yml:2: the story 'other way' goes on with 'utter_greet', which contradicts"
        in result.output
    )


def test_stories_are_drawn_as_a_picture(tmp_path: Path) -> None:
    result = run("visualize", PROJECTS / "moods", "--out", tmp_path / "moods.svg")
    assert result.exit_code == 0
    root = ET.parse(tmp_path / "moods.svg").getroot()
    texts = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("utter_greet") == 1, "steps that stories share are drawn once"
    assert run("visualize", PROJECTS / "moods", "--out", tmp_path / "moods.html").exit_code == 0
    assert (tmp_path / "moods.html").read_text().startswith("<!doctype html>")


def test_a_project_of_rasa_2_is_written_in_the_format_of_rasa_3(tmp_path: Path) -> None:
    folder = copied("tables", tmp_path)
    before = read_project(folder)
    result = run("migrate", folder)
    assert result.exit_code == 0
    after = read_project(folder)
    assert after.domain.slots == before.domain.slots
    assert after.domain.forms == before.domain.forms
    assert not any("Rasa 2" in n for n in after.notices)
    assert (folder / "domain.yml.2x").is_file()
    written = (folder / "domain.yml").read_text()
    assert "session_started_metadata" not in written, "Rasa has it of its own and refuses a second one"
    assert "last_case" not in written
    assert 'version: "3.1"' in (folder / "data" / "rules.yml").read_text()
    assert "nothing was changed" in run("migrate", folder).output


def test_responses_in_the_training_data_stay_there_when_a_project_is_migrated(tmp_path: Path) -> None:
    folder = copied("tables", tmp_path)
    kept = 'version: "2.0"\nresponses:\n  utter_faq/hours:\n  - text: From nine to five.\n'
    (folder / "data" / "responses.yml").write_text(kept)
    assert run("migrate", folder).exit_code == 0
    assert "From nine" not in (folder / "domain.yml").read_text()
    after = read_project(folder)
    assert "utter_faq/hours" in after.domain.responses
    assert not any("given twice" in n for n in after.notices)


@pytest.mark.parametrize("name", ["init", "train", "shell", "test", "validate", "visualize", "migrate"])
def test_every_command_explains_itself(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert len(result.output) > 120
