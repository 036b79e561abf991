"""Lessons as a layer over a project: plain Rasa files that are read together with the project's own.

A model that knows lessons has them in its folder `lessons/`, so that it and the dialogue that goes with it are one.
`lessons.json` says what was taught; the `.yml` files are made of it, and an engineer may copy them into the project.
Which lessons fit a project says `grounds`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from adapters.rasa.writing import escaped_answer, plain_example, write_yaml
from bot.core.learning.lessons import Lesson
from bot.core.personal_data.masking import mask
from bot.core.wording.escapes import escaped
from bot.dialogue.json_value import Json
from nlu.artifacts import ModelError, read_json, write_json
from nlu.store import MANIFEST

FOLDER: Final = "lessons"
"""The layer's folder in a model's."""

DOMAIN: Final = "domain.yml"
EXAMPLES: Final = "nlu.yml"
RULES: Final = "rules.yml"
_BOOK: Final = "lessons.json"
_VERSION: Final = "3.1"


@dataclass(frozen=True, slots=True)
class Taught:
    """What a model knows of a lesson. `answer` is "" for words of an intent that has its answer already."""

    number: int
    texts: tuple[str, ...]
    intent: str
    answer: str = ""
    language: str = ""

    @property
    def base_intent(self) -> str:
        """`faq` of `faq/parking`."""
        return self.intent.partition("/")[0]

    def only_for(self, language: str) -> str:
        """The language of the customers who alone get the answer; "" for one in the project's own `language`."""
        return "" if self.language == language else self.language

    def to_json(self) -> dict[str, object]:
        """The lesson as a layer's book has it."""
        return {**asdict(self), "texts": list(self.texts)}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Taught:
        """What `to_json` made. Raises KeyError, TypeError and ValueError."""
        texts = tuple(str(text) for text in row["texts"])
        return cls(int(row["number"]), texts, str(row["intent"]), str(row["answer"]), str(row["language"]))


def taught_by(lessons: Iterable[Lesson]) -> tuple[Taught, ...]:
    """What lessons teach, in the order of their numbers: the same lessons give the same model."""
    made = (
        Taught(one.number, tuple(" ".join(t.split()) for t in one.texts), one.intent, one.answer.strip(), one.language)
        for one in lessons
    )
    return tuple(sorted(made, key=lambda taught: taught.number))


def differences(known: Sequence[Taught], lessons: Sequence[Taught]) -> tuple[frozenset[int], tuple[int, ...]]:
    """The numbers of lessons that are new, or other than they were known, and of those that are gone."""
    new = frozenset(lesson.number for lesson in lessons if lesson not in known)
    kept = {lesson.number for lesson in lessons}
    return new, tuple(lesson.number for lesson in known if lesson.number not in kept)


def layer_of(model: Path) -> Path | None:
    """The layer of a model's folder; None for a model without lessons."""
    layer = model / FOLDER
    return layer if (layer / _BOOK).is_file() else None


def read_layer(layer: Path) -> tuple[Taught, ...]:
    """What a layer teaches. Raises ModelError when its book cannot be read."""
    written: Any = read_json(layer / _BOOK)
    try:
        return tuple(Taught.from_json(row) for row in cast("list[dict[str, Any]]", written["lessons"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{layer / _BOOK} is no book of lessons ({error!r}); the model is damaged") from error


def known_to(model: Path) -> tuple[Taught, ...]:
    """The lessons that a model knows, whatever its format. Raises ModelError when they are not those it was made of."""
    layer = layer_of(model)
    if layer is None:
        return ()
    named = read_json(model / MANIFEST).get("files", {})
    if named.get(f"{FOLDER}/{_BOOK}") != sha256((layer / _BOOK).read_bytes()).hexdigest():
        raise ModelError(f"{layer / _BOOK} does not match its hash; the model is damaged, go back to another one")
    return read_layer(layer)


def digest_of(layer: Path | None) -> str:
    """What tells layers with other files apart; "" for none."""
    if layer is None:
        return ""
    digest = sha256()
    for path in sorted(p for p in layer.iterdir() if p.is_file()):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def write_layer(
    taught: Sequence[Taught], into: Path, *, new: Collection[str], spare: Collection[str], language: str = "en"
) -> None:
    """Write the files of a layer into a folder, which is made.

    `new` are the intents that the project lacks; they get a response and, unless they are one more question of a
    retrieval intent, a rule. `spare` are texts that the project has as examples already. `language` is the project's:
    an answer in it is for everybody who has none of their own, one in another for those who write that.
    """
    into.mkdir(parents=True)
    write_json(into / _BOOK, {"lessons": [one.to_json() for one in taught]})
    answered: dict[str, dict[str, Taught]] = {}
    for one in taught:
        if one.intent in new and one.answer:
            answered.setdefault(one.intent, {}).setdefault(one.only_for(language), one)
    plain = [name for name in answered if "/" not in name]
    if answered:
        domain: dict[str, Json] = {"version": _VERSION}
        if plain:
            domain["intents"] = list[Json](plain)
        domain["responses"] = {
            f"utter_{name}": [_wording(one, language) for one in answers.values()] for name, answers in answered.items()
        }
        write_yaml(domain, into / DOMAIN)
    if plain:
        write_yaml(
            {
                "version": _VERSION,
                "rules": [
                    {
                        "rule": rule_of(next(iter(answered[name].values()))),
                        "steps": [{"intent": name}, {"action": f"utter_{name}"}],
                    }
                    for name in plain
                ],
            },
            into / RULES,
        )
    examples = _examples(taught, spare)
    if examples:
        write_yaml({"version": _VERSION, "nlu": examples}, into / EXAMPLES)


def _wording(taught: Taught, language: str) -> dict[str, Json]:
    said: dict[str, Json] = {"text": escaped_answer(taught.answer)}
    only_for = taught.only_for(language)
    if only_for:
        said["metadata"] = {"language": only_for}
    return said


def quoted(text: str) -> str:
    """A customer's words as reports and reasons show them: masked, and with no sign in them meaning anything."""
    return f"“{escaped(mask(text))}”"


def rule_of(taught: Taught) -> str:
    """The name of the rule by which a lesson's answer is given; it stands in the journal beside the answer."""
    return f"Lesson {taught.number}: {taught.intent}"


def _examples(taught: Sequence[Taught], spare: Collection[str]) -> list[Json]:
    by_intent: dict[str, list[Json]] = {}
    for one in taught:
        for text in one.texts:
            if text not in spare:
                by_intent.setdefault(one.intent, []).append(
                    {"text": plain_example(text), "metadata": {"lesson": one.number}}
                )
    return [{"intent": name, "examples": rows} for name, rows in sorted(by_intent.items())]
