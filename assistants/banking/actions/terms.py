"""The bank's words for accounts, cards and currencies, in every language that the assistant speaks. Data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Terms = Mapping[str, Mapping[str, str]]

ACCOUNTS: Final[Terms] = {
    "current account": {
        "de": "Girokonto",
        "fr": "compte courant",
        "es": "cuenta corriente",
        "pt": "conta à ordem",
        "it": "conto corrente",
    },
    "savings account": {
        "de": "Sparkonto",
        "fr": "compte d’épargne",
        "es": "cuenta de ahorro",
        "pt": "conta poupança",
        "it": "conto di risparmio",
    },
    "joint account": {
        "de": "Gemeinschaftskonto",
        "fr": "compte joint",
        "es": "cuenta conjunta",
        "pt": "conta conjunta",
        "it": "conto cointestato",
    },
}
"""By the bank's own name."""

CARDS: Final[Terms] = {
    "en": {"": "card", "debit": "debit card ending {}", "credit": "credit card ending {}"},
    "de": {"": "Karte", "debit": "Debitkarte mit der Endung {}", "credit": "Kreditkarte mit der Endung {}"},
    "fr": {"": "carte", "debit": "carte de débit finissant par {}", "credit": "carte de crédit finissant par {}"},
    "es": {"": "tarjeta", "debit": "tarjeta de débito terminada en {}", "credit": "tarjeta de crédito terminada en {}"},
    "pt": {"": "cartão", "debit": "cartão de débito terminado em {}", "credit": "cartão de crédito terminado em {}"},
    "it": {"": "carta", "debit": "carta di debito che termina con {}", "credit": "carta di credito che termina con {}"},
}
"""By language and kind; "" is a card of which no more is known."""

CURRENCIES: Final[Terms] = {
    "USD": {
        "de": "US-Dollar",
        "fr": "dollars américains",
        "es": "dólares estadounidenses",
        "pt": "dólares americanos",
        "it": "dollari statunitensi",
    },
    "GBP": {
        "de": "Pfund Sterling",
        "fr": "livres sterling",
        "es": "libras esterlinas",
        "pt": "libras esterlinas",
        "it": "sterline britanniche",
    },
    "CHF": {
        "de": "Schweizer Franken",
        "fr": "francs suisses",
        "es": "francos suizos",
        "pt": "francos suíços",
        "it": "franchi svizzeri",
    },
    "JPY": {
        "de": "japanische Yen",
        "fr": "yens japonais",
        "es": "yenes japoneses",
        "pt": "ienes japoneses",
        "it": "yen giapponesi",
    },
    "SEK": {
        "de": "schwedische Kronen",
        "fr": "couronnes suédoises",
        "es": "coronas suecas",
        "pt": "coroas suecas",
        "it": "corone svedesi",
    },
    "NOK": {
        "de": "norwegische Kronen",
        "fr": "couronnes norvégiennes",
        "es": "coronas noruegas",
        "pt": "coroas norueguesas",
        "it": "corone norvegesi",
    },
    "DKK": {
        "de": "dänische Kronen",
        "fr": "couronnes danoises",
        "es": "coronas danesas",
        "pt": "coroas dinamarquesas",
        "it": "corone danesi",
    },
    "PLN": {
        "de": "polnische Zloty",
        "fr": "zlotys polonais",
        "es": "eslotis polacos",
        "pt": "zlótis polacos",
        "it": "zloty polacchi",
    },
    "CAD": {
        "de": "kanadische Dollar",
        "fr": "dollars canadiens",
        "es": "dólares canadienses",
        "pt": "dólares canadianos",
        "it": "dollari canadesi",
    },
    "AUD": {
        "de": "australische Dollar",
        "fr": "dollars australiens",
        "es": "dólares australianos",
        "pt": "dólares australianos",
        "it": "dollari australiani",
    },
}
"""By code; the English names come from the bank with the rates."""

NOTES: Final[Terms] = {
    "the account number does not exist": {
        "de": "die Kontonummer gibt es nicht",
        "fr": "le numéro de compte n’existe pas",
        "es": "el número de cuenta no existe",
        "pt": "o número de conta não existe",
        "it": "il numero di conto non esiste",
    },
    "to Japan": {
        "de": "nach Japan",
        "fr": "vers le Japon",
        "es": "a Japón",
        "pt": "para o Japão",
        "it": "in Giappone",
    },
}
"""What the bank's systems note of a transfer, in the words in which they do."""

PARTIES: Final[Terms] = {
    "Salary": {"de": "Gehalt", "fr": "Salaire", "es": "Nómina", "pt": "Salário", "it": "Stipendio"},
    "Standing order": {
        "de": "Dauerauftrag",
        "fr": "Virement permanent",
        "es": "Transferencia periódica",
        "pt": "Ordem permanente",
        "it": "Bonifico periodico",
    },
    "Cash machine": {
        "de": "Geldautomat",
        "fr": "Distributeur",
        "es": "Cajero",
        "pt": "Caixa automático",
        "it": "Sportello automatico",
    },
    "Transfer from current account": {
        "de": "Übertrag vom Girokonto",
        "fr": "Virement du compte courant",
        "es": "Traspaso desde la cuenta corriente",
        "pt": "Transferência da conta à ordem",
        "it": "Giroconto dal conto corrente",
    },
    "Transfer to joint account": {
        "de": "Übertrag auf das Gemeinschaftskonto",
        "fr": "Virement vers le compte joint",
        "es": "Traspaso a la cuenta conjunta",
        "pt": "Transferência para a conta conjunta",
        "it": "Giroconto sul conto cointestato",
    },
    "own savings account": {
        "de": "eigenes Sparkonto",
        "fr": "votre compte d’épargne",
        "es": "su cuenta de ahorro",
        "pt": "a sua conta poupança",
        "it": "il suo conto di risparmio",
    },
}
"""What the bank's systems write of a movement where it is no name; before a comma, a name may follow."""
