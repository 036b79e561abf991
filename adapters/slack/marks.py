"""The mark that every message of ours carries in its metadata (or a block's id), by which it can be found again.

Other apps in the workspace can read metadata, so a mark holds an opaque key and an HMAC, nothing else; they can
write metadata too, so a mark counts only with the HMAC right, for the channel that it is in.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from bot.core.platforms.json_values import as_object, as_text

EVENT_TYPE = "warmline_message"


def mark_of(key: str, channel: str, secrets: tuple[str, ...]) -> dict[str, object]:
    """The `metadata` argument of chat.postMessage."""
    return {"event_type": EVENT_TYPE, "event_payload": {"id": key, "mac": _mac(key, channel, secrets[0])}}


def is_marked(metadata: Mapping[str, object], key: str, channel: str, secrets: tuple[str, ...]) -> bool:
    """Whether a message's `metadata` says that it was posted with `key` into that channel, by us."""
    payload = as_object(metadata.get("event_payload"))
    if metadata.get("event_type") != EVENT_TYPE or payload.get("id") != key:
        return False
    claimed = as_text(payload.get("mac")).encode()
    return any(hmac.compare_digest(claimed, _mac(key, channel, secret).encode()) for secret in secrets)


def key_in(metadata: Mapping[str, object], channel: str, secrets: tuple[str, ...]) -> str:
    """The key that a message's `metadata` says it was posted with into that channel, by us; "" when it does not."""
    key = as_text(as_object(metadata.get("event_payload")).get("id"))
    return key if key and is_marked(metadata, key, channel, secrets) else ""


def key_in_block(block_id: str, channel: str, secrets: tuple[str, ...]) -> str:
    """The same of a `block_id`."""
    _, _, rest = block_id.partition(":")
    key = rest.rpartition(":")[0]
    return key if key and is_block_marked(block_id, key, channel, secrets) else ""


def block_mark_of(key: str, channel: str, secrets: tuple[str, ...]) -> str:
    """The same as a `block_id`, for messages that take no metadata."""
    return f"{EVENT_TYPE}:{key}:{_mac(key, channel, secrets[0])}"


def is_block_marked(block_id: str, key: str, channel: str, secrets: tuple[str, ...]) -> bool:
    """Whether a `block_id` says that its message was posted with `key` into that channel, by us."""
    begin = f"{EVENT_TYPE}:{key}:"
    claimed = block_id.removeprefix(begin).encode()
    return block_id.startswith(begin) and any(
        hmac.compare_digest(claimed, _mac(key, channel, secret).encode()) for secret in secrets
    )


def _mac(key: str, channel: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"warmline|{channel}|{key}".encode(), hashlib.sha256).hexdigest()[:32]
