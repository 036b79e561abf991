"""Draws every card as Slack and as Teams would, for a person to look at: `make card-pictures`.

The renderers are not the platforms' own and differ in detail; what is too long, missing or ugly shows all the same.
Needs Node and Chromium; no test runs it.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any, cast

from playwright.async_api import async_playwright

from adapters.slack.home import home_view
from adapters.slack.outbound import message as slack_message
from adapters.slack.views import view_of
from adapters.teams.forms import form_card
from adapters.teams.outbound import message as teams_message
from bot.core.activity import Person, Place, Ref
from bot.core.effects import Body
from tests.browser.conftest import FLAGS, find_chromium
from tests.cards.scenes import Scene, scenes

_ALSO_DARK = frozenset({"case-queued", "satisfaction", "form-reply"})
"""Scenes that are drawn in the dark, too; the platforms choose the colours, so a few say it all."""


def _slack(scene: Scene) -> list[Any]:
    return [_drawable(blocks) for blocks in _slack_blocks(scene)]


def _drawable(node: Any) -> Any:
    """The blocks without `verbatim`, which this renderer takes for *no formatting*, as Slack does not."""
    if isinstance(node, list):
        return [_drawable(each) for each in cast("list[Any]", node)]
    if isinstance(node, dict):
        return {name: _drawable(each) for name, each in cast("dict[str, Any]", node).items() if name != "verbatim"}
    return node


def _slack_blocks(scene: Scene) -> list[Any]:
    if scene.form is not None:
        view = view_of(scene.form, Ref(Place("slack", "T1", "C1"), "1.0"))
        assert view is not None, "a form of ours fits"
        return [view["blocks"]]
    if scene.page:
        return [home_view(scene.bodies)["blocks"]]
    return [_blocks(body) for body in scene.bodies]


def _blocks(body: Body) -> Any:
    shown = slack_message(body)
    return shown["blocks"] or [{"type": "section", "text": {"type": "mrkdwn", "text": shown["text"]}}]


def _teams(scene: Scene) -> list[Any]:
    if scene.form is not None:
        ref = Ref(Place("teams", "T1", "C1"), "1")
        return [form_card(scene.form, ref, Person("teams", "T1", "U2", "Nora"), secret="s", opened="o")]
    shown: list[Any] = []
    for body in scene.bodies:
        activity = teams_message(body)
        attached: Any = activity.get("attachments") or []
        shown += [activity["text"]] if activity.get("text") else []
        shown += [attachment["content"] for attachment in attached]
    return shown


async def draw(built: Path, to: Path) -> None:
    """One picture a scene and theme. `built` is where install.sh put the page."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        for scene, theme in ((scene, theme) for scene in scenes() for theme in ("light", "dark")):
            if theme == "dark" and scene.name not in _ALSO_DARK:
                continue
            page = await browser.new_page(viewport={"width": 1280, "height": 100})
            await page.goto((built / "page.html").as_uri())
            drawn = {"slack": _slack(scene), "teams": _teams(scene), "theme": theme}
            await page.evaluate("drawn => window.draw(drawn)", drawn)
            await page.wait_for_selector("#slack > *")
            name = scene.name if theme == "light" else f"{scene.name}-dark"
            await page.screenshot(path=str(to / f"{name}.png"), full_page=True)
            await page.close()
        await browser.close()


if __name__ == "__main__":
    made, pictures = (Path(argument).resolve() for argument in sys.argv[1:3])
    pictures.mkdir(parents=True, exist_ok=True)
    asyncio.run(draw(made, pictures))
