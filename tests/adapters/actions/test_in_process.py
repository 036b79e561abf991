"""Actions in this process: threads for synchronous ones, time limits, failures with their reason, isolation."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.actions.loading import load_actions
from adapters.actions.opening import open_actions
from bot.dialogue.acting import ActionCall, ActionFailed
from bot.dialogue.events import SlotSet
from bot.dialogue.json_value import Json
from bot.errors import AssistantError
from tests.support.patience import PATIENCE, until

FLORIST = Path(__file__).parents[2] / "projects" / "florist"


def call(name: str, slots: dict[str, Json] | None = None, tier: str = "") -> ActionCall:
    tracker: dict[str, Json] = {
        "sender_id": "u1",
        "slots": slots or {},
        "latest_message": {"metadata": {"customer_tier": tier}},
        "events": [],
        "paused": False,
        "active_loop": {},
        "latest_action_name": "action_listen",
    }
    return ActionCall(name, {"next_action": name, "tracker": tracker, "domain": {}})


def project(folder: Path, name: str, code: str) -> Path:
    (folder / name / "actions").mkdir(parents=True)
    (folder / name / "actions" / "__init__.py").write_text("")
    (folder / name / "actions" / "actions.py").write_text(code)
    return folder / name


SAYING = """
from pathlib import Path
from rasa_sdk import Action
WORD = Path("word.txt").read_text()

class Say(Action):
    def name(self):
        return "action_say"

    def run(self, dispatcher, tracker, domain):
        from actions import actions as again
        dispatcher.utter_message(text=WORD, sort_of="greeting")
        return [{"event": "slot", "name": "same", "value": again.WORD}]
"""


NEEDY = """
from rasa_sdk import Action

class A(Action):
    def __init__(self, need):
        pass

    def name(self):
        return "a"
"""


ONE = """
from rasa_sdk import Action

class One(Action):
    def name(self):
        return "action_one"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="one")
        return []
"""


ABSENT = """
import a_library_nobody_has.web as library
from another_library import thing, decorated
from rasa_sdk import Action

session = library.Session(retries=3)
session.headers["x"] = "y"
if session:
    SIZE: library.Size | None = None

class Model(library.Model):
    __table_name__ = "models"

Model.__table__.create(session, checkfirst=True)

@decorated(often=True)
def look_up(word: thing.Word) -> thing:
    return word

def fetch():
    return session.get("https://shop.example")[0]

class Ask(Action):
    def name(self):
        return "action_ask"

    async def run(self, dispatcher, tracker, domain):
        look = look_up
        return fetch()

class Inherit(Action):
    def name(self):
        return "action_inherit"

    def run(self, dispatcher, tracker, domain):
        return [Model()]
"""


OLD = """
import collections
import pathlib
import ruamel.yaml
from rasa_sdk import Action
from rasa_sdk.executor import CollectingDispatcher

here = pathlib.Path(__file__).parent.absolute()
CONFIG = ruamel.yaml.safe_load((here / "config.yml").read_text()) or {}


class Old(Action):
    def name(self):
        return "action_old"

    def run(self, dispatcher, tracker, domain):
        known = isinstance(CONFIG, collections.Mapping)
        dispatcher.utter_message(template="utter_old", hosts=CONFIG["hosts"], known=known)
        return []
"""


async def test_actions_written_for_the_libraries_of_rasa_3_6_run(tmp_path: Path) -> None:
    folder = project(tmp_path, "old", OLD)
    (folder / "actions" / "__init__.py").unlink()
    (folder / "actions" / "config.yml").write_text("hosts: [a, b]\n")
    actions = load_actions(folder)
    with pytest.warns(FutureWarning, match="template"):
        result = await actions.run(call("action_old"))
    assert result.responses[0]["response"] == "utter_old"
    assert (result.responses[0]["hosts"], result.responses[0]["known"]) == (["a", "b"], True)
    await actions.close()


async def test_an_action_sets_slots_and_says_things() -> None:
    actions = load_actions(FLORIST)
    result = await actions.run(call("action_member", tier="member"))
    assert result.events == (SlotSet("member", True),)
    await actions.close()


AT_HOME = """
import sqlite3
from rasa_sdk import Action
from rasa_sdk.events import SlotSet

connection = sqlite3.connect(":memory:")


class Count(Action):
    def name(self):
        return "action_count"

    def run(self, dispatcher, tracker, domain):
        intent = tracker.get_intent_of_latest_message()
        return [SlotSet("n", connection.execute("select 40 + 2").fetchone()[0]), SlotSet("intent", intent)]


