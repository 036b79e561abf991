"""Keeps actions running that were written for the libraries beside Rasa 3.6 (Python 3.10, ruamel.yaml 0.17).

`FormAction` of rasa-sdk 1 and 2 can be imported again, since many a file imports it and uses it no more; a form that
is made of it says what stands for it. Only what published projects are known to call and what newer libraries took
away, put back with the same meaning. Nothing that exists is replaced.
"""

from __future__ import annotations

import collections
import collections.abc
import io
from typing import Any

import rasa_sdk
import rasa_sdk.forms
import ruamel.yaml


def _went(_: Any) -> None:
    raise TypeError(
        "FormAction went with rasa-sdk 2; write the form under 'forms' in the domain, its mappings at the slots, "
        "its checks into a FormValidationAction, and what it submitted into an action that a rule runs"
    )


_FORM_ACTION: Any = type("FormAction", (rasa_sdk.Action,), {"__module__": "rasa_sdk.forms", "__init__": _went})
"""What forms were made of before Rasa 3. None can be made."""


def restore() -> None:
    """Put back what is missing. Harmless to call again."""
    for module in (rasa_sdk, rasa_sdk.forms):
        if not hasattr(module, "FormAction"):
            vars(module)["FormAction"] = _FORM_ACTION
    library: Any = ruamel.yaml
    if _is_gone("safe_load"):
        library.safe_load = _safe_load
        library.load = _load
        library.safe_dump = _safe_dump
    for name in ("Mapping", "MutableMapping", "Sequence", "Iterable", "Callable", "Hashable", "Set"):
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))


def _is_gone(name: str) -> bool:
    """ruamel.yaml keeps the names of what it removed, as functions that only raise."""
    function: Any = getattr(ruamel.yaml, name, None)
    if function is None:
        return True
    if function is _safe_load:
        return False
    try:
        function("")
    except AttributeError:
        return True
    return False


def _safe_load(stream: Any, version: Any = None) -> Any:
    """As ruamel.yaml 0.17 did: one document, plain values only."""
    yaml: Any = ruamel.yaml.YAML(typ="safe", pure=True)
    if version is not None:
        yaml.version = version
    return yaml.load(stream)


def _load(stream: Any, _loader: Any = None, version: Any = None, **_: Any) -> Any:
    """Whatever loader is asked for, plain values only: no project's file may construct objects."""
    return _safe_load(stream, version)


def _safe_dump(data: Any, stream: Any = None, **_: Any) -> Any:
    """As ruamel.yaml 0.17 did: to the stream, or as a text."""
    yaml: Any = ruamel.yaml.YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    if stream is not None:
        yaml.dump(data, stream)
        return None
    text = io.StringIO()
    yaml.dump(data, text)
    return text.getvalue()
