"""Words of danger that a message denies: *no chest pain, just a cough*, *a stroke ten years ago*, *dying to know*.

What is denied for certain is cut out, and the rest is understood by itself. Only where the rest points to no danger is
the message none: a second sign (*no fever, but I can't breathe*) stays one, and so does every negation that is itself a
danger (*no air*, *cannot stop the bleeding*), since the negator has to stand right before the name of a sign.
Doubt leaves the message whole. So do a pain in the chest that is over, a question (*is chest pain dangerous?*), and
*I am not suicidal*: those go to people who ask back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

from bot.core.customers.danger import is_danger
from bot.core.policy import Policy
from nlu.types import NLU_FALLBACK, Intent, ParseResult

_DENY: Final = "deny"
_FEWEST_WORDS: Final = 2
"""Of a rest that is shorter nothing is understood."""

_NOTHING: Final = Intent(NLU_FALLBACK, 1.0)

_I: Final = re.IGNORECASE


@dataclass(frozen=True, slots=True)
class _Tongue:
    """How a language denies a sign of danger, as regular expressions.

    `lead` may stand before `no` in its clause, `sign` right behind it; `either` goes on denying (*no fever or pain*).
    `whole` denies without `no`. `late` ends a denial. `past` are signs that years have passed since.
    """

    lead: str
    no: str
    sign: str
    either: str
    whole: str
    late: str
    past: str


_TONGUES: Final = (
    _Tongue(
        lead=r"i|he|she|we|they|there|is|has|have|i['’]?ve|he['’]?s|she['’]?s|there['’]?s|got|well|so|also|with",
        no=r"no|without(?: any)?|(?:do ?n['’]?o?t|do not|does ?n['’]?t|does not) have(?: any)?"
        r"|not having(?: any)?|nor|neither",
        sign=r"chest pains?|pains? in (?:my|the|his|her) chest|(?:trouble|difficulty|problems?) breathing"
        r"|breathing (?:trouble|difficulty|difficulties|problems?)|short(?:ness)? of breath|breathlessness"
        r"|fever|bleeding"
        r"|(?:facial )?droop(?:ing)?|slurred speech|seizures?|blood in (?:it|my stool|the stool)|stiff neck",
        either=r"or|nor",
        whole=r"(?:i['’]?m|i am|he['’]?s|he is|she['’]?s|she is) not short of breath(?: any ?more)?",
        late=r"any ?more|now|today|at all|at the moment|right now|currently|thank god|luckily|either",
        past=r"had (?:an? |some )?(?:heart attack|stroke|seizure|chest pains?|mini[- ]stroke)\b[^.,;:!?\n]{0,20}?"
        r"(?:\blast year|\w+ years ago|\byears ago|\bin (?:19|20)\d\d|\bas a child)",
    ),
    _Tongue(
        lead=r"ich|er|sie|es|wir|habe?|hat|haben|gibt|da|auch|also",
        no=r"keine?[rn]?|keinerlei|ohne|weder|noch",
        sign=r"brustschmerz(?:en)?|schmerz(?:en)? in der brust|atemnot|atemprobleme|atembeschwerden|luftnot|fieber"
        r"|blutung(?:en)?|krampfanfälle?|lähmung(?:en)?|sprachstörung(?:en)?|probleme (?:beim atmen|mit der atmung)",
        either=r"oder|noch",
        whole=r"(?:brustschmerzen|atemnot|fieber) (?:habe?|hat) (?:ich|er|sie) (?:auch )?(?:nicht|keine?s?)"
        r"|(?:mir|ihm|ihr) tut die brust nicht weh",
        late=r"mehr|jetzt|heute|zum glück|gerade|derzeit|momentan",
        past=r"hatte[^.,;:!?\n]{0,25}?(?:\bletztes jahr|\bvor \w+ jahren|\b(?:19|20)\d\d)[^.,;:!?\n]{0,10}?"
        r"\b(?:herzinfarkt|schlaganfall|krampfanfall)"
        r"|(?:letztes jahr|vor \w+ jahren|(?:19|20)\d\d) hatte \w+(?: vater| mutter| mann| frau)? (?:einen )?"
        r"(?:herzinfarkt|schlaganfall|krampfanfall)",
    ),
    _Tongue(
        lead=r"je|j['’]|il|elle|on|n['’]|y|ai|a|ont|avons|n['’]ai|n['’]a|n['’]y a|j['’]ai|alors|aussi|et",
        no=r"pas(?: de| d['’]|(?= mal à))|aucune?|sans|ni",
        sign=r"douleurs? (?:dans|à) la poitrine|douleurs? thoraciques?|mal à (?:respirer|la poitrine)|fièvre"
        r"|saignements?"
        r"|difficultés? (?:à|pour) respirer|difficultés? respiratoires?|essoufflements?|gêne respiratoire|convulsions?",
        either=r"ni|ou",
        whole=r"(?:je )?(?:ne )?suis pas essoufflée?",
        late=r"du tout|maintenant|aujourd['’]hui|en ce moment|heureusement|non plus|particuli[eè]re?",
        past=r"(?:a|ai) (?:déjà )?(?:eu|fait) (?:une? )?(?:avc|crise cardiaque|infarctus|malaise|convulsion)\b"
        r"[^.,;:!?\n]{0,15}?(?:il y a \w+ ans|l['’]an dernier|l['’]année dernière|en (?:19|20)\d\d)",
    ),
    _Tongue(
        lead=r"yo|él|ella|ya|y|pero|hay|estoy|está|tampoco|bien",
        no=r"sin|ning[uú]na?|no tengo|no tiene|no siento|no hay|tampoco tengo|ni",
        sign=r"dolor(?:es)? (?:en el|de) pecho|dolor torácico|falta de aire|dificultad (?:para|al) respirar"
        r"|ahogos?|fiebre"
        r"|problemas (?:para|al) respirar|sangrados?|hemorragias?|convulsiones",
        either=r"ni|o",
        whole=r"no me duele el pecho|(?:ya )?no me falta (?:ya )?el aire|no le duele el pecho"
        r"|(?:ya )?no le falta el aire",
        late=r"ahora|hoy|en este momento|por suerte|gracias a dios|para nada|tampoco",
        past=r"(?:tuve|tuvo|sufrí|sufrió) (?:una? )?(?:infarto|ictus|derrame(?: cerebral)?|ataque al corazón"
        r"|convulsión)\b"
        r"[^.,;:!?\n]{0,15}?(?:hace \w+ años|el año pasado|en (?:19|20)\d\d)",
    ),
    _Tongue(
        lead=r"eu|ele|ela|já|e|mas|há|estou|está|também",
        no=r"sem|nenhuma?|não tenho|não tem|nao tenho|nao tem|não sinto|não há|nem",
        sign=r"dor(?:es)? no peito|dor torácica|falta de ar|dificuldades? (?:em|de|para|a|ao) respirar|febre"
        r"|sangramentos?"
        r"|problemas (?:para|a|em) respirar|hemorragias?|convulsões",
        either=r"nem|ou",
        whole=r"n[ãa]o me dói o peito|n[ãa]o estou com (?:falta de ar|dor no peito|febre)",
        late=r"agora|hoje|neste momento|graças a deus|felizmente|nenhuma?|também",
        past=r"(?:tive|teve|sofri|sofreu) (?:uma? )?(?:infarto|enfarte|avc|derrame|ataque cardíaco|convulsão)\b"
        r"[^.,;:!?\n]{0,15}?(?:há \w+ anos|no ano passado|em (?:19|20)\d\d)",
    ),
    _Tongue(
        lead=r"io|lui|lei|e|ma|anche|sono|sto|c['’]è",
        no=r"senza|nessun[ao]?|niente|non ho|non ha|non sento|non c['’]è|né",
        sign=r"dolor[ei] al petto|dolor[ei] toracic[oi]|male al petto|febbre|affanno|fiato corto|mancanza di respiro"
        r"|difficoltà (?:a|di|nel) respirar[eo]|difficoltà respiratorie|problemi (?:a|di) respir\w+|sangue"
        r"|sanguinamenti?"
        r"|convulsioni",
        either=r"né|o",
        whole=r"non mi fa male il petto|non mi manca il respiro",
        late=r"adesso|ora|oggi|in questo momento|per fortuna|grazie a dio|neanche",
        past=r"(?:ho|ha) (?:già )?avuto (?:un['’ ]?)? ?(?:infarto|ictus|attacco di cuore|attacco cardiaco)\b"
        r"[^.,;:!?\n]{0,15}?(?:\w+ anni fa|l['’]anno scorso|nel (?:19|20)\d\d)",
    ),
)

_CLAUSE: Final = r"(?:^|[.,;:!?…\n(]|\b(?:and|but|und|aber|et|mais|y|pero|e|ma|mas)\b)"
_ENDS: Final = (
    r"(?=\s*(?:$|[.,;:!?…\n)]|(?:and|but|just|only|so|can|though|und|aber|nur|sondern|et|mais|juste|seulement|y"
    r"|pero|solo"
    r"|sólo|e|ma|mas|só|apenas|soltanto)\b))"
)


def _denial(tongue: _Tongue) -> re.Pattern[str]:
    first = rf"(?:{tongue.no})\s*(?:\b|(?<=['’]))(?:{tongue.sign})\b"
    more = rf"(?:,?\s*(?:(?:{tongue.either})\s+(?:(?:{tongue.no})\s+)?)(?:{tongue.sign})\b)*"
    denied = rf"(?:{first}{more}|(?:{tongue.whole})\b)(?:\s+(?:{tongue.late}))*"
    lead = rf"(?:(?:{tongue.lead})\s*(?:\b|(?<=['’])))*?\s*"
    return re.compile(rf"({_CLAUSE}\s*){lead}\b{denied}\b{_ENDS}", _I)


_DENIALS: Final = tuple(_denial(tongue) for tongue in _TONGUES)
_PASTS: Final = tuple(re.compile(rf"\b(?:{tongue.past})\b", _I) for tongue in _TONGUES)

_FIGURES: Final = re.compile(
    r"\b(?:(?:die|dying|died) (?:of|from) (?:boredom|laughter|laughing|curiosity|embarrassment)|dying to (?:know|see)"
    r"|vor (?:lachen|langeweile|neugier|scham) (?:\w+ )?(?:sterb\w+|gestorben|tot)|sterbe vor (?:lachen"
    r"|langeweile|neugier|scham)"
    r"|m(?:ort|orte|ourir|eurs) de (?:rire|honte|curiosité|ennui)"
    r"|m(?:uero|orir\w*|ueres|uerto|uerta) de (?:risa|curiosidad|aburrimiento|vergüenza|ganas)"
    r"|morr\w+ (?:a rir|de (?:rir|riso|tédio|vergonha|curiosidade|vontade))"
    r"|mor(?:ire|endo|to|ta|ti) (?:dal ridere|dalle risate|dalla (?:voglia|curiosità|noia|vergogna)|di (?:noia"
    r"|curiosità))"
    r"|muoio (?:dal ridere|dalle risate|dalla (?:voglia|curiosità|noia|vergogna)|di (?:noia|curiosità)))\b",
    _I,
)

_ENDED_THINGS: Final = re.compile(
    r"\b(?:en finir avec (?:cet|cette|ce|mon|ma|mes|le|la|l['’]|votre) ?(?:abonnement|contrat|compte|commande"
    r"|carte|résiliation)"
    r"|acabar (?:ya )?con (?:est[ae]|mi|la|el|su) (?:suscripción|suscripcion|contrato|cuenta|pedido|tarjeta)"
    r"|acabar com (?:ess[ae]|est[ae]|[ao]|a minha|o meu|minha|meu) (?:assinatura|contrato|conta|pedido"
    r"|encomenda|cartão)"
    r"|(?:farla finita|finirla) con (?:quest[oa]|quest['’]|il|la|l['’]|il mio|la mia) ?"
    r"(?:abbonamento|contratto|conto|ordine|carta)"
    r"|(?:end|kill|terminate) (?:my|the|this) (?:subscription|contract|account|order|membership|app|booking)"
    r"|can[cs](?:el|ell|le) (?:everything|it all|all (?:of it|of them|my \w+)))\b",
    _I,
)

_AFTER_ALL: Final = re.compile(
    r"\b(?:until|till|actually|yes|yeah|wait|now (?:i do|it|there)|bis|doch|ja|jetzt (?:schon|aber|doch)"
    r"|jusqu\w*|oui|si maintenant"
    r"|maintenant|hasta|sí|ahora|fino|finché|sì|adesso|até|sim|agora)\b",
    _I,
)
"""What may take a denial back, with no sign named again: *no chest pain until today*."""

_AS_THEN: Final = re.compile(
    r"\b(?:again|same|like (?:then|that|before)|back|worse|since|now|another|wieder|gleiche?\w*|genauso|seit\w*"
    r"|jetzt|schlimmer|encore"
    r"|même|pareil|maintenant|depuis|pire|recommenc\w*|otra vez|de nuevo|mism\w+|igual|ahora|desde|peor|de novo"
    r"|mesm\w+|agora|pior"
    r"|di nuovo|stess\w+|uguale|ancora|adesso|da allora|peggio)\b",
    _I,
)
"""What brings the past back."""


_GAPS: Final = re.compile(r"\s*,(?:\s*,)*\s*")


def rest_of(text: str) -> str | None:
    """The text without the dangers that it denies for certain; None where it denies none."""
    undenied = reduce(lambda left, denial: denial.sub(r"\1", left), (*_DENIALS, *_DENIALS), text)
    if _AFTER_ALL.search(undenied):
        undenied = text
    recent = reduce(lambda left, past: past.sub("", left), _PASTS, undenied)
    if _AS_THEN.search(recent):
        recent = undenied
    rest = _ENDED_THINGS.sub("", _FIGURES.sub("", recent))
    return None if rest == text else _GAPS.sub(", ", " ".join(rest.split())).strip(" ,;:-–")


def rest_to_hear(whole: ParseResult, policy: Policy) -> str | None:
    """What has to be understood by itself before a message counts as one of danger; None where nothing is denied."""
    return rest_of(whole.text) if is_danger(whole, policy) else None


def heard_without(whole: ParseResult, rest: ParseResult, policy: Policy) -> ParseResult:
    """The message with its denied dangers unheard, unless what is left of it points to danger by itself."""
    if is_danger(rest if _says_something(rest) else replace(rest, intent=_NOTHING, ranking=()), policy):
        return whole
    calm = replace(
        whole, safety=None, entities=tuple(e for e in whole.entities if e.entity not in policy.emergency_entities)
    )
    return calm if not is_danger(calm, policy) else _meaning(calm, rest, policy)


def heard(whole: ParseResult, parse: Callable[[str], ParseResult], policy: Policy) -> ParseResult:
    """The message with its denied dangers unheard, by an understanding that is at hand."""
    rest = rest_to_hear(whole, policy)
    return whole if rest is None else heard_without(whole, parse(rest), policy)


def _meaning(calm: ParseResult, rest: ParseResult, policy: Policy) -> ParseResult:
    """What a message means that was taken for an emergency: what the rest means, or a no where nothing is left."""
    if _says_something(rest):
        return replace(calm, intent=rest.intent, ranking=rest.ranking, responses=rest.responses)
    ranking = tuple(intent for intent in calm.ranking if intent.name not in policy.emergency_intents)
    denies = any(intent.name == _DENY for intent in ranking) and not _FIGURES.search(calm.text)
    intent = Intent(_DENY, 1.0) if denies else _NOTHING
    return replace(calm, intent=intent, ranking=(intent, *ranking) if denies else ranking, responses=())


def _says_something(rest: ParseResult) -> bool:
    return len(rest.text.split()) >= _FEWEST_WORDS
