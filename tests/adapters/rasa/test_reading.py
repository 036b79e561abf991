"""Mistakes in a project are listed with file and line, all at once; no file, however odd, raises anything else."""

from __future__ import annotations

import io
import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from adapters.rasa.compiling import compile_project
from adapters.rasa.project import read_project
from adapters.rasa.validation import Said, check
from bot.dialogue.domain import MappingCondition, MappingKind, SlotMapping, SlotType
from bot.dialogue.stories import UserStep
from bot.errors import AssistantError
from nlu.training_data import read_training_data

PROJECTS = Path(__file__).parents[2] / "projects"
FILES = {
    "config.yml": "language: en\npipeline:\npolicies:\n",
    "domain.yml": 'version: "3.1"\nintents:\n  - hi\nresponses:\n  utter_hi:\n    - text: Hi\n',
    "data/nlu.yml": 'version: "3.1"\nnlu:\n  - intent: hi\n    examples: |\n      - hi\n',
}


def project(folder: Path, **files: str) -> Path:
    for name, content in {**FILES, **{k.replace("__", "/") + ".yml": v for k, v in files.items()}}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def problems_of(folder: Path) -> list[str]:
    try:
        read_project(folder)
    except AssistantError as error:
        return list(error.problems)
    return []


@pytest.mark.parametrize(
    ("policies", "memoization", "augmented"),
    [
        ("", True, False),  # Rasa's defaults
        ("- name: MemoizationPolicy", True, False),
        ("- name: AugmentedMemoizationPolicy", True, True),
        ("- name: MemoizationPolicy\n- name: AugmentedMemoizationPolicy", True, True),
        ("- name: RulePolicy", False, False),
    ],
)
def test_which_histories_memory_tries_is_as_the_policies_say(
    tmp_path: Path, policies: str, *, memoization: bool, augmented: bool
) -> None:
    read = read_project(project(tmp_path, config=f"language: en\npipeline:\npolicies:\n{policies}\n"))
    dialogue = compile_project(read).dialogue
    assert (read.config.policies.memoization, dialogue.policies.memory.augmented) == (memoization, augmented)
    assert dialogue.policies.whole_memory.augmented is read.config.policies.learned


DOMAIN_MISTAKES = [
    ("intent:\n  - hi\n", "domain.yml:1: 'intent' is not a key of a domain; did you mean 'intents'?"),
    ("intents: hi\n", "domain.yml:1: intents must be a list (- item), not 'hi'"),
    ("intents:\n  - hi:\n      use_entity: []\n", "domain.yml:3: 'use_entity' is not a key of an intent; did you mean"),
    ("slots:\n  a:\n    mappings: []\n", "domain.yml:2: the slot 'a' has no type"),
    ("slots:\n  a:\n    type: txt\n", "domain.yml:3: 'txt' is not a slot type"),
    ("slots:\n  a:\n    type: categorical\n", "domain.yml:2: the categorical slot 'a' has no values"),
    (
        "slots:\n  a:\n    type: float\n    min_value: 2\n",
        "domain.yml:2: the slot 'a' has a min_value that is not below",
    ),
    ("slots:\n  a:\n    type: float\n    min_value: x\n", "domain.yml:4: min_value must be a number"),
    (
        "slots:\n  a:\n    type: text\n    mappings:\n      - type: from_entity\n",
        "domain.yml:5: a mapping of type from_entity needs an entity",
    ),
    (
        "slots:\n  a:\n    type: text\n    mappings:\n      - type: from_intent\n        intent: hi\n",
        "domain.yml:5: a mapping of type from_intent needs a value",
    ),
    (
        "slots:\n  a:\n    type: text\n    mappings:\n      - type: from_mind\n",
        "domain.yml:5: 'from_mind' is not a type of slot mapping",
    ),
    (
        "slots:\n  a:\n    type: text\n    mappings:\n      - {type: from_text, conditions: [{requested_slot: a}]}\n",
        "domain.yml:5: a condition with requested_slot needs the active_loop",
    ),
    ("responses:\n  utter_hi:\n    - txt: hi\n", "domain.yml:3: 'txt' is not a key of the response 'utter_hi'"),
    ("responses:\n  utter_hi:\n    - buttons:\n        - type: x\n", "domain.yml:4: a button needs a title"),
    (
        "responses:\n  utter_hi:\n    - text: a\n      translation: [de]\n",
        "domain.yml:4: a translation must be a mapping (key: value), not a list",
    ),
    (
        "responses:\n  utter_hi:\n    - text: a\n      buttons:\n        - title: b\n          translation: {de: c}\n",
        "domain.yml:3: the buttons are translated into 'de', and the text is not",
    ),
    (
        "responses:\n  utter_hi:\n    - text: a\n      translation:\n        de: {text: b}\n",
        "domain.yml:5: the translation 'de' needs a text, or a title where it is a button's",
    ),
    ("responses:\n  utter_hi: []\n", "domain.yml:2: the response 'utter_hi' has no wording"),
    (
        "responses:\n  utter_hi:\n    - text: x\n      condition:\n        - type: time\n          name: a\n",
        "domain.yml:5: a response's condition must be of type 'slot'",
    ),
    ("forms:\n  f:\n    required_slots: [nowhere]\n", "domain.yml:2: the form 'f' asks for the slot 'nowhere'"),
    (
        'version: "3.1"\nforms:\n  f:\n    required_slot: [a]\n',
        "domain.yml:3: the form 'f' asks for the slot 'required_slot', which is not in the domain; did you mean 'requi",
    ),
    ('version: "4.0"\n', "domain.yml:1: the format version '4.0' is not supported"),
    ("forms:\n  f:\n    required_slots: []\n    asks: []\n", "domain.yml:4: 'asks' is not a key of a form"),
    ("session_config:\n  session_expiration_time: long\n", "domain.yml:2: session_expiration_time must be a number"),
    (
        "session_config:\n  carry_over_slots_to_new_session: 7\n",
        "domain.yml:2: carry_over_slots_to_new_session must be",
    ),
    ("intents:\n  - hi\nintents:\n  - bye\n", "domain.yml:3: the key 'intents' is already given in line 1"),
    ("- a\n- b\n", "domain.yml:1: a domain file must be a mapping"),
    ("intents: [\n", "not valid YAML"),
]


