"""What the sample assistants take for danger, and for none because it is denied: over all parts that hear danger.

    python -m benchmarks.denied [--without] [--mistakes] [--half seen|unseen|negated ...]

trains the three sample assistants, asks them the messages of `nlu/data/safety_denied.yml`, and prints for each matter
and assistant how many dangers are missed and how many harmless messages are none. A danger to health or life is heard
where the case is one of safety, one to money where a person comes. `--without` hears denied dangers as well.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from adapters.actions.opening import open_actions
from adapters.rasa.assistant import NoActions, RasaAssistant
from adapters.rasa.commands.options import open_project
from adapters.rasa.understanding import model_of
from bot import config
from bot.app import SystemClock
from bot.composition.policies import policy_of
from bot.core import machine
from bot.core.activity import Person, Place, Ref
from bot.core.conversation import Reason
from bot.core.customers import denials
from bot.core.customers.hearing import taken_in
from bot.core.events import CustomerSaid
from nlu.emotion.data import DATA
from nlu.labelled import read_labelled

MESSAGES: Final = DATA / "safety_denied.yml"
_ASKED_OF: Final = {
    "health": ("healthcare",),
    "life": ("healthcare", "banking", "ecommerce"),
    "money": ("banking",),
}
_HALVES: Final = ("seen", "unseen", "negated")
_SOMEBODY: Final = Person("web", "benchmark", "somebody", "Somebody")
_HERE: Final = Place("web", "benchmark", "chat")

Why = Callable[[str], Reason | None]


def asked(name: str, folder: Path, *, without: bool) -> Why:
    """Why each text to a sample assistant would go to people, as far as the message alone says."""
    place = Path("assistants") / name
    project, compiled = open_project(place, folder / name)
    model = model_of(project, folder / name)
    if model is None:
        raise SystemExit(f"{place} has no model")
    parser = model.parse
    written = folder / f"{name}.yaml"
    written.write_text(f"assistant: {place.resolve()}\ndata_folder: {folder}\n", encoding="utf-8")
    assistant = RasaAssistant(project, compiled, open_actions(place) or NoActions(), SystemClock())
    policy = policy_of(config.load(written, {}), assistant, "", year=2026)

    def why(text: str) -> Reason | None:
        parse = parser(text)
        heard = parse if without else denials.heard(parse, parser, policy)
        said = CustomerSaid(1.0, Ref(_HERE, "m"), _SOMEBODY, text, parse=heard)
        _, found = taken_in(machine.open_conversation(said, "c"), said, policy)
        return found.reason if found else None

    return why


def main() -> None:
    """Read the arguments, train, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", action="store_true", help="as if nothing were denied")
    parser.add_argument("--mistakes", action="store_true")
    parser.add_argument("--half", nargs="*", default=_HALVES, choices=_HALVES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ears = {name: asked(name, Path(folder), without=options.without) for name in _ASKED_OF["life"]}
        for half in options.half:
            for matter, names in _ASKED_OF.items():
                for name in names:
                    show(half, matter, name, ears[name], mistakes=options.mistakes)


def show(half: str, matter: str, name: str, why: Why, *, mistakes: bool) -> None:
    """Print what an assistant misses of a matter, and what it takes for it."""
    rows = [row for row in read_labelled(MESSAGES, "kind", half) if row[1].removeprefix("no_") == matter]
    alarms = {Reason.SAFETY, Reason.POLICY} if matter == "money" else {Reason.SAFETY}
    wrong = [(text, label) for text, label, _ in rows if (why(text) in alarms) != (label == matter)]
    dangers = sum(label == matter for _, label, _ in rows)
    missed = sum(label == matter for _, label in wrong)
    false = len(wrong) - missed
    print(f"{half:8} {matter:7} {name:11} missed {missed} of {dangers}, false {false} of {len(rows) - dangers}")
    for text, label in wrong if mistakes else ():
        print(f"    {'missed' if label == matter else 'false'}: {text}")


if __name__ == "__main__":
    main()