class Close(Action):
    def name(self):
        return "action_close"

    def run(self, dispatcher, tracker, domain):
        connection.close()
        return []
"""


async def test_a_database_that_is_opened_at_import_can_be_used(tmp_path: Path) -> None:
    actions = load_actions(project(tmp_path, "home", AT_HOME))
    for _ in range(2):
        assert (await actions.run(call("action_count"))).events[0] == SlotSet("n", 42)
    await actions.run(call("action_close"))
    await actions.close()


LEDGER = """
import sqlite3
import time
from rasa_sdk import Action
from rasa_sdk.events import SlotSet


class Ledger:
    def __init__(self):
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("create table entries (n int)")

    def book(self):
        with self.connection:
            self.connection.execute("insert into entries values (1)")
            time.sleep(0.3)
            return self.connection.execute("select count(*) from entries").fetchone()[0]


LEDGERS = {"main": Ledger()}


class Book(Action):
    def name(self):
        return "action_book"

    def run(self, dispatcher, tracker, domain):
        return [SlotSet("n", LEDGERS["main"].book())]


class BookLater(Action):
    def name(self):
        return "action_book_later"

    async def run(self, dispatcher, tracker, domain):
        return [SlotSet("n", LEDGERS["main"].book())]


class Sleep(Action):
    def name(self):
        return "action_sleep"

    async def run(self, dispatcher, tracker, domain):
        time.sleep(3)
        return []


class Greet(Action):
    def name(self):
        return "action_greet"

    async def run(self, dispatcher, tracker, domain):
        return [SlotSet("n", 0)]


class Close(Action):
    def name(self):
        return "action_close"

    def run(self, dispatcher, tracker, domain):
        LEDGERS["main"].connection.close()
        return []
"""


@pytest.mark.parametrize("name", ["action_book", "action_book_later"])
async def test_a_database_that_the_code_keeps_is_used_by_one_call_at_a_time(tmp_path: Path, name: str) -> None:
    actions = load_actions(project(tmp_path, "ledger", LEDGER), seconds=PATIENCE)
    booked = await asyncio.gather(*(actions.run(call(name)) for _ in range(4)))
    assert [b.events for b in booked] == [(SlotSet("n", n),) for n in range(1, 5)]
    await actions.run(call("action_close"))
    await actions.close()


PROXY = """
from rasa_sdk import Action


class Request:
    def __getattribute__(self, name):
        raise RuntimeError("outside of a request")


current = Request()


class Say(Action):
    def name(self):
        return "action_say"

    async def run(self, dispatcher, tracker, domain):
        return []
"""


async def test_what_cannot_be_looked_into_when_the_code_is_imported_is_let_alone(tmp_path: Path) -> None:
    actions = load_actions(project(tmp_path, "proxy", PROXY))
    assert (await actions.run(call("action_say"))).events == ()
    await actions.close()


async def test_a_call_that_hangs_beside_a_database_holds_up_only_those_that_waited(tmp_path: Path) -> None:
    # the thread that opened it is the one that hangs: another one closes it at the end
    code = LEDGER.replace('":memory:"', '":memory:", check_same_thread=False')
    actions = load_actions(project(tmp_path, "ledger", code), seconds=1)
    with pytest.raises(ActionFailed, match="longer than 1 s"):
        await actions.run(call("action_sleep"))
    assert (await actions.run(call("action_greet"))).events == (SlotSet("n", 0),)
    await actions.run(call("action_close"))
    await actions.close()


STOCK = """
import asyncio
import time
from pathlib import Path
from rasa_sdk import Action
from rasa_sdk.events import SlotSet

class Stock(Action):
    def name(self):
        return "action_stock"

    def run(self, dispatcher, tracker, domain):
        return [SlotSet("stock", Path("stock.txt").read_text())]

class StockLater(Action):
    def name(self):
        return "action_stock_later"

    async def run(self, dispatcher, tracker, domain):
        await asyncio.sleep(0)
        return [SlotSet("stock", Path("stock.txt").read_text())]

def hang():
    folder = Path(__file__).parent
    (folder / "begun").touch()
    while not (folder / "go").exists():
        time.sleep(0.001)

class Blocked(Action):
    def name(self):
        return "action_blocked"

    async def run(self, dispatcher, tracker, domain):
        hang()
        return []