@pytest.mark.parametrize(("text", "said"), DOMAIN_MISTAKES)
def test_a_mistake_in_a_domain_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in p for p in problems_of(project(tmp_path, domain=text)))


STORY_MISTAKES = [
    (
        "rules:\n  - rule: a\n    steps:\n      - condition: []\n      - intent: hi\n",
        "data/s.yml:4: 'condition' stands beside 'steps', not in a step",
    ),
    ("stories:\n  - steps:\n      - intent: hi\n", "data/s.yml:2: a story needs a name"),
    ("stories:\n  - hi\n", "data/s.yml:2: a story must be a mapping"),
    (
        "stories:\n  - story: a\n    steps:\n      - intents: hi\n",
        "data/s.yml:4: 'intents' is not a key of a step; did you",
    ),
    (
        "stories:\n  - story: a\n    steps:\n      - intent: hi\n        action: utter_hi\n",
        "not intent and action; make them",
    ),
    ("stories:\n  - story: a\n    steps:\n      - hi\n", "data/s.yml:4: a step must be a mapping"),
    ("stories:\n  - story: a\n    steps:\n      - or: []\n", "data/s.yml:4: 'or' has nothing to choose from"),
    (
        "stories:\n  - story: a\n    steps:\n      - or:\n          - action: x\n",
        "data/s.yml:5: 'or' chooses between intents",
    ),
    ("stories:\n  - story: a\n    steps:\n      - intent: hi\n        entities: city\n", "entities must be a list"),
    (
        "stories:\n  - story: a\n    conditions: []\n    steps:\n      - intent: hi\n",
        "'conditions' is not a key of a story",
    ),
    ("rules:\n  - rule: a\n    steps:\n      - checkpoint: c\n      - intent: hi\n", "a rule cannot have checkpoints"),
    ("rules:\n  - rule: a\n    wait_for_user_input: maybe\n    steps:\n      - intent: hi\n", "must be true or false"),
    ("story:\n  - story: a\n", "data/s.yml:1: 'story' is not a key of a data file; did you mean 'stories'?"),
    ('version: "4.0"\nstories: []\n', "data/s.yml:1: the format version '4.0' is not supported"),
    ("stories: &a\n  - *a\n", "refers to itself"),
]


@pytest.mark.parametrize(("text", "said"), STORY_MISTAKES)
def test_a_mistake_in_a_story_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in p for p in problems_of(project(tmp_path, data__s=text)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "policy:\n  - name: RulePolicy\n",
            "config.yml:1: 'policy' is not a key of config.yml; did you mean 'policies'?",
        ),
        ("recipe: graph.v1\n", "config.yml:1: the recipe 'graph.v1' is not supported"),
        (
            "policies:\n  - name: RulePolicy\n    core_fallback_threshold: high\n",
            "config.yml:3: core_fallback_threshold must",
        ),
        (
            "policies:\n  - name: RulePolicy\n    core_fallback_treshold: 0.3\n",
            "config.yml:3: 'core_fallback_treshold' is not a key of RulePolicy; did you mean 'core",
        ),
        ("policies:\n  - name: RulesPolicy\n", "config.yml:2: there is no policy 'RulesPolicy'; did you mean"),
        ("policies:\n  - max_history: 3\n", "config.yml:2: a policy needs a name"),
        ("policies:\n  - {name: MemoizationPolicy, max_history: .nan}\n", "config.yml:2: max_history must be a number"),
    ],
)
def test_a_mistake_in_the_configuration_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in p for p in problems_of(project(tmp_path, config=text)))


