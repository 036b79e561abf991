"""What tells a name of a person in six languages: words before it, and titles. Patterns end where the name begins."""

from __future__ import annotations

import re
from typing import Final

PRESENTED: Final = re.compile(
    r"\b(?:my\sname\sis|my\sname['’]?s|name\sis|i\sam\scalled|i\sgo\sby|call\sme|ich\shei(?:ß|ss)e|mein\sname\sist|mein\sname\slautet"
    r"|je\sm['’]appelle|mon\snom\sest|mon\snom\sc['’]est|me\sllamo|mi\snombre\ses|meu\snome\sé|me\schamo|chamo-me|mi\schiamo"
    r"|il\smio\snome\sè|(?:first\s|last\s|full\s)?name\s?:|nom\s?:|nombre\s?:|nome\s?:):?\s+",
    re.IGNORECASE,
)
PRESENTED_LOOSELY: Final = re.compile(
    r"\b(?:this\sis|it['’]?s|it\sis|i\sam|i['’]m|here\sis|speaking\swith|ich\sbin(?:\s(?:der|die))?|hier\s(?:ist|spricht)|das\sist"
    r"|je\ssuis|c['’]est|cest|ici|soy|habla|le\shabla|aqu[ií]|sou(?:\s[oa])?|aqui\s(?:é|fala)(?:\s[oa])?|é\s[oa]|sono|qui\sè|parla)\s+",
    re.IGNORECASE,
)
TITLE: Final = re.compile(
    r"\b(?:mr|mrs|ms|mx|dr|prof|mme|mlle|sra?|srta|sig|dott|dra|dott\.ssa|dr\.ssa|sig\.ra|miss|herrn?|frau|fräulein|monsieur|madame"
    r"|mademoiselle|señora?|señorita|senhora?|signora?|signorina|doctora?|docteure?|doutora?|dottor(?:e|essa)?|professor)\.?\s"
    r"(?:(?:dr|prof|med|doktor|doctor|professor)\.?\s){0,2}",
    re.IGNORECASE,
)
SMALL_TITLE: Final = re.compile(
    r"(?:mr|mrs|ms|dr|prof|herrn?|frau|monsieur|madame|mme|señora?|sra?|senhora?|signora?|dott)\.?\s(?:dr\.?\s)?"
)
"""Whoever types a title in small letters may type the name so."""

TITLE_WITH_CAPITAL: Final = re.compile(r"\b(?:[Dd]on|[Dd]o[ñn]a|Sir|M\.)\s(?=[^\W\d_a-zß-ÿ])")
"""Titles that are other words before a small letter."""

NO_TITLE_AFTER: Final = re.compile(
    r"(?:\d|\b(?:meine?[rnm]?|deine?[rnm]?|seine?[rnm]?|ihre?[rnm]?|unsere?[rnm]?|eine?[rnm]?|die|der|keine?[rnm]?|jede|diese[rnm]?|alte[rnm]?|junge[rnm]?|andere[rnm]?|a|an|the|my|your|his"
    r"|her|our|i|we|you|they|will|would|don['’]t|mi|tu|su|une?|una?|mon|ma|mes|meu|minha|um|uma|mio|mia))\s$",
    re.IGNORECASE,
)
"""After one of these `frau`, `señor` or `miss` is a word: *meine Frau*, *I miss …*."""

ARTICLE: Final = re.compile(r"\b(?:la|le|el|il|[oa]s?|al|del|do|da|ao|à|alla|della)\s$", re.IGNORECASE)
"""After one of these a title takes a name with a capital: *la señora Ruiz*, but *a senhora pode*."""

