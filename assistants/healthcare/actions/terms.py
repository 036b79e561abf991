"""The practice's words for its departments, tests and languages, in every language that the assistant speaks. Data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Terms = Mapping[str, Mapping[str, str]]

TERMS: Final[Terms] = {
    # departments
    "general practice": {
        "de": "Allgemeinmedizin",
        "fr": "médecine générale",
        "es": "medicina general",
        "pt": "clínica geral",
        "it": "medicina generale",
    },
    "children": {"de": "Kinder", "fr": "enfants", "es": "niños", "pt": "crianças", "it": "bambini"},
    "women's health": {
        "de": "Frauenheilkunde",
        "fr": "gynécologie",
        "es": "salud de la mujer",
        "pt": "saúde da mulher",
        "it": "ginecologia",
    },
    "physiotherapy": {
        "de": "Physiotherapie",
        "fr": "kinésithérapie",
        "es": "fisioterapia",
        "pt": "fisioterapia",
        "it": "fisioterapia",
    },
    "travel and vaccinations": {
        "de": "Reisen und Impfungen",
        "fr": "voyages et vaccins",
        "es": "viajes y vacunas",
        "pt": "viagens e vacinas",
        "it": "viaggi e vaccini",
    },
    "skin": {"de": "Haut", "fr": "peau", "es": "piel", "pt": "pele", "it": "pelle"},
    # tests
    "blood test": {
        "de": "Blutuntersuchung",
        "fr": "prise de sang",
        "es": "análisis de sangre",
        "pt": "análise ao sangue",
        "it": "esame del sangue",
    },
    "urine test": {
        "de": "Urinuntersuchung",
        "fr": "analyse d’urine",
        "es": "análisis de orina",
        "pt": "análise à urina",
        "it": "esame delle urine",
    },
    "X-ray of the knee": {
        "de": "Röntgenbild des Knies",
        "fr": "radio du genou",
        "es": "radiografía de rodilla",
        "pt": "raio-X do joelho",
        "it": "radiografia del ginocchio",
    },
    "smear test": {"de": "Abstrich", "fr": "frottis", "es": "citología", "pt": "citologia", "it": "pap test"},
    "skin sample": {
        "de": "Hautprobe",
        "fr": "prélèvement de peau",
        "es": "muestra de piel",
        "pt": "amostra de pele",
        "it": "campione di pelle",
    },
    # languages
    "English": {"de": "Englisch", "fr": "anglais", "es": "inglés", "pt": "inglês", "it": "inglese"},
    "Irish": {"de": "Irisch", "fr": "irlandais", "es": "irlandés", "pt": "irlandês", "it": "irlandese"},
    "Polish": {"de": "Polnisch", "fr": "polonais", "es": "polaco", "pt": "polaco", "it": "polacco"},
    "German": {"de": "Deutsch", "fr": "allemand", "es": "alemán", "pt": "alemão", "it": "tedesco"},
    "Hindi": {"de": "Hindi", "fr": "hindi", "es": "hindi", "pt": "hindi", "it": "hindi"},
    "Swedish": {"de": "Schwedisch", "fr": "suédois", "es": "sueco", "pt": "sueco", "it": "svedese"},
    "Portuguese": {"de": "Portugiesisch", "fr": "portugais", "es": "portugués", "pt": "português", "it": "portoghese"},
    "Spanish": {"de": "Spanisch", "fr": "espagnol", "es": "español", "pt": "espanhol", "it": "spagnolo"},
    "French": {"de": "Französisch", "fr": "français", "es": "francés", "pt": "francês", "it": "francese"},
    "Turkish": {"de": "Türkisch", "fr": "turc", "es": "turco", "pt": "turco", "it": "turco"},
    # an appointment that was not named by its number
    "that one": {"de": "diesen", "fr": "celui-là", "es": "esa", "pt": "essa", "it": "quella"},
}
"""By the practice's own word."""