ENDPOINTS = """
action_endpoint:
  url: http://localhost:5055/webhook
tracker_store:
  type: SQL
lock_store: {}
event_broker:
  type: kafka
nlg:
  url: http://localhost:5056/nlg
models:
  url: http://models.example
helpdesk:
  mode: local
"""

PASSED_OVER = [
    ("config", "recipe: default.v1\nassistant_id: calm-otter\nspaces:\n", ""),
    ("config", "recipe:\nlanguage:\npipeline:\npolicies:\n", ""),
    (
        "config",
        "importers:\n  - name: mine.SheetImporter\n",
        "config.yml:2: the importer 'mine.SheetImporter' is",
    ),
    ("config", "policies:\n  - name: mine.Lucky\n", "config.yml:2: the policy 'mine.Lucky' is code of its own"),
    ("config", "policies:\n  - {name: MemoizationPolicy, epochs: 3}\n", "config.yml:2: 'epochs' is not a key of Memoi"),
    (
        "config",
        "pipeline:\n  - {name: FallbackClassifier, treshold: 0.7}\n",
        "config.yml:2: 'treshold' is not an option of FallbackClassifier and changes nothing; did you mean 'thresh",
    ),
    (
        "config",
        "pipeline:\n  - WhitespaceTokenizer\n  - name: RegexFeaturizer\n    case: false\n",
        "config.yml:4: 'case' is not an option of RegexFeaturizer and changes nothing; it has case_sensitive, use_",
    ),
    ("config", "pipeline:\n  - {name: DIETClassifier, epochs: 3}\n  - {name: mine.Own, depth: 3}\n", ""),
    ("config", "pipeline:\n  - {name: DucklingEntityExtractor, url: http://d, dimensions: [time]}\n", ""),
    ("config", "language: english\n", "config.yml:1: 'english' is no language's code"),
    ("config", "telemetry: off\n", "config.yml:1: 'telemetry' is not a key of config.yml that is read"),
    ("domain", "colour: red\nintents: []\n", "domain.yml:1: 'colour' is not a key of a domain that is read"),
    ("domain", "imports:\n  - other\n", "domain.yml:1: 'imports' is not followed"),
    ("domain", "intents:\n  - hi:\n      weight: 3\n", "domain.yml:3: 'weight' is not a key of an intent that is read"),
    ("domain", "slots:\n  a:\n    type: mine.Cart\n", "domain.yml:3: the slot type 'mine.Cart' is code"),
    ("domain", "slots:\n  a: {type: any, persist: 1}\n", "domain.yml:2: 'persist' is not a key of a slot that is read"),
    ("domain", "responses:\n  greet:\n    - text: hi\n", "domain.yml:2: the response 'greet' does not begin with"),
    (
        "domain",
        "responses:\n  utter_a:\n    - buttons:\n      - payload: /x\n",
        "domain.yml:4: the button has no",
    ),
    (
        "domain",
        "responses:\n  utter_a:\n    - text: A\n      condition:\n        - type: slot\n          name: b\n",
        "domain.yml:5: the condition on 'b' has no value, so it holds while the slot is empty",
    ),
    (
        "domain",
        "responses:\n  utter_a:\n    - text: A\n      translation: {de: B}\n      buttons:\n        - title: Go\n",
        "domain.yml:6: the text is translated into 'de', and the button 'Go' is not",
    ),
    ("domain/two", "slots:\n  a: {type: any}\n", "domain/two.yml:2: the slot 'a' is given twice"),
    ("data/s", "flows:\n  transfer: {}\n", "data/s.yml:1: 'flows' is not a key of a data file that is read"),
    ("endpoints", ENDPOINTS, "endpoints.yml:4: 'tracker_store' is not used: conversations are kept in Warmline's own"),
    ("endpoints", ENDPOINTS, "endpoints.yml:6: 'lock_store' is not used"),
    ("endpoints", ENDPOINTS, "endpoints.yml:7: 'event_broker' is not used"),
    ("endpoints", ENDPOINTS, "endpoints.yml:9: 'nlg' is not used: responses are taken from the domain"),
    ("endpoints", ENDPOINTS, "endpoints.yml:11: 'models' is not used"),
    ("endpoints", ENDPOINTS, "endpoints.yml:13: 'helpdesk' is not an endpoint"),
    (
        "credentials",
        "rest:\nslack:\n  slack_token: x\n",
        "credentials.yml:1: not used (rest, slack)",
    ),
]


@pytest.mark.parametrize(("file", "text", "said"), PASSED_OVER)
def test_what_is_unknown_but_harmless_is_a_notice(tmp_path: Path, file: str, text: str, said: str) -> None:
    folder = project(tmp_path, **{file.replace("/", "__"): text})
    if file == "domain/two":
        (folder / "domain.yml").rename(folder / "domain" / "one.yml")
        (folder / "domain" / "one.yml").write_text("slots:\n  a: {type: text}\n")
    notices = read_project(folder).notices
    assert any(n.startswith(said) for n in notices) if said else notices == ()


