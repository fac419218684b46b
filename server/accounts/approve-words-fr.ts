import type { ApproveWords } from './approve-words-en.ts'

export const approveWordsFr: ApproveWords = {
  title: 'Approuver Mailboard pour votre organisation',
  intro: [
    'Mailboard est un complément pour Outlook : il transforme des e-mails en éléments sur un tableau, selon des recettes que chaque personne écrit pour sa propre boîte.',
    'Dans votre organisation, seul un administrateur peut lui donner les autorisations nécessaires. Vous approuvez une seule fois, pour tout le monde. Ensuite, chaque personne décide de connecter ou non sa boîte.',
  ],
  asked: 'Ce que Mailboard demande, et pourquoi',
  granted: 'Ce que vous avez approuvé',
  permissions: {
    'Mail.Read': {
      name: 'lire les e-mails de la personne connectée',
      reason:
        'Pour lire les nouveaux e-mails de la boîte de réception des personnes qui ont connecté leur boîte, et appliquer leurs recettes.',
    },
    'User.Read': {
      name: 'connecter cette personne et lire son profil',
      reason: 'Pour connaître ses propres adresses : une recette peut ainsi savoir si un e-mail lui est adressé.',
    },
    offline_access: {
      name: 'conserver l’accès que vous lui avez donné',
      reason: 'Pour appliquer les recettes même quand Outlook est fermé.',
    },
  },
  never: 'Ce que Mailboard ne fait jamais',
  nevers: [
    'Il ne lit jamais la boîte d’une personne qui ne l’a pas connectée. Il n’a aucune autorisation propre, seulement celles des personnes connectées.',
    'Il ne lit jamais d’autre dossier que la boîte de réception.',
    'Il n’envoie, ne modifie, ne déplace et ne supprime jamais un e-mail.',
    'Il ne voit jamais de mot de passe.',
    'Si aucune recette ne correspond à un e-mail, il n’en conserve que l’identifiant, l’heure et les conditions qui ont décidé.',
  ],
  security: 'Questions et réponses sur la sécurité',
  who: 'Qui peut approuver',
  roles:
    'Un de ces rôles dans Microsoft Entra suffit : administrateur d’application cloud, administrateur d’application, administrateur de rôle privilégié, administrateur général.',
  button: 'Vérifier et approuver chez Microsoft',
  note: 'Microsoft vous demande de vous connecter. Mailboard n’apprend pas qui vous êtes. Pour retirer l’approbation plus tard : centre d’administration Microsoft Entra, Applications d’entreprise, Mailboard.',
  ends: {
    approved: {
      title: 'Mailboard est approuvé',
      text: [
        'Dans votre organisation, chaque personne peut désormais connecter sa propre boîte. Prévenez la personne qui vous a écrit : il ne lui reste qu’un clic dans Mailboard.',
      ],
    },
    partly: {
      title: 'Tout n’a pas été approuvé',
      text: [
        'Microsoft n’a accordé qu’une partie des autorisations : les boîtes ne peuvent pas encore être connectées. Rouvrez le lien de la demande et approuvez-les toutes.',
      ],
    },
    declined: {
      title: 'Rien n’a été approuvé',
      text: ['Vous avez refusé chez Microsoft : rien n’a changé. Pour approuver plus tard, rouvrez le lien de la demande.'],
    },
    'not-allowed': {
      title: 'Ce compte ne peut pas approuver',
      text: [
        'Rien n’a changé. Pour approuver, il faut un de ces rôles dans Microsoft Entra : administrateur d’application cloud, administrateur d’application, administrateur de rôle privilégié, administrateur général.',
        'Rouvrez le lien de la demande avec un tel compte, ou transférez la demande à une personne qui en a un.',
      ],
    },
    'wrong-tenant': {
      title: 'C’était une autre organisation',
      text: [
        'Le compte utilisé appartient à une autre organisation que celle du lien. Rouvrez le lien de la demande avec un compte d’administrateur de cette organisation.',
      ],
    },
    misconfigured: {
      title: 'Mailboard n’est pas entièrement configuré',
      text: [
        'Microsoft a refusé parce que l’inscription de Mailboard est incomplète. Prévenez les personnes qui exploitent Mailboard pour vous ; rien n’est à corriger ici.',
      ],
    },
    away: {
      title: 'Microsoft est indisponible',
      text: ['Microsoft n’a pas pu terminer l’approbation. Rouvrez le lien de la demande dans quelques minutes.'],
    },
    unclear: {
      title: 'Le résultat est inconnu',
      text: [
        'La réponse de Microsoft est incomplète. Demandez à la personne qui vous a envoyé le lien de sélectionner Vérifier dans Mailboard. Si elle attend toujours, rouvrez le lien.',
      ],
    },
    expired: {
      title: 'Cette page a expiré',
      text: [
        'Elle sert une fois, pendant une heure, dans le navigateur où vous avez ouvert le lien. Si vous avez approuvé chez Microsoft, votre approbation reste valable. Sinon, rouvrez le lien de la demande.',
      ],
    },
    'unknown-organisation': {
      title: 'Ce lien n’est pas valide',
      text: [
        'Il ne correspond à aucune organisation qui utilise Mailboard ici. Vérifiez que vous l’avez copié en entier, ou demandez-en un nouveau.',
      ],
    },
  },
}
