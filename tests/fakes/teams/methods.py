"""The connector's methods on a tenant. Raises Refusal with the connector's own codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.fakes.teams.card_rules import problems_of
from tests.fakes.teams.state import MAX_MESSAGE, THREAD, Account, Conversation, Message, Refusal
from tests.fakes.teams.visible import cards_of

if TYPE_CHECKING:
    from tests.fakes.teams.server import FakeTeams

Answer = tuple[int, dict[str, Any]]


def execute(teams: FakeTeams, method: str, parts: list[str], body: dict[str, Any], size: int) -> Answer:
    """Do what a call asks for."""
    if size > MAX_MESSAGE:
        raise Refusal(413, "MessageSizeTooBig")
    if method == "create":
        return _create(teams, body)
    if method == "unknown":
        raise Refusal(405, "MethodNotAllowed")
    conversation, thread = teams.tenant.split(unquote(parts[1]))
    if method == "members":
        _check_installed(teams, conversation)
        people = [a for a in teams.tenant.accounts.values() if a.id in conversation.members]
        return 200, {"members": [roster_entry(a) for a in people]}
    if method == "member":
        return _member(teams, conversation, unquote(parts[3]))
    _check_installed(teams, conversation)
    if method == "post":
        return _post(teams, conversation, thread, body)
    message = teams.tenant.message(conversation, unquote(parts[3]))
    if thread and message.thread != thread:
        raise Refusal(404, "ActivityNotFoundInConversation")
    if method in {"react", "unreact"}:
        return _react(teams, message, unquote(parts[5]), added=method == "react")
    if message.author != teams.bot.id:
        raise Refusal(403, "NotEnoughPermissions")
    if method == "edit":
        _check_content(body)
        message.content, message.edited = body, True
        return 200, {"id": message.id}
    message.deleted = True
    return 200, {}


def _check_installed(teams: FakeTeams, conversation: Conversation) -> None:
    if not conversation.installed or teams.bot.id not in conversation.members:
        raise Refusal(403, "BotNotInConversationRoster")


def _check_content(content: dict[str, Any]) -> None:
    if content.get("type") != "message":
        raise Refusal(400, "BadSyntax")
    if not content.get("text") and not content.get("attachments"):
        raise Refusal(400, "BadSyntax")
    if any(problems_of(card) for card in cards_of(content)):
        raise Refusal(400, "BadSyntax")


def _post(teams: FakeTeams, conversation: Conversation, thread: str, content: dict[str, Any]) -> Answer:
    _check_content(content)
    if (
        conversation.kind == "channel"
        and thread
        and (thread in conversation.purged or thread not in conversation.by_id)
    ):
        raise Refusal(404, "ConversationNotFound")
    if conversation.kind == "personal":
        owner = next(a for a in teams.tenant.accounts.values() if a.id in conversation.members)
        if not owner.has_app:
            raise Refusal(403, "ConversationBlockedByUser")
    teams.take_token(f"{conversation.id}{thread}")
    message = teams.tenant.add_message(conversation, teams.bot.id, content, thread)
    for entity in content.get("entities") or []:
        if entity.get("type") == "mention" and entity.get("text") in (content.get("text") or ""):
            teams.pings.append((message, entity["mentioned"]["id"]))
    return 201, {"id": message.id}


def _create(teams: FakeTeams, body: dict[str, Any]) -> Answer:
    if body.get("bot", {}).get("id") != teams.bot.id or body.get("tenantId") != teams.tenant.id:
        raise Refusal(400, "BadSyntax")
    if not body.get("isGroup"):
        account = teams.tenant.account(body["members"][0]["id"])
        if account is None:
            raise Refusal(404, "UserNotFound")
        if not account.has_app:
            raise Refusal(403, "BotNotInConversationRoster")
        return 201, {"id": teams.tenant.chat_of(account, teams.bot).id}
    conversation, _ = teams.tenant.split(body["channelData"]["channel"]["id"])
    _check_installed(teams, conversation)
    _, posted = _post(teams, conversation, "", body["activity"])
    return 201, {"id": f"{conversation.id}{THREAD}{posted['id']}", "activityId": posted["id"]}


def _member(teams: FakeTeams, conversation: Conversation, id: str) -> Answer:
    _check_installed(teams, conversation)
    account = teams.tenant.account(id)
    if account is None or account.id not in conversation.members:
        raise Refusal(404, "MemberNotFoundInConversation")
    return 200, roster_entry(account)


def roster_entry(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "objectId": account.object_id,
        "name": account.name,
        "givenName": account.name.partition(" ")[0],
        "email": account.email,
        "userPrincipalName": account.email,
        "tenantId": account.tenant,
        "userRole": account.role,
    }


def _react(teams: FakeTeams, message: Message, reaction: str, *, added: bool) -> Answer:
    if not teams.allows_reactions:
        raise Refusal(403, "NotEnoughPermissions")
    who = message.reactions.get(reaction, [])
    if added:
        message.reactions[reaction] = who if teams.bot.id in who else [*who, teams.bot.id]
    elif teams.bot.id not in who:
        raise Refusal(404, "ReactionNotFound")
    elif len(who) == 1:
        del message.reactions[reaction]
    else:
        who.remove(teams.bot.id)
    return 200, {}
