"""What the statement on accessibility says of the Land whose law applies, as far as we are sure of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from people.accounts.models import Language


class Land(StrEnum):
    """The Länder by their letters in ISO 3166-2."""

    BADEN_WUERTTEMBERG = "BW"
    BAYERN = "BY"
    BERLIN = "BE"
    BRANDENBURG = "BB"
    BREMEN = "HB"
    HAMBURG = "HH"
    HESSEN = "HE"
    MECKLENBURG_VORPOMMERN = "MV"
    NIEDERSACHSEN = "NI"
    NORDRHEIN_WESTFALEN = "NW"
    RHEINLAND_PFALZ = "RP"
    SAARLAND = "SL"
    SACHSEN = "SN"
    SACHSEN_ANHALT = "ST"
    SCHLESWIG_HOLSTEIN = "SH"
    THUERINGEN = "TH"


_NAMES: Mapping[Land, tuple[str, str]] = {
    Land.BADEN_WUERTTEMBERG: ("Baden-Württemberg", "Baden-Württemberg"),
    Land.BAYERN: ("Bayern", "Bavaria"),
    Land.BERLIN: ("Berlin", "Berlin"),
    Land.BRANDENBURG: ("Brandenburg", "Brandenburg"),
    Land.BREMEN: ("Bremen", "Bremen"),
    Land.HAMBURG: ("Hamburg", "Hamburg"),
    Land.HESSEN: ("Hessen", "Hesse"),
    Land.MECKLENBURG_VORPOMMERN: ("Mecklenburg-Vorpommern", "Mecklenburg-Western Pomerania"),
    Land.NIEDERSACHSEN: ("Niedersachsen", "Lower Saxony"),
    Land.NORDRHEIN_WESTFALEN: ("Nordrhein-Westfalen", "North Rhine-Westphalia"),
    Land.RHEINLAND_PFALZ: ("Rheinland-Pfalz", "Rhineland-Palatinate"),
    Land.SAARLAND: ("Saarland", "Saarland"),
    Land.SACHSEN: ("Sachsen", "Saxony"),
    Land.SACHSEN_ANHALT: ("Sachsen-Anhalt", "Saxony-Anhalt"),
    Land.SCHLESWIG_HOLSTEIN: ("Schleswig-Holstein", "Schleswig-Holstein"),
    Land.THUERINGEN: ("Thüringen", "Thuringia"),
}
Said = Mapping[Language, tuple[str, str]]
"""By language: the law, and the office that helps if there are complaints."""

_SURE: Mapping[Land, Said] = {
    Land.NORDRHEIN_WESTFALEN: {
        Language.GERMAN: (
            (
                "das Behindertengleichstellungsgesetz Nordrhein-Westfalen (BGG NRW) und die "
                "Barrierefreie-Informationstechnik-Verordnung Nordrhein-Westfalen (BITVNRW)"
            ),
            (
                "die Ombudsstelle für barrierefreie Informationstechnik des Landes Nordrhein-Westfalen, "
                "<https://www.lbbp.nrw.de/ombudsstelle>, [Anschrift, E-Mail und Telefon]"
            ),
        ),
        Language.ENGLISH: (
            (
                "the disability equality act of North Rhine-Westphalia (BGG NRW) and its ordinance on "
                "accessible information technology (BITVNRW)"
            ),
            (
                "the ombuds office of North Rhine-Westphalia (Ombudsstelle für barrierefreie "
                "Informationstechnik), <https://www.lbbp.nrw.de/ombudsstelle>, "
                "[address, e-mail and telephone]"
            ),
        ),
    },
}
_ELSEWHERE: Said = {
    Language.GERMAN: (
        "das Recht des Landes {land} zur barrierefreien Informationstechnik [Gesetz und Verordnung nennen]",
        (
            "[Stelle des Landes {land} für Beschwerden zur barrierefreien Informationstechnik: Name, "
            "Anschrift, E-Mail und Telefon]"
        ),
    ),
    Language.ENGLISH: (
        (
            "the law of the Land of {land} on accessible information technology "
            "[name the act and the ordinance]"
        ),
        (
            "[office of the Land of {land} for complaints about accessible information technology: "
            "name, address, e-mail and telephone]"
        ),
    ),
}
"""The operator fills the gaps."""


def filled(text: str, land: Land, language: Language) -> str:
    """The text with what it says of that Land for `{law}` and `{help}`."""
    name = _NAMES[land][list(Language).index(language)]
    law, office = _SURE.get(land, _ELSEWHERE)[language]
    return text.replace("{law}", law).replace("{help}", office).replace("{land}", name)
