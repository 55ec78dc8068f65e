"""The words of the pages about transfer cases, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "cases.title": Text("Dossiers de mutation", "Transfer cases"),
    "cases.explain": Text(
        "Chaque dossier dit ce qu'un logement doit permettre à une personne, jamais qui elle est ni de quoi elle"
        " souffre. Vous seuls lisez le besoin ; chaque lecture est inscrite à votre journal d'audit.",
        "Each case says what a home has to let somebody do, never who they are nor what they suffer from. Only you read"
        " the need; each reading is written into your audit.",
    ),
    "cases.new": Text("Ouvrir un dossier", "Open a case"),
    "cases.open_for_home": Text("Ouvrir un dossier pour qui vit ici", "Open a case for who lives here"),
    "cases.list": Text("Dossiers, le plus récent d'abord", "Cases, the latest first"),
    "cases.state": Text("État", "State"),
    "cases.state_open": Text("Ouverts", "Open"),
    "cases.state_closed": Text("Clos", "Closed"),
    "cases.state_all": Text("Tous", "All"),
    "cases.ground": Text("Motif de priorité", "Priority ground"),
    "cases.any_ground": Text("Tous les motifs", "Any ground"),
    "cases.no_ground": Text("Aucun", "None"),
    "cases.only_alerted": Text(
        "Seulement ceux pour lesquels un logement se libère", "Only those for which a home comes free"
    ),
    "cases.show": Text("Afficher", "Show"),
    "cases.reference": Text("Référence", "Reference"),
    "cases.kind": Text("Nature", "Kind"),
    "cases.opened": Text("Ouvert le", "Opened on"),
    "cases.ended": Text("Fin", "End"),
    "cases.is_open": Text("Ouvert", "Open"),
    "cases.deadline": Text("À reloger avant le", "To be rehoused by"),
    "cases.alerts": Text("Logements qui se libèrent", "Homes that come free"),
    "cases.none": Text(
        "Aucun dossier ne répond à ce choix. Un dossier s'ouvre avec l'accord de la personne : son besoin, son secteur,"
        " et jusqu'à quand elle consent.",
        "No case answers this choice. A case is opened with the person's agreement: their need, their area, and until"
        " when they consent.",
    ),
    "cases.done_opened": Text(
        "Le dossier est ouvert. Notez sa référence dans votre propre fichier : lui seul dit de qui il s'agit, et nous"
        " ne pouvons pas la retrouver pour vous.",
        "The case is open. Note its reference in your own file: it alone says whose it is, and we cannot find it out"
        " for you.",
    ),
    "cases.done_changed": Text("Le dossier est enregistré.", "The case is saved."),
    "cases.done_closed": Text("Le dossier est clos.", "The case is closed."),
    "cases.done_erased": Text(
        "Le dossier et tout ce que nous savions du besoin sont effacés.",
        "The case, and all that we knew of the need, are erased.",
    ),
    "cases.case": Text("Dossier {ref}", "Case {ref}"),
    "cases.about": Text("Le dossier", "The case"),
    "cases.territory": Text("Territoire", "Territory"),
    "cases.home": Text("Logement actuel", "Present home"),
    "cases.no_home": Text("Aucun de votre parc", "None of your stock"),
    "cases.consent": Text("Consentement", "Consent"),
    "cases.consent_says": Text("{basis}, version {version}, jusqu'au", "{basis}, version {version}, until"),
    "cases.need": Text("Ce que le logement doit permettre", "What the home has to allow"),
    "cases.need_nothing": Text("Rien de particulier n'est demandé.", "Nothing in particular is asked."),
    "cases.next": Text("Que faire", "What to do"),
    "cases.to_matches": Text("Logements qui conviennent", "Homes that fit"),
    "cases.to_proposals": Text("Propositions", "Proposals"),
    "cases.edit": Text("Modifier", "Change"),
    "cases.end": Text("Clore ou effacer", "Close or erase"),
    "cases.told": Text("Logements qui se sont libérés pour ce dossier", "Homes that came free for this case"),
    "cases.told_none": Text(
        "Aucun depuis l'ouverture. Un dossier ouvert est une recherche enregistrée : vous serez prévenus.",
        "None since it was opened. An open case is a saved search: you will be told.",
    ),
    "cases.free_from": Text("Libre à partir de {month}", "Free from {month}"),
    "cases.free_now": Text("Libre", "Free"),
    "cases.told_on": Text("signalé le", "told on"),
    "cases.gone": Text("n'est plus libre", "no longer free"),
    "cases.listing": Text("Voir la fiche", "See the listing"),
    "cases.closed_because": Text("Clos : {reason}", "Closed: {reason}"),
    "cases.back": Text("Retour aux dossiers", "Back to the cases"),
    "cases.yes": Text("Oui", "Yes"),
    "cases.form_title": Text("Ouvrir un dossier de mutation", "Open a transfer case"),
    "cases.edit_title": Text("Modifier le dossier", "Change the case"),
    "cases.form_explain": Text(
        "N'écrivez ni nom, ni adresse, ni diagnostic : seulement ce que la personne peut faire et ce qu'il lui faut."
        " Ce que vous laissez vide n'est pas demandé.",
        "Write no name, no address, no diagnosis: only what the person can do and what they need. What you leave empty"
        " is not asked for.",
    ),
    "cases.form_ref": Text("Sa référence, tirée au hasard :", "Its reference, drawn at random:"),
    "cases.choose_territory": Text("Choisir ce territoire", "Choose this territory"),
    "cases.choose_first": Text("Dans quel territoire ?", "In which territory?"),
    "cases.no_territory": Text(
        "Votre charte n'est en vigueur dans aucun territoire : un dossier ne peut pas chercher. Signez-la d'abord.",
        "Your charter is in force in no territory: a case cannot look anywhere. Sign it first.",
    ),
    "cases.group_who": Text("Nature du dossier", "Kind of case"),
    "cases.group_moving": Text("Se déplacer", "Moving about"),
    "cases.hint_moving": Text(
        "Avec quoi la personne se déplace, et ce qu'elle peut franchir.",
        "What the person moves with, and what they can get over.",
    ),
    "cases.group_washing": Text("Se laver, atteindre", "Washing, reaching"),
    "cases.hint_washing": Text(
        "Ce qu'il faut dans la salle d'eau et les toilettes.", "What is needed in the bathroom and the toilet."
    ),
    "cases.group_senses": Text("Voir, entendre, se repérer", "Seeing, hearing, finding one's way"),
    "cases.hint_senses": Text("Cochez si le logement doit y aider.", "Tick where the home has to help with it."),
    "cases.group_household": Text("Le ménage", "The household"),
    "cases.hint_household": Text(
        "Combien de personnes vivent là, et combien de pièces il leur faut.",
        "How many people live there, and how many rooms they need.",
    ),
    "cases.group_money": Text("Loyer", "Rent"),
    "cases.hint_money": Text(
        "En euros par mois. Ce que votre logement actuel dit déjà se remplit de lui-même.",
        "In euros a month. What your present home says already fills itself in.",
    ),
    "cases.group_where": Text("Où", "Where"),
    "cases.hint_where": Text(
        "Rien de coché : la commune du logement actuel, ou tout le territoire pour une première entrée.",
        "Nothing ticked: the present home's commune, or all of the territory for a first entry.",
    ),
    "cases.group_places": Text("Lieux de la semaine", "Places of the week"),
    "cases.hint_places": Text(
        "Trois lieux qui comptent : pharmacie, médecin, proche. Donnez un point de la carte, longitude puis latitude"
        " (-1.5536, 47.2184) ; nous ne gardons que le milieu de son carré de 500 m.",
        "Three places that matter: pharmacy, doctor, relative. State a point of the map, longitude then latitude"
        " (-1.5536, 47.2184); we keep only the middle of its square of 500 m.",
    ),
    "cases.group_consent": Text("Consentement et priorité", "Consent and priority"),
    "cases.hint_consent": Text(
        "Sans consentement, rien n'est gardé. Il dure 24 mois au plus ; nous vous prévenons 30 jours avant sa fin.",
        "Without consent nothing is kept. It lasts for 24 months at most; we warn you 30 days before its end.",
    ),
    "cases.field_kind": Text("Le dossier est", "The case is"),
    "cases.field_home_ref": Text("Référence du logement actuel", "Reference of the present home"),
    "cases.help_home_ref": Text(
        "Telle que dans votre parc ; vide pour une première entrée ou un autre logement.",
        "As in your stock; empty for a first entry or another home.",
    ),
    "cases.field_aid_indoors": Text("Aide à la marche, chez soi", "Aid indoors"),
    "cases.field_aid_outdoors": Text("Aide à la marche, dehors", "Aid outdoors"),
    "cases.field_steps_passable": Text("Marches franchissables d'affilée", "Steps passable in a row"),
    "cases.help_steps_passable": Text(
        "0 : aucune. De 1 à 5 : un logement sans marche convient, d'autres sont à vérifier. Dès 7, tous sont proposés,"
        " à vérifier. Vide : autant qu'il faut.",
        "0: none. From 1 to 5: a home without steps fits, others are to be checked. From 7 on all are shown, to be"
        " checked. Empty: any number.",
    ),
    "cases.field_ground_floor_or_lift": Text("Rez-de-chaussée ou ascenseur", "Ground floor or lift"),
    "cases.field_door_width_cm": Text("Largeur de porte nécessaire, en cm", "Door width needed, cm"),
    "cases.field_shower": Text("Douche utilisable", "Usable shower"),
    "cases.field_grab_bars": Text("Barres d'appui", "Grab bars"),
    "cases.field_transfer_side": Text("Transfert vers les toilettes", "Transfer to the toilet"),
    "cases.field_reach_low_cm": Text("Atteint à partir de, en cm", "Reaches from, cm"),
    "cases.field_reach_high_cm": Text("Atteint jusqu'à, en cm", "Reaches up to, cm"),
    "cases.field_visual": Text("Voir", "Seeing"),
    "cases.field_hearing": Text("Entendre", "Hearing"),
    "cases.field_cognitive": Text("Se repérer", "Finding one's way"),
    "cases.field_residents": Text("Personnes du ménage", "People of the household"),
    "cases.field_visiting_children": Text("Enfants en droit de visite", "Visiting children"),
    "cases.field_carer_room": Text("Chambre pour un aidant", "Room for a carer"),
    "cases.field_rooms_min": Text("Pièces principales, au moins", "Main rooms, at least"),
    "cases.help_rooms_min": Text(
        "Vide : une pièce de séjour et une pour deux personnes, une de plus pour un aidant ou des enfants en visite.",
        "Empty: a living room and one for two people, one more for a carer or visiting children.",
    ),
    "cases.field_rooms_max": Text("Pièces principales, au plus", "Main rooms, at most"),
    "cases.field_parking": Text("Stationnement adapté", "Adapted parking"),
    "cases.field_rent_max": Text("Loyer principal, au plus", "Principal rent, at most"),
    "cases.field_total_max": Text("Loyer et charges, au plus", "Rent and charges, at most"),
    "cases.field_current_rent": Text("Loyer actuel", "Present rent"),
    "cases.field_current_charges": Text("Charges actuelles", "Present charges"),
    "cases.field_current_rooms": Text("Pièces du logement actuel", "Rooms of the present home"),
    "cases.field_lived": Text("Vit dans le quartier depuis", "Has lived in the quarter for"),
    "cases.field_area": Text("Secteur recherché", "Area wanted"),
    "cases.field_territory": Text("Territoire", "Territory"),
    "cases.field_ground": Text("Motif de priorité", "Priority ground"),
    "cases.field_deadline": Text("À reloger avant le", "To be rehoused by"),
    "cases.field_consent_basis": Text("Base", "Basis"),
    "cases.field_consent_version": Text("Version du texte signé", "Version of the text agreed to"),
    "cases.help_consent_version": Text(
        "Votre nom du formulaire, sans espace : 2026-1.", "Your name of the form, without spaces: 2026-1."
    ),
    "cases.field_consent_until": Text("Valable jusqu'au", "Valid until"),
    "cases.communes_hint": Text(
        "Noms ou codes INSEE, séparés par des virgules.",
        "Names or INSEE codes, between commas.",
    ),
    "cases.communes": Text("Communes", "Communes"),
    "cases.quarters": Text("Quartiers", "Quarters"),
    "cases.quarters_hint": Text(
        "Seuls sont proposés les quartiers des communes choisies, et ceux qui sont déjà cochés. Choisissez des"
        " communes, puis « Proposer leurs quartiers » en bas de la page.",
        "Only the quarters of the communes that are chosen are offered, and those that are ticked already. Choose"
        " communes, then 'Offer their quarters' at the end of the page.",
    ),
    "cases.quarters_show": Text("Proposer leurs quartiers", "Offer their quarters"),
    "cases.place": Text("Lieu", "Place"),
    "cases.place_kind": Text("Lieu {n} : nature", "Place {n}: kind"),
    "cases.place_at": Text("Lieu {n} : longitude, latitude", "Place {n}: longitude, latitude"),
    "cases.place_metres": Text("Lieu {n} : mètres possibles à pied", "Place {n}: metres possible on foot"),
    "cases.place_other": Text("Proche ou autre lieu", "Relative or another place"),
    "cases.place_within": Text("{what}, à {m} m au plus", "{what}, within {m} m"),
    "cases.unsaid": Text("Non précisé", "Not stated"),
    "cases.save_new": Text("Ouvrir le dossier", "Open the case"),
    "cases.save": Text("Enregistrer", "Save"),
    "cases.cancel": Text("Annuler", "Cancel"),
    "cases.end_title": Text("Clore ou effacer le dossier", "Close or erase the case"),
    "cases.close_title": Text("Clore", "Close"),
    "cases.close_explain": Text(
        "Le dossier ne cherche plus ; ses propositions en cours sont retirées. Il est supprimé après la durée que fixe"
        " la charte.",
        "The case looks no longer; its open proposals are withdrawn. It is deleted after the time that the charter"
        " sets.",
    ),
    "cases.reason": Text("Pourquoi il prend fin", "Why it ends"),
    "cases.close": Text("Clore le dossier", "Close the case"),
    "cases.erase_title": Text("Effacer", "Erase"),
    "cases.erase_explain": Text(
        "Tout ce qui est gardé du besoin disparaît aussitôt et pour toujours, chez nous et chez les bailleurs à qui un"
        " logement a été proposé. Sa référence ne pourra plus servir. Rien ne peut être annulé.",
        "All that is kept of the need is gone at once and for ever, here and with the landlords to whom a home was"
        " proposed. Its reference can never be used again. Nothing can be undone.",
    ),
    "cases.sure": Text("J'efface ce dossier pour toujours", "I erase this case for ever"),
    "cases.erase": Text("Effacer le dossier", "Erase the case"),
    "territory_cases.explain": Text(
        "Les dossiers des bailleurs du territoire : natures, motifs et dates. Ni besoin, ni référence, ni logement.",
        "The cases of the territory's landlords: kinds, grounds and dates. No need, no reference, no home.",
    ),
    "territory_cases.none": Text("Aucun dossier ne répond à ce choix.", "No case answers this choice."),
    "territory_cases.case": Text("Dossier", "Case"),
}
