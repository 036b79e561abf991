"""How each component is learnt from a corpus and its options. The twin of `nlu.registry`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from nlu.components.detectors import EmotionDetector
from nlu.components.encoder import Encoder, SentenceEncoder, encoder_folder
from nlu.components.fallback import FallbackClassifier
from nlu.components.patterns import RegexEntityExtractor, RegexFeaturizer, compile_patterns, table_expression
from nlu.components.synonyms import EntitySynonymMapper
from nlu.components.tokenizer import Tokenizer
from nlu.draft import Component
from nlu.emotion import EmotionModel
from nlu.learning.corpus import Corpus
from nlu.learning.crf import learn_crf
from nlu.learning.intents import learn_intents, learn_scope
from nlu.learning.sparse import learn_ngrams
from nlu.places import cache_folder
from nlu.yaml_source import Plain

Options: TypeAlias = Mapping[str, Plain]
Learn: TypeAlias = Callable[[Corpus, Options], Component]


def _number(options: Options, name: str, default: float) -> float:
    value = options.get(name)
    return float(value) if isinstance(value, int | float) else default


def _flag(options: Options, name: str, *, default: bool) -> bool:
    value = options.get(name)
    return value if isinstance(value, bool) else default


def _regex_features(corpus: Corpus, options: Options) -> Component:
    case_sensitive = _flag(options, "case_sensitive", default=False)
    use_tables = _flag(options, "use_lookup_tables", default=True)
    pairs = [(p.name, p.expression) for p in corpus.data.patterns]
    pairs += [(t.name, table_expression(t.elements)) for t in corpus.data.lookups if t.elements and use_tables]
    return RegexFeaturizer(compile_patterns(pairs, case_sensitive=case_sensitive), case_sensitive)


def _regex_entities(corpus: Corpus, options: Options) -> Component:
    case_sensitive = _flag(options, "case_sensitive", default=False)
    entities = set(corpus.data.entities)
    pairs = [(p.name, p.expression) for p in corpus.data.patterns if p.name in entities]
    pairs += [(t.name, table_expression(t.elements)) for t in corpus.data.lookups if t.elements and t.name in entities]
    return RegexEntityExtractor(compile_patterns(pairs, case_sensitive=case_sensitive), case_sensitive)


def _ngrams(corpus: Corpus, options: Options) -> Component:
    texts = [e.text for e in corpus.data.examples]
    featurizer = learn_ngrams(texts, min_texts=int(_number(options, "min_texts", 1)))
    corpus.shared.columns = len(featurizer.vocabulary)
    return featurizer


def _encoder(_corpus: Corpus, _options: Options) -> Component:
    return SentenceEncoder(Encoder.open(encoder_folder()))


def _intents(corpus: Corpus, _options: Options) -> Component:
    return learn_intents(corpus)


def _fallback(_corpus: Corpus, options: Options) -> Component:
    return FallbackClassifier(
        threshold=_number(options, "threshold", 0.3),
        ambiguity_threshold=_number(options, "ambiguity_threshold", 0.1),
        out_of_scope_threshold=_number(options, "out_of_scope_threshold", 1.0),
    )


LEARN: Final[Mapping[str, Learn]] = {
    "Tokenizer": lambda _corpus, _options: Tokenizer(),
    "RegexFeaturizer": _regex_features,
    "NgramFeaturizer": _ngrams,
    "SentenceEncoder": _encoder,
    "IntentClassifier": _intents,
    "OutOfScopeScorer": lambda corpus, _options: learn_scope(corpus),
    "FallbackClassifier": _fallback,
    "CRFEntityExtractor": lambda corpus, _options: learn_crf(corpus),
    "RegexEntityExtractor": _regex_entities,
    "EntitySynonymMapper": lambda corpus, _options: EntitySynonymMapper(dict(corpus.data.synonyms)),
    "EmotionDetector": lambda _corpus, _options: EmotionDetector(EmotionModel.load_shipped(cache_folder())),
}