TRANSLATED = """
responses:
  utter_hi:
    - text: Hello {name}
      channel: slack
      buttons:
        - title: Orders
          payload: /orders
          translation:
            de:
              title: Bestellungen
            fr: Commandes
        - title: Prices
      translation:
        de-AT: Hallo {name}
        FR: Bonjour {name}
    - text: Hi
"""


def test_an_intent_is_called_by_one_text_or_by_one_for_each_language(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        escalation="intent_labels:\n  hi: Say hello\n  bye: {en: Say goodbye, de-AT: Servus sagen}\n  ok: {de: Ja}\n",
    )
    escalation = read_project(folder).escalation
    assert escalation.intent_labels == {"hi": "Say hello", "bye": "Say goodbye", "ok": "Ja"}
    assert escalation.labels_in == {"en": {"bye": "Say goodbye"}, "de": {"bye": "Servus sagen", "ok": "Ja"}}


def test_messages_lean_on_the_turn_before_where_escalation_says_so(tmp_path: Path) -> None:
    assert not read_project(project(tmp_path / "silent")).escalation.follow_ups
    assert read_project(project(tmp_path / "leaning", escalation="follow_ups: true\n")).escalation.follow_ups


def test_a_translation_is_a_wording_of_its_language_with_the_same_payloads(tmp_path: Path) -> None:
    found = read_project(project(tmp_path, domain=TRANSLATED)).domain.responses["utter_hi"]
    assert [(v.language, v.text, v.channel) for v in found] == [
        ("", "Hello {name}", "slack"),
        ("de", "Hallo {name}", "slack"),
        ("fr", "Bonjour {name}", "slack"),
        ("", "Hi", ""),
    ]
    assert [[(b.title, b.payload) for b in v.buttons] for v in found] == [
        [("Orders", "/orders"), ("Prices", "Prices")],
        [("Bestellungen", "/orders"), ("Prices", "Prices")],
        [("Commandes", "/orders"), ("Prices", "Prices")],
        [],
    ]


def test_a_translation_may_stand_where_open_source_rasa_lets_it(tmp_path: Path) -> None:
    domain = "responses:\n  utter_hi:\n    - text: Hi\n      metadata:\n        translation: {de: Hallo}\n"
    found = read_project(project(tmp_path, domain=domain)).domain.responses["utter_hi"]
    assert [(v.language, v.text) for v in found] == [("", "Hi"), ("de", "Hallo")]


def test_a_response_that_lacks_a_language_of_the_assistant_is_named(tmp_path: Path) -> None:
    config = "language: en\nadditional_languages: [de, es-MX]\n"
    folder = project(
        tmp_path, config=config, domain="responses:\n  utter_hi:\n    - text: Hi\n      translation: {de: Hallo}\n"
    )
    warnings = check(read_project(folder), (), frozenset()).warnings
    assert [w for w in warnings if "translation" in w] == [
        "domain.yml:2: the response 'utter_hi' has no translation into es"
    ]


def test_what_escalation_names_and_the_domain_does_not_have_is_told_with_its_line(tmp_path: Path) -> None:
    escalation = (
        "always_human:\n  fraud: Never left to a machine.\n  farud: Mistyped.\n"
        "handoff_intents: [fraud, humn, nlu_fallback]\n"
        "emergency_entities: [red_flag]\n"
        "first_words:\n  frod: {en: Freeze your cards.}\n"
        "intent_labels:\n  faq/hours: {en: Hours}\n  fqa/hours: {en: Hours}\n"
    )
    folder = project(tmp_path, domain="intents: [fraud, faq]\n", escalation=escalation)
    warnings = check(read_project(folder), (), frozenset()).warnings
    assert [w for w in warnings if w.startswith("escalation.yml")] == [
        "escalation.yml:3: always_human names the intent 'farud', not in the domain",
        "escalation.yml:4: handoff_intents names the intent 'humn', not in the domain",
        "escalation.yml:7: first_words names the intent 'frod', not in the domain",
        "escalation.yml:10: intent_labels names the intent 'fqa/hours', not in the domain",
        "escalation.yml:5: emergency_entities names 'red_flag', not in the domain",
    ]


ESCALATION_MISTAKES = [
    ("thresholds: {upsett: 0.8}\n", "escalation.yml:1: 'upsett' is not a key of thresholds; did you mean 'upset'?"),
    ("thresholds:\n  upset: 8\n", "escalation.yml:2: upset must be a probability, from 0 to 1"),
    ("texts:\n  en:\n    handed_ovr: x\n", "escalation.yml:3: 'handed_ovr' is not a key of texts; did you mean 'hand"),
]


