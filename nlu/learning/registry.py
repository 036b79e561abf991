"""How each component is learnt from a corpus and its options. The twin of `nlu.registry`."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Final, TypeAlias

from nlu import asked, safety
from nlu.components.duckling import DIMENSIONS, DucklingEntityExtractor
from nlu.components.encoder import Encoder, SentenceEncoder, encoder_folder
from nlu.components.fallback import FallbackClassifier
from nlu.components.language import LanguageIdentifier, shipped_tables, shipped_words
from nlu.components.lookup import LookupEntityExtractor
from nlu.components.multilingual import Multilingual, MultilingualEncoder, multilingual_folder
from nlu.components.patterns import Patterns, RegexEntityExtractor, RegexFeaturizer, compile_patterns
from nlu.components.persons import PersonExtractor
from nlu.components.static import StaticEmbeddings, StaticEncoder, static_folder
from nlu.components.synonyms import EntitySynonymMapper
from nlu.components.tables import Tables
from nlu.components.tokenizer import Tokenizer
from nlu.config import leads
from nlu.detectors import EmotionDetector, PersonRequestDetector, SafetyDetector
from nlu.draft import Component, Floats, beside
from nlu.emotion.encoder import RememberingEncoder
from nlu.emotion.training import shipped as shipped_emotion
from nlu.learning.corpus import Corpus
from nlu.learning.crf import learn_crf
from nlu.learning.gist import asked_gist, danger_gist
from nlu.learning.intents import learn_intents
from nlu.learning.kernel import STATIC, beside_english
from nlu.learning.out_of_scope import learn_scope
from nlu.learning.selector import learn_selector
from nlu.learning.sparse import Grams, learn_ngrams
from nlu.places import cache_folder
from nlu.sources.yaml_source import Plain

Options: TypeAlias = Mapping[str, Plain]
Learn: TypeAlias = Callable[[Corpus, Options], Component]


def _number(options: Options, name: str, default: float) -> float:
    value = options.get(name)
    return float(value) if isinstance(value, int | float) else default


def _flag(options: Options, name: str, *, default: bool) -> bool:
    value = options.get(name)
    return value if isinstance(value, bool) else default


def _patterns(corpus: Corpus, options: Options, names: Container[str]) -> Patterns:
    """Take the patterns and tables of these names, with the options that Rasa's regex components have."""
    case_sensitive = _flag(options, "case_sensitive", default=False)
    pairs: list[tuple[str, str]] = []
    if _flag(options, "use_regexes", default=True):
        pairs += [(p.name, p.expression) for p in corpus.data.patterns if p.name in names]
    tables: dict[str, list[str]] = {}
    if _flag(options, "use_lookup_tables", default=True):
        for table in corpus.data.lookups:
            if table.name in names:
                tables.setdefault(table.name, []).extend(table.elements)
    whole_words = _flag(options, "use_word_boundaries", default=True)
    return Patterns(
        compile_patterns(pairs, case_sensitive=case_sensitive),
        Tables.of(tables, whole_words=whole_words, case_sensitive=case_sensitive),
    )


def _regex_features(corpus: Corpus, options: Options) -> Component:
    names = {p.name for p in corpus.data.patterns} | {t.name for t in corpus.data.lookups}
    return RegexFeaturizer(_patterns(corpus, options, names))


def _regex_entities(corpus: Corpus, options: Options) -> Component:
    return RegexEntityExtractor(_patterns(corpus, options, corpus.data.entities))


def _ngrams(corpus: Corpus, options: Options) -> Component:
    texts = [e.text for e in corpus.data.examples]
    min_texts = int(_number(options, "min_texts", 1))
    featurizer = learn_ngrams(texts, min_texts=min_texts)
    corpus.shared.grams = Grams.of(featurizer, min_texts)
    return featurizer


def _encoder(corpus: Corpus, _options: Options) -> Component:
    encoder = Encoder.open(encoder_folder())
    corpus.shared.english, corpus.shared.view = encoder, encoder.view
    return SentenceEncoder(encoder)


def _multilingual(corpus: Corpus, options: Options) -> Component:
    encoder = corpus.shared.multilingual or Multilingual.open(multilingual_folder())
    corpus.shared.multilingual, english = encoder, corpus.shared.view
    corpus.shared.several = leads(options)
    if "weight" in options:
        corpus.shared.recipe = beside_english(_number(options, "weight", 0.0))

    def view(text: str) -> Floats:
        return beside(english(text) if english else None, encoder.view(text))

    corpus.shared.view = view
    return MultilingualEncoder(encoder)


