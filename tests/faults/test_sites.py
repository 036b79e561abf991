"""The laboratory sees of both platforms what its people can press: or the agent there would answer no question."""

from __future__ import annotations

from tests.fakes.slack import FakeSlack, Message
from tests.fakes.teams import FakeTeams
from tests.faults.sites import OnSlack, OnTeams


async def test_buttons_are_seen_on_slack() -> None:
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Resend"}}
    async with FakeSlack() as slack:
        site = OnSlack(slack, customers=1)
        blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
        asked = Message("1.0", site.channel.id, "", "?", blocks, bot_id="B1")
        site.channel.messages.append(asked)
        assert [seen.buttons for seen in site.desk()] == [("Resend",)]
        assert not await site.agent_presses(asked.ts, "It arrived"), "an edit took that button away"


async def test_buttons_are_seen_on_teams() -> None:
    button = {"type": "Action.Execute", "title": "Resend", "verb": "retry"}
    card = {"type": "AdaptiveCard", "version": "1.5", "body": [], "actions": [button]}
    content = {"attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}]}
    async with FakeTeams() as teams:
        site = OnTeams(teams, customers=1)
        asked = teams.tenant.add_message(site.channel, teams.bot.id, content, "")
        assert [seen.buttons for seen in site.desk()] == [("Resend",)]
        assert not await site.agent_presses(asked.id, "It arrived"), "an edit took that button away"
