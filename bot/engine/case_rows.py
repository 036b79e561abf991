"""The rows of the case index: what lists show of each open case, as the desk may see it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from bot.core.conversation import Conversation
from bot.core.policy import Policy
from bot.core.veil import veiled_text
from bot.engine.codec import write_packed
from bot.ports import CaseRow


def rows_that_differ(
    before: Conversation | None, after: Conversation, policy: Policy, unread: Collection[int] = ()
) -> Iterator[tuple[int, str]]:
    """Rows of the case index that differ now, or could not be read. A case that was replaced is closed."""
    old = before.case if before else None
    new = after.case
    if old is not None and (new is None or new.number != old.number):
        yield old.number, ""
    if new is not None:
        known = before is not None and old is not None and old.number == new.number
        if not known or before is None or new.number in unread or _row(before) != _row(after):
            yield new.number, case_row(after, policy)


def case_row(conversation: Conversation, policy: Policy) -> str:
    """The encoded row of the case that is open now, as the desk may see it; "" when none is."""
    row = _row(conversation)
    if row is None:
        return ""
    seen = replace(row, customer=veiled_text(row.customer, policy), sentence=veiled_text(row.sentence, policy))
    return write_packed(seen, CaseRow)


def _row(conversation: Conversation) -> CaseRow | None:
    """The row with its originals."""
    case = conversation.case
    if case is None or not conversation.status.is_open:
        return None
    return CaseRow(
        number=case.number,
        conversation=conversation.id,
        status=conversation.status.value,
        desk=case.desk,
        platform=conversation.place.platform,
        customer=conversation.customer.label,
        reason=case.why.reason.value,
        sentence=case.why.sentence,
        assignee=case.assignee.label if case.assignee else "",
        opened_at=case.opened_at,
        assignee_key=case.assignee.key if case.assignee else "",
        due_at=case.clock.due_at,
        due=case.clock.due,
    )
