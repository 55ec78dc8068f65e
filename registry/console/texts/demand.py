"""The words of the page on unmet demand, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "demand.title": Text("Besoins sans réponse", "Unmet demand"),
    "demand.explain": Text(
        "Les dossiers pour lesquels aucun logement n'a été trouvé, par commune et par sorte de logement demandé : ce"
        " qui manque dans le territoire. Chaque mois est compté une fois, la nuit qui suit sa fin ; rien n'y désigne"
        " une personne ni un bailleur, et les chiffres restent quand les dossiers sont effacés.",
        "The cases for which no home was found, by commune and by the kind of home that is asked for: what the"
        " territory lacks. Each month is counted once, in the night after its end; nothing in it names a person or a"
        " landlord, and the figures stay when cases are erased.",
    ),
    "demand.none": Text(
        "Aucun mois n'est encore compté. Le premier le sera la nuit qui suit la fin du mois en cours.",
        "No month is counted yet. The first one will be in the night after this month's end.",
    ),
    "demand.no_territory": Text(
        "Votre charte n'est en vigueur dans aucun territoire : il n'y a pas de besoins à lire.",
        "Your charter is in force in no territory: there is no demand to read.",
    ),
    "demand.territory": Text("Territoire", "Territory"),
    "demand.month": Text("Mois", "Month"),
    "demand.show": Text("Afficher", "Show"),
    "demand.table": Text("Dossiers sans réponse, {month}", "Unanswered cases, {month}"),
    "demand.counted": Text("Compté le", "Counted on"),
    "demand.zone": Text("Commune", "Commune"),
    "demand.zone_several": Text("Plusieurs communes, ou toutes", "Several communes, or any"),
    "demand.zone_territory": Text("Tout le territoire", "The whole territory"),
    "demand.left_out": Text("n.\u00a0d.", "n/s"),
    "demand.left_out_long": Text("non diffusé", "not shown"),
    "demand.protected": Text(
        "Un effectif de 1 à {most} n'est pas diffusé (n. d.), ni ceux qui permettraient de le déduire, y compris à un"
        " bailleur qui connaît ses propres dossiers. Les autres sont arrondis chacun au multiple de {step} le plus"
        " proche. Les communes sans dossier ne sont pas citées ; les quartiers sont trop petits pour l'être.",
        "A count from 1 to {most} is not shown (n/s), nor are those from which it would follow, if only for a landlord"
        " that knows its own cases. The others are each rounded to the nearest multiple of {step}. Communes without a"
        " case are not named; quarters are too small to be.",
    ),
    "demand.file": Text("Télécharger ce mois (CSV)", "Download this month (CSV)"),
    "demand.definitions": Text("Définitions (registre, {day})", "Definitions (the registry's, {day})"),
    "demand.freed": Text("Logements libérés par les mutations", "Homes that transfers set free"),
    "demand.freed_explain": Text(
        "Sur les douze mois qui finissent avec {month}, dans tout le territoire. Un grand logement qui se libère est"
        " un résultat en soi.",
        "Over the twelve months that end with {month}, in the whole territory. A large home that is set free is an"
        " outcome in its own right.",
    ),
    "demand.own_freed": Text("Ce que vos mutations ont libéré", "What your transfers set free"),
    "demand.own_freed_explain": Text(
        "Emménagements de vos dossiers et logements qu'ils ont quittés, par année civile. Un grand logement qui se"
        " libère est un résultat en soi.",
        "Moves of your cases and the homes that they left, by calendar year. A large home that is set free is an"
        " outcome in its own right.",
    ),
    "demand.year": Text("Année", "Year"),
}
