"""What customers read at the steps of their case's life, in every language we ship; a part of `words.TEXTS`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIFE: Final[Mapping[str, Mapping[str, str]]] = {
    "closed": {
        "en": "{agent} has closed this case. If you still need something, just write here and it opens again.",
        "de": "{agent} hat diesen Fall geschlossen. Wenn Sie noch etwas brauchen: einfach hier schreiben, dann geht "
        "es weiter.",
        "fr": "{agent} a clos ce dossier. S'il vous faut encore quelque chose, écrivez ici et il sera rouvert.",
        "es": "{agent} ha cerrado este caso. Si todavía necesita algo, escriba aquí y se volverá a abrir.",
        "pt": "{agent} fechou este caso. Se ainda precisar de alguma coisa, escreva aqui e volta a abrir.",
        "it": "{agent} ha chiuso questo caso. Se le serve ancora qualcosa, scriva qui e si riapre.",
    },
    "written_earlier": {
        "en": "written earlier, delivered late",
        "de": "früher geschrieben, verspätet zugestellt",
        "fr": "écrit plus tôt, arrivé en retard",
        "es": "escrito antes, entregado con retraso",
        "pt": "escrito antes, entregue com atraso",
        "it": "scritto prima, arrivato in ritardo",
    },
    "transferred": {
        "en": "I'm passing you on to colleagues who know this better. They see everything above, and will answer "
        "right here.",
        "de": "Ich gebe Sie an Kolleginnen und Kollegen weiter, die sich damit besser auskennen. Dort ist das ganze "
        "Gespräch zu sehen, die Antwort kommt hier.",
        "fr": "Je vous confie à des collègues qui connaissent mieux le sujet. Ils voient tout ce qui précède et "
        "répondront ici même.",
        "es": "Le paso con compañeros que conocen mejor el tema. Ven todo lo anterior y le contestarán aquí mismo.",
        "pt": "Vou passar o seu caso a colegas que conhecem melhor o assunto. Veem tudo o que está acima e respondem "
        "aqui mesmo.",
        "it": "La passo a colleghi che conoscono meglio l'argomento. Vedono tutta la conversazione e risponderanno "
        "direttamente qui.",
    },
    "passed_on_late": {
        "en": "This is taking longer than it should, and I'm sorry. I have asked more colleagues to step in. They see "
        "everything above, and will answer right here.",
        "de": "Das dauert länger, als es sollte, und das tut mir leid. Ich habe weitere Kolleginnen und Kollegen "
        "dazugeholt. Dort ist das ganze Gespräch zu sehen, die Antwort kommt hier.",
        "fr": "L'attente est plus longue que prévu, veuillez nous en excuser. J'ai fait appel à d'autres collègues. "
        "Ils voient tout ce qui précède et répondront ici même.",
        "es": "Esto está tardando más de lo debido, y lo siento. He avisado a otros compañeros. Ven todo lo anterior "
        "y le contestarán aquí mismo.",
        "pt": "Isto está a demorar mais do que devia, e peço desculpa. Chamei outros colegas. Veem tudo o que está "
        "acima e respondem aqui mesmo.",
        "it": "Sta passando più tempo del dovuto, e me ne scuso. Ho coinvolto altri colleghi. Vedono tutta la "
        "conversazione e risponderanno direttamente qui.",
    },
    "snoozed": {
        "en": "{agent} is looking into this and will come back to you right here. You don't need to do anything.",
        "de": "{agent} kümmert sich darum und meldet sich hier wieder. Sie müssen nichts weiter tun.",
        "fr": "{agent} s'en occupe et reviendra vers vous ici même. Vous n'avez rien à faire.",
        "es": "{agent} se está ocupando de ello y volverá a escribirle aquí mismo. No tiene que hacer nada.",
        "pt": "{agent} está a tratar do assunto e volta a escrever-lhe aqui mesmo. Não precisa de fazer nada.",
        "it": "{agent} se ne sta occupando e tornerà a scriverle qui. Non deve fare nulla.",
    },
    "merged": {
        "en": "This belongs to your case #{number}, so both go on together. The answers come in that conversation; "
        "what you write here is seen there, too.",
        "de": "Das gehört zu Ihrem Fall #{number}, deshalb geht beides zusammen weiter. Die Antworten kommen in dem "
        "anderen Gespräch; was Sie hier schreiben, ist auch dort zu sehen.",
        "fr": "Ceci fait partie de votre dossier #{number} ; les deux continuent donc ensemble. Les réponses "
        "arriveront dans l'autre conversation ; ce que vous écrivez ici y est visible aussi.",
        "es": "Esto forma parte de su caso #{number}, así que ambos siguen juntos. Las respuestas llegarán a la "
        "otra conversación; lo que escriba aquí también se verá allí.",
        "pt": "Isto faz parte do seu caso #{number}, por isso os dois seguem juntos. As respostas chegam à outra "
        "conversa; o que escrever aqui também se vê lá.",
        "it": "Questo fa parte del suo caso #{number}, quindi i due proseguono insieme. Le risposte arriveranno "
        "nell'altra conversazione; ciò che scrive qui si vede anche lì.",
    },
    "dismissed": {
        "en": "This is closed. Whenever you need something, just ask here.",
        "de": "Das ist erledigt. Wenn Sie etwas brauchen, fragen Sie einfach hier.",
        "fr": "Ce dossier est clos. Si vous avez besoin de quelque chose, demandez simplement ici.",
        "es": "Esto queda cerrado. Si necesita algo, pregunte aquí.",
        "pt": "Isto fica fechado. Se precisar de alguma coisa, pergunte aqui.",
        "it": "Questo è chiuso. Se le serve qualcosa, chieda pure qui.",
    },
    "forgotten": {
        "en": "What we had kept of our conversations with you has been deleted.",
        "de": "Was wir von unseren Gesprächen mit Ihnen aufbewahrt hatten, ist gelöscht.",
        "fr": "Ce que nous avions conservé de nos échanges avec vous a été supprimé.",
        "es": "Lo que guardábamos de nuestras conversaciones con usted se ha eliminado.",
        "pt": "O que guardávamos das nossas conversas consigo foi eliminado.",
        "it": "Ciò che avevamo conservato delle nostre conversazioni con lei è stato cancellato.",
    },
}