@pytest.mark.parametrize(("text", "said"), ESCALATION_MISTAKES)
def test_a_mistake_in_escalation_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in p for p in problems_of(project(tmp_path, escalation=text)))


def test_words_that_nobody_would_read_are_told_with_their_line(tmp_path: Path) -> None:
    escalation = (
        "first_words:\n  hi:\n    de-AT: Einen Moment.\n    nl: Een ogenblik.\n"
        "texts:\n  en: {handed_over: 'Case {numbr} of {team}', yes: 'Yes {sir}'}\n"
        "handoff_actions: [action_clerk, action_human_handoff]\n"
    )
    read = read_project(project(tmp_path, escalation=escalation))
    assert [n for n in read.notices if n.startswith("escalation.yml")] == [
        "escalation.yml:4: first_words of hi is said in en, de, fr, es, pt, it; nobody reads what is under 'nl'",
        "escalation.yml:6: nothing fills {numbr} in the text 'handed_over'; its fields are: {number} and {team}",
        "escalation.yml:6: nothing fills {sir} in the text 'yes'; its fields are: none",
    ]
    assert read.escalation.first_words["hi"]["de"] == "Einen Moment."
    assert [w for w in check(read, (), frozenset()).warnings if w.startswith("escalation.yml")] == [
        "escalation.yml:7: handoff_actions names the action 'action_clerk', not in the domain",
        "escalation.yml:2: the first_words of 'hi' are never said: it is not under always_human",
    ]


@pytest.mark.parametrize("section", ["always_human: {hi: Never.}", "handoff_intents: [hi]", "emergency_intents: [hi]"])
def test_an_intent_that_people_answer_needs_no_rule(tmp_path: Path, section: str) -> None:
    read = read_project(project(tmp_path, domain="intents: [hi]\n", escalation=section + "\n", data__s=""))
    assert not any("in no rule or story" in w for w in check(read, (), frozenset()).warnings)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = project(
        tmp_path, domain="intent: []\nslots:\n  a: {}\n", data__s="stories:\n  - hi\n", config="policy: 1\n"
    )
    found = problems_of(folder)
    assert {p.partition(":")[0] for p in found} == {"config.yml", "domain.yml", "data/s.yml"}
    assert len(found) >= 4


def test_examples_in_json_are_read_with_the_others(tmp_path: Path) -> None:
    folder = project(tmp_path)
    said = {"text": "good day", "intent": "hi", "entities": []}
    (folder / "data" / "more.json").write_text(json.dumps({"rasa_nlu_data": {"common_examples": [said]}}))
    (folder / "data" / "places.json").write_text('{"hotel": []}')
    files = read_project(folder).training_files
    assert [p.name for p in files] == ["nlu.yml", "more.json"]
    assert [e.text for e in read_training_data(*files).examples] == ["hi", "good day"]


def test_a_project_in_markdown_is_told_how_to_convert_it(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "data" / "nlu.yml").unlink()
    (folder / "data" / "nlu.md").write_text("## intent:hi\n- hi\n")
    assert any("`rasa data convert` of Rasa 2" in p for p in problems_of(folder))


def test_missing_files_are_named(tmp_path: Path) -> None:
    found = problems_of(tmp_path)
    assert [p.partition(":")[0] for p in found] == ["config.yml", "domain.yml", "data"]
    assert "is not a folder" in problems_of(tmp_path / "nowhere")[0]


def test_a_huge_file_and_a_bomb_are_refused(tmp_path: Path) -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(7)
    )
    folder = project(tmp_path, data__bomb=bomb)
    (folder / "data" / "huge.yml").write_bytes(b"# x\n" * 5_500_000)
    found = problems_of(folder)
    assert any("bomb.yml" in p and "grows without measure" in p for p in found)
    assert any("huge.yml" in p and "is larger than" in p for p in found)


FAN = "stories:\n" + "".join(
    f"  - story: s{layer}.{i}\n    steps:\n"
    + (f"      - checkpoint: c{layer - 1}\n" if layer else "")
    + f"      - intent: hi\n      - action: utter_hi\n      - checkpoint: c{layer}\n"
    for layer in range(40)
    for i in range(4)
)
LONG = "stories:\n  - story: a\n    steps:\n" + "      - intent: hi\n      - action: utter_hi\n" * 900


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FAN, "lead to more than 20,000 conversations"),
        (LONG, "data/s.yml:2: 'a' leads to a conversation of 2,701"),
    ],
)
def test_stories_that_run_away_are_stopped_in_time(tmp_path: Path, text: str, said: str) -> None:
    begun = time.process_time()
    compiled = compile_project(read_project(project(tmp_path, data__s=text)))
    assert said in compiled.problems[0]
    assert time.process_time() - begun < 8.0


