"""The words of the pages about a territory's members, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "members.title": Text("Membres : {territory}", "Members: {territory}"),
    "members.choose": Text("Membres", "Members of a territory"),
    "members.choose_explain": Text("Choisissez un territoire.", "Choose a territory."),
    "members.no_territory": Text(
        "Votre organisation ne coordonne aucun territoire et n'a signé aucune charte. Un coordinateur invite les"
        " bailleurs ; un bailleur signe la charte qu'on lui propose.",
        "Your organisation coordinates no territory and has signed no charter. A coordinator invites landlords; a"
        " landlord signs the charter that it is offered.",
    ),
    "members.names_explain": Text(
        "Les organismes dont l'adhésion est en vigueur dans ce territoire.",
        "The organisations whose adhesion is in force in this territory.",
    ),
    "members.no_names": Text(
        "Aucun n'est visible : vous les voyez une fois votre propre adhésion en vigueur.",
        "None is visible: you see them once your own adhesion is in force.",
    ),
    "members.charter": Text("La charte de ce territoire", "This territory's charter"),
    "members.adhesions": Text("Adhésions", "Adhesions"),
    "members.none": Text(
        "Aucune adhésion. Invitez un bailleur ci-dessous : il signe la charte, puis vous l'admettez.",
        "No adhesion. Invite a landlord below: it signs the charter, then you admit it.",
    ),
    "members.none_in_state": Text("Aucune adhésion dans cet état.", "No adhesion in this state."),
    "members.all": Text("Toutes ({count})", "All ({count})"),
    "members.only_pending": Text("En attente ({count})", "Waiting ({count})"),
    "members.only_in_force": Text("En vigueur ({count})", "In force ({count})"),
    "members.only_suspended": Text("Suspendues ({count})", "Suspended ({count})"),
    "members.only_withdrawn": Text("Terminées ({count})", "Ended ({count})"),
    "members.filter": Text("Adhésions à montrer", "Adhesions to show"),
    "members.landlord": Text("Bailleur", "Landlord"),
    "members.status": Text("État de l'adhésion", "State of the adhesion"),
    "members.status_pending": Text("En attente de votre décision", "Waits for your decision"),
    "members.status_in_force": Text("En vigueur", "In force"),
    "members.status_suspended": Text("Suspendue", "Suspended"),
    "members.status_withdrawn": Text("Terminée", "Ended"),
    "members.status_unsigned": Text(
        "Suspendue : version en vigueur non signée", "Suspended: the version in force is not signed"
    ),
    "members.version": Text("Version signée", "Version signed"),
    "members.signed": Text("Signée le", "Signed on"),
    "members.signed_by": Text("Signée par", "Signed by"),
    "members.listings": Text("Annonces", "Listings"),
    "members.seen": Text("Logements vus aujourd'hui", "Homes seen today"),
    "members.quota": Text(
        "Chaque membre peut voir {quota} logements d'autrui par jour. La colonne compte ceux de ce territoire depuis"
        " minuit (UTC) ; le plafond compte aussi ceux des autres territoires du bailleur. Personne ne voit ici"
        " lesquels.",
        "Each member may see {quota} homes of others a day. The column counts those of this territory since midnight"
        " (UTC); the limit counts those of the landlord's other territories too. Nobody sees here which.",
    ),
    "members.invitations": Text("Bailleurs invités", "Invited landlords"),
    "members.no_invitations": Text("Aucune invitation.", "No invitation."),
    "members.invitations_explain": Text(
        "Un courriel part dans la minute : aux administrateurs du bailleur s'il est déjà inscrit, sinon à la personne"
        " que vous nommez, qui l'inscrit et l'administre. Vous voyez la même chose dans les deux cas. Le lien vaut"
        " trente jours ; une invitation terminée est gardée six mois.",
        "A mail leaves within a minute: to the landlord's administrators if it is registered, otherwise to the person"
        " whom you name, who registers and administers it. You see the same in either case. The link is good for thirty"
        " days; an invitation that ended is kept for six months.",
    ),
    "members.invite": Text("Inviter un bailleur", "Invite a landlord"),
    "members.name": Text("Nom du bailleur", "Name of the landlord"),
    "members.siren": Text("Numéro SIREN", "SIREN number"),
    "members.siren_hint": Text("Neuf chiffres.", "Nine digits."),
    "members.email": Text("Adresse de la personne qui l'administrera", "Address of the person who will administer it"),
    "members.do_invite": Text("Envoyer l'invitation", "Send the invitation"),
    "members.invitation": Text("État de l'invitation", "State of the invitation"),
    "members.invitation_sent": Text("Envoyée, jusqu'au", "Sent, good until"),
    "members.invitation_accepted": Text("Acceptée le", "Accepted on"),
    "members.invitation_expired": Text("Expirée le", "Expired on"),
    "members.invitation_revoked": Text("Révoquée le", "Revoked on"),
    "members.last_sent": Text("Dernier courriel", "Last mail"),
    "members.action": Text("Que faire", "What to do"),
    "members.send": Text("Renvoyer", "Send again"),
    "members.revoke": Text("Révoquer", "Revoke"),
    "members.done_invited": Text("L'invitation part dans la minute.", "The invitation leaves within a minute."),
    "members.done_sent": Text(
        "Un nouveau courriel part dans la minute ; le lien précédent ne vaut plus.",
        "A new mail leaves within a minute; the link before is good no longer.",
    ),
    "members.done_revoked": Text(
        "L'invitation est révoquée : son lien ne vaut plus.", "The invitation is revoked: its link is good no longer."
    ),
    "members.done_admit": Text("Le bailleur est admis.", "The landlord is admitted."),
    "members.done_refuse": Text("Le bailleur est refusé.", "The landlord is refused."),
    "members.done_suspend": Text("L'adhésion est suspendue.", "The adhesion is suspended."),
    "members.done_reinstate": Text("La suspension est levée.", "The suspension is lifted."),
    "member.back": Text("Tous les membres", "All members"),
    "member.decide": Text("Votre décision", "Your decision"),
    "member.nothing": Text("Rien n'attend une décision de votre part.", "Nothing waits for a decision of yours."),
    "member.unsigned": Text(
        "La suspension cesse quand le bailleur signe la version en vigueur ; vous ne pouvez pas la lever.",
        "The suspension ends when the landlord signs the version in force; you cannot lift it.",
    ),
    "member.withdrawn": Text(
        "L'adhésion a pris fin. Le bailleur peut signer de nouveau ; il attend alors votre décision.",
        "The adhesion has ended. The landlord may sign again; it then waits for your decision.",
    ),
    "member.admit": Text("Admettre", "Admit"),
    "member.admit_explain": Text(
        "Le bailleur prend part au territoire dès maintenant : il recherche les annonces des autres membres, et les"
        " siennes paraissent dans la minute. Il est tenu par la version qu'il a signée.",
        "The landlord takes part in the territory from now on: it searches the other members' listings, and its own"
        " appear within a minute. It is held to the version that it signed.",
    ),
    "member.refuse": Text("Refuser", "Refuse"),
    "member.refuse_explain": Text(
        "Ses signatures prennent fin et restent au dossier. Il peut signer de nouveau.",
        "Its signatures end and stay on record. It may sign again.",
    ),
    "member.suspend": Text("Suspendre", "Suspend"),
    "member.suspend_explain": Text(
        "Annonces qui quittent la recherche en moins de cinq secondes : {count}. Le bailleur ne recherche plus dans ce"
        " territoire. Rien n'est perdu : vous pouvez lever la suspension.",
        "Listings that leave the search within five seconds: {count}. The landlord no longer searches in this"
        " territory. Nothing is lost: you can lift the suspension.",
    ),
    "member.reinstate": Text("Lever la suspension", "Lift the suspension"),
    "member.reinstate_explain": Text(
        "Le bailleur recherche de nouveau, et ses annonces reviennent dans la minute.",
        "The landlord searches again, and its listings come back within a minute.",
    ),
}
