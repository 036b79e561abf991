"""Replaces an entity's value by the name it is known under: `NYC` becomes `New York City`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.artifacts import read_json, write_json
from nlu.draft import Draft
from nlu.types import Entity


@dataclass(frozen=True, slots=True)
class EntitySynonymMapper:
    """Changes `draft.entities`. `synonyms` maps lower-cased text to the value."""

    synonyms: Mapping[str, str]

    def process(self, draft: Draft) -> None:
        if self.synonyms and draft.entities:
            draft.entities = tuple(self._mapped(e) for e in draft.entities)

    def _mapped(self, entity: Entity) -> Entity:
        known = self.synonyms.get(entity.value.lower()) if isinstance(entity.value, str) else None
        if known is None or known == entity.value:
            return entity
        return replace(entity, value=known, processors=(*entity.processors, "EntitySynonymMapper"))

    def save(self, folder: Path) -> None:
        write_json(folder / "synonyms.json", dict(self.synonyms))

    @classmethod
    def load(cls, folder: Path) -> EntitySynonymMapper:
        """Read what `save` wrote. Raises ModelError."""
        return cls({str(k): str(v) for k, v in read_json(folder / "synonyms.json").items()})
