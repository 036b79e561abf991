"""The configuration is checked before anything starts: all mistakes at once, each with its line."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.redis.clients import REPLY_SECONDS
from adapters.redis.mailboxes import INGRESS_SECONDS
from bot import app, config
from bot.__main__ import main
from bot.config import sections
from bot.core.policy import Policy
from bot.errors import ConfigError
from bot.services.forms import WITHIN_SECONDS
from nlu.sources.yaml_source import load_yaml

ROOT = Path(__file__).resolve().parents[2]


def problems(tmp_path: Path, text: str, environment: dict[str, str] | None = None) -> list[str]:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(file, environment or {})
    return [problem.removeprefix(f"{file}:") for problem in caught.value.problems]


def test_what_an_assistant_writes_is_kept_in_the_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("data_folder: kept\n", encoding="utf-8")
    assert config.load(file, {}).assistant_data == tmp_path / "kept" / "assistant"


def test_the_file_that_ships_holds_every_setting_with_its_default() -> None:
    loaded = config.load(ROOT / "config.yaml", {})
    roles = sections.RolesSection(operators=("sam",))  # so that everything can be tried in the playground
    assert loaded.settings == sections.Settings(desks=loaded.settings.desks, roles=roles)
    plain = load_yaml(ROOT / "config.yaml").plain()
    assert isinstance(plain, dict)

    def missing(model: type, written: object, path: str) -> list[str]:
        assert isinstance(written, dict)
        found: list[str] = []
        for name, field in model.model_fields.items():  # type: ignore[attr-defined]
            if name not in written:
                found.append(f"{path}{name}")
            elif hasattr(field.annotation, "model_fields"):
                found += missing(field.annotation, written[name], f"{path}{name}.")
        return found

    assert missing(sections.Settings, plain, "") == []


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("", encoding="utf-8")
    assert config.load(file, {}).settings == sections.Settings()


def test_all_mistakes_are_reported_at_once_with_line_and_what_is_allowed(tmp_path: Path) -> None:
    found = problems(tmp_path, "assistnt: x\nserver:\n  port: 99999\nhand_over:\n  upset: 7\nstore: {shardz: 3}\n")
    assert len(found) == 4
    assert any(p.startswith("1: assistnt: there is no such setting; did you mean assistant?") for p in found)
    assert any(p.startswith("3: server.port:") and "65535" in p for p in found)
    assert any(p.startswith("5: hand_over.upset:") for p in found)
    assert any("store.shardz" in p and "shards" in p for p in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("platform: {}\n", "1: platform: there is no such setting; did you mean platforms?"),
        ("\nserver: {port: eighty}\n", "2: server.port: must be a whole number (it is 'eighty')"),
        ("server: {port: 99999}\n", "1: server.port: must be 65535 or less (it is 99999)"),
        ("server: [a]\n", "1: server: must be a mapping (key: value) (it is ['a'])"),
        ("platforms: {web: {enabled: maybe}}\n", "1: platforms.web.enabled: must be true or false (it is 'maybe')"),
        ("roles: {leads: nora}\n", "1: roles.leads: must be a list, such as [a, b] (it is 'nora')"),
        ("hours: {closed: [24.12.2026]}\n", "1: hours.closed.0: must be a date, such as 2026-12-24 (it is '24.12."),
        ("desks: []\n", "1: desks: needs 1 or more (it is [])"),
        ("agents: [{most_open_cases: 3}]\n", "1: agents.0.account: is missing"),
        ("language: nl\n", "1: language: the app's own texts are in en, de, fr, es, pt, it; 'nl' is none of them"),
        ("log: {}\ntimezone: Berlin\n", "2: timezone: 'Berlin' is no IANA time zone such as Europe/Lisbon"),
        ("daily_summary: {at: '9'}\n", "1: daily_summary.at: '9' is not a time of day, such as 09:00"),
        (
            "platforms: {slack: {support_channels: ['#help']}}\n",
            "1: platforms.slack.support_channels.0: '#help' is not a channel's id, such as C0123456789: it is at",
        ),
        (
            "platforms: {slack: {enabled: true}}\ndesks: [{name: a, platform: slack, channel: '#desk'}]\n",
            "2: desks.0.channel: '#desk' is not a channel's id, such as C0123456789: it is at",
        ),
        (
            "desks:\n  - {name: a, platform: web, channel: d}\n  - {name: a, platform: web, channel: e}\n",
            "3: desks.1.name: each desk has a name of its own; there is a 'a' before",
        ),
        (
            "log: {}\nplatforms:\n  slack:\n    enabled: true\n    mode: socket\n    bot_token: ${BOT}\n",
            "6: platforms.slack.bot_token: set BOT in the environment (the file says ${BOT})",
        ),
    ],
)
def test_a_mistake_is_told_in_words_with_the_line_that_has_it(tmp_path: Path, text: str, said: str) -> None:
    assert any(problem.startswith(said) for problem in problems(tmp_path, text))


def test_a_file_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file; start in Warmline's folder, or name it with --confi"):
        config.load(tmp_path / "config.yaml", {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("platforms: {web: {host: 0.0.0.0}}\n", "the playground has no passwords"),
        ("store: {url: 'localhost:6379'}\n", "store.url: "),
        (
            (
                "platforms: {web: {enabled: false}, teams: {enabled: true, tenant: t}}\n"
                "desks: [{name: a, platform: teams, channel: c}]\n"
            ),
            "teams.app_id: the bot's Microsoft App ID is needed",
        ),
        (
            (
                "platforms: {web: {enabled: false}, slack: {enabled: true}}\n"
                "desks: [{name: a, platform: slack, channel: C1}]\n"
            ),
            "slack.bot_token: begins with xoxb-",
        ),
    ],
)
def test_check_tells_what_the_start_would_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "TEAMS_APP_SECRET"):
        monkeypatch.setenv(name, "xapp-not-it")
    file = tmp_path / "config.yaml"
    file.write_text(f"assistant: {ROOT}/tests/projects/florist\n{text}", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "--config", str(file)])
    assert result.exit_code == 2
    assert said in result.output


def test_a_folder_that_cannot_be_used_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    result = CliRunner().invoke(main, ["init", str(tmp_path / "file" / "mine")])
    assert (result.exit_code, result.output) == (1, f"cannot use {tmp_path}/file/mine: Not a directory\n")


async def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")
    (tmp_path / "config.yaml").write_text("data_folder: kept\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"data_folder: .*kept cannot be made \(File exists\); name a folder that"):
        await app.App(config.load(tmp_path / "config.yaml", {})).start()


def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "platforms: {slack: {enabled: true, bot_token: xoxb-123}}\n")
    assert "${NAME}" in found
    assert "xoxb-123" not in found


def test_a_missing_secret_is_named_only_for_what_is_switched_on(tmp_path: Path) -> None:
    text = "platforms: {slack: {enabled: %s}}\n"
    found = problems(tmp_path, text % "true")
    assert any("SLACK_BOT_TOKEN" in p for p in found)
    assert any("SLACK_SIGNING_SECRET" in p for p in found)
    assert not any("SLACK_APP_TOKEN" in p for p in found)
    (tmp_path / "config.yaml").write_text(text % "false", encoding="utf-8")
    config.load(tmp_path / "config.yaml", {})


def test_secrets_come_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("platforms: {slack: {enabled: true}}\n", encoding="utf-8")
    environment = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
    loaded = config.load(tmp_path / "config.yaml", environment)
    assert loaded.secret(loaded.settings.platforms.slack.bot_token) == "xoxb-1"


def test_settings_that_do_not_hang_together_are_refused(tmp_path: Path) -> None:
    desks = "- {name: a, platform: slack, channel: C1}\n- {name: a, platform: web, channel: d}\n"
    found = "\n".join(problems(tmp_path, f"timezone: Mars/Olympus\ndesks:\n{desks}"))
    assert "Mars/Olympus" in found
    assert "a name of its own" in found
    assert "not enabled" in found


@pytest.mark.parametrize(
    "text", ["- a list", "a: b: c", "x: &a [*a]", "a: 1\na: 2", "\x00", "!!python/object:os.system x"]
)
def test_what_is_no_configuration_is_said_with_its_place(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


@given(text=st.text(max_size=200))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_a_configuration_or_a_config_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8", errors="replace")
    with contextlib.suppress(ConfigError):
        config.load(file, {})


def test_what_adapters_can_be_told_reaches_them(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        "platforms:\n"
        "  slack: {enabled: true, mark_secret: '${MARKS}', username_channels: [C7], hear_bots: true, call_seconds: 3}\n"
        "  teams: {enabled: true, app_id: a, tenant: t, mark_secret: '${MARKS}', issuer: 'https://i', scope: s,\n"
        "          store_seconds: 4, refresh_seconds: 2, lookup_seconds: 1, keys_cool_down: 60}\n",
        encoding="utf-8",
    )
    names = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "TEAMS_APP_SECRET", "MARKS")
    loaded = config.load(file, {name: name.lower() for name in names})
    slack = app.slack_settings(loaded)
    assert (slack.mark_secret, slack.username_channels, slack.hear_bots, slack.call_seconds) == (
        "marks",
        frozenset({"C7"}),
        True,
        3.0,
    )
    teams = app.teams_settings(loaded, tmp_path, Policy((), default_language="de"))
    assert (teams.mark_secret, teams.endpoints.issuer, teams.endpoints.scope) == ("marks", "https://i", "s")
    assert (teams.store_seconds, teams.refresh_seconds, teams.lookup_seconds, teams.keys_cool_down) == (4, 2, 1, 60)
    assert teams.words.welcome.startswith("Hallo!")


async def test_the_store_may_take_as_long_as_it_says_and_half_a_second_without_a_word(tmp_path: Path) -> None:
    for written, seconds in (("", INGRESS_SECONDS), (", answer_seconds: 3", 3.0)):
        file = tmp_path / "config.yaml"
        file.write_text(f"store: {{url: 'redis://127.0.0.1:9'{written}}}\n", encoding="utf-8")
        store = await app.App(config.load(file, {}))._open_store()
        wire = store._connection._wire
        assert wire is not None
        assert (store.mailboxes._within, wire._reply_seconds) == (seconds, max(seconds, REPLY_SECONDS))
        await store.close()
    assert sections.StoreSection().answer_seconds == WITHIN_SECONDS


@pytest.mark.parametrize(
    "setting", ["slack: {store_seconds: 3}", "slack: {answer_seconds: 3}", "teams: {store_seconds: 10}"]
)
def test_a_time_that_the_platform_does_not_grant_is_refused(tmp_path: Path, setting: str) -> None:
    (found,) = problems(tmp_path, f"platforms: {{{setting}}}\n")
    assert "less than" in found


def test_a_desk_shows_no_names_that_customers_chose_as_its_own(tmp_path: Path) -> None:
    text = "platforms: {slack: {enabled: true, username_channels: [C1]}}\n"
    text += "desks: [{name: a, platform: slack, channel: C1}]\n"
    assert any("username_channels" in p for p in problems(tmp_path, text))


def test_a_python_that_lacks_our_packages_says_which_one_has_them() -> None:
    call = [sys.executable, "-S", "-m", "bot", "check"]  # -S: without what is installed
    ended = subprocess.run(call, cwd=ROOT, env={}, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "make run" in ended.stderr
    assert ".venv/bin/python -m bot" in ended.stderr


def test_help_shows_first_steps_line_by_line() -> None:
    shown = CliRunner().invoke(main, ["--help"]).output
    assert "\n    python -m bot run " in shown
    assert "\\b" not in shown
