"""Words of the pages of proposals, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "proposals.title": Text("Propositions", "Proposals"),
    "proposals.explain": Text(
        "Un logement est proposé, jamais imposé : jusqu'à l'emménagement, le locataire peut refuser et chaque bailleur"
        " peut arrêter.",
        "A home is proposed, never imposed: until the move, the tenant can refuse and either landlord can stop.",
    ),
    "proposals.received": Text("Reçues : vos logements", "Received: your homes"),
    "proposals.made": Text("Faites : vos dossiers", "Made: your cases"),
    "proposals.received_none": Text(
        "Aucune proposition reçue. Un autre membre vous en fait une quand un de vos logements convient à un de ses"
        " dossiers.",
        "No proposal received. Another member makes one when a home of yours suits one of its cases.",
    ),
    "proposals.made_none": Text(
        "Aucune proposition faite. Ouvrez un dossier, voyez les logements qui conviennent et proposez le meilleur.",
        "No proposal made. Open a case, see the homes that suit and propose the best.",
    ),
    "proposals.to_cases": Text("Voir les dossiers", "See the cases"),
    "proposals.show_open": Text("En cours", "Open"),
    "proposals.show_all": Text("Toutes", "All"),
    "proposals.shown": Text("Montrer", "Show"),
    "proposals.of_case": Text("Seulement celles d'un dossier.", "Only those of one case."),
    "proposals.every_case": Text("Voir toutes les propositions", "See all proposals"),
    "proposals.state": Text("État", "State"),
    "proposals.home": Text("Logement", "Home"),
    "proposals.case": Text("Dossier", "Case"),
    "proposals.case_gone": Text("Dossier supprimé", "Case deleted"),
    "proposals.other": Text("Autre bailleur", "Other landlord"),
    "proposals.own": Text("Vous-même", "Yourself"),
    "proposals.proposed_at": Text("Proposée", "Proposed"),
    "proposals.answer_by": Text("Réponse attendue", "Answer by"),
    "proposals.held_until": Text("Réservé jusqu'au", "Held until"),
    "proposals.late": Text("en retard", "late"),
    "proposals.open_it": Text("Proposition du {day}", "Proposal of {day}"),
    "proposals.listing": Text("Voir la fiche partagée", "See the shared listing"),
    "proposals.title_one": Text("Une proposition", "A proposal"),
    "proposals.about": Text("En bref", "In short"),
    "proposals.origin": Text("Bailleur du dossier", "The case's landlord"),
    "proposals.owner": Text("Bailleur du logement", "The home's landlord"),
    "proposals.free_from": Text("Libre à partir de", "Free from"),
    "proposals.free_now": Text("maintenant", "now"),
    "proposals.now": Text("À faire maintenant", "What you can do now"),
    "proposals.waits_owner": Text(
        "La suite revient au bailleur du logement.", "The next step is with the home's landlord."
    ),
    "proposals.waits_origin": Text(
        "La suite revient au bailleur du dossier.", "The next step is with the case's landlord."
    ),
    "proposals.yours": Text("La suite vous revient", "The next step is yours"),
    "proposals.stop": Text("Si cela ne va pas plus loin", "Should it go no further"),
    "proposals.colon": Text(" : ", ": "),
    "proposals.now_closed": Text("Cette proposition est terminée.", "This proposal is over."),
    "proposals.reason_decline": Text("Pourquoi vous ne retenez pas", "Why you decline"),
    "proposals.reason_refuse": Text("Pourquoi le locataire refuse", "Why the tenant refuses"),
    "proposals.reason_reject": Text("Pourquoi la commission n'attribue pas", "Why the committee does not grant it"),
    "proposals.choose": Text("Choisissez un motif", "Choose a reason"),
    "proposals.hint_study": Text(
        "Vous regardez si le logement peut aller à ce dossier. Rien n'est encore réservé.",
        "You look whether the home can go to this case. Nothing is held yet.",
    ),
    "proposals.hint_decline": Text(
        "La proposition s'arrête ; l'autre bailleur lit le motif.",
        "The proposal ends; the other landlord reads the reason.",
    ),
    "proposals.hint_hold": Text(
        "Le logement n'est gardé pour personne d'autre, pendant les jours prévus par la charte ; ensuite il redevient"
        " libre de lui-même.",
        "The home is kept for nobody else, for the days of the charter; then it becomes free by itself.",
    ),
    "proposals.hint_disclose": Text(
        "Vous lirez l'adresse ; le bailleur du logement en est averti et chaque lecture est au journal des deux.",
        "You will read the address; the home's landlord is told, and each reading is in both audit chains.",
    ),
    "proposals.hint_visit": Text("La visite a eu lieu.", "The visit took place."),
    "proposals.hint_agree": Text(
        "Le locataire dit oui ; la réservation repart pour la durée de la charte.",
        "The tenant says yes; the hold runs anew for the days of the charter.",
    ),
    "proposals.hint_refuse": Text(
        "Refuser est normal et n'enlève aucun droit. La proposition s'arrête et le logement redevient libre.",
        "To refuse is normal and takes no right away. The proposal ends and the home is free again.",
    ),
    "proposals.hint_file": Text(
        "Le dossier passe en commission d'attribution (CALEOL) ; c'est elle qui décide.",
        "The file goes to the allocation committee (CALEOL); it is the one that decides.",
    ),
    "proposals.hint_grant": Text("La commission attribue le logement.", "The committee grants the home."),
    "proposals.hint_reject": Text(
        "La proposition s'arrête et le logement redevient libre.", "The proposal ends and the home is free again."
    ),
    "proposals.hint_lease": Text(
        "Les autres propositions de ce dossier et de ce logement sont retirées.",
        "The other proposals of this case and of this home are withdrawn.",
    ),
    "proposals.hint_move": Text(
        "Le dossier est clos comme « a emménagé » ; un suivi vous est rappelé à 3 et à 12 mois.",
        "The case is closed as 'moved'; you are reminded of a follow-up at 3 and at 12 months.",
    ),
    "proposals.hint_follow_3_months": Text(
        "Vous avez demandé au locataire comment cela se passe.", "You have asked the tenant how it goes."
    ),
    "proposals.hint_follow_12_months": Text(
        "Vous avez demandé au locataire comment cela se passe ; la proposition est alors terminée.",
        "You have asked the tenant how it goes; the proposal is over then.",
    ),
    "proposals.hint_withdraw": Text(
        "La proposition s'arrête, sans motif à donner ; le logement redevient libre.",
        "The proposal ends, with no reason to give; the home is free again.",
    ),
    "proposals.demands": Text("Ce que le logement doit avoir", "What the home must have"),
    "proposals.demands_none": Text(
        "Rien n'est partagé du besoin : il ne demande rien de particulier, ou le consentement est échu.",
        "Nothing of the need is shared: it asks for nothing in particular, or the consent has ended.",
    ),
    "proposals.demands_over": Text(
        "Rien n'est plus partagé du besoin : tout est terminé.", "Nothing of the need is shared any more: it is over."
    ),
    "proposals.demands_explain": Text(
        "Seuls ces codes sont partagés avec le bailleur du logement, tant que dure le consentement.",
        "Only these codes are shared with the home's landlord, while the consent lasts.",
    ),
    "proposals.fit_proven": Text("établi", "proven"),
    "proposals.fit_possible": Text("à vérifier", "to be checked"),
    "proposals.fit_no": Text("manque", "missing"),
    "proposals.demand_class": Text("Logement de classe {number} au moins", "Home of class {number} at least"),
    "proposals.demand_few_steps": Text(
        "Moins de six marches, pièces essentielles sur un niveau", "Fewer than six steps, essential rooms on one level"
    ),
    "proposals.demand_limited_steps": Text(
        "Nombre limité de marches jusqu'au logement", "No more than a certain number of steps up to the home"
    ),
    "proposals.demand_no_steps": Text("Aucune marche jusqu'à la chambre", "No step up to the bedroom"),
    "proposals.demand_door_width": Text("Portes assez larges", "Doors wide enough"),
    "proposals.demand_wc_transfer_space": Text("Espace de transfert aux WC", "Transfer space at the WC"),
    "proposals.demand_wc_transfer_left": Text(
        "Transfert aux WC par la gauche, vu de la cuvette", "Transfer at the WC from the left, as seated"
    ),
    "proposals.demand_wc_transfer_right": Text(
        "Transfert aux WC par la droite, vu de la cuvette", "Transfer at the WC from the right, as seated"
    ),
    "proposals.demand_zero_step_shower": Text("Douche de plain-pied", "Zero-step shower"),
    "proposals.demand_low_shower_tray": Text(
        "Douche à receveur bas, ou de plain-pied", "Shower with a low tray, or without a step"
    ),
    "proposals.demand_grab_bars": Text("Barres d'appui", "Grab bars"),
    "proposals.demand_adapted_parking": Text("Place de stationnement adaptée", "Adapted parking place"),
    "proposals.demand_ground_floor_or_lift": Text("Rez-de-chaussée ou ascenseur", "Ground floor or lift"),
    "proposals.demand_contrast_markings": Text("Contrastes et repères", "Contrasts and markings"),
    "proposals.demand_lighting_path": Text("Chemin lumineux", "Lit path"),
    "proposals.demand_visual_signals": Text("Signaux lumineux", "Light signals"),
    "proposals.demand_reachable_controls": Text(
        "Prises et interrupteurs à portée", "Sockets and switches within reach"
    ),
    "proposals.life": Text("Ce qui s'est passé", "What happened"),
    "proposals.address": Text("Adresse", "Address"),
    "proposals.address_read": Text("Lire l'adresse du logement", "Read the home's address"),
    "proposals.address_explain": Text(
        "Cette lecture vient d'être inscrite au journal de votre organisation et à celui du bailleur du logement.",
        "This reading was just recorded in your organisation's audit chain and in that of the home's landlord.",
    ),
    "proposals.ways": Text("Lieux de la semaine, depuis ce logement", "Places of the week, from this home"),
    "proposals.ways_explain": Text(
        "Par un chemin praticable pour cette personne, jusqu'au milieu du carré de 500 m où est le lieu.",
        "By a path that this person can use, to the middle of the 500 m square in which the place is.",
    ),
    "proposals.way_within": Text("{distance} m, pour {most} m possibles", "{distance} m, where {most} m are possible"),
    "proposals.way_beyond": Text(
        "trop loin : {distance} m, pour {most} m possibles", "too far: {distance} m, where {most} m are possible"
    ),
    "proposals.way_far": Text("hors d'atteinte, pour {most} m possibles", "out of reach, where {most} m are possible"),
    "proposals.way_unknown": Text("distance inconnue", "distance not known"),
    "proposals.residence": Text("Résidence", "Residence"),
    "proposals.building": Text("Bâtiment", "Building"),
    "proposals.street": Text("Rue", "Street"),
    "proposals.commune": Text("Commune", "Commune"),
    "proposals.floor": Text("Étage", "Floor"),
    "proposals.position": Text("Position (WGS84)", "Coordinates (WGS84)"),
    "proposals.unknown": Text("non renseigné", "not stated"),
    "proposals.back_to": Text("Retour à la proposition", "Back to the proposal"),
    "proposals.back": Text("Retour aux propositions", "Back to the proposals"),
    "proposals.help": Text("Aide au déménagement", "Help with the move"),
    "proposals.help_explain": Text(
        "Le bailleur du logement lit ce qui est prévu, vous seul ce qui a été fourni. Laissez vide ce qui ne vient"
        " pas.",
        "The home's landlord reads what is planned, you alone what was delivered. Leave empty what does not come.",
    ),
    "proposals.help_none": Text("Aucune aide n'est encore prévue.", "No help is planned yet."),
    "proposals.help_kind": Text("Aide", "Help"),
    "proposals.help_planned": Text("Prévu", "Planned"),
    "proposals.help_planned_euros": Text("Prévu, en euros", "Planned, euros"),
    "proposals.help_planned_on": Text("Prévu pour le", "Planned for"),
    "proposals.help_delivered_euros": Text("Fourni, en euros", "Delivered, euros"),
    "proposals.help_delivered_on": Text("Fourni le", "Delivered on"),
    "proposals.help_save": Text("Enregistrer l'aide", "Save the help"),
    "proposals.move": Text("Avant et après", "Before and after"),
    "proposals.before": Text("Avant", "Before"),
    "proposals.after": Text("Après", "After"),
    "proposals.rent": Text("Loyer principal par mois", "Principal rent a month"),
    "proposals.area": Text("Surface (m²)", "Area (m²)"),
    "proposals.rooms": Text("Pièces", "Rooms"),
    "proposals.released": Text(
        "Pièces libérées par ce déménagement : {count}.", "Rooms set free by this move: {count}."
    ),
    "proposals.large_released": Text(
        "Grand logement libéré, de {rooms} pièces : {count} de plus que le nouveau.",
        "A large home set free, of {rooms} rooms: {count} more than the new one.",
    ),
    "proposals.done_taken": Text("L'étape est enregistrée.", "The step is recorded."),
    "proposals.done_made": Text(
        "Le logement est proposé ; son bailleur en est averti.", "The home is proposed; its landlord is told."
    ),
    "proposals.done_help": Text("L'aide est enregistrée.", "The help is saved."),
    "proposals.done_move": Text("La correction est enregistrée.", "The correction is saved."),
    "proposals.follow_title": Text("Propositions entre membres", "Proposals between members"),
    "proposals.follow_explain": Text(
        "États, délais et motifs codés. Le besoin, le logement et les références restent aux deux bailleurs.",
        "States, delays and coded reasons. The need, the home and the references stay with the two landlords.",
    ),
    "proposals.follow_none": Text(
        "Aucune proposition encore entre les membres de ce territoire.",
        "No proposal yet between members of this territory.",
    ),
    "proposals.follow_none_such": Text("Aucune proposition n'est dans cet état.", "No proposal is in this state."),
    "proposals.any_state": Text("Tous les états", "All states"),
    "proposals.no_territory": Text(
        "Vous ne coordonnez aucun territoire dont la charte est en vigueur.",
        "You coordinate no territory whose charter is in force.",
    ),
    "proposals.territory": Text("Territoire", "Territory"),
    "proposals.answered": Text("Répondu", "Answered"),
}
