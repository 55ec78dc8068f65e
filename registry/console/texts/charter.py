"""The words of the charter's pages, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "charter.title": Text("Chartes d'accessibilité", "Accessibility charters"),
    "charter.explain": Text(
        "Les territoires dont {organisation} suit la charte.", "The territories whose charter {organisation} follows."
    ),
    "charter.none": Text(
        "Votre organisation n'a signé aucune charte. Le coordinateur d'un territoire vous en donne l'identifiant :"
        " saisissez-le pour lire sa charte.",
        "Your organisation has signed no charter. A territory's coordinator gives you its id: type it to read its"
        " charter.",
    ),
    "charter.none_coordinated": Text(
        "Votre organisation ne coordonne aucun territoire. Créez-en un d'abord.",
        "Your organisation coordinates no territory. Create one first.",
    ),
    "charter.other": Text("Lire la charte d'un autre territoire", "Read the charter of another territory"),
    "charter.territory_id": Text("Identifiant du territoire", "Id of the territory"),
    "charter.territory": Text("Territoire", "Territory"),
    "charter.coordinator": Text("Coordinateur", "Coordinator"),
    "charter.standing": Text("Votre adhésion", "Your adhesion"),
    "charter.read": Text("Lire", "Read"),
    "charter.of": Text("Charte de {name}", "Charter of {name}"),
    "charter.back": Text("Retour à la charte", "Back to the charter"),
    "charter.back_list": Text("Toutes les chartes", "All charters"),
    "charter.in_force": Text("Version {version}, en vigueur", "Version {version}, in force"),
    "charter.digest": Text("Empreinte du texte (SHA-256)", "Digest of the text (SHA-256)"),
    "charter.no_version": Text(
        "Aucune charte n'est en vigueur dans ce territoire : personne n'y partage de logement. Le coordinateur prépare"
        " un projet, le propose, puis le met en vigueur.",
        "No charter is in force in this territory: nobody shares homes there. Its coordinator makes a draft, proposes"
        " it, then puts it in force.",
    ),
    "charter.articles": Text("Articles", "Articles"),
    "charter.part_charter": Text("Charte", "Charter"),
    "charter.part_data_sharing": Text("Convention de partage des données", "Data-sharing agreement"),
    "charter.no_articles": Text(
        "La charte de cette version n'a pas d'article.", "The charter of this version has no article."
    ),
    "charter.sharing": Text(
        "Ce que les clauses disent du partage appartient à cette convention : {terms}.",
        "What the terms say of sharing belongs to this agreement: {terms}.",
    ),
    "charter.sharing_terms": Text("Voir les clauses", "See the terms"),
    "charter.no_agreement": Text(
        "Cette version n'a aucun article de convention de partage des données. De ce qui est partagé, un bailleur signe"
        " donc ce que disent les clauses, et rien d'autre.",
        "This version has no article of a data-sharing agreement. What a landlord signs of what is shared is therefore"
        " what the terms say, and nothing else.",
    ),
    "charter.article": Text("Article {code} : {title}", "Article {code}: {title}"),
    "charter.rests_on": Text("Clauses sur lesquelles il repose : {terms}", "Terms that it rests on: {terms}"),
    "charter.terms": Text("Clauses", "Terms"),
    "charter.terms_explain": Text(
        "Ce que la charte dit en chiffres, et ce que le service en fait.",
        "What the charter says in figures, and what the service does by it.",
    ),
    "charter.term": Text("Clause", "Term"),
    "charter.value": Text("Ce qu'elle dit", "What it says"),
    "charter.meaning": Text("Ce que cela veut dire", "What that means"),
    "charter.grid": Text("Grille de l'indice d'adaptation", "Grid of the residence index"),
    "charter.grid_explain": Text(
        "Par quoi les résidences du territoire sont notées, de A à E.",
        "By what the residences of the territory are graded, from A to E.",
    ),
    "charter.versions": Text("Versions", "Versions"),
    "charter.version": Text("Version", "Version"),
    "charter.version_n": Text("Version {version}", "Version {version}"),
    "charter.status": Text("État", "State"),
    "charter.status_draft": Text("Projet", "Draft"),
    "charter.status_proposed": Text("Proposée", "Proposed"),
    "charter.status_in_force": Text("En vigueur", "In force"),
    "charter.status_superseded": Text("Remplacée", "Superseded"),
    "charter.proposed_at": Text("Proposée le", "Proposed"),
    "charter.reply_by": Text("Signatures demandées jusqu'au", "Signatures asked for until"),
    "charter.in_force_from": Text("En vigueur le", "In force"),
    "charter.superseded_at": Text("Remplacée le", "Superseded"),
    "charter.compare": Text("Comparer deux versions", "Compare two versions"),
    "charter.compare_short": Text("Comparer à la version en vigueur", "Compare with the version in force"),
    "charter.compare_signed": Text(
        "Comparer à la version que vous avez signée", "Compare with the version that you signed"
    ),
    "charter.contents": Text("Sommaire", "Contents"),
    "charter.signatures": Text("Signatures", "Signatures"),
    "charter.print": Text("Cette page s'imprime telle quelle.", "This page prints as it is."),
    # Comparison
    "charter.comparison": Text(
        "Version {version} comparée à la version {earlier}", "Version {version} compared with version {earlier}"
    ),
    "charter.later": Text("Version", "Version"),
    "charter.earlier": Text("Comparée à", "Compared with"),
    "charter.show": Text("Comparer", "Compare"),
    "charter.same": Text("Les deux versions disent la même chose.", "Both versions say the same."),
    "charter.same_articles": Text("Aucun article n'est différent.", "No article is different."),
    "charter.same_terms": Text("Aucune clause n'est différente.", "No term is different."),
    "charter.change_added": Text("Article {code} : ajouté", "Article {code}: added"),
    "charter.change_removed": Text("Article {code} : retiré", "Article {code}: removed"),
    "charter.change_changed": Text("Article {code} : modifié", "Article {code}: changed"),
    "charter.change_moved": Text("Article {code} : déplacé", "Article {code}: moved"),
    "charter.in_version": Text("Dans la version {version}", "In version {version}"),
    "charter.absent": Text("Absent", "Absent"),
    # Signatures
    "charter.signatures_all": Text(
        "Qui a signé quelle version, charte et convention de partage des données, et quand. Une signature reste"
        " inscrite après sa fin.",
        "Who signed which version, charter and data-sharing agreement, and when. A signature stays on record after it"
        " ended.",
    ),
    "charter.signatures_own": Text(
        "Ce que votre organisation a signé ici, charte et convention de partage des données. Une signature reste"
        " inscrite après sa fin.",
        "What your organisation has signed here, charter and data-sharing agreement. A signature stays on record after"
        " it ended.",
    ),
    "charter.signatures_none": Text("Personne n'a encore signé.", "Nobody has signed yet."),
    "charter.signatures_none_own": Text(
        "Votre organisation n'a rien signé ici. Lisez la charte, puis signez-la depuis sa page.",
        "Your organisation has signed nothing here. Read the charter, then sign it from its page.",
    ),
    "charter.organisation": Text("Organisation", "Organisation"),
    "charter.signed_by": Text("Signée par", "Signed by"),
    "charter.signed_as": Text("Fonction", "Function"),
    "charter.signed_at": Text("Le", "On"),
    "charter.ended_at": Text("Fin", "Ended"),
    "charter.unknown": Text("Non conservé", "Not kept"),
    # A landlord's adhesion
    "charter.adhesion": Text("L'adhésion de votre organisation", "Your organisation's adhesion"),
    "charter.adhesion_none": Text("Aucune", "None"),
    "charter.adhesion_pending": Text("En attente", "Waiting"),
    "charter.adhesion_in_force": Text("En vigueur", "In force"),
    "charter.adhesion_suspended": Text("Suspendue", "Suspended"),
    "charter.adhesion_withdrawn": Text("Terminée", "Ended"),
    "charter.means_none": Text(
        "Votre organisation n'a pas signé : elle ne partage et ne cherche rien dans ce territoire.",
        "Your organisation has not signed: it shares nothing in this territory, and finds nothing.",
    ),
    "charter.means_pending": Text(
        "Votre organisation a signé la version {version} et attend que le coordinateur l'admette. D'ici là, rien n'est"
        " partagé et elle ne cherche pas.",
        "Your organisation has signed version {version} and waits until the coordinator admits it. Until then nothing"
        " is shared, and it does not search.",
    ),
    "charter.means_in_force": Text(
        "Votre organisation tient la version {version} : ses logements sont partagés et elle cherche.",
        "Your organisation holds to version {version}: its homes are shared, and it searches.",
    ),
    "charter.means_suspended": Text(
        "Les annonces de votre organisation sont retirées et elle ne cherche plus. Seul le coordinateur rétablit cette"
        " adhésion ; adressez-vous à lui.",
        "Your organisation's listings are withdrawn and it no longer searches. Only the coordinator lifts this; turn to"
        " it.",
    ),
    "charter.means_unsigned": Text(
        "La version en vigueur n'a pas été signée à temps : les annonces sont retirées. La signer met fin à la"
        " suspension aussitôt.",
        "The version in force was not signed in time: the listings are withdrawn. Signing it ends the suspension at"
        " once.",
    ),
    "charter.means_withdrawn": Text(
        "Votre organisation a mis fin à son adhésion ; les signatures restent inscrites. Elle peut signer de nouveau.",
        "Your organisation has ended its adhesion; its signatures stay on record. It may sign again.",
    ),
    "charter.to_sign_proposed": Text(
        "Une nouvelle version est proposée et votre organisation ne l'a pas signée.",
        "A new version is proposed, and your organisation has not signed it.",
    ),
    "charter.signed_proposed": Text(
        "Votre organisation a signé la version proposée ; elle y sera tenue dès son entrée en vigueur.",
        "Your organisation has signed the proposed version; it holds to it once it is in force.",
    ),
    "charter.to_sign_in_force": Text(
        "Votre organisation n'a pas signé la version en vigueur. D'ici là, la plus stricte des deux vaut pour ses"
        " logements, clause par clause.",
        "Your organisation has not signed the version in force. Until then the stricter of both holds for its homes,"
        " term by term.",
    ),
    "charter.read_and_sign": Text("Lire et signer la version {version}", "Read and sign version {version}"),
    "charter.end": Text("Mettre fin à l'adhésion", "End the adhesion"),
    # Signing
    "charter.sign": Text("Signer la version {version} – {name}", "Sign version {version} – {name}"),
    "charter.sign_what": Text("Ce que votre signature engage", "What your signature binds to"),
    "charter.sign_both": Text(
        "Une seule signature vaut pour la charte et pour la convention de partage des données : c'est un seul texte,"
        " sous une seule empreinte. Aucun logement n'est partagé avant elle.",
        "One signature is of both, the charter and the data-sharing agreement: they are one text, under one digest. No"
        " home is shared before it.",
    ),
    "charter.sign_in_force": Text(
        "Cette version est en vigueur. Si votre organisation participe déjà, elle y est tenue aussitôt ; sinon, elle"
        " attend que le coordinateur l'admette.",
        "This version is in force. If your organisation takes part already, it holds to it at once; if not, it waits"
        " until the coordinator admits it.",
    ),
    "charter.sign_proposed": Text(
        "Cette version est proposée. Elle engage votre organisation dès que le coordinateur la met en vigueur ; d'ici"
        " là vous pouvez y mettre fin.",
        "This version is proposed. It binds your organisation once the coordinator puts it in force; until then you may"
        " end that.",
    ),
    "charter.sign_record": Text(
        "La signature garde le nom, la fonction, la date et l'empreinte du texte ; le coordinateur la voit. Elle reste"
        " inscrite, même après sa fin.",
        "The signature keeps name, function, date and the digest of the text; the coordinator sees it. It stays on"
        " record, even after it ended.",
    ),
    "charter.sign_name": Text("Nom de la personne qui signe", "Name of the person who signs"),
    "charter.sign_function": Text("Sa fonction dans l'organisation", "Their function in the organisation"),
    "charter.sign_read": Text(
        "J'ai lu le texte ci-dessus, charte et convention de partage des données, dont l'empreinte est {digest}…",
        "I have read the text above, charter and data-sharing agreement, with digest {digest}…",
    ),
    "charter.sign_submit": Text("Signer pour {organisation}", "Sign for {organisation}"),
    "charter.already_signed": Text(
        "Votre organisation a signé cette version.", "Your organisation has signed this version."
    ),
    # Ending
    "charter.withdraw": Text("Mettre fin à l'adhésion à {name}", "End the adhesion to {name}"),
    "charter.withdraw_listings": Text(
        "Les annonces de votre organisation dans ce territoire disparaissent chez les autres membres dans les cinq"
        " secondes.",
        "Your organisation's listings in this territory leave the other members' searches within five seconds.",
    ),
    "charter.withdraw_search": Text(
        "Votre organisation n'y cherche plus : la recherche est réciproque.",
        "Your organisation no longer searches there: searching is reciprocal.",
    ),
    "charter.withdraw_history": Text(
        "Ses données restent chez elle, et ce qu'elle a signé reste inscrit avec la date de fin.",
        "Its data stay its own, and what it signed stays on record with the day it ended.",
    ),
    "charter.withdraw_again": Text(
        "Pour revenir, elle signe de nouveau et attend que le coordinateur l'admette.",
        "To come back it signs again, and waits until the coordinator admits it.",
    ),
    "charter.withdraw_submit": Text("Mettre fin à l'adhésion maintenant", "End the adhesion now"),
    "charter.keep": Text("Ne rien changer", "Change nothing"),
    # Done
    "charter.done_discarded": Text("Le projet est supprimé.", "The draft is deleted."),
    "charter.done_proposed": Text(
        "Le projet est proposé ; les administrateurs des membres reçoivent un message sous peu.",
        "The draft is proposed; the members' administrators get a mail soon.",
    ),
    "charter.done_enacted": Text(
        "La version est en vigueur ; les indices des résidences sont recalculés sous peu.",
        "The version is in force; the residences' indexes are computed anew soon.",
    ),
    "charter.done_signed": Text("La version en vigueur est signée.", "The version in force is signed."),
    "charter.done_presigned": Text("La version proposée est signée.", "The proposed version is signed."),
    "charter.done_waits": Text(
        "La signature est inscrite ; votre organisation attend que le coordinateur l'admette.",
        "The signature is on record; your organisation waits until the coordinator admits it.",
    ),
    "charter.done_withdrawn": Text("L'adhésion est terminée.", "The adhesion has ended."),
}
