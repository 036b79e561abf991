"""The fixed texts about time that customers read, and how a moment is said, in every language we ship.

A part of the table in `words`, which alone is asked for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "handed_over_closed": {
        "en": "I'm passing this on to {team}. Nobody is there right now: they are back {when} and will answer "
        "right here. They will see this whole conversation, so you won't have to repeat anything. Your case is "
        "#{number}.",
        "de": "Ich gebe das an {team} weiter. Gerade ist niemand da: Weiter geht es {when}, und die Antwort "
        "kommt hier. Das ganze Gespräch ist dann zu sehen, Sie müssen nichts wiederholen. Ihr Fall hat die Nummer "
        "#{number}.",
        "fr": "Je transmets votre demande : {team} n'est pas là en ce moment et reprend {when}. La réponse "
        "arrivera ici même. Toute la conversation y sera visible, vous n'aurez rien à répéter. Votre dossier "
        "porte le numéro #{number}.",
        "es": "Paso su consulta a {team}. Ahora mismo no hay nadie: vuelven {when} y le contestarán aquí mismo. "
        "Verán toda la conversación, así que no tendrá que repetir nada. Su caso es el #{number}.",
        "pt": "Vou passar o seu pedido: {team} não está disponível neste momento e volta {when}. A resposta chega aqui "
        "mesmo. Toda a conversa ficará visível, por isso não terá de repetir nada. O seu caso é o #{number}.",
        "it": "Passo la sua richiesta: {team} ora non c'è e torna {when}. La risposta arriverà direttamente qui. Tutta "
        "la conversazione sarà visibile, quindi non dovrà ripetere nulla. Il suo caso è il #{number}.",
    },
    "handed_over_away": {
        "en": "I'm passing this on to {team}. Nobody is there right now, and I can't say when they are back; the "
        "answer will come right here. Your case is #{number}.",
        "de": "Ich gebe das an {team} weiter. Gerade ist niemand da, und ich kann nicht sagen, ab wann wieder; "
        "die Antwort kommt hier. Ihr Fall hat die Nummer #{number}.",
        "fr": "Je transmets votre demande : {team} n'est pas là en ce moment, et je ne peux pas encore vous dire quand "
        "vous aurez une réponse ; elle arrivera ici même. Votre dossier porte le numéro #{number}.",
        "es": "Paso su consulta a {team}. Ahora mismo no hay nadie y no sé decirle cuándo volverán; le "
        "contestarán aquí mismo. Su caso es el #{number}.",
        "pt": "Vou passar o seu pedido: {team} não está disponível neste momento, e não sei dizer quando volta. "
        "A resposta chega aqui mesmo. O seu caso é o #{number}.",
        "it": "Passo la sua richiesta: {team} ora non c'è e non so dire quando tornerà. La risposta arriverà "
        "direttamente qui. Il suo caso è il #{number}.",
    },
    "meanwhile": {
        "en": "If you like, I go on helping with what I can until then.",
        "de": "Wenn Sie möchten, helfe ich bis dahin weiter, so gut ich kann.",
        "fr": "Si vous le souhaitez, je continue de vous aider d'ici là, autant que possible.",
        "es": "Si quiere, mientras tanto le sigo ayudando en lo que pueda.",
        "pt": "Se quiser, até lá continuo a ajudar no que puder.",
        "it": "Se vuole, nel frattempo continuo ad aiutarla come posso.",
    },
    "go_on": {
        "en": "Go on with the bot",
        "de": "Weiter mit dem Bot",
        "fr": "Continuer avec le bot",
        "es": "Seguir con el bot",
        "pt": "Continuar com o bot",
        "it": "Continuare con il bot",
    },
    "aside": {
        "en": "Gladly. Your case #{number} stays in the queue, and {team} will answer here. What else can I do?",
        "de": "Gern. Ihr Fall #{number} bleibt in der Warteschlange, und {team} antwortet hier. Was kann ich noch tun?",
        "fr": "Avec plaisir. Votre dossier #{number} reste dans la file, et {team} répondra ici. Que puis-je "
        "faire d'autre ?",
        "es": "Con gusto. Su caso #{number} sigue en la cola, y {team} le contestará aquí. ¿Qué más puedo hacer?",
        "pt": "Com gosto. O seu caso #{number} continua na fila, e {team} responde aqui. Que mais posso fazer?",
        "it": "Volentieri. Il suo caso #{number} resta in coda, e {team} risponderà qui. Che altro posso fare?",
    },
    "in_the_queue": {
        "en": "That is for {team}. Your message is with your case #{number}, which is in the queue already; the "
        "answer will come here.",
        "de": "Das ist etwas für {team}. Ihre Nachricht liegt bei Ihrem Fall #{number}, der schon in der "
        "Warteschlange ist; die Antwort kommt hier.",
        "fr": "C'est une question pour {team}. Votre message est joint à votre dossier #{number}, déjà dans la "
        "file ; la réponse arrivera ici.",
        "es": "De eso se ocupa {team}. Su mensaje está con su caso #{number}, que ya está en la cola; le "
        "contestarán aquí.",
        "pt": "Isso é com {team}. A sua mensagem está junto do seu caso #{number}, que já está na fila; a "
        "resposta chega aqui.",
        "it": "Di questo si occupa {team}. Il suo messaggio è nel caso #{number}, già in coda; la risposta "
        "arriverà qui.",
    },
    "first_in_line": {
        "en": "You are next in the queue.",
        "de": "Sie sind als Nächstes an der Reihe.",
        "fr": "Votre dossier est le prochain de la file.",
        "es": "Su caso es el siguiente de la cola.",
        "pt": "O seu caso é o próximo da fila.",
        "it": "Il suo caso è il prossimo in coda.",
    },
    "place_in_line": {
        "en": "You are number {place} in the queue.",
        "de": "Sie sind Nummer {place} in der Warteschlange.",
        "fr": "Vous êtes en position {place} dans la file.",
        "es": "Ocupa el puesto {place} de la cola.",
        "pt": "Está no lugar {place} da fila.",
        "it": "È in posizione {place} nella coda.",
    },
    "recent_wait": {
        "en": "Lately, nine in ten cases were picked up within {wait}.",
        "de": "Zuletzt kamen neun von zehn Fällen innerhalb von {wait} an die Reihe.",
        "fr": "Ces derniers temps, neuf dossiers sur dix ont été pris en charge en moins de {wait}.",
        "es": "Últimamente, nueve de cada diez casos se han atendido en {wait} o menos.",
        "pt": "Ultimamente, nove em cada dez casos foram atendidos em {wait} ou menos.",
        "it": "Di recente, nove casi su dieci sono stati presi in carico entro {wait}.",
    },
    "minutes": {
        "en": "{n} minutes",
        "de": "{n} Minuten",
        "fr": "{n} minutes",
        "es": "{n} minutos",
        "pt": "{n} minutos",
        "it": "{n} minuti",
    },
    "hours": {
        "en": "{n} hours",
        "de": "{n} Stunden",
        "fr": "{n} heures",
        "es": "{n} horas",
        "pt": "{n} horas",
        "it": "{n} ore",
    },
    "assigned": {
        "en": "{agent} has your case now and will answer right here.",
        "de": "{agent} kümmert sich jetzt um Ihren Fall und antwortet hier.",
        "fr": "{agent} s'occupe maintenant de votre dossier et répondra ici même.",
        "es": "{agent} se encarga ahora de su caso y le contestará aquí mismo.",
        "pt": "{agent} está agora a tratar do seu caso e responde aqui mesmo.",
        "it": "{agent} segue ora il suo caso e risponderà direttamente qui.",
    },
    "silent": {
        "en": "{agent} hasn't been able to answer yet. I have just sent a reminder; your message is not lost, and "
        "you don't need to write it again.",
        "de": "{agent} konnte noch nicht antworten. Ich habe gerade daran erinnert; Ihre Nachricht ist nicht "
        "verloren, Sie müssen sie nicht noch einmal schreiben.",
        "fr": "{agent} n'a pas encore pu répondre. Je viens d'envoyer un rappel ; votre message n'est pas perdu, "
        "inutile de le réécrire.",
        "es": "{agent} todavía no ha podido contestar. Acabo de enviar un recordatorio; su mensaje no se ha "
        "perdido y no hace falta que lo repita.",
        "pt": "{agent} ainda não conseguiu responder. Acabei de enviar um lembrete; a sua mensagem não se perdeu "
        "e não precisa de a repetir.",
        "it": "{agent} non ha ancora potuto rispondere. Ho appena inviato un promemoria; il suo messaggio non "
        "è perso e non serve riscriverlo.",
    },
    "closed_now": {
        "en": "Nobody is there right now: {team} is back {when}. Your message is with your case #{number} and "
        "will be answered here.",
        "de": "Gerade ist niemand da: {team} ist {when} zurück. Ihre Nachricht liegt bei Ihrem Fall #{number}, "
        "die Antwort kommt hier.",
        "fr": "Personne n'est là en ce moment : {team} reprend {when}. Votre message est joint au dossier "
        "#{number}, la réponse arrivera ici.",
        "es": "Ahora mismo no hay nadie: {team} vuelve {when}. Su mensaje está con su caso #{number} y le "
        "contestarán aquí.",
        "pt": "Neste momento não há ninguém disponível: {team} volta {when}. A sua mensagem está junto do "
        "caso #{number} e a resposta chega aqui.",
        "it": "In questo momento non c'è nessuno: {team} torna {when}. Il suo messaggio è nel caso #{number} e la "
        "risposta arriverà qui.",
    },
    "closing_now": {
        "en": "Nobody could take this before closing time, and I'm sorry: {team} is back {when} and will answer right "
        "here. Case #{number} keeps its place.",
        "de": "Vor Feierabend konnte sich leider niemand mehr darum kümmern: {team} ist {when} zurück und antwortet "
        "hier. Fall #{number} behält seinen Platz.",
        "fr": "Personne n'a pu s'en occuper avant la fermeture, veuillez nous en excuser : {team} reprend {when} et "
        "répondra ici même. Le dossier #{number} garde sa place.",
        "es": "Nadie ha podido atenderle antes del cierre, y lo siento: {team} vuelve {when} y le contestará aquí "
        "mismo. El caso #{number} conserva su lugar.",
        "pt": "Ninguém conseguiu tratar disto antes do fecho, e peço desculpa: {team} volta {when} e responde aqui "
        "mesmo. O caso #{number} mantém o seu lugar.",
        "it": "Nessuno è riuscito a occuparsene prima della chiusura, e me ne scuso: {team} torna {when} e risponderà "
        "direttamente qui. Il caso #{number} mantiene il suo posto.",
    },
    "still_there": {
        "en": "Is there anything else about case #{number}? If I don't hear from you, I'll close it {when}. You "
        "can open it again later by writing here.",
        "de": "Gibt es zu Fall #{number} noch etwas? Wenn ich nichts höre, schließe ich ihn {when}. Sie können "
        "ihn später wieder öffnen, indem Sie hier schreiben.",
        "fr": "Reste-t-il quelque chose à régler pour le dossier #{number} ? Sans nouvelles de votre part, je le "
        "fermerai {when}. Vous pourrez le rouvrir en écrivant ici.",
        "es": "¿Queda algo pendiente en el caso #{number}? Si no tengo noticias suyas, lo cerraré {when}. Podrá "
        "volver a abrirlo escribiendo aquí.",
        "pt": "Ainda há alguma coisa a tratar no caso #{number}? Se não tiver notícias suas, fecho-o {when}. Pode "
        "voltar a abri-lo escrevendo aqui.",
        "it": "C'è ancora qualcosa da chiarire sul caso #{number}? Se non ho sue notizie, lo chiuderò {when}. "
        "Potrà riaprirlo scrivendo qui.",
    },
    "closed_unanswered": {
        "en": "I've closed case #{number}, as I haven't heard from you. Just write here if there is anything else.",
        "de": "Ich habe Fall #{number} geschlossen, da ich nichts mehr gehört habe. Schreiben Sie einfach hier, "
        "wenn noch etwas ist.",
        "fr": "J'ai fermé le dossier #{number}, n'ayant pas eu de nouvelles. Écrivez ici s'il reste quelque chose.",
        "es": "He cerrado el caso #{number}, ya que no he tenido noticias suyas. Escriba aquí si queda algo.",
        "pt": "Fechei o caso #{number}, porque não tive notícias suas. Escreva aqui se houver mais alguma coisa.",
        "it": "Ho chiuso il caso #{number}, non avendo avuto sue notizie. Scriva qui se c'è altro.",
    },
    # How a moment is said: the day, then the time, then whose clock it is.
    "today": {
        "en": "today",
        "de": "heute",
        "fr": "aujourd'hui",
        "es": "hoy",
        "pt": "hoje",
        "it": "oggi",
    },
    "tomorrow": {
        "en": "tomorrow",
        "de": "morgen",
        "fr": "demain",
        "es": "mañana",
        "pt": "amanhã",
        "it": "domani",
    },
    "weekdays": {
        "en": "on Monday,on Tuesday,on Wednesday,on Thursday,on Friday,on Saturday,on Sunday",
        "de": "am Montag,am Dienstag,am Mittwoch,am Donnerstag,am Freitag,am Samstag,am Sonntag",
        "fr": "lundi,mardi,mercredi,jeudi,vendredi,samedi,dimanche",
        "es": "el lunes,el martes,el miércoles,el jueves,el viernes,el sábado,el domingo",
        "pt": "na segunda-feira,na terça-feira,na quarta-feira,na quinta-feira,na sexta-feira,no sábado,no domingo",
        "it": "lunedì,martedì,mercoledì,giovedì,venerdì,sabato,domenica",
    },
    "months": {
        "en": "January,February,March,April,May,June,July,August,September,October,November,December",
        "de": "Januar,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember",
        "fr": "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre",
        "es": "enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre",
        "pt": "janeiro,fevereiro,março,abril,maio,junho,julho,agosto,setembro,outubro,novembro,dezembro",
        "it": "gennaio,febbraio,marzo,aprile,maggio,giugno,luglio,agosto,settembre,ottobre,novembre,dicembre",
    },
    "first_day": {
        "en": "1",
        "de": "1",
        "fr": "1er",
        "es": "1",
        "pt": "1",
        "it": "1º",
    },
    "date": {
        "en": "{weekday}, {day} {month}",
        "de": "{weekday}, dem {day}. {month}",
        "fr": "{weekday} {day} {month}",
        "es": "{weekday} {day} de {month}",
        "pt": "{weekday}, {day} de {month}",
        "it": "{weekday} {day} {month}",
    },
    "at": {
        "en": "at",
        "de": "um",
        "fr": "à",
        "es": "a las",
        "pt": "às",
        "it": "alle",
    },
    "at_one": {
        "en": "at",
        "de": "um",
        "fr": "à",
        "es": "a la",
        "pt": "à",
        "it": "alle",
    },
    "clock": {
        "en": "{hh}:{mm}",
        "de": "{hh}:{mm}",
        "fr": "{h}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{mm}",
        "es": "{hh}:{mm}",
        "pt": "{h}h{mm}",
        "it": "{hh}:{mm}",
    },
    "full_hour": {
        "en": "{hh}:00",
        "de": "{hh}:00",
        "fr": "{h}\N{NO-BREAK SPACE}h",
        "es": "{hh}:00",
        "pt": "{h}h00",
        "it": "{hh}:00",
    },
    "moment_theirs": {
        "en": "{day} {at} {time} your time",
        "de": "{day} {at} {time} Uhr Ihrer Ortszeit",
        "fr": "{day} {at} {time} (votre heure locale)",
        "es": "{day} {at} {time} (su hora local)",
        "pt": "{day} {at} {time} (na sua hora local)",
        "it": "{day} {at} {time} (la sua ora locale)",
    },
    "moment_ours": {
        "en": "{day} {at} {time} ({zone} time)",
        "de": "{day} {at} {time} Uhr (Ortszeit {zone})",
        "fr": "{day} {at} {time} (heure de {zone})",
        "es": "{day} {at} {time} (hora de {zone})",
        "pt": "{day} {at} {time} (hora de {zone})",
        "it": "{day} {at} {time} (ora di {zone})",
    },
}
