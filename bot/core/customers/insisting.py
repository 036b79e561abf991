"""Whether a message asks for the same again, or for something else that has the same answer.

*and on Saturdays?* after *when do you open?* is another question, *but when do you open??* is the same one. Words that
only insist are no news.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LEAST_LETTERS: Final = 3
"""Shorter words are articles and the like (*is it*, *de la*), unless they hold a figure."""

_WORDS: Final[Mapping[str, str]] = {
    "en": "again still really but yes please already just now answer answered asked ask asking question said say "
    "saying told tell repeat repeating same that this the and hello anyone know want wanted need mean meant not you "
    "your did didnt dont",
    "de": "nochmal nochmals wieder immer noch wirklich aber bitte schon doch jetzt antwort antworten gefragt frage "
    "fragte sage gesagt sagen wiederhole wiederholen gleiche dasselbe hallo weiß wissen will wollte brauche meine "
    "meinte nicht habe das die der ich und",
    "fr": "encore toujours vraiment mais oui svp déjà maintenant réponse répondre répondez demandé demande question "
    "dit dis répète répéter même allô bonjour savoir sais veux voulais besoin pas une vous votre avez cela les des est "
    "que",
    "es": "otra vez todavía sigue realmente pero por favor ahora respuesta responde responder preguntado pregunté "
    "pregunta dicho digo decir repito repetir mismo misma hola saber quiero quería necesito eso esto los las que una",
    "pt": "novo outra ainda realmente mas sim agora resposta responda responder perguntei pergunta disse digo dizer "
    "repito repetir mesmo mesma olá quero queria preciso isso isto não uma que",
    "it": "ancora nuovo sempre davvero però per favore già adesso ora risposta rispondi rispondere chiesto chiedo "
    "domanda detto dico dire ripeto ripetere stesso stessa ciao sapere voglio volevo bisogno non questo quello una che",
}

_INSISTING: Final = frozenset(word for words in _WORDS.values() for word in words.split())


def asks_the_same(said: str, before: str) -> bool:
    """Whether a text has no word of its own beside an earlier one; both as `escalation.normal` folds them."""
    return all(_is_no_news(word) for word in {*said.split()} - {*before.split()})


def _is_no_news(word: str) -> bool:
    return word in _INSISTING or (len(word) < _LEAST_LETTERS and word.isalpha())
