"""What patients write who need their medicine, calmly, in six languages."""

from __future__ import annotations

from typing import Final

MEDICINE: Final = (
    "i need my pills",
    "i ran out of pills",
    "ich brauche meine tabletten",
    "mir sind die pillen ausgegangen",
    "j'ai besoin de mes comprimés",
    "je n'ai plus de médicaments",
    "necesito mis pastillas",
    "se me acabaron las pastillas",
    "preciso dos meus comprimidos",
    "fiquei sem comprimidos",
    "mi servono le mie pillole",
    "ho finito le pastiglie",
)
