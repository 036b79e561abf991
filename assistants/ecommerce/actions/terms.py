"""The shop's own words in the languages of its customers: departments, colours, sizes, states, ways to pay. Pure.

The catalogue and the orders have them in English. What is not in the table is said as the shop writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

LANGUAGES: Final = ("de", "fr", "es", "pt", "it")
"""The columns of the table, beside English."""

TERMS: Final[Mapping[str, tuple[str, str, str, str, str]]] = {
    # departments
    "tents": ("Zelte", "tentes", "tiendas de campaña", "tendas", "tende"),
    "sleeping bags": ("Schlafsäcke", "sacs de couchage", "sacos de dormir", "sacos-cama", "sacchi a pelo"),
    "backpacks": ("Rucksäcke", "sacs à dos", "mochilas", "mochilas", "zaini"),
    "jackets": ("Jacken", "vestes", "chaquetas", "casacos", "giacche"),
    "footwear": ("Schuhe", "chaussures", "calzado", "calçado", "calzature"),
    "camp kitchen": (
        "Campingküche",
        "cuisine de camp",
        "cocina de camping",
        "cozinha de campismo",
        "cucina da campeggio",
    ),
    "lighting": ("Lampen und Licht", "éclairage", "iluminación", "iluminação", "illuminazione"),
    "furniture": ("Möbel", "mobilier", "muebles", "mobiliário", "mobili"),
    "blankets": ("Decken", "couvertures", "mantas", "mantas", "coperte"),
    "home": ("Wohnen", "maison", "hogar", "casa", "casa"),
    # where an order stands: "it is ...", of an order, which each language has in its own gender
    "processing": ("in Vorbereitung", "en préparation", "en preparación", "em preparação", "in preparazione"),
    "packed": ("gepackt", "emballée", "empaquetado", "embalada", "imballato"),
    "shipped": ("verschickt", "expédiée", "enviado", "enviada", "spedito"),
    "out for delivery": ("in Zustellung", "en cours de livraison", "en reparto", "em distribuição", "in consegna"),
    "delayed": ("verspätet", "en retard", "con retraso", "atrasada", "in ritardo"),
    "ready to collect": (
        "abholbereit",
        "prête à retirer",
        "listo para recoger",
        "pronta a levantar",
        "pronto per il ritiro",
    ),
    "delivered": ("zugestellt", "livrée", "entregado", "entregue", "consegnato"),
    "returned": ("zurückgeschickt", "retournée", "devuelto", "devolvida", "restituito"),
    "cancelled": ("storniert", "annulée", "cancelado", "cancelada", "annullato"),
    # where a refund stands
    "approved": ("genehmigt", "approuvé", "aprobado", "aprovado", "approvato"),
    "parcel on its way to us": (
        "Paket unterwegs zu uns",
        "colis en route vers nous",
        "paquete de camino a nuestro almacén",
        "pacote a caminho do nosso armazém",
        "pacco in viaggio verso di noi",
    ),
    "parcel received": ("Paket angekommen", "colis reçu", "paquete recibido", "pacote recebido", "pacco ricevuto"),
    # ways to pay; brands are what they are
    "card": ("Karte", "carte", "tarjeta", "cartão", "carta"),
    "gift card": ("Geschenkkarte", "carte cadeau", "tarjeta regalo", "cartão-oferta", "carta regalo"),
    # sizes
    "regular": ("Standard", "standard", "estándar", "normal", "standard"),
    "long": ("lang", "long", "largo", "comprido", "lungo"),
    "wide": ("breit", "large", "ancho", "largo", "largo"),
    "single": ("einfach", "simple", "individual", "individual", "singola"),
    "double": ("doppelt", "double", "doble", "duplo", "doppia"),
    # colours
    "ash": ("Esche", "frêne", "fresno", "freixo", "frassino"),
    "black": ("Schwarz", "noir", "negro", "preto", "nero"),
    "blue": ("Blau", "bleu", "azul", "azul", "blu"),
    "brass": ("Messing", "laiton", "latón", "latão", "ottone"),
    "brown": ("Braun", "marron", "marrón", "castanho", "marrone"),
    "brown glass": ("Braunglas", "verre brun", "cristal marrón", "vidro castanho", "vetro marrone"),
    "clear": ("klar", "transparent", "transparente", "transparente", "trasparente"),
    "copper": ("Kupfer", "cuivre", "cobre", "cobre", "rame"),
    "coral": ("Koralle", "corail", "coral", "coral", "corallo"),
    "cream": ("Creme", "crème", "crema", "creme", "crema"),
    "green": ("Grün", "vert", "verde", "verde", "verde"),
    "green glass": ("Grünglas", "verre vert", "cristal verde", "vidro verde", "vetro verde"),
    "grey": ("Grau", "gris", "gris", "cinzento", "grigio"),
    "moss": ("Moosgrün", "mousse", "musgo", "musgo", "muschio"),
    "natural": ("Natur", "naturel", "natural", "natural", "naturale"),
    "navy": ("Marineblau", "bleu marine", "azul marino", "azul-marinho", "blu navy"),
    "navy check": (
        "Marineblau kariert",
        "à carreaux bleu marine",
        "cuadros azul marino",
        "xadrez azul-marinho",
        "a quadri blu navy",
    ),
    "oak": ("Eiche", "chêne", "roble", "carvalho", "rovere"),
    "olive": ("Oliv", "olive", "oliva", "azeitona", "oliva"),
    "orange": ("Orange", "orange", "naranja", "laranja", "arancione"),
    "red": ("Rot", "rouge", "rojo", "vermelho", "rosso"),
    "red check": ("Rot kariert", "à carreaux rouges", "cuadros rojos", "xadrez vermelho", "a quadri rossi"),
    "rust": ("Rost", "rouille", "óxido", "ferrugem", "ruggine"),
    "sand": ("Sand", "sable", "arena", "areia", "sabbia"),
    "steel": ("Stahl", "acier", "acero", "aço", "acciaio"),
    "tan": ("Hellbraun", "fauve", "canela", "castanho-claro", "cuoio"),
    "teal": ("Petrol", "bleu canard", "verde azulado", "azul-petróleo", "petrolio"),
    "warm white": ("Warmweiß", "blanc chaud", "blanco cálido", "branco quente", "bianco caldo"),
    "white": ("Weiß", "blanc", "blanco", "branco", "bianco"),
    "yellow": ("Gelb", "jaune", "amarillo", "amarelo", "giallo"),
}
"""Each English word with what it is called in `LANGUAGES`."""

_SIZE_WORD: Final = re.compile(
    r"^(?:in |en |em )?(?:size|größe|groesse|gr\.|taille|pointure|talla|tamanho|taglia|misura|n[úu]mero|numéro|nº)\s+"
)
_LETTERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("extra small",), "xs"),
    **dict.fromkeys(("small", "klein", "petit", "petite", "pequeña", "pequeño", "pequeno", "piccola", "piccolo"), "s"),
    **dict.fromkeys(("medium", "mittel", "moyen", "moyenne", "mediana", "mediano", "médio", "media"), "m"),
    **dict.fromkeys(("large", "groß", "gross", "grand", "grande"), "l"),
    **dict.fromkeys(("extra large",), "xl"),
}
_LONGEST_ENDING: Final = 2  # letters: "grise", "roten", "neri"


def term(word: str, language: str) -> str:
    """The shop's `word` in a language: `tents` → `Zelte`."""
    known = TERMS.get(word)
    return known[LANGUAGES.index(language)] if known and language in LANGUAGES else word


