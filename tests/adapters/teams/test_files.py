"""Files on Teams: from Microsoft's own hosts alone, with consent into a private chat, as a link anywhere else."""

from __future__ import annotations

import aiohttp
import pytest

from adapters.teams.calls.hosts import is_sharepoint
from bot.core.activity import Edited, File, Said
from bot.core.effects import Body, Voice
from bot.errors import NotDone, Refused, Throttled
from tests.adapters.teams.scene import MakeScene, Scene
from tests.contract.file_contract import Held, read
from tests.fakes.teams import FileFault, StoredFile
from tests.fakes.teams.visible import buttons_of

TRICKS = [
    "http://contoso.sharepoint.com/a",
    "https://contoso.sharepoint.com.evil.example/a",
    "https://contoso.sharepoint.com@evil.example/a",
    "https://user:pw@contoso.sharepoint.com/a",
    "https://contoso.sharepoint.com:8443/a",
    "https://evil.example/contoso.sharepoint.com",
    "https://evil.example#.sharepoint.com/a",
    "https://evil.example\\.sharepoint.com/a",
    "https://a.b.sharepoint.com/a",
    "https://sharepoint.com/a",
    "https://-x.sharepoint.com/a",
    "https://xsharepoint.com/a",
    "https://contoso.sharepoint.comx/a",
    "https://contoso.sharepoint.com./a",
    "https://contoso.sharepoint.net/a",
    "https://contosо.sharepoint.com/a",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/a",
    "file:///etc/passwd",
    "https:///contoso.sharepoint.com/a",
    "https://contoso.sharepoint.com",
    "https://contoso.sharepoint.com/a\r\nX: y",
    "",
]


@pytest.mark.parametrize("url", TRICKS)
def test_an_address_that_only_looks_like_microsofts_is_none(url: str) -> None:
    assert not is_sharepoint(url, frozenset())


@pytest.mark.parametrize(
    "host", ["contoso.sharepoint.com", "contoso-my.sharepoint.com", "a.sharepoint.us", "a.sharepoint-df.com"]
)
def test_microsofts_own_addresses_are(host: str) -> None:
    assert is_sharepoint(f"https://{host}/personal/x/download?tempauth=1", frozenset())


async def received(scene: Scene, stored: StoredFile) -> File:
    scene.ann.sends(scene.ann.chat(), "look", stored)
    content = (await scene.heard())[0].content
    assert isinstance(content, Said)
    return content.files[0]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (FileFault.THROTTLED, Throttled),
        (FileFault.ERROR, NotDone),
        (FileFault.BROKEN_OFF, NotDone),
        (FileFault.PAGE, Refused),
        (FileFault.REDIRECT, Refused),
        (FileFault.EXPIRED, Refused),
    ],
)
async def test_a_download_that_goes_wrong_says_what_is_certain(
    scene: Scene, fault: FileFault, error: type[Exception]
) -> None:
    file = await received(scene, scene.teams.files.put("a.pdf", bytes(200_000)))
    scene.teams.files.next_downloads.append(fault)
    with pytest.raises(error):
        await read(scene.adapter, file)
    assert await read(scene.adapter, file) == bytes(200_000)
    assert set(scene.teams.files.authorizations) <= {""}, "our token goes to the connector alone"


async def test_a_picture_is_fetched_from_the_connector_with_our_token(scene: Scene) -> None:
    stored = scene.teams.files.put("shot.png", b"\x89PNG" + bytes(100_000), picture="image/png")
    file = await received(scene, stored)
    assert (file.media_type, file.size) == ("image/png", 0)
    assert await read(scene.adapter, file) == stored.path.read_bytes()


async def test_our_token_goes_nowhere_else_for_a_picture(scene: Scene) -> None:
    url = f"{scene.teams.files.url}/elsewhere/v3/attachments/1/views/original"
    for there in (url.replace("127.0.0.1", "127.0.0.1.evil.example"), "https://evil.example/v3/attachments/1"):
        with pytest.raises(Refused):
            await read(scene.adapter, File("1", "x.png", "image/png", url=there))


async def test_a_file_that_teams_keeps_from_apps_is_noticed_and_its_lack_is_said(scene: Scene) -> None:
    scene.bob.sends(scene.desk, "the form", scene.teams.files.put("form.docx", b"f"))
    content = (await scene.heard())[0].content
    assert isinstance(content, Said)
    assert content.text == "the form"
    with pytest.raises(Refused, match="channel"):
        await read(scene.adapter, content.files[0])


