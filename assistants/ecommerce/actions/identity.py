"""Who is asking, and what a customer typed: reads trackers and texts into the shop's values. Does no I/O.

Only what the platform vouches for counts as identity: the metadata keys `customer_id` and `customer_email` of the
latest message, which the channel sets and the customer cannot. (A channel that lets clients send metadata,
such as stock Rasa's REST channel, has to strip these keys.) The sender's id is never taken for an identity.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

from .sdk import Tracker
from .shop import CustomerId, Identity, OrderContact, VerifiedEmail
from .spoken_numbers import spoken_number

_ORDER_NUMBER: Final = re.compile(
    r"(?:\bhp[\s\-_.]*(\d{2})[\s.](\d{3})|(?:\bhp[\s\-_.]*|#\s*|\b)(\d{5}))\b", re.IGNORECASE
)
_ABOUT_A_NUMBER: Final = re.compile(
    r"\b(?:it[’']?s|it is|is|the|order|number|no|nr|das|ist|die|bestellung|(?:bestell)?nummer|c[’']est|est|la|le"
    r"|commande|num[ée]ro|n[°º]|es|el|pedido|número|é|a|encomenda|è|il|l[’']ordine|ordine)(?!\w)",
    re.IGNORECASE,
)
"""What says in our six languages that an order's number follows, and nothing else."""
_AN_ORDER: Final = re.compile(r"\b(?:order|bestell|commande|pedido|encomenda|ordine)", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_POSTCODE: Final = re.compile(r"(?=[\w\s\-]*\d)[A-Z0-9](?:[\s\-]?[A-Z0-9]){2,8}", re.IGNORECASE)
_AMOUNT: Final = re.compile(r"(\d+(?:[.,]\d{3})*(?:[.,]\d{1,2})?)\s*(k)?(?:ish|-ish)?\b", re.IGNORECASE)
_NO_AMOUNT: Final = re.compile(
    r"(?:\bminus\s*|\bmeno\s+|\bmenos\s+|\bmoins\s+|(?<!\d)[-\N{MINUS SIGN}])\d+\s*(?:°|degrees?\b|grad\b|degrés\b|"
    r"grados\b|graus\b|gradi\b)|\bminus\s*\d+\b"
    r"|\d+\s*(?:°|degrees?|grad|degrés|grados|graus|gradi|people|persons?|ppl|kids|leute|personen|personnes|personas|"
    r"pessoas|persone|litres?|liters?|nights|nächte|nuits|noches|noites|notti)(?!\w)"
    r"|\b(?:we are|we're|wir sind(?: zu)?|(?:nous|on) (?:sommes|est)|somos|siamo in)\s*\d+\b"
    r"|\b(?:size|größe|groesse|gr\.?|taille|pointure|talla|tamanho|taglia|numero)\s*\d+\b"
    r"|(?<![€$£\d.,])(?<![€$£]\s)\b\d\b(?!\s*(?:€|eur|quid|bucks|k\b|[.,]\d))",
    re.IGNORECASE,
)
_WISH: Final = re.compile(
    r"\b(rain|water ?proof|wind ?proof|warm(er|th)?|light(weight)?|breathable|sturdy|robust"
    r"|comf(y|ortable)|not too expensive"
    r"|regen|wasserdicht\w*|winddicht\w*|warme?s?|leicht\w*|bequem\w*|robust\w*|nicht zu teuer"
    r"|pluie|imperméables?|étanches?|chaude?s?|légère?s?|légers?|confortables?|solides?|pas trop chère?s?"
    r"|lluvia|impermeables?|abrigad\w+|liger\w+|cómod\w+|resistentes?|no (muy|demasiado) car\w+"
    r"|chuva|impermeáve(l|is)|quentes?|leves?|confortáve(l|is)|não muito car\w+"
    r"|pioggia|impermeabil\w+|cald\w+|legger\w+|comod\w+|resistent\w+|non troppo car\w+)\b",
    re.IGNORECASE,
)
_O_FOR_NOUGHT: Final = re.compile(r"(?<=\d)o+(?![^\W\d])", re.IGNORECASE)
_NO_LIMIT: Final = re.compile(
    r"\b(no (limit|budget|max|matter)|any(thing| price)?|does ?n.?o?t matter|do ?n.?o?t (care|mind)|whatever"
    r"|idk|dunno|no (idea|clue)|(do ?n.?o?t|not) (know|sure)|you (choose|decide|tell me)|up to you"
    r"|keine ahnung|weiß( ich)? (es )?nicht|weiss( ich)? (es )?nicht|aucune idée|(je )?(ne )?sais pas|ni idea"
    r"|no (lo )?sé|não (faço ideia|sei)|sem ideia|non (lo )?so|nessuna idea|boh"
    r"|(money|price)( is|'s)? no (object|issue|problem)|unlimited"
    r"|(kein|ohne) (limit|budget)|nach oben offen|egal|spielt keine rolle"  # codespell:ignore egal
    r"|(sans|pas de|aucune) (limite|budget)|peu importe|n.importe (quel|combien)|importe peu"
    r"|(sin|sem|senza|nessun|nessuna) (l[íi]mit[ei]|tope|teto)|da igual|no importa|lo que (sea|cueste)"
    r"|tanto faz|não (importa|interessa)|non (importa|ha importanza)|non è un problema|qualsiasi (prezzo|cifra))\b",
    re.IGNORECASE,
)
_CHEAPEST: Final = re.compile(
    r"\b(cheap(est)?|billige?s?|günstige?s?|barat(a|o|ita|inha)|economic[ao]|bon marché|least expensive"
    r"|günstigste|billigste|preiswerteste|(le|la|les) moins ch(er|ère)"
    r"|(más|mas) (barat|económic)|mais (barat|económic|em conta)|menos car|(più economic|meno car))",
    re.IGNORECASE,
)
_ANOTHER: Final = re.compile(
    r"\b(?:(?:the|my) others?|(?:die|der|den|das|meine) anderen?|l['’]autre|les autres|(?:el|la|los|las) otr[oa]s?"
    r"|(?:[oa]s?|d[oa]s?) outr[oa]s?|l['’]altr[oa]|dell['’]altro|(?:gli|le) altr[ei])"
    r"(?=\s*(?:ones?\b|orders?\b|bestellung|commande|pedido|encomenda|ordin[ei]\b|[?!.,]|$))",
    re.IGNORECASE,
)
"""Another one, and no other address or colour."""


def vouched_identities(tracker: Tracker) -> tuple[Identity, ...]:
    """Who the platform says is writing, the e-mail address first; empty for a visitor.

    An account id counts too, but is often the chat platform's own, which the shop has never heard of.
    """
    metadata: Any = tracker.latest_message.get("metadata")
    if not isinstance(metadata, dict):
        return ()
    known = cast("dict[str, Any]", metadata)
    email, account = known.get("customer_email"), known.get("customer_id")
    found: list[Identity] = []
    if isinstance(email, str) and email:
        found.append(VerifiedEmail(email))
    if isinstance(account, str) and account:
        found.append(CustomerId(account))
    return tuple(found)


def typed_contact(tracker: Tracker) -> OrderContact | None:
    """What a visitor typed as proof, from the slot `order_contact`."""
    contact: Any = tracker.get_slot("order_contact")
    return OrderContact(contact) if isinstance(contact, str) and contact else None


def read_order_number(text: object) -> str | None:
    """`hp 10432`, `hp-10 432`, `#10432`, `10432` or a sentence with one of them → `HP-10432`; else None."""
    found = _ORDER_NUMBER.search(str(text))
    return f"HP-{''.join(filter(None, found.groups()))}" if found else None


def order_number_alone(text: object) -> str | None:
    """The order's number where the text is nothing else (`it's HP-10432`); None where it also says something else."""
    number, rest = read_order_number(text), _ORDER_NUMBER.sub(" ", str(text), count=1)
    return number if number and not re.search(r"[^\W_]", _ABOUT_A_NUMBER.sub("", rest)) else None


def speaks_of_another(text: object) -> bool:
    """Whether it is another one that is meant: `and the other one?`, `und die andere?`."""
    return _ANOTHER.search(str(text)) is not None


def names_an_order(text: object) -> bool:
    """Whether a number is said to be an order's (`hp 10432`, `order 10432`); five digits may be a postcode."""
    number = _ORDER_NUMBER.search(str(text))
    return number is not None and (not number[0][0].isdigit() or bool(_AN_ORDER.search(str(text))))


def read_order_contact(text: object) -> str | None:
    """The e-mail address in the text, or the whole text where it looks like a postcode, or None."""
    typed = str(text).strip()
    email = _EMAIL.search(typed)
    if email:
        return email[0].lower()
    if typed.lower().startswith("hp") and read_order_number(typed):
        return None  # the order's number again, which proves nothing
    return " ".join(typed.upper().split()) if _POSTCODE.fullmatch(typed) else None


def read_budget_cents(text: object) -> int | None:
    """The most a customer wants to spend, in cents: `under 80`, `1.200 €`, `2k`, `a hundred and fifty`; else None.

    Of a range (`50-80`) the upper end counts; `1oo` is 100. How many people, which size or how cold (`minus 10`) is no
    amount, nor is a single digit without a currency.
    """
    typed = _NO_AMOUNT.sub(" ", _O_FOR_NOUGHT.sub(lambda found: "0" * len(found[0]), str(text)))
    amounts = [_cents(number, thousands=bool(k)) for number, k in _AMOUNT.findall(typed)]
    if amounts:
        return max(amounts)
    spoken = spoken_number(typed)
    return spoken * 100 if spoken else None


def has_no_limit(text: object) -> bool:
    """Whether the customer said that the price does not matter."""
    return _NO_LIMIT.search(str(text)) is not None


def says_a_wish(text: object) -> bool:
    """Whether the customer said what the product is to be like (`rain`, `wasserdicht`), and asked nothing."""
    return _WISH.search(str(text)) is not None and "?" not in str(text)


def wants_cheapest(text: object) -> bool:
    """Whether the customer wants what costs least, whatever that is."""
    return _CHEAPEST.search(str(text)) is not None


def _cents(number: str, *, thousands: bool) -> int:
    # a group of exactly three digits after . or , is thousands, of one or two is cents: both habits are common
    whole, cents = number, "0"
    decimal = re.search(r"[.,](\d{1,2})$", number)
    if decimal:
        whole, cents = number[: decimal.start()], decimal[1].ljust(2, "0")
    euros = int(re.sub(r"[.,]", "", whole))
    return (euros * 100 + int(cents)) * (1000 if thousands else 1)
