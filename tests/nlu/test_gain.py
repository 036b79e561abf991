"""What more examples do is judged on texts that were left out, the same ones with and without them."""

from __future__ import annotations

import pytest

from nlu.config import PipelineConfig
from nlu.measuring.gain import Change, change, change_by_intent, left_out
from nlu.training_data import Example, TrainingData


def test_every_text_is_asked_once_and_of_a_model_that_had_not_seen_it(
    shop: TrainingData, light_config: PipelineConfig
) -> None:
    found = left_out(light_config, shop)
    assert len(found) == len(shop.examples)
    right = sum(name == e.base_intent for name, e in zip(found, shop.examples, strict=True))
    assert len(found) / 2 < right < len(found), "by heart it would be all"
    assert found == left_out(light_config, shop), "and it is the same each time"


def test_examples_that_were_labelled_wrongly_are_noticed(shop: TrainingData, light_config: PipelineConfig) -> None:
    mixed_up = {"track_order", "cancel_order"}
    wrong = [Example(e.text, "goodbye") for e in shop.examples if e.intent in mixed_up]
    wanted = [e.base_intent for e in shop.examples]
    before, after = left_out(light_config, shop), left_out(light_config, shop, wrong)
    by_intent = change_by_intent(wanted, before, after)
    assert by_intent["track_order"].is_worse
    assert change(wanted, before, after).is_worse
    assert change(wanted, after, before).gained == change(wanted, before, after).lost


def test_an_answer_of_a_group_counts_as_right_only_when_it_is_that_answer(light_config: PipelineConfig) -> None:
    places = ["behind the house", "in the park", "in the street", "at the back", "on the roof", "by the lake"]
    examples = [Example(f"where is parking {p}", "faq/parking") for p in places]
    examples += [Example(f"is there coffee {p}", "faq/cafe") for p in places]
    examples += [Example(f"hello you {p}", "greet") for p in places]
    found = left_out(light_config, TrainingData(tuple(examples)), count=3)
    assert found == tuple(e.intent for e in examples)


@pytest.mark.parametrize(
    ("gained", "lost", "worse"), [(0, 5, False), (0, 6, True), (6, 0, False), (10, 12, False), (2, 15, True)]
)
def test_losing_more_than_chance_explains_is_worse(gained: int, lost: int, *, worse: bool) -> None:
    assert Change(gained, lost, 100).is_worse is worse
