"""The words of the pages on which people sign in, and of their account, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "sign_in.title": Text("Se connecter", "Sign in"),
    "sign_in.email": Text("Adresse électronique", "E-mail address"),
    "sign_in.password": Text("Mot de passe", "Password"),
    "sign_in.submit": Text("Se connecter", "Sign in"),
    "sign_in.forgotten": Text("Mot de passe oublié ?", "Forgotten password?"),
    "sign_in.or": Text("ou", "or"),
    "upstream.sign_in": Text("Se connecter avec {provider}", "Sign in with {provider}"),
    "upstream.proconnect": Text("S’identifier avec", "Sign in with"),
    "upstream.what": Text("Qu’est-ce que ProConnect ?", "What is ProConnect?"),
    "upstream.new_window": Text("nouvelle fenêtre", "new window"),
    "upstream.confirm": Text("Confirmer avec {provider}", "Confirm with {provider}"),
    "upstream.title": Text("Connexion avec {provider}", "Signing in with {provider}"),
    "upstream.linked": Text(
        "Votre compte est relié à {provider} : vous pouvez vous connecter par là.",
        "Your account is linked to {provider}: you can sign in there.",
    ),
    "upstream.unlinked": Text(
        "Votre compte n'est pas relié à {provider}.", "Your account is not linked to {provider}."
    ),
    "upstream.link": Text("Relier mon compte à {provider}", "Link my account to {provider}"),
    "away.going": Text("Vers {provider}", "On to {provider}"),
    "away.leaving": Text("Déconnexion de {provider}", "Signing out of {provider}"),
    "away.going_explain": Text(
        "Vous êtes dirigé vers {provider}. Si rien ne se passe, suivez ce lien.",
        "You are being sent to {provider}. If nothing happens, follow this link.",
    ),
    "away.leaving_explain": Text(
        "Vous êtes déconnecté de ce registre ; {provider} va l'être aussi. Si rien ne se passe, suivez ce lien.",
        "You are signed out of this registry; {provider} follows. If nothing happens, follow this link.",
    ),
    "away.continue": Text("Continuer vers {provider}", "Continue to {provider}"),
    "signed_out.title": Text("Vous êtes déconnecté", "You are signed out"),
    "signed_out.again": Text("Se connecter de nouveau", "Sign in again"),
    "second_factor.title": Text("Second facteur", "Second factor"),
    "second_factor.explain": Text(
        "Saisissez le code à six chiffres que montre votre application d'authentification.",
        "Type the six-digit code that your authenticator shows.",
    ),
    "second_factor.code": Text("Code à six chiffres", "Six-digit code"),
    "second_factor.submit": Text("Vérifier", "Check"),
    "second_factor.lost": Text("Téléphone perdu : utiliser un code de secours", "Lost telephone: use a recovery code"),
    "recovery.title": Text("Code de secours", "Recovery code"),
    "recovery.explain": Text("Chaque code de secours sert une fois.", "Each recovery code is good once."),
    "recovery.code": Text("Code de secours", "Recovery code"),
    "enrolment.title": Text("Mettre en place le second facteur", "Set up the second factor"),
    "enrolment.explain": Text(
        "Avec votre application d'authentification, lisez cette image ou saisissez la clé. Puis tapez le code affiché.",
        "With your authenticator, scan this picture or type the key. Then type the code that it shows.",
    ),
    "enrolment.picture": Text("Image à lire avec l'application", "Picture to scan with the authenticator"),
    "enrolment.key": Text("Clé à saisir", "Key to type"),
    "enrolment.submit": Text("Confirmer", "Confirm"),
    "codes.title": Text("Vos codes de secours", "Your recovery codes"),
    "codes.explain": Text(
        "Imprimez-les ou notez-les en lieu sûr : ils ne seront plus montrés. Chacun sert une fois si vous perdez"
        " votre téléphone.",
        "Print them or keep them in a safe place: they are not shown again. Each is good once if you lose your"
        " telephone.",
    ),
    "codes.continue": Text("Je les ai gardés, continuer", "I have kept them, continue"),
    "organisation.title": Text("Pour qui agissez-vous ?", "For whom do you act?"),
    "organisation.explain": Text(
        "Vous agissez pour une organisation à la fois ; vous pourrez en changer.",
        "You act for one organisation at a time; you can change later.",
    ),
    "organisation.submit": Text("Continuer", "Continue"),
    "organisation.none": Text(
        "Votre compte n'est lié à aucune organisation active. Demandez une invitation à la vôtre.",
        "Your account belongs to no active organisation. Ask yours for an invitation.",
    ),
    "organisation.change": Text("Changer d'organisation", "Change organisation"),
    "consent.title": Text("Autoriser {client}", "Allow {client}"),
    "consent.explain": Text(
        "{client}, de {owner}, demande à agir en votre nom pour {organisation} :",
        "{client}, of {owner}, asks to act in your name for {organisation}:",
    ),
    "consent.undo": Text(
        "Vous pourrez retirer cette autorisation à tout moment, sous « Sécurité de votre compte ».",
        "You can withdraw this permission at any time, under 'Security of your account'.",
    ),
    "consent.allow": Text("Autoriser", "Allow"),
    "consent.deny": Text("Refuser", "Refuse"),
    "consent.refused": Text("La demande de l'application est refusée", "The application's request is refused"),
    "consent.other": Text(
        "Cette application agit pour {organisation}, dont vous n'êtes pas membre.",
        "This application acts for {organisation}, of which you are not a member.",
    ),
    "confirm.title": Text("Confirmez que c'est vous", "Confirm that it is you"),
    "confirm.explain": Text(
        "Cette action demande que vous tapiez de nouveau votre mot de passe.",
        "This needs you to type your password again.",
    ),
    "confirm.upstream": Text(
        "Cette action demande que vous confirmiez de nouveau votre identité.",
        "This needs you to prove again who you are.",
    ),
    "confirm.submit": Text("Confirmer", "Confirm"),
    "invitation.title": Text("Rejoindre {organisation}", "Join {organisation}"),
    "invitation.explain": Text(
        "{organisation} vous invite avec le rôle « {role} ». Votre adresse est {email}.",
        "{organisation} invites you with the role '{role}'. Your address is {email}.",
    ),
    "invitation.known": Text(
        "Vous avez déjà un compte : il reçoit ce rôle.", "You have an account already: it gets this role."
    ),
    "invitation.name": Text("Nom et prénom", "Name"),
    "invitation.password": Text("Choisissez un mot de passe", "Choose a password"),
    "invitation.rule": Text(
        "Au moins 14 caractères, une phrase par exemple, sans votre nom ni votre adresse.",
        "At least 14 characters, a sentence for instance, without your name or address.",
    ),
    "invitation.submit": Text("Accepter l'invitation", "Accept the invitation"),
    "forgotten.title": Text("Mot de passe oublié", "Forgotten password"),
    "forgotten.explain": Text(
        "Si cette adresse a un compte, elle reçoit un lien valable une heure.",
        "If this address has an account, it gets a link that is good for one hour.",
    ),
    "forgotten.submit": Text("Envoyer le lien", "Send the link"),
    "forgotten.sent": Text(
        "Si cette adresse a un compte, un message vient de lui être envoyé.",
        "If this address has an account, a message was just sent to it.",
    ),
    "reset.title": Text("Nouveau mot de passe", "New password"),
    "reset.explain": Text("Pour le compte {email}.", "For the account {email}."),
    "reset.submit": Text("Changer le mot de passe", "Change the password"),
    "security.title": Text("Sécurité de votre compte", "Security of your account"),
    "security.explain": Text(
        "Chaque changement demande que vous ayez tapé votre mot de passe dans les cinq dernières minutes.",
        "Each change needs your password typed within the last five minutes.",
    ),
    "security.explain_upstream": Text(
        "Chaque changement demande que {provider} ait confirmé votre identité dans les cinq dernières minutes.",
        "Each change needs {provider} to have confirmed who you are within the last five minutes.",
    ),
    "security.upstream": Text("Connexion", "Signing in"),
    "security.upstream_only": Text(
        "Vous vous connectez avec {provider} : votre compte n'a pas de mot de passe ici. Ce qui s'y rapporte se change"
        " chez {provider}.",
        "You sign in with {provider}: your account has no password here. What concerns it is changed at {provider}.",
    ),
    "security.upstream_too": Text(
        "Vous pouvez aussi vous connecter avec {provider}.", "You can also sign in with {provider}."
    ),
    "security.factor": Text("Second facteur", "Second factor"),
    "security.factor_explain": Text(
        "Nouveau téléphone : remplacez la clé de votre application. De nouveaux codes de secours suivent, et vos autres"
        " sessions sont fermées.",
        "A new telephone: replace the key of your authenticator. New recovery codes follow, and your other sessions"
        " end.",
    ),
    "security.factor_submit": Text("Remplacer le second facteur", "Replace the second factor"),
    "factor_change.title": Text("Remplacer le second facteur", "Replace the second factor"),
    "factor_change.explain": Text(
        "L'ancienne clé sert jusqu'à ce que le nouveau code soit vérifié, puis plus jamais.",
        "The old key is good until the new code is checked, and never after.",
    ),
    "security.sessions": Text("Autres appareils", "Other devices"),
    "security.sessions_explain": Text(
        "Fermez les sessions ouvertes ailleurs : celle-ci reste ouverte.",
        "End the sessions that are open elsewhere: this one stays open.",
    ),
    "security.sessions_submit": Text("Fermer les autres sessions", "End the other sessions"),
    "security.sessions_done": Text("Les autres sessions sont fermées.", "The other sessions are ended."),
    "security.consents": Text("Applications que vous avez autorisées", "Applications that you allowed"),
    "security.no_consents": Text("Aucune application n'agit en votre nom.", "No application acts in your name."),
    "security.consent": Text(
        "{client}, de {owner}, agit en votre nom pour {organisation} depuis le {day} :",
        "{client}, of {owner}, acts in your name for {organisation} since {day}:",
    ),
    "security.consent_submit": Text("Retirer l'autorisation", "Withdraw the permission"),
    "security.consent_done": Text(
        "L'autorisation est retirée : l'application ne peut plus rien faire en votre nom.",
        "The permission is withdrawn: the application can do nothing in your name any more.",
    ),
    "security.mails": Text("Courriels", "Mails"),
    "security.digest_explain": Text(
        "Un courriel par jour au plus nomme les logements adaptés d'autres bailleurs qui se libèrent, par commune,"
        " type, classe et mois ; il s'adresse aux chargés de mutation et aux administrateurs d'un bailleur.",
        "At most one mail a day names the adapted homes of other landlords that fell vacant, by commune, type,"
        " class and month; it is for transfer caseworkers and administrators of a landlord.",
    ),
    "security.digest_on": Text("Vous le recevez.", "You receive it."),
    "security.digest_off": Text("Vous ne le recevez pas.", "You do not receive it."),
    "security.digest_stop": Text("Ne plus recevoir ce courriel", "Receive this mail no more"),
    "security.digest_begin": Text("Recevoir ce courriel", "Receive this mail"),
    "security.digest_done": Text("Vous recevrez ce courriel.", "You will receive this mail."),
    "security.no_digest_done": Text("Vous ne recevrez plus ce courriel.", "You will receive this mail no more."),
    "security.codes": Text("Codes de secours", "Recovery codes"),
    "security.codes_explain": Text(
        "De nouveaux codes remplacent les anciens, qui ne servent plus.",
        "New codes replace the old ones, which are good no more.",
    ),
    "security.codes_submit": Text("Créer de nouveaux codes", "Make new codes"),
}
