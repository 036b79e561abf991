"""What customers read where a message was not understood, in every language we ship; a part of `words.TEXTS`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DOUBT: Final[Mapping[str, Mapping[str, str]]] = {
    "unsure": {
        "en": "I'm not sure I got that. Did you mean one of these?",
        "de": "Ich bin nicht sicher, ob ich das verstanden habe. Meinten Sie etwas davon?",
        "fr": "Je ne suis pas sûr d'avoir compris. Est-ce l'une de ces demandes ?",
        "es": "No estoy seguro de haberlo entendido. ¿Se refiere a algo de esto?",
        "pt": "Não tenho a certeza de ter percebido. Era alguma destas opções?",
        "it": "Non sono sicuro di aver capito. Intendeva una di queste cose?",
    },
    "rephrase": {
        "en": "I'm not sure I got that. Could you put it in other words? Or I can bring in a person.",
        "de": "Ich bin nicht sicher, ob ich das verstanden habe. Können Sie es anders sagen? Oder ich hole einen "
        "Menschen dazu.",
        "fr": "Je ne suis pas sûr d'avoir compris. Pouvez-vous le dire autrement ? Sinon, j'appelle quelqu'un.",
        "es": "No estoy seguro de haberlo entendido. ¿Puede decirlo de otra manera? O aviso a una persona.",
        "pt": "Não tenho a certeza de ter percebido. Pode dizê-lo de outra forma? Ou chamo uma pessoa.",
        "it": "Non sono sicuro di aver capito. Può dirlo in altro modo? Oppure chiamo una persona.",
    },
    "file_alone": {
        "en": "I can't open files, pictures or recordings. A person can, and finds yours here. Tell me in words what "
        "you need, or I can bring in a person.",
        "de": "Dateien, Bilder und Aufnahmen kann ich nicht öffnen. Ein Mensch kann das und findet Ihre hier. Sagen "
        "Sie mir in Worten, worum es geht, oder ich hole einen Menschen dazu.",
        "fr": "Je ne peux pas ouvrir les fichiers, les images ni les enregistrements. Une personne le peut, et les "
        "trouve ici. Dites-moi avec des mots ce qu'il vous faut ; sinon, j'appelle quelqu'un.",
        "es": "No puedo abrir archivos, imágenes ni grabaciones. Una persona sí puede, y los encuentra aquí. Dígame "
        "con palabras qué necesita. O aviso a una persona.",
        "pt": "Não consigo abrir ficheiros, imagens nem gravações. Uma pessoa consegue, e encontra-os aqui. Diga-me "
        "por palavras de que precisa. Ou chamo uma pessoa.",
        "it": "Non posso aprire file, immagini o registrazioni. Una persona può, e li trova qui. Mi dica a parole che "
        "cosa le serve. Oppure chiamo una persona.",
    },
    "same_answer": {
        "en": "My answer is still the one above. If it isn't what you asked, put it in other words, or I can bring in "
        "a person.",
        "de": "Meine Antwort ist noch dieselbe wie eben. Wenn Sie etwas anderes meinten, sagen Sie es bitte anders. "
        "Oder ich hole einen Menschen dazu.",
        "fr": "Ma réponse reste celle ci-dessus. Si votre question était autre, dites-le autrement ; sinon, j'appelle "
        "quelqu'un.",
        "es": "Mi respuesta sigue siendo la de arriba. Si su pregunta era otra, dígalo de otra manera. O aviso a una "
        "persona.",
        "pt": "A minha resposta continua a ser a de cima. Se a sua pergunta era outra, diga-o de outra forma. Ou chamo "
        "uma pessoa.",
        "it": "La mia risposta resta quella qui sopra. Se la sua domanda era un'altra, lo dica in altro modo. Oppure "
        "chiamo una persona.",
    },
    "said_above": {
        "en": "What I know about that is in my answer above. If it isn't there, ask me in a whole sentence, or I can "
        "bring in a person.",
        "de": "Was ich dazu weiß, steht in meiner Antwort oben. Wenn es dort fehlt, fragen Sie bitte in einem ganzen "
        "Satz. Oder ich hole einen Menschen dazu.",
        "fr": "Ce que j'en sais se trouve dans ma réponse ci-dessus. Si ce n'y est pas, posez la question en une "
        "phrase entière ; sinon, j'appelle quelqu'un.",
        "es": "Lo que sé de eso está en mi respuesta de arriba. Si no está ahí, pregúntelo con una frase entera. O "
        "aviso a una persona.",
        "pt": "O que sei sobre isso está na minha resposta de cima. Se não estiver lá, pergunte numa frase inteira. Ou "
        "chamo uma pessoa.",
        "it": "Quello che so è nella mia risposta qui sopra. Se non c'è, lo chieda con una frase intera. Oppure chiamo "
        "una persona.",
    },
    "said_of_that": {
        "en": "From my answer above: “{words}” If that isn't it, I can bring in a person.",
        "de": "Aus meiner Antwort oben: „{words}“ Wenn es das nicht ist, hole ich gern einen Menschen dazu.",
        "fr": "Dans ma réponse ci-dessus : « {words} » Si ce n'est pas cela, je peux appeler quelqu'un.",
        "es": "De mi respuesta de arriba: «{words}» Si no es eso, puedo avisar a una persona.",
        "pt": "Da minha resposta de cima: “{words}” Se não é isso, posso chamar uma pessoa.",
        "it": "Dalla mia risposta qui sopra: “{words}” Se non è questo, posso chiamare una persona.",
    },
    "one_at_a_time": {
        "en": "One thing at a time: I'll start here. For the rest, press the button whenever you like.",
        "de": "Eins nach dem anderen: Ich fange hiermit an. Für den Rest drücken Sie den Knopf, sobald Sie möchten.",
        "fr": "Une chose à la fois : je commence par celle-ci. Pour le reste, appuyez sur le bouton quand vous voulez.",
        "es": "Vamos por partes: empiezo por esto. Para lo demás, pulse el botón cuando quiera.",
        "pt": "Uma coisa de cada vez: começo por esta. Para o resto, carregue no botão quando quiser.",
        "it": "Una cosa alla volta: comincio da questa. Per il resto, prema il pulsante quando vuole.",
    },
    "none_of_these": {
        "en": "None of these",
        "de": "Nichts davon",
        "fr": "Rien de tout cela",
        "es": "Nada de esto",
        "pt": "Nenhuma destas",
        "it": "Nessuna di queste",
    },
    "meant": {
        "en": "Did you mean “{guess}”?",
        "de": "Meinten Sie „{guess}“?",
        "fr": "Vouliez-vous dire « {guess} » ?",
        "es": "¿Se refiere a «{guess}»?",
        "pt": "Queria dizer “{guess}”?",
        "it": "Intendeva “{guess}”?",
    },
    "yes": {"en": "Yes", "de": "Ja", "fr": "Oui", "es": "Sí", "pt": "Sim", "it": "Sì"},
    "no": {"en": "No", "de": "Nein", "fr": "Non", "es": "No", "pt": "Não", "it": "No"},
    "say_differently": {
        "en": "Could you say that differently?",
        "de": "Können Sie das anders sagen?",
        "fr": "Pouvez-vous le dire autrement ?",
        "es": "¿Puede decirlo de otra manera?",
        "pt": "Pode dizê-lo de outra forma?",
        "it": "Può dirlo in altro modo?",
    },
    "no_command": {
        "en": "Commands are for our team. Please write me a message in your own words instead: I answer at once where "
        "I can, and bring in a person where I can't.",
        "de": "Befehle sind für unser Team. Schreiben Sie mir einfach eine Nachricht, in Ihren eigenen Worten: Ich "
        "antworte sofort, wo ich kann, und hole einen Menschen dazu, wo ich nicht weiterweiß.",
        "fr": "Les commandes sont réservées à notre équipe. Écrivez-moi plutôt un message, avec vos propres mots : je "
        "réponds tout de suite quand je le peux, et je fais appel à quelqu'un quand je ne le peux pas.",
        "es": "Los comandos son para nuestro equipo. Escríbame mejor un mensaje, con sus propias palabras: contesto al "
        "momento si puedo y, si no, aviso a una persona.",
        "pt": "Os comandos são para a nossa equipa. Escreva-me antes uma mensagem, por palavras suas: respondo logo "
        "quando sei e, quando não sei, chamo uma pessoa.",
        "it": "I comandi sono per il nostro team. Mi scriva piuttosto un messaggio, con parole sue: rispondo subito "
        "quando posso e, quando non posso, coinvolgo una persona.",
    },
}
