"""What teams propose in the demo: the themes are those of the programme, the questions are made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .towns import (
    AHLEN,
    BERGKAMEN,
    BERLEBURG,
    FINNENTROP,
    KIRCHHUNDEM,
    MENDEN,
    OLPE,
    SENDEN,
    SIEGEN,
    SPROCKHOEVEL,
)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A topic and what teams say about it. `key` is what ballots call it here."""

    team: str
    key: str
    title: str
    minutes: int
    question: str
    need: Sequence[str] = ()
    offer: Sequence[str] = ()


FIRST = (
    Proposal(
        team=MENDEN,
        key="bestand",
        title="Wo stehen wir? Bestandsaufnahme vor Ort",
        minutes=90,
        question="Wir fördern vieles, aber niemand hat den Überblick. Wie bekommen wir in drei Monaten ein "
        "ehrliches Bild, ohne alle Vereine mit Fragebögen zu überziehen?",
        need=(AHLEN, KIRCHHUNDEM),
        offer=(SIEGEN,),
    ),
    Proposal(
        team=OLPE,
        key="querschnitt",
        title="Engagementförderung als Querschnittsaufgabe",
        minutes=90,
        question="Sport, Kultur, Soziales und Feuerwehr liegen bei uns in vier Ämtern. Wer hält die Fäden "
        "zusammen, wenn niemand weisungsbefugt ist?",
        need=(BERGKAMEN, MENDEN),
        offer=(AHLEN,),
    ),
    Proposal(
        team=SPROCKHOEVEL,
        key="rolle",
        title="Unsere Rolle als Engagementbeauftragte",
        minutes=60,
        question="Mit wenigen Wochenstunden sollen wir beraten, vernetzen und vertreten. Was lassen wir weg?",
        need=(KIRCHHUNDEM, SENDEN),
    ),
    Proposal(
        team=AHLEN,
        key="agentur",
        title="Freiwilligenagentur: selbst tragen oder fördern?",
        minutes=60,
        question="Unser Rat möchte eine Anlaufstelle für Freiwillige. Was spricht für das Rathaus als "
        "Träger, was für einen Verein?",
        need=(BERGKAMEN,),
        offer=(SIEGEN, OLPE),
    ),
    Proposal(
        team=KIRCHHUNDEM,
        key="vereine",
        title="Vereine und Initiativen erreichen",
        minutes=60,
        question="Auf unsere Einladungen antworten immer dieselben zehn Vereine. Wie kommen wir an die "
        "anderen und an Gruppen ohne Vorstand?",
        need=(FINNENTROP,),
    ),
)

SECOND = (
    Proposal(
        team=BERLEBURG,
        key="projekt",
        title="Das eigene Praxisprojekt planen",
        minutes=90,
        question="Unsere Idee ist groß, das Jahr kurz. Wie schneiden wir sie so zu, dass am Ende etwas "
        "steht, das ohne uns weiterläuft?",
        need=(AHLEN, BERGKAMEN, SENDEN),
    ),
    Proposal(
        team=FINNENTROP,
        key="politik",
        title="Politik und Verwaltungsspitze gewinnen",
        minutes=60,
        question="Alle loben das Ehrenamt, im Haushalt taucht es nicht auf. Welche Argumente überzeugen im "
        "Rat und an der Spitze des Rathauses?",
        need=(KIRCHHUNDEM, MENDEN),
        offer=(OLPE,),
    ),
    Proposal(
        team=SENDEN,
        key="verbände",
        title="Zusammenarbeit mit Wohlfahrtsverbänden und Kirchen",
        minutes=90,
        question="Verbände und Gemeinden fördern Engagement seit Jahrzehnten. Wie arbeiten wir zusammen, "
        "ohne ihnen etwas wegzunehmen?",
        need=(AHLEN, BERGKAMEN),
        offer=(MENDEN,),
    ),
    Proposal(
        team=SPROCKHOEVEL,
        key="presse",
        title="Öffentlichkeitsarbeit für das Ehrenamt",
        minutes=60,
        question="Die Zeitung druckt Scheckübergaben. Welche Geschichten bringen Menschen dazu, selbst "
        "mitzumachen?",
        need=(KIRCHHUNDEM,),
        offer=(SPROCKHOEVEL,),
    ),
    Proposal(
        team=SIEGEN,
        key="netzwerk",
        title="Netzwerkmanagement",
        minutes=120,
        question="Unser Netzwerk trifft sich seit zwei Jahren und wird kleiner. Woran merken Mitglieder, "
        "dass es sich lohnt, und wer kümmert sich zwischen den Treffen?",
        need=(BERLEBURG, OLPE, MENDEN, BERGKAMEN),
        offer=(SIEGEN,),
    ),
    Proposal(
        team=FINNENTROP,
        key="karte",
        title="Ehrenamtskarte",
        minutes=30,
        question="Wir haben zwölf Betriebe mit Vergünstigungen und kaum Anträge. Was braucht die Karte, "
        "damit sie bei uns jemand haben will?",
        need=(KIRCHHUNDEM, SENDEN, BERGKAMEN),
        offer=(OLPE, AHLEN),
    ),
)

