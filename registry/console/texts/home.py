"""The words of the start page, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "home.title": Text("Accueil", "Start"),
    "home.acting": Text("Vous agissez pour {organisation}.", "You act for {organisation}."),
    "home.roles": Text("Vos rôles", "Your roles"),
    "home.territories": Text("Territoires où vous pouvez rechercher", "Territories where you may search"),
    "home.no_territories": Text(
        "Aucun : la charte d'un territoire doit être signée et en vigueur.",
        "None: a territory's charter must be signed and in force.",
    ),
    "home.positions": Text("Positions à vérifier", "Positions to review"),
    "home.waiting": Text(
        "Fichiers qui attendent une confirmation : {count}", "Files that wait for a confirmation: {count}"
    ),
    "home.failed": Text("Fichiers en échec : {count}", "Files that failed: {count}"),
    "home.refused": Text("Fichiers refusés : {count}", "Files that were refused: {count}"),
    "home.stopped": Text("Sources arrêtées : {count}", "Sources that are stopped: {count}"),
    "home.stale": Text("Sources qui ne sont plus à jour : {count}", "Sources that are out of date: {count}"),
    "home.doubtful": Text(
        "Résidences dont la position est à vérifier : {count}", "Residences whose position is to be reviewed: {count}"
    ),
    "home.unplaced": Text(
        "Résidences à la position douteuse, que leur bailleur doit vérifier : {count}",
        "Residences of doubtful position, which their landlord has to review: {count}",
    ),
    "home.unplaced_of": Text("{landlord} : {count}", "{landlord}: {count}"),
    "home.members_waiting": Text(
        "Fichiers de vos membres qui attendent leur confirmation : {count}",
        "Files of your members that wait for their confirmation: {count}",
    ),
    "home.members_failed": Text(
        "Fichiers de vos membres en échec : {count}", "Files of your members that failed: {count}"
    ),
    "home.members_refused": Text(
        "Fichiers de vos membres refusés : {count}", "Files of your members that were refused: {count}"
    ),
    "home.late": Text(
        "Propositions restées sans réponse au-delà du délai : {count}",
        "Proposals without an answer beyond their day: {count}",
    ),
    "home.matched": Text(
        "Dossiers auxquels un logement qui se libère pourrait convenir : {count}",
        "Cases that a home that comes free may suit: {count}",
    ),
    "home.unanswered": Text(
        "Propositions qui attendent votre réponse : {count}", "Proposals that wait for your answer: {count}"
    ),
    "home.to_go_on": Text(
        "Propositions dont la suite vous revient : {count}", "Proposals that wait for your next step: {count}"
    ),
    "home.vacated": Text(
        "Logements adaptés d'autres bailleurs qui se sont libérés depuis le {day} : {count}",
        "Adapted homes of other landlords that fell vacant since {day}: {count}",
    ),
    "home.today": Text("Ce qui vous attend aujourd'hui", "What needs you today"),
    "home.begin": Text(
        "Votre organisation ne coordonne encore aucun territoire. Tout commence par là : ses communes, puis sa charte,"
        " puis les bailleurs que vous invitez.",
        "Your organisation coordinates no territory yet. All begins with one: its communes, then its charter, then the"
        " landlords that you invite.",
    ),
    "home.unchartered": Text(
        "Aucune charte n'est en vigueur : la préparer, la proposer, la mettre en vigueur",
        "No charter is in force: draft it, propose it, put it in force",
    ),
    "home.nothing": Text("Rien ne vous attend.", "Nothing needs you."),
    "home.of_territory": Text("{territory} :", "{territory}:"),
    "home.pending": Text(
        "Bailleurs qui attendent d'être admis : {count}", "Landlords that wait to be admitted: {count}"
    ),
    "home.stale_landlords": Text(
        "Bailleurs dont des logements ne sont plus à jour : {count}",
        "Landlords with homes that are out of date: {count}",
    ),
    "home.warned": Text(
        "Bailleurs avertis avant la suspension de leur droit de rechercher : {count}",
        "Landlords warned before their right to search is suspended: {count}",
    ),
    "home.barred": Text(
        "Bailleurs dont le droit de rechercher est suspendu : {count}",
        "Landlords whose right to search is suspended: {count}",
    ),
    "home.unsigned": Text(
        "Membres qui n'ont pas signé la version en vigueur : {count}",
        "Members that have not signed the version in force: {count}",
    ),
    "home.own_pending": Text(
        "Votre adhésion attend d'être admise par le coordinateur.",
        "Your adhesion waits to be admitted by the coordinator.",
    ),
    "home.own_suspended": Text(
        "Votre adhésion est suspendue par le coordinateur : vos annonces ne paraissent plus, et vous ne"
        " recherchez plus.",
        "Your adhesion is suspended by the coordinator: your listings are not shown, and you may not search.",
    ),
    "home.own_stale_landlords": Text(
        "Des logements que vous partagez ne sont plus à jour : confirmez-les.",
        "Homes that you share are out of date: confirm them.",
    ),
    "home.own_warned": Text(
        "Votre droit de rechercher sera suspendu si rien ne change.",
        "Your right to search will be suspended if nothing changes.",
    ),
    "home.own_barred": Text(
        "Votre droit de rechercher est suspendu : voyez comment y remédier.",
        "Your right to search is suspended: see how to mend it.",
    ),
    "home.own_unsigned": Text(
        "Une version de la charte attend votre signature.", "A version of the charter waits for your signature."
    ),
    "home.figures": Text("{territory} en six chiffres", "{territory} in six figures"),
    "home.figures_none": Text(
        "Rien n'a encore été compté : les chiffres viennent la nuit qui suit la première adhésion.",
        "Nothing was counted yet: the figures come in the night after the first adhesion.",
    ),
    "home.counted": Text("Comptés le", "Counted on"),
    "home.figure_landlords": Text("Bailleurs", "Landlords"),
    "home.figure_residences": Text("Résidences", "Residences"),
    "home.figure_listings": Text("Logements partagés", "Shared homes"),
    "home.figure_available_now": Text("Disponibles", "Available now"),
    "home.figure_class_4": Text("Classe 4 ou plus", "Class 4 or higher"),
    "home.figure_fresh": Text("À jour", "Up to date"),
    "home.trend": Text("Les douze dernières semaines", "The last twelve weeks"),
    "home.picture": Text(
        "{what}, du {first} au {last} : de {from_value} à {to_value}. Le tableau ci-dessous donne chaque valeur.",
        "{what}, from {first} to {last}: from {from_value} to {to_value}. The table below gives each value.",
    ),
    "home.do": Text("Ce que vous pouvez faire ici", "What you can do here"),
}
