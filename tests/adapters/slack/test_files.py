"""Files on Slack: from its own hosts alone, with all its ways of not giving one, and seen once or not at all."""

from __future__ import annotations

import pytest

from adapters.slack.calls.hosts import is_slacks
from bot.core.activity import Edited, File, Said
from bot.core.effects import Body
from bot.errors import NotDone, Refused, Throttled, Uncertain
from tests.adapters.slack.scene import MakeScene, Scene
from tests.contract.file_contract import Held, read
from tests.fakes.slack import Fault, FileFault
from tests.fakes.slack.state import BOT_SCOPES

TRICKS = [
    "http://files.slack.com/a",
    "https://files.slack.com.evil.example/a",
    "https://evil.example/files.slack.com",
    "https://files.slack.com@evil.example/a",
    "https://evil.example#@files.slack.com/a",
    "https://evil.example?@files.slack.com/a",
    "https://files.slack.com:443@evil.example/a",
    "https://user:pw@files.slack.com/a",
    "https://@files.slack.com/a",
    "https://files.slack.com:8443/a",
    "https://files.slack.com:44３/a",
    "https://files.slack.com\\@evil.example/a",
    "https:\\\\files.slack.com/a",
    "https://evil.example\\.files.slack.com/a",
    "https://xfiles.slack.com/a",
    "https://files.slack.comx/a",
    "https://slack.com/a",
    "https://slack.com.files/a",
    "https://files.slack.com./a",
    "https://ﬁles.slack.com/a",
    "https://files.slаck.com/a",
    "https://files.slack.com%2eevil.example/a",
    "https://files.slack.com%00.evil.example/a",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:169.254.169.254]/a",
    "https://2852039166/a",
    "https://0x7f000001/a",
    "https://127.1/a",
    "https://localhost/a",
    "ftp://files.slack.com/a",
    "file:///etc/passwd",
    "gopher://files.slack.com/a",
    "javascript:alert(1)",
    "//files.slack.com/a",
    "https:files.slack.com/a",
    "https:///files.slack.com/a",
    "https://files.slack.com",
    "https://files.slack.com/a b",
    "https://files.slack.com/a\r\nHost: evil.example",
    "https://files.slack.com/" + "a" * 5000,
    " https://files.slack.com/a",
    "",
]


@pytest.mark.parametrize("url", TRICKS)
def test_an_address_that_only_looks_like_slacks_is_none_of_slacks(url: str) -> None:
    assert not is_slacks(url, frozenset())
    assert not is_slacks(url, frozenset({"files.slack-gov.com"}))


@pytest.mark.parametrize(
    "url", ["https://files.slack.com/files-pri/T1-F1/a.pdf", "https://files.slack.com:443/upload/v1/x"]
)
def test_slacks_own_addresses_are(url: str) -> None:
    assert is_slacks(url, frozenset())


async def received(scene: Scene, *, bare: bool = False) -> File:
    stored = scene.slack.files.put("a.pdf", bytes(200_000), scene.ann.id, "application/pdf")
    scene.ann.sends(scene.ann.chat_with(scene.app), "look", stored, bare=bare)
    content = (await scene.heard())[0].content
    assert isinstance(content, Said)
    return content.files[0]


async def test_a_file_that_an_event_only_names_is_asked_for(scene: Scene) -> None:
    file = await received(scene, bare=True)
    assert (file.url, file.size) == ("", 0)
    assert await read(scene.adapter, file) == bytes(200_000)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (FileFault.THROTTLED, Throttled),
        (FileFault.ERROR, NotDone),
        (FileFault.BROKEN_OFF, NotDone),
        (FileFault.PAGE, Refused),
        (FileFault.REDIRECT, Refused),
    ],
)
async def test_a_download_that_goes_wrong_says_what_is_certain(
    scene: Scene, fault: FileFault, error: type[Exception]
) -> None:
    file = await received(scene)
    scene.slack.files.next_downloads.append(fault)
    with pytest.raises(error):
        await read(scene.adapter, file)
    assert not any(header.startswith("elsewhere") for header in scene.slack.files.authorizations)
    assert await read(scene.adapter, file) == bytes(200_000)