THIRD = (
    Proposal(
        team=AHLEN,
        key="strategie",
        title="Strategieentwicklung",
        minutes=120,
        question="Aus vielen guten Einzelmaßnahmen soll eine Strategie werden, die der Rat beschließt. Wer "
        "muss daran mitschreiben, und wie halten wir sie danach lebendig?",
        need=(BERLEBURG, OLPE, SIEGEN, MENDEN, SENDEN),
    ),
    Proposal(
        team=MENDEN,
        key="anerkennung",
        title="Anerkennungskultur",
        minutes=90,
        question="Jedes Jahr ehren wir dieselben Leute mit Urkunde und Schnittchen. Welche Anerkennung "
        "wünschen sich Engagierte, die nie auf der Liste stehen?",
        need=(BERGKAMEN, FINNENTROP, KIRCHHUNDEM, SIEGEN, SPROCKHOEVEL),
        offer=(AHLEN,),
    ),
    Proposal(
        team=KIRCHHUNDEM,
        key="fördermittel",
        title="Fördermittel für kleine Vereine",
        minutes=90,
        question="Unsere Dorfvereine scheitern an Anträgen, nicht an Ideen. Was können wir im Rathaus "
        "übernehmen, ohne die Anträge selbst zu stellen?",
        need=(FINNENTROP, BERLEBURG),
        offer=(OLPE,),
    ),
    Proposal(
        team=BERLEBURG,
        key="digital",
        title="Digitales Ehrenamt",
        minutes=60,
        question="Zwischen unseren Ortsteilen liegen bis zu zwanzig Kilometer. Welche Werkzeuge helfen "
        "Gruppen, die sich selten sehen, und wer führt sie ein?",
        need=(SIEGEN, SENDEN),
    ),
    Proposal(
        team=SPROCKHOEVEL,
        key="jugend",
        title="Junges Engagement",
        minutes=60,
        question="Jugendliche machen gern mit, aber nicht montags um acht im Vorstand. Wie sehen Aufgaben "
        "aus, die zu Schule und Ausbildung passen?",
        need=(BERLEBURG, FINNENTROP, SENDEN),
        offer=(FINNENTROP,),
    ),
    Proposal(
        team=BERGKAMEN,
        key="geflüchtete",
        title="Engagementförderung im Asyl- und Flüchtlingsbereich",
        minutes=60,
        question="Die Helferkreise sind müde, und viele Geflüchtete würden selbst gern etwas beitragen. Wie "
        "kommt beides zusammen?",
        need=(AHLEN, SENDEN, SPROCKHOEVEL),
        offer=(SENDEN, OLPE),
    ),
    Proposal(
        team=OLPE,
        key="beteiligung",
        title="Zusammenspiel von Bürgerengagement und Bürgerbeteiligung",
        minutes=90,
        question="Wer sich engagiert, will mitreden; wer mitredet, soll auch anpacken. Wie trennen wir "
        "beides sauber und nutzen doch dieselben Treffen?",
        need=(MENDEN, SIEGEN, AHLEN),
    ),
    Proposal(
        team=SENDEN,
        key="nachfolge",
        title="Nachfolge im Vereinsvorstand",
        minutes=45,
        question="Drei Vereine finden niemanden mehr für den Vorsitz. Geteilte Ämter, Übergabe auf Probe, "
        "Geschäftsstelle für mehrere Vereine: Was hat sich bewährt?",
        need=(FINNENTROP, KIRCHHUNDEM, MENDEN),
    ),
)
