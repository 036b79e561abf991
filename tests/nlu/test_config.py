"""A configuration, ours or Rasa's, becomes a pipeline that can work, or is refused with what is missing."""

from pathlib import Path

import pytest

from nlu.artifacts import ModelError
from nlu.config import PipelineConfig, Step, read_config
from nlu.fitting import fit
from nlu.learning.encoders import usable
from nlu.sources.yaml_source import SourceError
from nlu.training_data import TrainingData


def read(folder: Path, text: str) -> PipelineConfig:
    (folder / "config.yml").write_text(text, encoding="utf-8")
    return read_config(folder / "config.yml")


def names(config: PipelineConfig) -> list[str]:
    return [step.name for step in config.steps]


RASA = """
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
- name: DIETClassifier
  epochs: 100
- name: EntitySynonymMapper
- name: ResponseSelector
- name: rasa.nlu.classifiers.fallback_classifier.FallbackClassifier
  threshold: 0.4
  ambiguity_threshold: 0.2
- name: DucklingEntityExtractor
  dimensions: [time]
policies:
- name: RulePolicy
"""


def test_rasas_default_pipeline_is_understood(tmp_path: Path) -> None:
    config = read(tmp_path, RASA)
    assert names(config) == [
        "LanguageIdentifier",
        "Tokenizer",
        "RegexFeaturizer",
        "NgramFeaturizer",
        "SentenceEncoder",
        "IntentClassifier",
        "OutOfScopeScorer",
        "ResponseSelector",
        "FallbackClassifier",
        "CRFEntityExtractor",
        "DucklingEntityExtractor",
        "EntitySynonymMapper",
        "EmotionDetector",
        "PersonRequestDetector",
        "SafetyDetector",
    ]


def test_thresholds_keep_their_meaning(tmp_path: Path) -> None:
    step = next(s for s in read(tmp_path, RASA).steps if s.name == "FallbackClassifier")
    assert step.options == {"threshold": 0.4, "ambiguity_threshold": 0.2}


def test_each_replaced_name_is_told_in_one_line(tmp_path: Path) -> None:
    notices = read(tmp_path, RASA).notices
    assert sum(n.startswith("DIETClassifier is replaced by") for n in notices) == 1
    assert sum(n.startswith("WhitespaceTokenizer is replaced by") for n in notices) == 1
    assert all("\n" not in n for n in notices)


@pytest.mark.parametrize(
    "name", ["SpacyNLP", "SpacyTokenizer", "SpacyFeaturizer", "SpacyEntityExtractor", "LanguageModelFeaturizer"]
)
def test_spacys_names_are_accepted(tmp_path: Path, name: str) -> None:
    config = read(tmp_path, f"pipeline:\n- name: {name}\n- name: DIETClassifier\n- name: WhitespaceTokenizer\n")
    assert any(n.startswith(f"{name} is replaced by") for n in config.notices)


def test_a_misspelt_component_is_refused_with_its_line_and_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"config\.yml:2: .*'DIETClasifier'; did you mean DIETClassifier"):
        read(tmp_path, "pipeline:\n- name: DIETClasifier\n")
    with pytest.raises(SourceError, match="did you mean NgramFeaturizer"):
        read(tmp_path, "pipeline:\n- NgramFeaturiser\n")


@pytest.mark.parametrize("name", ["custom.sentiment.SentimentAnalyzer", "our_code.DIETClasifier", "Magic"])
def test_a_component_of_ones_own_is_left_out_with_one_line(tmp_path: Path, name: str) -> None:
    config = read(tmp_path, f"pipeline:\n- name: WhitespaceTokenizer\n- name: DIETClassifier\n- name: {name}\n")
    assert [n for n in config.notices if "left out" in n] == [
        f"{name} is left out: it is a component of your own, and no such code runs here"
    ]
    assert "IntentClassifier" in names(config)


def test_where_the_classifier_was_of_ones_own_the_standard_one_stands_in(tmp_path: Path) -> None:
    config = read(tmp_path, "pipeline:\n- name: WhitespaceTokenizer\n- name: mine.classifier.Classifier\n")
    assert "IntentClassifier" in names(config)
    assert any("stands in" in n for n in config.notices)


