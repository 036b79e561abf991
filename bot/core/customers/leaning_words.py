"""Words of our six languages by which a message leans on the turn before: closed classes, no vocabulary of a field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

CONNECTIVE: Final = re.compile(
    r"\s*(?:(?:ok(?:ay)?|so|oh|ah|alors|also|und was|and what|y qué|e che)[\s,]+)?(?:"
    r"and|or|but|what about|how about|what if|also"
    r"|und|oder|aber|auch|was ist mit|wie ist es mit|wie siehts? es? mit|was wenn"
    r"|et|ou|mais|aussi|qu[’']en est-il"
    r"|y|o|pero|también|qué tal|qué pasa con"
    r"|e|mas|também|que tal"
    r"|ed|ma|anche|che ne è"
    r")(?=[\s,])[\s,]*",
    re.IGNORECASE,
)
"""How a message begins that goes on with what was said."""

_PREPOSITIONS: Final[Mapping[str, str]] = {
    "en": "for in on at with without from during after before if over under",
    "de": "für in im am an auf mit ohne nach aus bei beim zum zur vor wenn ab über unter ins ans",
    "fr": "pour en à au aux dans sur avec sans chez si après avant",
    "es": "para en con sin por si sobre después antes",
    "pt": "para em no na nos nas ao à aos às com sem se por sobre depois antes",
    "it": "per in al alla ai con senza nel nella nei su sul sulla se sui sulle",
}
PREPOSITIONS: Final = frozenset(word for words in _PREPOSITIONS.values() for word in words.split())
"""What follows a connective in a fragment: *and **for** kids?*."""

_POINTERS: Final[Mapping[str, str]] = {
    "en": "it that this they them these those one ones",
    "de": "dafür davon dazu damit dabei",
    "fr": "ça cela celui celle ceux elle elles",
    "es": "eso esto ello ellos ellas",
    "pt": "isso isto eles elas",
    "it": "questo quello questi quelli",
}
POINTERS: Final = frozenset(word for words in _POINTERS.values() for word in words.split())
"""Pronouns that stand for something said before."""

_BARE: Final[Mapping[str, str]] = {
    "en": "how much many long soon is are was it its that this they them there do does did will would can could i we "
    "have has to pay for a an the cost costs take takes last valid free of charge charged extra anything something any "
    "fee fees price and so what when until open need with be in be get got by then also still online",
    "de": "wie viel lange teuer ist sind es das dies die dafür davon dazu dabei muss müssen kann können man ich wir "
    "bezahlen zahlen kostet kosten kostenlos gratis umsonst extra was etwas wann bis dauert dauern gilt gelten geht "
    "gehts brauche brauchen und auch denn so dann da online gültig noch mal",
    "fr": "combien de temps ça c cela ce est sont il elle elles ils faut payer pour coûte coûtent prend gratuit "
    "gratuite payant payante en plus quelque chose jusqu à quelle heure ouvre ouvert et quand je on peut dois le la "
    "faire ligne cher valable valables frais y a t dure",
    "es": "cuánto cuanto cuánta tiempo es son eso esto lo tengo que hay pagar por algo cuesta cuestan vale valen tarda "
    "tardan dura gratis gratuito gratuita coste algún alguna extra cuándo hasta a qué hora abre abren y puedo se puede "
    "hacer hacerlo en línea de necesito un una tiene",
    "pt": "quanto quanta tempo é são isso isto tenho de que pagar por algo custa custam demora demoram dura grátis "
    "gratuito gratuita pago paga taxa alguma algum extra quando até a que hora horas abre abrem e posso se pode fazer "
    "fazê-lo online um uma tem preciso",
    "it": "quanto quanta tempo è sono questo quello ci vuole devo si deve pagare per qualcosa costa costano dura "
    "durano gratis gratuito gratuita costo extra quando fino a che ora apre aprono e posso può fare farlo online serve "
    "servono un una di ne",
}
BARE: Final = frozenset(word for words in _BARE.values() for word in words.split())
"""Words that ask for a property and name nothing that has it: *how long does that take*, *is it free*."""
