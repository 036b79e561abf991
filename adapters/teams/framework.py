"""The fence around botbuilder: the only file that imports it. Turns run through its adapter and its middleware.

A lean BotAdapter: what is sent goes through our own connector, and nothing here verifies or fetches tokens. Code
written for the SDK (middleware, `context.send_activity`) works on it as it is.
"""

# The SDK has no types: what comes out of it is checked or opaque.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUntypedBaseClass=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity, ResourceResponse

from adapters.teams.calls.connector import Connector
from bot.core.platforms.json_values import Json, as_object

_INVOKE_RESPONSE: Final = "invokeResponse"


class Unreadable(Exception):
    """The SDK's schema does not know what to make of a payload."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service is answered: a status, and a JSON object for those requests that want one."""

    status: int = 200
    body: Json = field(default_factory=dict[str, object])


class Framework(BotAdapter):  # type: ignore[misc]  # untyped upstream
    """Runs turns; sends through a Connector."""

    def __init__(self, connector: Connector) -> None:
        super().__init__()
        self._connector = connector

    async def turn(self, payload: Json, logic: Callable[[], Awaitable[Reply]]) -> Reply:
        """Run `logic` as the turn of one payload; a reply that middleware gives goes first. Raises Unreadable."""
        try:
            activity = Activity.deserialize(dict(payload))
            # The SDK's own parts read these without asking.
            whole = activity.type and activity.conversation and activity.conversation.id and activity.from_property
        except Exception as error:
            # Whatever the SDK raises on odd input: the input is odd.
            raise Unreadable(type(error).__name__) from error
        if not whole:
            raise Unreadable("a part is missing")
        replies: list[Reply] = []

        async def run(_context: Any) -> None:
            replies.append(await logic())

        context = TurnContext(self, activity)
        await self.run_pipeline(context, run)
        answered = context.turn_state.get(_INVOKE_RESPONSE)
        if isinstance(answered, Reply):
            return answered
        return replies[0] if replies else Reply()

    async def send_activities(self, context: Any, activities: Sequence[Any]) -> list[Any]:
        """For code of the SDK: send what it made."""
        sent: list[Any] = []
        for activity in activities:
            if activity.type == _INVOKE_RESPONSE:
                value = activity.value
                context.turn_state[_INVOKE_RESPONSE] = Reply(int(value.status), as_object(value.body))
                sent.append(ResourceResponse(id=""))
                continue
            posted = await self._connector.create_activity(
                _address(activity.service_url), activity.conversation.id, activity.serialize()
            )
            sent.append(ResourceResponse(id=posted))
        return sent

    async def update_activity(self, context: Any, activity: Any) -> None:  # noqa: ARG002  # the SDK's signature
        """For code of the SDK: change what it sent."""
        await self._connector.update_activity(
            _address(activity.service_url), activity.conversation.id, activity.id, activity.serialize()
        )

    async def delete_activity(self, context: Any, reference: Any) -> None:  # noqa: ARG002
        """For code of the SDK: delete what it sent."""
        await self._connector.delete_activity(
            _address(reference.service_url), reference.conversation.id, reference.activity_id
        )


def _address(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"