def test_names_that_do_not_fit_together_are_found(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        data__s="rules:\n  - rule: a\n    steps:\n      - intent: bye\n      - action: action_none\n"
        "  - rule: a\n    steps:\n      - intent: hi\n      - action: utter_none\n",
    )
    findings = check(read_project(folder), [], frozenset({"city"}))
    assert any("data/s.yml:4: the intent 'bye' is not in the domain" in e for e in findings.errors)
    assert any("data/s.yml:5: the action 'action_none' is not in the domain" in e for e in findings.errors)
    assert any("the response 'utter_none' is used but not written" in e for e in findings.errors)
    assert any("has the name of another in data/s.yml:2" in w for w in findings.warnings)
    assert any("the entity 'city' is annotated in examples" in w for w in findings.warnings)


@pytest.mark.parametrize(
    ("intents", "used", "said"),
    [
        (
            "[opening_hours]",
            "opening_huors",
            "the intent 'opening_huors' is not in the domain; did you mean 'opening_h",
        ),
        ("[opening_hours]", "price", "the intent 'price' is not in the domain"),
    ],
)
def test_an_unknown_name_is_told_with_the_one_that_is_nearly_it(
    tmp_path: Path, intents: str, used: str, said: str
) -> None:
    rule = f"rules:\n  - rule: a\n    steps:\n      - intent: {used}\n      - action: utter_hours\n"
    domain = f"intents: {intents}\nresponses:\n  utter_hour:\n    - text: Nine to six.\n"
    errors = check(read_project(project(tmp_path, domain=domain, data__s=rule)), (), frozenset()).errors
    assert any(f"data/s.yml:4: {said}" in e and e.endswith("?" if "mean" in said else "domain") for e in errors)
    assert [e for e in errors if "utter_hour" in e] == [
        "data/s.yml:5: the response 'utter_hours' is used but not written under responses; did you mean 'utter_hour'?"
    ]


DOUBTFUL_RESPONSES = [
    ("    - text: Hi {nmae}\n", "'utter_hi' says {nmae}, and no slot is called so; did you mean 'name'?"),
    ("    - text: Hi {name[0]}, {name}, {{it}}\n", ""),
    ("    - text: Hi {room-number}, {room-number[0]}\n", ""),
    ("    - text: Hi {room-numbre}\n", "'utter_hi' says {room-numbre}, and no slot is called so; did you mean 'room-n"),
    ("    - text: Hi {name from {name}\n", "'utter_hi' has a brace without its other half"),
    (
        "    - text: Hi\n    - text: Ho\n      condition: [{type: slot, name: nmae, value: x}]\n",
        "a condition of 'utter_hi' names the slot 'nmae', not in the domain; did you mean 'name'?",
    ),
    (
        "    - text: Hi\n      condition: [{type: slot, name: name, value: x}]\n",
        "every wording of 'utter_hi' has a condition; where none holds, nothing is said",
    ),
    (
        (
            "    - text: Hi\n      condition: [{type: slot, name: member, value: true}]\n"
            "    - text: Ho\n      condition: [{type: slot, name: member, value: false}]\n"
        ),
        "",
    ),
    (
        "    - text: Hi\n      buttons: [{title: Go, payload: /hy}]\n",
        "the button 'Go' of 'utter_hi' means 'hy', an intent not in the domain",
    ),
    (
        "    - text: Hi\n      buttons: [{title: Go, payload: '/hi{city: Rome}'}]\n",
        "the button 'Go' of 'utter_hi' has entities that cannot be read: /hi{city: Rome}; they are JSON",
    ),
    (
        """    - text: Hi\n      buttons: [{title: Go, payload: '/hi{"citty": "Rome"}'}]\n""",
        "the button 'Go' of 'utter_hi' names the entity 'citty', not in the domain; did you mean 'city'?",
    ),
    ("""    - text: Hi\n      buttons: [{title: Go, payload: '/hi{{"city": "{name}"}}'}, {title: Words}]\n""", ""),
]


@pytest.mark.parametrize(("wordings", "said"), DOUBTFUL_RESPONSES)
def test_a_response_that_says_what_nobody_means_is_doubtful(tmp_path: Path, wordings: str, said: str) -> None:
    domain = (
        f"responses:\n  utter_hi:\n{wordings}intents: [hi]\nentities: [city]\n"
        "slots: {name: {type: text}, member: {type: bool, initial_value: false}, room-number: {type: text}}\n"
    )
    rule = "rules:\n  - rule: a\n    steps:\n      - intent: hi\n      - action: utter_hi\n"
    read = read_project(project(tmp_path, domain=domain, data__s=rule))
    doubts = [w for w in check(read, (), frozenset()).warnings if "utter_hi" in w]
    assert [d.startswith(f"domain.yml:2: {said}") for d in doubts] == [True] if said else doubts == []


def test_fields_of_a_response_that_code_says_may_be_filled_by_it(tmp_path: Path) -> None:
    read = read_project(project(tmp_path, domain="responses:\n  utter_hi:\n    - text: Hi {guest}\n"))
    assert check(read, (), frozenset(), frozenset({"utter_hi"})).warnings == []
    assert check(read, (), frozenset()).warnings != []


