"""Who may talk to the playground."""

from pathlib import Path

import pytest

from adapters.web import Member, WebSettings
from adapters.web.gate import refusal
from bot.errors import ConfigError

HOST = "127.0.0.1:8080"


def refused(**changed: object) -> str | None:
    asked: dict[str, object] = {
        "peer": "127.0.0.1",
        "bound": "127.0.0.1",
        "host": HOST,
        "origin": f"http://{HOST}",
        "site": "same-origin",
        "navigates": False,
    }
    return refusal(**{**asked, **changed})  # type: ignore[arg-type]


def test_the_page_itself_is_let_in() -> None:
    assert refused() is None


def test_programs_on_this_machine_that_send_no_origin_are_let_in() -> None:
    assert refused(origin=None, site=None) is None


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "127.0.0.1"])
def test_every_name_of_this_machine_will_do(host: str) -> None:
    assert refused(host=host, origin=f"http://{host}") is None


@pytest.mark.parametrize("changed", [{"peer": "192.168.1.7"}, {"bound": "192.168.1.2"}, {"peer": ""}])
def test_other_machines_are_refused_even_when_the_server_listens_everywhere(changed: dict[str, str]) -> None:
    assert "this machine only" in str(refused(**changed))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "0x7f000001", "["])
def test_a_name_that_was_made_to_point_here_is_refused(host: str) -> None:
    assert "whatever name points here" in str(refused(host=host, origin=None))


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:3000", "null", "http://127.0.0.1:8081", "http://["]
)
def test_another_page_is_refused(origin: str) -> None:
    assert refused(origin=origin) == "another page may not use the playground"


def test_another_page_that_hides_its_origin_is_refused() -> None:
    assert refused(origin=None, site="cross-site") == "another page may not use the playground"


def test_a_link_from_elsewhere_may_open_the_page() -> None:
    assert refused(origin=None, site="cross-site", navigates=True) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "example.com"])
def test_the_settings_refuse_an_address_that_others_can_reach(tmp_path: Path, host: str) -> None:
    with pytest.raises(ConfigError, match="served on this machine only"):
        WebSettings(data_folder=tmp_path, host=host)


def test_all_mistakes_in_the_settings_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        WebSettings(
            data_folder=tmp_path,
            port=70000,
            customers=(Member("ada", "Ada"), Member("warmline", "No")),
            agents=(Member("ada", "Ada again"),),
            desks={"a": "desk", "b": "desk"},
        )
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "playground port 70000",
        "playground person 'warmline'",
        "playground person 'ada'",
        "playground desk 'desk'",
        "playground desk 'desk'",
    ]