def _static(corpus: Corpus, _options: Options) -> Component:
    table = StaticEmbeddings.open(static_folder())
    corpus.shared.view, corpus.shared.recipe = table.view, STATIC
    return StaticEncoder(table)


def _intents(corpus: Corpus, _options: Options) -> Component:
    corpus.shared.ranked = True
    return learn_intents(corpus)


def _lookup(corpus: Corpus, options: Options) -> Component:
    tables: dict[str, dict[str, str]] = {}
    for table in corpus.data.lookups:
        tables.setdefault(table.name, {}).update((element.lower(), element) for element in table.elements)
    return LookupEntityExtractor.of(tables, max(3, int(_number(options, "letters_per_mistake", 5))))


def _duckling(corpus: Corpus, options: Options) -> Component:
    named = options.get("dimensions")
    dimensions = tuple(d for d in DIMENSIONS if not isinstance(named, list) or d in named)
    for unknown in sorted({str(d) for d in named} - set(DIMENSIONS)) if isinstance(named, list) else ():
        corpus.notify(f"DucklingEntityExtractor knows no dimension {unknown!r}; it knows {', '.join(DIMENSIONS)}")
    timezone = options.get("timezone")
    locale = options.get("locale")
    region = locale.replace("-", "_").partition("_")[2].upper() if isinstance(locale, str) else ""
    return DucklingEntityExtractor(dimensions, timezone if isinstance(timezone, str) else "UTC", region or None)


def _multilingual_heard(corpus: Corpus) -> Multilingual | None:
    """The multilingual encoder, where it runs for other languages' sake before the detector that asks."""
    return corpus.shared.multilingual if corpus.shared.several else None


def _emotion(corpus: Corpus, _options: Options) -> Component:
    opened = corpus.shared.english
    english = None if opened is None else RememberingEncoder(opened, cache_folder() / "embeddings.sqlite")
    return EmotionDetector(shipped_emotion(cache_folder(), english, _multilingual_heard(corpus)))


def _asked(corpus: Corpus, _options: Options) -> Component:
    encoder = _multilingual_heard(corpus)
    return PersonRequestDetector(asked.model(), None if encoder is None else asked_gist(encoder))


def _safety(corpus: Corpus, _options: Options) -> Component:
    encoder = _multilingual_heard(corpus)
    return SafetyDetector(safety.model(), None if encoder is None else danger_gist(encoder))


def _fallback(_corpus: Corpus, options: Options) -> Component:
    return FallbackClassifier(
        threshold=_number(options, "threshold", 0.3),
        ambiguity_threshold=_number(options, "ambiguity_threshold", 0.1),
        out_of_scope_threshold=_number(options, "out_of_scope_threshold", 1.0),
        response_threshold=_number(options, "response_threshold", 0.0),
    )


LEARN: Final[Mapping[str, Learn]] = {
    "Tokenizer": lambda _corpus, _options: Tokenizer(),
    "RegexFeaturizer": _regex_features,
    "NgramFeaturizer": _ngrams,
    "SentenceEncoder": _encoder,
    "MultilingualEncoder": _multilingual,
    "StaticEncoder": _static,
    "IntentClassifier": _intents,
    "OutOfScopeScorer": lambda corpus, _options: learn_scope(corpus),
    "FallbackClassifier": _fallback,
    "CRFEntityExtractor": lambda corpus, _options: learn_crf(corpus),
    "RegexEntityExtractor": _regex_entities,
    "EntitySynonymMapper": lambda corpus, _options: EntitySynonymMapper(dict(corpus.data.synonyms)),
    "LanguageIdentifier": lambda corpus, _options: LanguageIdentifier(
        corpus.language, shipped_tables(), shipped_words()
    ),
    "ResponseSelector": lambda corpus, _options: learn_selector(corpus),
    "LookupEntityExtractor": _lookup,
    "DucklingEntityExtractor": _duckling,
    "PersonExtractor": lambda _corpus, _options: PersonExtractor(),
    "PersonRequestDetector": _asked,
    "SafetyDetector": _safety,
    "EmotionDetector": _emotion,
}
