"""The fixed texts that customers read, in every language we ship, in one place.

An assistant may replace any of them (`texts:` in its `escalation.yml`). What agents read in the desk
is worded where it is decided, in English: the desk is one team.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.core.policy import Policy
from bot.core.wording import words_of_time
from bot.core.wording.words_of_doubt import DOUBT
from bot.core.wording.words_of_life import LIFE

_APOSTROPHE: Final = re.compile(r"(?<=[\w}])'(?=\w)")
_FRENCH_MARKS: Final = re.compile(r" [:;!?»]|« ")
_KEPT: Final = "\N{NO-BREAK SPACE}"

LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "it")

_WRITTEN: Final[Mapping[str, Mapping[str, str]]] = {
    **words_of_time.TEXTS,
    "team": {
        "en": "our team",
        "de": "unser Team",
        "fr": "notre équipe",
        "es": "nuestro equipo",
        "pt": "a nossa equipa",
        "it": "il nostro team",
    },
    "welcome": {
        "en": "Hello! Ask me anything, right here. When I can't help, I bring in a person.",
        "de": "Hallo! Fragen Sie mich einfach hier. Wenn ich nicht weiterweiß, hole ich einen Menschen dazu.",
        "fr": "Bonjour ! Posez-moi vos questions ici même. Quand je ne peux pas aider, je fais appel à quelqu'un.",
        "es": "¡Hola! Pregúnteme lo que quiera, aquí mismo. Cuando yo no pueda ayudar, avisaré a una persona.",
        "pt": "Olá! Pergunte-me o que quiser, aqui mesmo. Quando eu não puder ajudar, chamo uma pessoa.",
        "it": "Buongiorno! Mi chieda pure, direttamente qui. Quando non posso aiutare io, coinvolgo una persona.",
    },
    "handed_over": {
        "en": "I'm bringing in {team}. They can see this whole conversation, so you won't have to repeat anything. "
        "Somebody will answer right here. Your case is #{number}.",
        "de": "Ich hole {team} dazu. Dort ist das ganze Gespräch zu sehen, Sie müssen also nichts wiederholen. "
        "Die Antwort kommt hier. Ihr Fall hat die Nummer #{number}.",
        "fr": "Je fais appel à {team}. Toute la conversation y est visible, vous n'aurez rien à répéter. "
        "La réponse arrivera ici même. Votre dossier porte le numéro #{number}.",
        "es": "Voy a avisar a {team}. Verán toda la conversación, así que no tendrá que repetir nada. "
        "Le contestarán aquí mismo. Su caso es el #{number}.",
        "pt": "Vou chamar {team}. Toda a conversa fica visível, por isso não terá de repetir nada. "
        "A resposta chega aqui mesmo. O seu caso é o #{number}.",
        "it": "Coinvolgo {team}. Vedono tutta la conversazione, quindi non dovrà ripetere nulla. "
        "La risposta arriverà direttamente qui. Il suo caso è il #{number}.",
    },
    "upset": {
        "en": "I'm sorry, this has clearly been frustrating.",
        "de": "Es tut mir leid, das ist wirklich ärgerlich.",
        "fr": "Je suis désolé, je comprends que ce soit pénible.",
        "es": "Lo siento, entiendo que es frustrante.",
        "pt": "Lamento, percebo que isto seja frustrante.",
        "it": "Mi dispiace, capisco che sia frustrante.",
    },
    "distressed": {
        "en": "I'm sorry, this sounds hard.",
        "de": "Es tut mir leid, das klingt schwer.",
        "fr": "Je suis désolé, cela a l'air difficile.",
        "es": "Lo siento, parece un momento difícil.",
        "pt": "Lamento, parece ser difícil.",
        "it": "Mi dispiace, dev'essere difficile.",
    },
    "failed": {
        "en": "I'm sorry, something on our side isn't working right now.",
        "de": "Entschuldigung, bei uns klappt gerade etwas nicht.",
        "fr": "Désolé, quelque chose ne fonctionne pas de notre côté en ce moment.",
        "es": "Lo siento, ahora mismo algo no funciona por nuestra parte.",
        "pt": "Lamento, neste momento algo não está a funcionar do nosso lado.",
        "it": "Mi dispiace, in questo momento qualcosa dalla nostra parte non funziona.",
    },
    "claimed": {
        "en": "{agent} is with you now and can see everything above.",
        "de": "{agent} ist jetzt für Sie da und sieht alles, was hier steht.",
        "fr": "{agent} s'occupe maintenant de vous et voit tout ce qui précède.",
        "es": "{agent} está con usted y puede ver todo lo anterior.",
        "pt": "{agent} está consigo agora e vê tudo o que está acima.",
        "it": "{agent} è qui per lei e vede tutta la conversazione.",
    },
    "released": {
        "en": "You are back in the queue; the next free colleague will answer here.",
        "de": "Sie sind wieder in der Warteschlange; wer als Nächstes frei ist, antwortet hier.",
        "fr": "Vous êtes de nouveau dans la file ; la prochaine personne disponible répondra ici.",
        "es": "Vuelve a estar en la cola; le contestará aquí la próxima persona libre.",
        "pt": "Está de novo na fila; a próxima pessoa livre responde aqui.",
        "it": "È di nuovo in coda; la prima persona libera risponderà qui.",
    },
    "resolved": {
        "en": "{agent} has marked this as solved. If it isn't, just write here and it opens again.",
        "de": "{agent} hat das als gelöst markiert. Falls nicht: einfach hier schreiben, dann geht es weiter.",
        "fr": "{agent} a marqué cette demande comme résolue. Sinon, écrivez ici et elle sera rouverte.",
        "es": "{agent} ha marcado esto como resuelto. Si no lo está, escriba aquí y se volverá a abrir.",
        "pt": "{agent} marcou isto como resolvido. Se não estiver, escreva aqui e volta a abrir.",
        "it": "{agent} ha segnato la richiesta come risolta. Se non lo è, scriva qui e si riapre.",
    },
    "rating_ask": {
        "en": "How did we do? One click is enough.",
        "de": "Wie zufrieden sind Sie mit uns? Ein Klick genügt.",
        "fr": "Que pensez-vous de notre aide ? Un clic suffit.",
        "es": "¿Qué le ha parecido nuestra ayuda? Basta con un clic.",
        "pt": "Como correu? Basta um clique.",
        "it": "Come è andata? Basta un clic.",
    },
    "rating_thanks": {
        "en": "Thank you! Noted: {score} of 5. You can still pick another one.",
        "de": "Danke! Notiert: {score} von 5. Sie können noch etwas anderes wählen.",
        "fr": "Merci ! C'est noté : {score} sur 5. Vous pouvez encore changer d'avis.",
        "es": "¡Gracias! Anotado: {score} de 5. Aún puede elegir otra opción.",
        "pt": "Obrigado! Registado: {score} em 5. Ainda pode escolher outra opção.",
        "it": "Grazie! Annotato: {score} su 5. Può ancora scegliere un'altra risposta.",
    },
    "rating_more": {
        "en": "Say more",
        "de": "Etwas dazu sagen",
        "fr": "En dire plus",
        "es": "Decir algo más",
        "pt": "Dizer algo mais",
        "it": "Aggiungere un commento",
    },
    "rating_title": {
        "en": "How it went",
        "de": "Wie es lief",
        "fr": "Votre avis",
        "es": "Su opinión",
        "pt": "A sua opinião",
        "it": "La sua opinione",
    },
    "rating_question": {
        "en": "What went well, what did not?",
        "de": "Was war gut, was nicht?",
        "fr": "Qu'est-ce qui vous a plu, ou pas ?",
        "es": "¿Qué ha ido bien y qué no?",
        "pt": "O que correu bem, e o que não?",
        "it": "Che cosa è andato bene e che cosa no?",
    },
    "rating_send": {
        "en": "Send",
        "de": "Senden",
        "fr": "Envoyer",
        "es": "Enviar",
        "pt": "Enviar",
        "it": "Invia",
    },
    "rating_noted": {
        "en": "Thank you, that helps us.",
        "de": "Danke, das hilft uns weiter.",
        "fr": "Merci, cela nous aide.",
        "es": "Gracias, nos ayuda mucho.",
        "pt": "Obrigado, isso ajuda-nos.",
        "it": "Grazie, ci è d'aiuto.",
    },
    "reopened": {
        "en": "I've opened case #{number} again; {agent} will see your message.",
        "de": "Fall #{number} ist wieder offen; {agent} sieht Ihre Nachricht.",
        "fr": "Le dossier #{number} est rouvert ; {agent} verra votre message.",
        "es": "He vuelto a abrir el caso #{number}; {agent} verá su mensaje.",
        "pt": "O caso #{number} está aberto de novo; {agent} vai ver a sua mensagem.",
        "it": "Ho riaperto il caso #{number}; {agent} vedrà il suo messaggio.",
    },
    "handed_back": {
        "en": "You're back with the assistant. How can I help?",
        "de": "Sie sprechen wieder mit dem Assistenten. Wie kann ich helfen?",
        "fr": "Vous êtes de nouveau avec l'assistant. Comment puis-je vous aider ?",
        "es": "Vuelve a hablar con el asistente. ¿En qué puedo ayudarle?",
        "pt": "Está de novo com o assistente. Em que posso ajudar?",
        "it": "È di nuovo con l'assistente. Come posso aiutarla?",
    },
    "still_waiting": {
        "en": "You're still in the queue and nothing is lost: {team} will answer here. Case #{number}.",
        "de": "Sie sind weiter in der Warteschlange, nichts ist verloren: {team} antwortet hier. Fall #{number}.",
        "fr": "Vous êtes toujours dans la file, rien n'est perdu : {team} répondra ici. Dossier #{number}.",
        "es": "Sigue en la cola y no se ha perdido nada: {team} le contestará aquí. Caso #{number}.",
        "pt": "Continua na fila e nada se perdeu: {team} responde aqui. Caso #{number}.",
        "it": "È ancora in coda e nulla è andato perso: {team} risponderà qui. Caso #{number}.",
    },
    "not_reached": {
        "en": "Your last message has not reached {team} yet. I keep trying; you don't need to send it again.",
        "de": "Ihre letzte Nachricht hat {team} noch nicht erreicht. Ich versuche es weiter; Sie müssen sie nicht "
        "noch einmal schicken.",
        "fr": "Votre dernier message n'est pas encore parvenu à {team}. Je continue d'essayer, inutile de le renvoyer.",
        "es": "Su último mensaje aún no ha llegado a {team}. Sigo intentándolo; no hace falta que lo reenvíe.",
        "pt": "A sua última mensagem ainda não chegou até {team}. Continuo a tentar; não precisa de a reenviar.",
        "it": "Il suo ultimo messaggio non ha ancora raggiunto {team}. Continuo a provare; non serve rimandarlo.",
    },
    "file_too_large": {
        "en": "Your file “{file}” is larger than {limit} MB, so I can't pass it on. Could you send a smaller one, or "
        "a link to it? Everything you wrote has arrived.",
        "de": "Ihre Datei „{file}“ ist größer als {limit} MB, deshalb kann ich sie nicht weitergeben. Können Sie eine "
        "kleinere oder einen Link schicken? Was Sie geschrieben haben, ist angekommen.",
        "fr": "Votre fichier « {file} » dépasse {limit} Mo et ne peut pas être transmis. Pouvez-vous en envoyer un "
        "plus petit, ou un lien ? Ce que vous avez écrit est bien arrivé.",
        "es": "Su archivo «{file}» supera los {limit} MB y no puedo reenviarlo. ¿Puede enviar uno más pequeño o un "
        "enlace? Lo que ha escrito sí ha llegado.",
        "pt": "O seu ficheiro “{file}” tem mais de {limit} MB e não o consigo reencaminhar. Pode enviar um mais "
        "pequeno ou um link? O que escreveu chegou.",
        "it": "Il suo file “{file}” supera i {limit} MB e non posso inoltrarlo. Può inviarne uno più piccolo o un "
        "link? Quello che ha scritto è arrivato.",
    },
    "file_not_passed": {
        "en": "I could not pass on your file “{file}”. Please send it once more, or paste a link to it. Everything "
        "you wrote has arrived.",
        "de": "Ihre Datei „{file}“ konnte ich nicht weitergeben. Bitte schicken Sie sie noch einmal oder fügen Sie "
        "einen Link ein. Was Sie geschrieben haben, ist angekommen.",
        "fr": "Votre fichier « {file} » n'a pas pu être transmis. Merci de l'envoyer à nouveau ou d'indiquer un lien. "
        "Ce que vous avez écrit est bien arrivé.",
        "es": "No he podido reenviar su archivo «{file}». Envíelo otra vez, por favor, o pegue un enlace. Lo que ha "
        "escrito sí ha llegado.",
        "pt": "Não consegui reencaminhar o seu ficheiro “{file}”. Envie-o outra vez, por favor, ou cole um link. O que "
        "escreveu chegou.",
        "it": "Non sono riuscito a inoltrare il suo file “{file}”. Lo invii di nuovo, per favore, o incolli un link. "
        "Quello che ha scritto è arrivato.",
    },
    "file_not_received": {
        "en": "There was a file for you, “{file}”, but it could not be delivered here. We know about it and will find "
        "another way; you don't need to do anything.",
        "de": "Hier sollte eine Datei für Sie stehen, „{file}“, aber sie konnte nicht zugestellt werden. Wir wissen "
        "davon und finden einen anderen Weg; Sie müssen nichts tun.",
        "fr": "Un fichier vous était destiné, « {file} », mais il n'a pas pu être remis ici. Nous le savons et "
        "trouverons un autre moyen ; vous n'avez rien à faire.",
        "es": "Había un archivo para usted, «{file}», pero no se ha podido entregar aquí. Lo sabemos y buscaremos "
        "otra forma; no tiene que hacer nada.",
        "pt": "Havia um ficheiro para si, “{file}”, mas não foi possível entregá-lo aqui. Já sabemos e vamos "
        "encontrar outra forma; não precisa de fazer nada.",
        "it": "C'era un file per lei, “{file}”, ma non è stato possibile consegnarlo qui. Lo sappiamo e troveremo un "
        "altro modo; non deve fare nulla.",
    },
    "home": {
        "en": "**Hello!** Write to me under *Messages*, in your own words. I answer at once where I can, and bring in "
        "a person where I cannot.",
        "de": "**Hallo!** Schreiben Sie mir unter *Nachrichten*, in Ihren eigenen Worten. Ich antworte sofort, wo ich "
        "kann, und hole einen Menschen dazu, wo ich nicht weiterweiß.",
        "fr": "**Bonjour !** Écrivez-moi dans l'onglet *Messages*, avec vos propres mots. Je réponds tout de suite "
        "quand je le peux, et je fais appel à quelqu'un quand je ne le peux pas.",
        "es": "**¡Hola!** Escríbame en *Mensajes*, con sus propias palabras. Contesto al momento si puedo y, si no, "
        "aviso a una persona.",
        "pt": "**Olá!** Escreva-me em *Mensagens*, por palavras suas. Respondo logo quando sei e, quando não sei, "
        "chamo uma pessoa.",
        "it": "**Salve!** Mi scriva nella scheda *Messaggi*, con parole sue. Rispondo subito quando posso e, "
        "quando non posso, coinvolgo una persona.",
    },
    "person": {
        "en": "Talk to a person",
        "de": "Mit einem Menschen sprechen",
        "fr": "Parler à quelqu'un",
        "es": "Hablar con una persona",
        "pt": "Falar com uma pessoa",
        "it": "Parlare con una persona",
    },
    "emergency": {
        "en": "If anyone is in danger, please call your local emergency number now (112 in Europe, 911 in the US).",
        "de": "Wenn jemand in Gefahr ist, wählen Sie bitte sofort den Notruf 112.",
        "fr": "Si quelqu'un est en danger, appelez tout de suite les secours (112).",
        "es": "Si alguien está en peligro, llame ya a emergencias (112).",
        "pt": "Se alguém estiver em perigo, ligue já para o 112.",
        "it": "Se qualcuno è in pericolo, chiami subito il 112.",
    },
    **DOUBT,
    **LIFE,
}


def typeset(text: str, language: str) -> str:
    """A text as it is printed in its language: round apostrophes, and in French what keeps a mark beside its word."""
    round_ones = _APOSTROPHE.sub("’", text)
    return _FRENCH_MARKS.sub(lambda mark: mark[0].replace(" ", _KEPT), round_ones) if language == "fr" else round_ones


TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    name: {language: typeset(text, language) for language, text in each.items()} for name, each in _WRITTEN.items()
}
"""What is said, by name and language, as it is printed."""


def wording(name: str, language: str, own: Mapping[str, Mapping[str, str]], otherwise: str = "en") -> str:
    """One fixed text as it is written: `own` by language and name, else ours, else that of the language `otherwise`.

    Raises KeyError for a name that is not in the table: a mistake of ours, found by the tests.
    """
    theirs, ours = own.get(language, {}).get(name), TEXTS[name]
    return typeset(theirs, language) if theirs else ours.get(language) or ours.get(otherwise) or ours["en"]


def say(name: str, language: str, policy: Policy, **fields: object) -> str:
    """One fixed text in that language, else in the default one, with its fields filled.

    Raises KeyError for a name that is not in the table: a mistake of ours, found by the tests.
    """
    text = wording(name, language, policy.texts, policy.default_language)
    # “our team is looking into this” begins a sentence
    begins = text.startswith(("{agent}", "{team}"))
    for field, value in fields.items():
        text = text.replace("{" + field + "}", str(value))
    return text[:1].upper() + text[1:] if begins else text


def language_of(seen: str, locale: str, policy: Policy) -> str:
    """The language to speak: the one seen in the messages, else the customer's locale, else the default."""
    if seen in LANGUAGES:
        return seen
    prefix = locale.replace("_", "-").split("-")[0].lower()
    return prefix if prefix in LANGUAGES else policy.default_language