def test_a_form_with_a_validator_may_ask_for_every_slot(tmp_path: Path) -> None:
    domain = (
        "slots: {room: {type: text}, breakfast: {type: text}}\nforms: {stay: {required_slots: [room]}}\n"
        "responses:\n  utter_ask_room: [{text: Which?}]\n  utter_ask_stay_breakfast: [{text: With it?}]\n"
    )
    asked = "domain.yml:5: the response 'utter_ask_stay_breakfast' is in no rule or story"
    read = read_project(project(tmp_path, domain=domain))
    assert [w for w in check(read, (), frozenset()).warnings if w.startswith(asked)] != []
    read = read_project(project(tmp_path, domain=f"{domain}actions: [validate_stay]\n"))
    assert [w for w in check(read, (), frozenset()).warnings if w.startswith(asked)] == []


def test_a_response_without_any_wording_is_a_mistake(tmp_path: Path) -> None:
    read = read_project(project(tmp_path, domain="responses:\n  utter_hi:\n"))
    assert check(read, (), frozenset()).errors == ["domain.yml:2: the response 'utter_hi' has no wording"]


def test_a_rule_that_answers_nothing_and_an_intent_with_one_example_are_doubtful(tmp_path: Path) -> None:
    domain = "intents: [hi]\nentities: [city]\n"
    read = read_project(
        project(tmp_path, domain=domain, data__s="rules:\n  - rule: a\n    steps:\n      - intent: hi\n")
    )
    said = [Said("hi", "hi", "data/nlu.yml:4", frozenset({"citty"}))]
    assert check(read, said, frozenset({"citty"})).warnings == [
        "data/s.yml:2: the rule 'a' ends with a message that nothing answers",
        "data/nlu.yml:4: the intent 'hi' has a single example; nothing can be learnt from one",
        "data/nlu.yml:4: the entity 'citty' is annotated in examples but not in the domain; did you mean 'city'?",
    ]


def test_a_domain_of_rasa_2_means_what_it_meant() -> None:
    slots = read_project(PROJECTS / "tables").domain.slots
    assert slots["wishes"].type is SlotType.ANY
    assert slots["kitchen"].mappings == (
        SlotMapping(
            MappingKind.FROM_ENTITY,
            "kitchen",
            not_intents=frozenset({"small_talk"}),
            conditions=(MappingCondition("table_form"),),
        ),
    )
    assert {m.conditions for m in slots["wishes"].mappings} == {(MappingCondition("table_form", "wishes"),)}


def test_slots_of_rasa_2_are_filled_by_entities_of_their_name_unless_told_not_to(tmp_path: Path) -> None:
    domain = (
        'version: "2.0"\nentities: [city, day, hour]\nslots:\n  city:\n    type: text\n  day:\n    type: text\n'
        "    auto_fill: false\n  mood:\n    type: text\nforms:\n  f:\n    required_slots:\n      hour:\n"
        "        - type: from_entity\n          entity: hour\n      city:\n        - type: from_text\n"
    )
    slots = read_project(project(tmp_path, domain=domain)).domain.slots
    assert slots["city"].mappings[-1] == SlotMapping(MappingKind.FROM_ENTITY, "city")
    assert slots["city"].mappings[0].conditions == (MappingCondition("f", "city"),)
    assert [m.kind for m in slots["day"].mappings] == [MappingKind.CUSTOM]
    assert [m.kind for m in slots["mood"].mappings] == [MappingKind.CUSTOM]
    assert slots["hour"].mappings[0].conditions == (MappingCondition("f"),)


def test_slots_with_mappings_of_their_own_are_rasa_3s_whatever_version_stands_above_them(tmp_path: Path) -> None:
    text = (
        'version: "2.0"\nentities: [size]\nslots:\n  size:\n    type: text\n    mappings:\n'
        "      - type: from_entity\n        entity: size\n        conditions:\n"
        "          - active_loop: shoes\n            requested_slot: size\n"
        "forms:\n  shoes:\n    required_slots: [size]\n"
    )
    found = read_project(project(tmp_path, domain=text))
    own = SlotMapping(MappingKind.FROM_ENTITY, "size", conditions=(MappingCondition("shoes", "size"),))
    assert found.domain.slots["size"].mappings == (own,), "no entity fills it outside the form"
    assert not any("Rasa 2" in n for n in found.notices)


def test_a_domain_in_parts_is_one_domain() -> None:
    domain = read_project(PROJECTS / "bank").domain
    assert "utter_hello" in domain.responses
    assert "hello" in domain.intents
    assert set(domain.forms) == {"card_form", "send_form"}


