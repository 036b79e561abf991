"""What is known of a token, as it is learnt from and as it is served, is the same."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.components.crf import CRFEntityExtractor, SparseWeights, what_is_seen
from nlu.components.gazetteer import Gazetteer
from nlu.components.label_paths import Transitions
from nlu.components.token_attributes import attribute_rows, keys_with, sights
from nlu.components.tokenizer import tokenize
from nlu.draft import Draft
from nlu.learning.crf import by_key
from nlu.types import Intent

TEXTS = ("Leeds", "to Leeds", "fly to New York today", "a 4711 < > = | a a", "İstanbul ÉCOLE l'été 東京", "x " * 200)
LABELS = ("O", "B-city", "I-city")
NOWHERE = Transitions.of(np.zeros((3, 3), np.float32))
GAZETTEER = Gazetteer.of({"new york": ("city", "state"), "new": ("mark",), "leeds": ("city",)})


def draft_of(text: str) -> Draft:
    tokens = tokenize(text)
    marks = tuple(("short",) if len(token.text) < 3 else () for token in tokens)
    return Draft(text, tokens=tokens, token_marks=marks, ranking=(Intent("book", 1.0),))


def test_a_token_in_the_middle_has_all_its_attributes_in_their_order() -> None:
    words, known, patterns = what_is_seen(draft_of("fly to New York at 10"), GAZETTEER)
    telling = "w=new s=Aa -1=to +1=york -1,0=to|new 0,+1=new|york -2=fly +2=at g=B:city+ g=B:state+"
    further = (
        "w,s=new|Aa -1,+1=to|york -s=a|Aa +s=Aa|Aa p1=n e1=w p2=ne e2=ew -2,-1=fly|to +1,+2=york|at +3=10 "
        "+g=I:city +g=I:state"
    )
    assert attribute_rows(words, known, patterns)[2] == [*telling.split(), *further.split()]
    heard = [f"go&{attribute}" for attribute in telling.split()]
    assert attribute_rows(words, known, patterns, "go")[2] == [*telling.split(), *heard, "i=go", *further.split()]


def test_the_ends_of_a_text_are_known() -> None:
    rows = attribute_rows(["a", "b"], [], [])
    assert rows[0][2:] == ["-1=<", "+1=b", "-1,0=<|a", "0,+1=a|b", "w,s=a|a", "-1,+1=<|b", "-s=<|a", "+s=a|a", "first"]
    assert rows[1][2:] == ["-1=a", "+1=>", "-1,0=a|b", "0,+1=b|>", "w,s=b|a", "-1,+1=a|>", "-s=a|a", "+s=a|>", "last"]
    assert attribute_rows(["a"], [], [])[0][2:] == [
        "-1=<",
        "+1=>",
        "-1,0=<|a",
        "0,+1=a|>",
        "w,s=a|a",
        "-1,+1=<|>",
        "-s=<|a",
        "+s=a|>",
        "first",
        "last",
    ]


@pytest.mark.parametrize("intent", ["", "book"])
def test_scores_are_the_sums_of_the_attributes_that_are_learnt_from(intent: str) -> None:
    drafts = [draft_of(text) for text in TEXTS]
    seen = [what_is_seen(draft, GAZETTEER) for draft in drafts]
    rows = [attribute_rows(*each, intent) for each in seen]
    every = sorted({attribute for text in rows for row in text for attribute in row})
    random = np.random.default_rng(1)
    weights = {
        attribute: list(enumerate(map(float, random.normal(size=3)))) for attribute in every if random.random() < 0.6
    }
    keys = {pair for each in seen for _, sight in sights(*each, intent) for pair in keys_with(sight, intent)}
    numbers, sparse = by_key(keys, weights, len(LABELS))
    extractor = CRFEntityExtractor(LABELS, numbers, sparse, NOWHERE, GAZETTEER, hears_intents=bool(intent))
    for draft, text in zip(drafts * 2, rows * 2, strict=True):  # the second time words are remembered
        expected = np.zeros((len(text), 3))
        for i, row in enumerate(text):
            for attribute in row:
                for label, weight in weights.get(attribute, ()):
                    expected[i, label] += weight
        np.testing.assert_allclose(extractor.emissions(draft), expected, atol=1e-5)


def test_nothing_known_scores_nothing() -> None:
    extractor = CRFEntityExtractor(LABELS, {}, SparseWeights.of_keys([]), NOWHERE, GAZETTEER)
    assert not extractor.emissions(draft_of("fly to Leeds")).any()


def test_the_longest_known_value_is_marked() -> None:
    words = ["from", "new", "york", "to", "new", "leeds"]
    assert GAZETTEER.marks(words) == [
        (), ("B:city+", "B:state+"), ("I:city", "I:state"), (), ("B:mark",), ("B:city",),
    ]  # fmt: skip


def test_a_hidden_value_is_not_marked_and_what_is_shorter_is() -> None:
    hidden = GAZETTEER.without({"new york"})
    assert hidden.marks(["new", "york"]) == [("B:mark",), ()]
    assert GAZETTEER.marks(["new", "york"])[1] == ("I:city", "I:state")