class Hung(Action):
    def name(self):
        return "action_hung"

    def run(self, dispatcher, tracker, domain):
        hang()
        return []
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads have a folder of their own on Linux only")
@pytest.mark.parametrize("name", ["action_stock", "action_stock_later"])
async def test_an_action_finds_its_files_as_if_it_were_started_in_its_folder(tmp_path: Path, name: str) -> None:
    folder = project(tmp_path, "shop", STOCK)
    (folder / "stock.txt").write_text("7 roses")
    before = Path.cwd()
    actions = load_actions(folder)
    assert (await actions.run(call(name))).events == (SlotSet("stock", "7 roses"),)
    assert Path.cwd() == before, "the folder is the action's alone"
    await actions.close()


@pytest.mark.parametrize(("system", "notices"), [("linux", 0), ("darwin", 1)])
async def test_where_threads_have_no_folder_of_their_own_one_notice_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, notices: int
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    actions = load_actions(project(tmp_path, "a", SAYING.replace('Path("word.txt").read_text()', '"hi"')))
    assert [n for n in actions.notices if "relative paths" in n and str(tmp_path) in n] == list(actions.notices)
    assert len(actions.notices) == notices
    await actions.close()


@pytest.fixture
def stuck(tmp_path: Path) -> Iterator[Path]:
    """A project with actions that hang, a coroutine and none, until the test is over or lets them go."""
    folder = project(tmp_path, "shop", STOCK)
    (folder / "stock.txt").write_text("7 roses")
    yield folder
    (folder / "actions" / "go").touch()


@pytest.mark.parametrize("name", ["action_blocked", "action_hung"])
async def test_an_action_that_hangs_holds_up_neither_us_nor_others(stuck: Path, name: str) -> None:
    actions = load_actions(stuck, seconds=PATIENCE)
    hanging = asyncio.create_task(actions.run(call(name)))
    await until((stuck / "actions" / "begun").exists)
    for other in ("action_stock", "action_stock_later"):
        assert (await actions.run(call(other))).events == (SlotSet("stock", "7 roses"),)
    assert not hanging.done()
    (stuck / "actions" / "go").touch()
    assert (await hanging).events == ()
    await actions.close()


@pytest.mark.parametrize("name", ["action_blocked", "action_hung"])
async def test_an_action_that_hangs_is_given_up(stuck: Path, name: str) -> None:
    actions = load_actions(stuck, seconds=0.05)
    with pytest.raises(ActionFailed, match=r"longer than 0\.05 s"):
        await actions.run(call(name))
    await actions.close()


async def test_an_action_that_raises_is_a_failure_that_says_why() -> None:
    actions = load_actions(FLORIST)
    with pytest.raises(ActionFailed, match="KeyError: 'no such flower'"):
        await actions.run(call("action_broken"))
    with pytest.raises(ActionFailed, match="has no action of this name"):
        await actions.run(call("action_unheard_of"))
    await actions.close()


ODD = """
from rasa_sdk import Action
from rasa_sdk.events import SlotSet


class Odd(Action):
    def name(self):
        return "action_odd"

    async def run(self, dispatcher, tracker, domain):
        await dispatcher.stream_chunk("half a ")
        await dispatcher.stream_chunk("sentence")
        return [SlotSet("a", {1, 2} & {2}), None, {}, "nonsense", SlotSet]
"""


async def test_what_is_no_event_is_passed_over_and_streams_end(tmp_path: Path) -> None:
    actions = load_actions(project(tmp_path, "odd", ODD))
    result = await actions.run(call("action_odd"))
    assert result.events == (SlotSet("a", [2]),)
    assert [r["text"] for r in result.responses] == ["half a ", "sentence"]


async def test_projects_with_the_same_module_names_do_not_mix(tmp_path: Path) -> None:
    one, two = project(tmp_path, "one", SAYING), project(tmp_path, "two", SAYING)
    (one / "word.txt").write_text("one")
    (two / "word.txt").write_text("two")
    first, second = load_actions(one), load_actions(two)
    assert (await first.run(call("action_say"))).responses[0]["text"] == "one"
    result = await second.run(call("action_say"))
    assert result.responses[0]["text"] == "two"
    assert result.responses[0]["sort_of"] == "greeting"
    assert result.events == (SlotSet("same", "two"),)
    await first.close()
    await second.close()


def test_code_that_is_no_python_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match=r"actions/actions\.py:2: .*SyntaxError"):
        load_actions(project(tmp_path, "bad", "x = 1\nx = (\n"))