def test_a_folder_beside_the_file_of_the_domain_is_left_out_and_named(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "domain").mkdir()
    (folder / "domain" / "older.yml").write_text("intents:\n  - bye\n")
    read = read_project(folder)
    assert "hi" in read.domain.intents
    assert "bye" not in read.domain.intents
    assert any(n.startswith("domain: is not read beside domain.yml") for n in read.notices)


def test_what_a_customer_says_tells_its_entities_itself(tmp_path: Path) -> None:
    text = (
        "stories:\n  - story: a\n    steps:\n"
        '      - user: |\n          /hi{"city": "Rome"}\n        intent: hi\n        entities:\n          - day: May\n'
        '      - user: |\n          from [Rome]{"entity": "city", "role": "from", "group": "1"} to [Bari](town:city)\n'
        "        intent: hi\n"
        "      - intent: hi\n        entities:\n          - city: Rome\n            role: from\n          - day\n"
    )
    (story,) = read_project(project(tmp_path, data__s=text)).stories
    steps = [step for step in story.steps if isinstance(step, UserStep)]
    assert [[(e.entity, e.value, e.role, e.group) for e in step.entities] for step in steps] == [
        [("city", "Rome", None, None)],
        [("city", "Rome", "from", "1"), ("town", "city", None, None)],
        [("city", "Rome", "from", None), ("day", "", None, None)],
    ]
    assert steps[1].text == "from Rome to Bari"


NAMES = st.sampled_from(
    [
        *("version", "intents", "entities", "slots", "responses", "actions", "forms", "session_config", "stories"),
        *("rules", "story", "rule", "steps", "intent", "action", "user", "bot", "or", "checkpoint", "slot_was_set"),
        *("active_loop", "condition", "type", "mappings", "text", "buttons", "custom", "required_slots", "policies"),
        *("name", "use_entities", "roles", "values", "initial_value", "conditions", "requested_slot", "utter_hi", "x"),
        *("always_human", "desks", "thresholds", "texts", "pipeline", "ignored_intents", "title", "channel"),
    ]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(-2, 2), NAMES, st.text(max_size=6), st.just("text")
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=25,
)


def written(document: Any) -> str:
    yaml: Any = YAML(typ="safe", pure=True)
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(DOCUMENTS, DOCUMENTS, DOCUMENTS, DOCUMENTS)
@example({"stories": [{"story": "a", "steps": [{"or": [{"intent": None}]}]}]}, {"forms": {"f": None}}, None, [])
def test_no_project_however_odd_raises_anything_but_its_mistakes(
    tmp_path: Path, data: Any, domain: Any, config: Any, escalation: Any
) -> None:
    folder = tmp_path / "odd"
    shutil.rmtree(folder, ignore_errors=True)
    folder = project(
        folder,
        domain=written(domain),
        config=written(config),
        data__s=written(data),
        escalation=written(escalation),
    )
    problems = problems_of(folder)
    assert all(": " in p for p in problems)
    if problems:
        return
    found = read_project(folder)
    compile_project(found)
    check(found, [], frozenset())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
@example("\x00")
@example("{{{{")
@example("? [a]\n: b")
@example("stories:\n- story: a\n  steps:\n  - user: '[x](e'\n    intent: hi\n")
def test_no_text_raises_anything_but_mistakes(tmp_path: Path, text: str) -> None:
    folder = project(tmp_path)
    (folder / "data" / "s.yml").write_bytes(text.encode("utf-8", "surrogatepass"))
    problems_of(folder)


@pytest.mark.parametrize("module", ["rasa.shared.core.slots", "rasa.core.slots", "rasa_core.slots"])
def test_a_slot_may_be_of_a_class_of_any_rasa(tmp_path: Path, module: str) -> None:
    slots = f"slots:\n  a: {{type: {module}.CategoricalSlot, values: [x]}}\n  b: {{type: {module}.UnfeaturizedSlot}}\n"
    read = read_project(project(tmp_path, domain=f"intents: [hi]\n{slots}"))
    assert [read.domain.slots[name].type for name in ("a", "b")] == [SlotType.CATEGORICAL, SlotType.ANY]
    assert not [n for n in read.notices if "code of the project" in n]


@pytest.mark.parametrize("steps", ["", "    steps: []\n", "    steps:\n"])
def test_a_story_without_steps_says_nothing(tmp_path: Path, steps: str) -> None:
    read = read_project(project(tmp_path, data__s=f"stories:\n  - story: a\n{steps}"))
    assert "data/s.yml:2: 'a' has no steps and says nothing" in read.notices


@pytest.mark.parametrize("name", ["domain.yaml", "domains/a.yml", "config.yaml"])
def test_a_file_under_another_name_is_named(tmp_path: Path, name: str) -> None:
    folder = project(tmp_path)
    other = folder / name
    other.parent.mkdir(exist_ok=True)
    (folder / f"{name[:6]}.yml").rename(other)
    found = name.partition("/")[0]
    assert any(f"; rename '{found}' if that is it" in problem for problem in problems_of(folder))