def word_of_the_shop(typed: str, words: Iterable[str]) -> str | None:
    """The one of the shop's `words` that a customer typed, in any language and with any ending: `rote` → `red`."""
    said = typed.casefold().replace("gray", "grey").strip()
    known = list(words)
    exact = (word for word in known if said in _names(word))
    inflected = (word for word in known if any(_is_inflected(said, name) for name in _names(word)))
    return next(exact, None) or next(inflected, None)


def size_meant(typed: str | None, sizes: Iterable[str]) -> str | None:
    """A product's own name of a size that was typed (`m`, `medium`, `talla M` → `M`, `lang` → `long`), or None."""
    if typed is None:
        return None
    own = list(sizes)
    bare = _SIZE_WORD.sub("", typed.strip().lower()).strip()
    wanted = _LETTERS.get(bare, bare).replace(" ", "")
    named = next((name for name in own if name.casefold().replace(" ", "") == wanted), None)
    return named or word_of_the_shop(bare, own)


def _names(word: str) -> tuple[str, ...]:
    return tuple(name.casefold() for name in (word, *TERMS.get(word, ())))


def _is_inflected(said: str, name: str) -> bool:
    stem = name.rstrip("aeo")
    return said.startswith(stem) and len(said) <= len(stem) + _LONGEST_ENDING and len(stem) > 1