async def test_a_slow_download_is_waited_for(scene: Scene) -> None:
    file = await received(scene)
    scene.slack.files.next_downloads.append(FileFault.SLOW)
    assert await read(scene.adapter, file) == bytes(200_000)


async def test_an_app_that_may_not_read_files_says_which_scope_it_lacks(make_scene: MakeScene, scene: Scene) -> None:
    app = scene.slack.install("Poor", scopes=BOT_SCOPES - {"files:read"})
    file = await received(scene)
    poor = await make_scene(app=app, start=False)
    with pytest.raises(Refused, match="files:read"):
        await read(poor.adapter, file)


async def test_a_file_on_another_service_is_refused_without_a_call(scene: Scene) -> None:
    with pytest.raises(Refused, match="outside Slack"):
        await read(scene.adapter, File("F1", "doc", url="https://docs.google.com/document/d/1"))
    assert scene.slack.files.authorizations == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [(FileFault.THROTTLED, Throttled), (FileFault.ERROR, NotDone), (FileFault.BROKEN_OFF, NotDone)],
)
async def test_an_upload_that_goes_wrong_was_certainly_not_seen(
    scene: Scene, fault: FileFault, error: type[Exception]
) -> None:
    place = scene.place(scene.support)
    scene.slack.files.next_uploads.append(fault)
    with pytest.raises(error):
        await scene.adapter.post_file(place, Body(""), Held("a.bin", bytes(300_000)), key="k")
    assert scene.ann.sees(scene.support) == []


async def test_our_token_goes_along_with_no_upload(scene: Scene) -> None:
    await scene.adapter.post_file(scene.place(scene.support), Body(""), Held("a.txt", b"abc"), key="k")
    assert scene.slack.files.authorizations == [""]


async def test_what_slack_shows_a_moment_later_is_waited_for(scene: Scene) -> None:
    scene.slack.files.share_seconds = 0.4
    posted = await scene.adapter.post_file(scene.place(scene.support), Body(""), Held("a.txt", b"abc"), key="k")
    assert [m.ts for m in scene.ann.sees(scene.support)] == [posted.ref.id]


async def test_a_share_that_slack_forgets_or_does_not_answer_is_uncertain_and_can_be_looked_for(scene: Scene) -> None:
    place, since = scene.place(scene.support), scene.slack.now()
    scene.slack.files.never_share = 1
    with pytest.raises(Uncertain):
        await scene.adapter.post_file(place, Body(""), Held("a.txt", b"abc"), key="k-1")
    assert list(await scene.adapter.find(place, "k-1", since=since)) == []
    scene.slack.faults.next_calls("files.completeUploadExternal", Fault.RESET_DONE)
    with pytest.raises(Uncertain):
        await scene.adapter.post_file(place, Body(""), Held("a.txt", b"abc"), key="k-2")
    (found,) = await scene.adapter.find(place, "k-2", since=since)
    assert [m.ts for m in scene.ann.sees(scene.support)] == [found.ref.id]


async def test_a_file_for_a_thread_that_is_gone_is_seen_nowhere(scene: Scene) -> None:
    root = scene.ann.says(scene.support, "soon gone")
    scene.ann.deletes(root)
    with pytest.raises(Refused, match="deleted"):
        await scene.adapter.post_file(scene.place(scene.support, root.ts), Body(""), Held("a.txt", b"abc"), key="k")
    assert scene.ann.sees(scene.support) == []
    assert all(file.deleted for file in scene.slack.files.files.values())


async def test_a_file_that_is_deleted_from_a_message_is_an_edit_that_says_what_is_left(scene: Scene) -> None:
    one, two = (scene.slack.files.new(name, 3, scene.ann.id) for name in ("one.png", "two.png"))
    said = scene.ann.sends(scene.support, "both pages", one, two)
    scene.ann.takes_out(said, one)
    scene.slack.unfurl(said)
    scene.ann.edits(said, "one page")
    _, lost, edited = await scene.heard(3)
    assert isinstance(lost.content, Edited)
    assert (lost.content.text, lost.content.files) == ("both pages", (two.id,))
    assert isinstance(edited.content, Edited)
    assert (edited.content.text, edited.content.files) == ("one page", (two.id,))