def test_what_an_earlier_project_left_behind_is_not_the_next_ones(tmp_path: Path) -> None:
    earlier = load_actions(project(tmp_path, "earlier", NEEDY + ONE))
    between = load_actions(project(tmp_path, "between", ONE))
    later = load_actions(project(tmp_path, "later", ONE.replace("One", "Other").replace("action_one", "action_two")))
    assert "action_one" in earlier.names & between.names
    assert (later.names, later.notices) == (frozenset({"action_two"}), ())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = {}['y']\n", "actions/actions.py:1: .*KeyError"),
        ("from actions.nowhere import x\n", "actions/actions.py:1: .*No module named 'actions.nowhere'"),
        ("from rasa_sdk import NoSuchThing\n", "actions/actions.py:1: .*NoSuchThing"),
        ("import sys\nsys.exit(3)\n", "actions/actions.py:2: .*SystemExit"),
        ("class Own:\n    need = Own\n", "actions/actions.py:2: .*NameError"),
    ],
)
async def test_code_that_raises_takes_only_its_own_actions_with_it(tmp_path: Path, code: str, said: str) -> None:
    folder = project(tmp_path, "bad", code + ONE)
    (folder / "actions" / "other.py").write_text(ONE.replace("action_one", "action_two"))
    actions = load_actions(folder)
    assert re.match(said, actions.notices[0])
    assert actions.notices[0].endswith("not to be had: action_one")
    with pytest.raises(ActionFailed, match=said):
        await actions.run(call("action_one"))
    assert (await actions.run(call("action_two"))).responses[0]["text"] == "one"


async def test_an_action_that_cannot_be_made_is_a_notice_and_a_failure(tmp_path: Path) -> None:
    actions = load_actions(project(tmp_path, "bad", NEEDY + ONE))
    assert re.match("actions/actions.py:4: A cannot be made: TypeError", actions.notices[0])
    with pytest.raises(ActionFailed, match="A cannot be made"):
        await actions.run(call("a"))
    assert (await actions.run(call("action_one"))).responses[0]["text"] == "one"


async def test_an_import_of_what_rasa_sdk_has_no_more_takes_only_the_forms_made_of_it(tmp_path: Path) -> None:
    form = "\nclass Old(FormAction):\n    def name(self):\n        return 'old_form'\n"
    imported = "from rasa_sdk.forms import FormAction, FormValidationAction\n"
    assert load_actions(project(tmp_path, "unused", imported + ONE)).notices == ()
    actions = load_actions(project(tmp_path, "used", imported + ONE + form))
    assert [n.partition(";")[0] for n in actions.notices] == [
        "actions/actions.py:13: Old cannot be made: TypeError: FormAction went with rasa-sdk 2"
    ]
    assert (await actions.run(call("action_one"))).responses[0]["text"] == "one"
    with pytest.raises(ActionFailed, match="write the form under 'forms' in the domain"):
        await actions.run(call("old_form"))


async def test_packages_that_are_not_installed_fail_only_what_uses_them(tmp_path: Path) -> None:
    folder = project(tmp_path, "rich", ABSENT + ONE)
    (folder / "actions" / "__init__.py").write_text("import another_library.deep.inside as _\n")
    actions = load_actions(folder)
    assert actions.broken == ()
    assert [n.partition(" Install ")[0] for n in actions.notices] == [
        "actions/__init__.py:1: 'another_library' is not installed; what needs it hands over.",
        (
            "actions/actions.py:2: 'a_library_nobody_has' is not installed; what needs it hands over: "
            "action_ask, action_inherit."
        ),
        "actions/actions.py:3: 'another_library' is not installed; what needs it hands over: action_ask.",
    ]
    assert (await actions.run(call("action_one"))).responses[0]["text"] == "one"
    with pytest.raises(ActionFailed, match="'a_library_nobody_has' is not installed"):
        await actions.run(call("action_ask"))
    with pytest.raises(ActionFailed, match="'a_library_nobody_has' is not installed"):
        await actions.run(call("action_inherit"))
    assert "a_library_nobody_has" not in sys.modules


async def test_a_package_that_the_code_can_do_without_stays_away(tmp_path: Path) -> None:
    code = "try:\n    import a_library_nobody_has\nexcept ImportError:\n    a_library_nobody_has = None\n"
    actions = load_actions(project(tmp_path, "careful", code + ONE))
    assert actions.notices == ()


def test_a_project_without_actions_has_none(tmp_path: Path) -> None:
    assert open_actions(tmp_path) is None