async def test_whoever_allows_it_gets_a_large_file_in_slices(scene: Scene) -> None:
    ann, chat = scene.ann, scene.ann.chat()
    content = bytes(25_000_000)
    await scene.adapter.post_file(scene.place(chat), Body("", Voice("Bob")), Held("film.mov", content), key="k")
    (asked,) = ann.sees(chat)
    await ann.answers(chat, asked)
    await scene.teams.until(lambda: "file.info" in str(ann.sees(chat)[-1].content) and asked not in ann.sees(chat))
    (stored,) = (f for f in scene.teams.files.files.values() if f.name == "film.mov")
    assert stored.complete
    assert stored.path.read_bytes() == content


async def test_whoever_declines_is_asked_no_more(scene: Scene) -> None:
    chat = scene.ann.chat()
    await scene.adapter.post_file(scene.place(chat), Body(""), Held("a.txt", b"abc"), key="k")
    (asked,) = scene.ann.sees(chat)
    await scene.ann.answers(chat, asked, accept=False)
    await scene.teams.until(lambda: scene.ann.sees(chat) == [])


async def test_an_upload_that_fails_leaves_the_question_to_be_answered_again(scene: Scene) -> None:
    chat = scene.ann.chat()
    await scene.adapter.post_file(scene.place(chat), Body(""), Held("a.txt", b"abc"), key="k")
    (asked,) = scene.ann.sees(chat)
    scene.teams.files.next_uploads.append(FileFault.ERROR)
    await scene.ann.answers(chat, asked)
    await scene.teams.until(lambda: not scene.teams.files.next_uploads)
    assert scene.ann.sees(chat) == [asked]
    await scene.ann.answers(chat, asked)
    await scene.teams.until(lambda: asked not in scene.ann.sees(chat))


async def test_in_a_channel_a_link_leads_to_a_copy_that_is_gone_with_its_message(scene: Scene) -> None:
    root = await scene.adapter.post(scene.place(scene.desk), Body("case 1"), key="k-root")
    body, source = Body("", Voice("Ann")), Held("Rechnung März.pdf", b"%PDF" + bytes(1000))
    posted = await scene.adapter.post_file(root.thread, body, source, key="k")
    (message,) = (m for m in scene.bob.sees(scene.desk) if m.id == posted.ref.id)
    assert "Ann" in message.seen_text
    (button,) = buttons_of(message.content)
    assert "Rechnung März.pdf" in button["title"]
    async with aiohttp.ClientSession() as browser:
        async with browser.get(button["url"]) as answer:
            assert await answer.read() == source.content
            assert answer.headers["Content-Disposition"].startswith('attachment; filename="Rechnung Mrz.pdf"')
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.content_type == "application/octet-stream"
        await scene.adapter.remove_file(posted.ref)
        async with browser.get(button["url"]) as answer:
            assert answer.status == 410


async def test_without_a_public_address_a_channel_gets_no_file_and_the_reason_says_what_to_set(
    make_scene: MakeScene,
) -> None:
    scene = await make_scene(links=False)
    root = await scene.adapter.post(scene.place(scene.desk), Body("case 1"), key="k-root")
    with pytest.raises(Refused, match="public_url"):
        await scene.adapter.post_file(root.thread, Body(""), Held("a.txt", b"abc"), key="k")


async def test_an_edit_says_which_files_are_left_unless_that_is_uncertain(scene: Scene) -> None:
    chat, files = scene.ann.chat(), scene.teams.files
    bill, terms = files.put("bill.pdf", b"b"), files.put("terms.pdf", b"t")
    photo = files.put("photo.png", b"p", picture="image/png")
    said, shown = scene.ann.sends(chat, "my bill", bill, terms), scene.ann.sends(chat, "my tent", photo)
    scene.ann.edits(chat, said, "my new bill")
    scene.ann.edits(chat, said, "my new bill", without=(terms,))
    scene.ann.edits(chat, said, "my new bill", without=(bill, terms))
    scene.ann.edits(chat, shown, "my new tent")
    edits = [a.content for a in await scene.heard(6) if isinstance(a.content, Edited)]
    assert [edit.files for edit in edits] == [(bill.id, terms.id), (bill.id,), None, None]