GREETING: Final = re.compile(
    r"(?:^|(?<=[\s,.!]))(?:hi|hey|hello|dear|good\s(?:morning|evening|afternoon)|hallo|moin|servus|liebe[rn]?|guten\s(?:tag|morgen|abend)|bonjour"
    r"|bonsoir|salut|ch(?:er|ère)|hola|buen[oa]s\s(?:días|tardes|noches)|querid[oa]|ol[áa]|oi|bom\sdia|boa\s(?:tarde|noite)|car[oa]|ciao|buongiorno"
    r"|buonasera|thanks|thank\syou|thx|cheers|danke|merci|gracias|obrigad[oa]|grazie)(?:\s(?:there|so\smuch|again|mille|nochmal))?,?\s",
    re.IGNORECASE,
)
SIGNED: Final = re.compile(
    r"(?:(?:best|kind|warm)?\s?regards|best\swishes|sincerely|mfg|lg|vg|(?:viele|liebe|freundliche|beste)n?\sgrü(?:ß|ss)e|gru(?:ß|ss)"
    r"|cordialement|bien\sà\svous|saludos|un\ssaludo|atentamente|atenciosamente|cumprimentos|abraços?|cordiali\ssaluti|distinti\ssaluti|saluti)"
    r"[,.!]?[\s\n]+(?=[^\W\d_][\w'’-]*(?:\s[^\W\d_][\w'’-]*){0,2}\s*[.!]?\s*$)",
    re.IGNORECASE,
)
_KIN: Final = (
    r"my\s(?:wife|husband|son|daughter|brother|sister|mother|father|mum|mom|dad|friend|boss|colleague|partner|doctor|neighbou?r|agent|adviser)"
    r"|(?:mein|unser|dein)(?:e[nmr]?)?\s(?:frau|mann|sohn|tochter|bruder|schwester|mutter|vater|chef(?:in)?|kollegen?|kollegin|freund(?:in)?|nachbar(?:in)?)"
    r"|(?:mon|ma|votre|notre)\s(?:mari|femme|fils|fille|frère|sœur|soeur|mère|père|collègue|amie?|voisine?|chef|médecin)"
    r"|(?:mi|su|tu)\s(?:marido|mujer|esposa|esposo|hij[oa]|herman[oa]|madre|padre|jef[ea]|amig[oa]|vecin[oa]|compañer[oa]|colega)"
    r"|(?:meu|minha)\s(?:marido|mulher|esposa|filh[oa]|irmão|irmã|mãe|pai|chefe|amig[oa]|vizinh[oa]|colega)"
    r"|(?:mio|mia)\s(?:marito|moglie|figli[oa]|fratello|sorella|madre|padre|capo|amic[oa]|vicin[oa]|collega)"
)
CONTACT: Final = re.compile(
    r"\b(?:call(?:ed|ing)?|phoned?|rang|ring|e-?mail(?:ed)?|text(?:ed)?|messaged?|contact(?:ed)?|ask(?:ed)?|tell|told|remind(?:ed)?|meet(?:ing)?|met|saw"
    r"|thank|invited?|(?:sp(?:oke|eak|oken)|talk(?:ed|ing)?|chat(?:ted|ting)?|appointment|meeting|session|deal(?:t|ing)?)\s(?:to|with)"
    r"|(?:message|e-?mail|call|letter|gift|present|parcel)\s(?:from|for)|(?:helped|served|handled|treated|seen)\sby|named|called|colleague|agent"
    r"|(?:gesprochen|telefoniert|termin|gespräch|rücksprache|verbunden)\s(?:mit|bei)|rufe?n?|frage?n?|treffe?n?|kollegen?|kollegin"
    r"|(?:re)?appel(?:er|é|ez|le)|contact(?:er|é|ez)|parl(?:er|é|ez)\s(?:à|avec)|(?:rendez-vous|rdv)\savec|rencontr(?:er|é)|demand(?:er|ez|é)\sà|collègue"
    r"|llam(?:ar|é|e|en|a|aron|ó)\sa|habl(?:ar|é|ado)\scon|cita\scon|pregunt(?:ar|é)\s(?:a|por)|compañer[oa]|atendió|at[ie]nd[ei]da?\spor"
    r"|lig(?:ar|uei|ue)\s(?:para|ao?|à)|fal(?:ar|ei|ado)\scom|consulta\scom|reunião\scom|atendid[oa]\spor|colega"
    r"|chiam(?:are|ato|ate|i)|parl(?:are|ato)\scon|appuntamento\scon|(?:chieder|chiest)[eo]\sa|collega"
    rf"|{_KIN})\s",
    re.IGNORECASE,
)
NEAR: Final = re.compile(
    r"\b(?:im|with|from|for|by|to|and|mit|von|bei|für|an|und|avec|par|pour|chez|et|con|para|por|com|pelo|pela|ao|da|per|di)\s",
    re.IGNORECASE,
)

_PLACES: Final = (
    r"rue|avenue|av\.?|ave\.?|boulevard|bd|place|quai|cours|allée|via|viale|piazza|corso|largo|calle|c/|avenida|plaza|paseo|rua|praça|hôpital|hospital"
    r"|hospital|ospedale|lycée|collège|école|clinique|clinica|clínica|saint|sainte|st\.?|sankt|san|santa|santo|são|monte|mount|port|puerto|porto|hotel|hôtel"
    r"|lake|lago|cape|fort|king|queen|prince|princess|pope"
)
STREET_BEFORE: Final = re.compile(rf"(?:^|[\s(])(?:{_PLACES})[\s-](?:d[eou]s?\s|del\s|della\s)?$", re.IGNORECASE)
STREET_AFTER: Final = re.compile(
    r"[\s-](?:street|st\b|road|rd\b|avenue|ave\b|lane|square|drive|court|park|hospital|airport|station|college|school|university|hotel|straße|strasse|str\b"
    r"|platz|weg|allee|gasse|ring|clinic|bank|store|shop|inc|ltd|gmbh|llc|airlines?|day|world|bros|kart)",
    re.IGNORECASE,
)

NO_PAIR_AFTER: Final = (
    "called",
    "named",
    "saw",
    "met",
    "meet",
    "meeting",
    "bin",
    "ist",
    "spricht",
    "mit",
    "von",
    "bei",
)
"""Behind these, two unknown capitals are a thing as often, or two German nouns."""