BRING: Final[Terms] = {
    "general practice": {
        "de": "Bitte bringen Sie Ihre Versichertenkarte mit, beim ersten Besuch einen Lichtbildausweis und eine Liste "
        "dessen, was Sie einnehmen.",
        "fr": "Apportez votre carte d’assurance, une pièce d’identité à la première visite et une liste de ce que vous "
        "prenez.",
        "es": "Traiga su tarjeta sanitaria, un documento con foto en la primera visita y una lista de lo que toma.",
        "pt": "Traga o seu cartão de saúde, um documento com fotografia na primeira consulta e uma lista do que toma.",
        "it": "Porti la tessera sanitaria, un documento con foto alla prima visita e un elenco di ciò che prende.",
    },
    "children": {
        "de": "Bitte bringen Sie das Impfheft, die Versichertenkarte des Kindes und ein Lieblingsspielzeug mit; ein "
        "Elternteil oder Vormund muss dabei sein.",
        "fr": "Apportez le carnet de vaccination, la carte d’assurance de l’enfant et un jouet préféré ; un parent ou "
        "tuteur doit venir.",
        "es": "Traiga la cartilla de vacunas, la tarjeta del niño y un juguete preferido; debe venir un "
        "padre, una madre "
        "o un tutor.",
        "pt": "Traga o boletim de vacinas, o cartão da criança e um brinquedo preferido; tem de vir um dos pais ou um "
        "tutor.",
        "it": "Porti il libretto delle vaccinazioni, la tessera del bambino e un giocattolo preferito; deve venire un "
        "genitore o tutore.",
    },
    "women's health": {
        "de": "Bitte bringen Sie Ihre Versichertenkarte und die Daten Ihrer letzten Regelblutungen mit; wenn Sie "
        "schwanger sind, Ihren Mutterpass.",
        "fr": "Apportez votre carte d’assurance et les dates de vos dernières règles ; si vous êtes enceinte, votre "
        "dossier de grossesse.",
        "es": "Traiga su tarjeta sanitaria y las fechas de sus últimas reglas; si está embarazada, su "
        "cartilla de embarazo.",
        "pt": "Traga o seu cartão de saúde e as datas das últimas menstruações; se estiver grávida, o "
        "boletim da grávida.",
        "it": "Porti la tessera sanitaria e le date delle ultime mestruazioni; se è incinta, la cartella "
        "della gravidanza.",
    },
    "physiotherapy": {
        "de": "Bitte bringen Sie die Überweisung mit, wenn Sie eine haben, Aufnahmen und Kleidung, in der Sie sich "
        "bewegen können.",
        "fr": "Apportez l’ordonnance si vous en avez une, vos clichés et une tenue dans laquelle vous pouvez bouger.",
        "es": "Traiga el volante si lo tiene, las pruebas de imagen y ropa con la que pueda moverse.",
        "pt": "Traga a credencial, se a tiver, os exames de imagem e roupa com que se possa mexer.",
        "it": "Porti l’impegnativa se ce l’ha, eventuali immagini e abiti comodi per muoversi.",
    },
    "travel and vaccinations": {
        "de": "Bitte bringen Sie Ihr Impfheft, Ihre Reiseroute mit Daten und eine Liste Ihrer Allergien mit.",
        "fr": "Apportez votre carnet de vaccination, votre itinéraire avec les dates et une liste de vos allergies.",
        "es": "Traiga su cartilla de vacunas, su itinerario con fechas y una lista de alergias.",
        "pt": "Traga o boletim de vacinas, o itinerário com datas e uma lista de alergias.",
        "it": "Porti il libretto delle vaccinazioni, l’itinerario con le date e un elenco delle allergie.",
    },
    "skin": {
        "de": "Bitte kommen Sie ungeschminkt an der betreffenden Stelle, und bringen Sie ein Foto vom "
        "schlimmsten Tag und "
        "Ihre Cremes mit.",
        "fr": "Venez sans maquillage à l’endroit concerné, avec une photo prise le pire jour et vos crèmes.",
        "es": "Venga sin maquillaje en la zona, y traiga una foto de su peor día y las cremas que usa.",
        "pt": "Venha sem maquilhagem na zona em causa e traga uma fotografia do pior dia e os cremes que usa.",
        "it": "Venga senza trucco sulla zona interessata, e porti una foto del giorno peggiore e le creme che usa.",
    },
}
"""What a department wants to see, by its name; the English words come from the practice itself."""


def term(word: str, language: str) -> str:
    """The practice's word in that language; as it is where there is none."""
    return TERMS.get(word, {}).get(language, word)