@pytest.mark.parametrize(
    ("component", "said"),
    [
        ("FallbackClassifier\n  threshold: high", "'threshold' of FallbackClassifier must be a number"),
        (
            "FallbackClassifier\n  ambiguity_threshold: -2",
            "must be a number from 0 to 1",
        ),
        (
            "RegexEntityExtractor\n  case_sensitive: [1]",
            "must be true or false",
        ),
        ("DucklingEntityExtractor\n  dimensions: 7", "'dimensions' of DucklingEntityExtractor must be a list of texts"),
        ("DucklingEntityExtractor\n  timezone: Berlin", "must be the name of a time zone"),
        (
            "DIETClassifier\n  entity_recognition: no way",
            "'entity_recognition' of DIETClassifier must be true or false",
        ),
        ("ResponseSelector\n  retrieval_intent: [faq]", "'retrieval_intent' of ResponseSelector must be a text"),
    ],
)
def test_an_option_that_cannot_be_meant_is_told_with_its_line(tmp_path: Path, component: str, said: str) -> None:
    others = "".join(f"- name: {n}\n" for n in ("WhitespaceTokenizer", "CountVectorsFeaturizer", "DIETClassifier"))
    text = f"pipeline:\n{others}- name: {component}\n"
    with pytest.raises(SourceError) as refused:
        read(tmp_path, text)
    assert said in str(refused.value.problems[0])
    assert refused.value.problems[0].line == 6


def test_options_that_only_rasa_reads_are_left_alone(tmp_path: Path) -> None:
    read(tmp_path, RASA.replace("epochs: 100", "epochs: many\n  hidden_layers_sizes: {text: [7]}"))


def test_a_pipeline_that_lacks_something_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="FallbackClassifier needs an intent ranking: put IntentClassifier before it"):
        read(tmp_path, "pipeline:\n- name: FallbackClassifier\n")
    with pytest.raises(ModelError, match="CRFEntityExtractor needs tokens: put Tokenizer before it"):
        fit(TrainingData(), PipelineConfig((Step("CRFEntityExtractor"),)))


def test_standard_pipelines_go_by_name(tmp_path: Path) -> None:
    assert names(read(tmp_path, "pipeline: light\n")) == names(PipelineConfig.light())
    assert names(read(tmp_path, "pipeline: semantic\n")) == names(PipelineConfig.semantic())
    unnamed = read(tmp_path, "language: en\n")
    assert names(unnamed) == names(PipelineConfig.semantic())
    assert unnamed.notices


def test_a_language_that_the_encoder_does_not_speak_gets_the_light_pipeline() -> None:
    said: list[str] = []
    assert names(usable(PipelineConfig.semantic("hu"), notify=said.append)) == names(usable(PipelineConfig.light("hu")))
    assert said == ["no sentence encoder speaks 'hu': the light pipeline is used"]


def test_a_missing_encoder_is_a_notice_and_the_light_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_NLU_CACHE", str(tmp_path))
    config = PipelineConfig((Step("SentenceEncoder", {"folder": str(tmp_path / "nowhere")}),))
    said: list[str] = []
    assert names(usable(config, notify=said.append)) == []
    assert "there is no sentence encoder" in said[0]


def test_foreign_encoder_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_NLU_CACHE", str(tmp_path / "cache"))
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    config = PipelineConfig((Step("SentenceEncoder", {"folder": str(tmp_path)}),))
    with pytest.raises(ModelError, match="not that of the official revision"):
        usable(config)


def test_a_tokenizer_of_ones_own_is_stood_in_for(tmp_path: Path) -> None:
    config = read(tmp_path, "pipeline:\n- name: our_code.VietnameseTokenizer\n- name: DIETClassifier\n")
    assert config.uses("Tokenizer")
    assert any("our tokenizer stands in" in notice for notice in config.notices)


@pytest.mark.parametrize("name", ["supervised_embeddings", "pretrained_embeddings_spacy", "spacy_sklearn"])
def test_a_pipeline_that_rasa_1_knew_by_name_is_the_standard_one(tmp_path: Path, name: str) -> None:
    config = read(tmp_path, f"language: de\npipeline: {name}\n")
    assert config.steps == PipelineConfig.semantic("de").steps
    assert config.notices == (f"{name} is a pipeline of Rasa 1: the standard semantic one stands in",)


def test_components_may_have_the_names_that_they_had_before_rasa_1(tmp_path: Path) -> None:
    old = (
        "tokenizer_whitespace",
        "intent_featurizer_count_vectors",
        "ner_crf",
        "intent_classifier_tensorflow_embedding",
    )
    config = read(tmp_path, "pipeline:\n" + "".join(f"- name: {name}\n" for name in old))
    assert not [n for n in config.notices if "left out" in n]
    assert all(config.uses(n) for n in ("Tokenizer", "NgramFeaturizer", "CRFEntityExtractor", "IntentClassifier"))


def test_an_empty_file_is_the_standard_pipeline(tmp_path: Path) -> None:
    assert read(tmp_path, "").steps == PipelineConfig.semantic().steps
