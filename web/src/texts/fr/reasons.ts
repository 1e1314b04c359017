/** What each reason of refusal or holding means (src/domain/refusal-reason.ts); the gateway says it in English. */
export const reasons: Readonly<Record<string, string>> = {
  host_invalid:
    'La requête ne nomme aucun hôte, en nomme plusieurs, ou un nom d’hôte impossible ; ou les en-têtes de relais se contredisent, ou le chemin sort de lui-même. Vérifiez le mandataire placé devant Gatehouse.',
  body_too_large: 'Le corps reçu dépasse MAX_BODY_BYTES. Relevez cette limite si l’appareil est authentique.',
  body_incomplete:
    'La connexion s’est terminée avant l’arrivée de tout le corps, ou celui-ci a pris plus de BODY_TIMEOUT_MS.',
  overloaded:
    'Il y a plus de requêtes ou d’octets en cours que MAX_IN_FLIGHT et MAX_BUFFERED_BYTES ne le permettent. L’agent revient de lui-même.',
  rate_limited:
    'Plus de requêtes en une minute que la limite de cette clé, de cet appareil ou de cette adresse. Les éléments disent laquelle. L’agent revient de lui-même. Les mauvaises clés au-delà d’une limite reçoivent aussi cette réponse, et sont comptées sous leur propre motif.',
  proxy_loop:
    'GLPI-Proxy-ID nomme cette installation même : ce qui a été transmis d’ici est revenu. Regardez où mène le serveur placé derrière ce Gatehouse, ou derrière un autre.',
  proxy_chain_too_long:
    'Le message est passé par plus de 5 mandataires et relais, d’après GLPI-Proxy-ID. Les éléments disent lesquels. Faites envoyer les agents plus près de ce Gatehouse.',
  key_missing:
    'L’agent n’a présenté aucune clé d’enregistrement. Mettez la clé dans l’URL de son serveur, ou dans ses options d’utilisateur et de mot de passe.',
  key_malformed:
    'Ce qui a été présenté n’a pas la forme d’une clé d’enregistrement, ou sa somme de contrôle est fausse : une faute de frappe, ou un secret d’un autre produit. Les éléments disent à quoi cela ressemble et ce qu’il faut.',
  key_unknown:
    'Aucune clé d’enregistrement ne porte cet identifiant : elle vient d’une autre installation, ou elle est inventée.',
  key_wrong_secret:
    'L’identifiant de clé existe, mais le secret n’est pas le sien. Si cela se répète, quelqu’un essaie de deviner.',
  token_invalid: 'Un jeton d’accès OAuth que Gatehouse n’a pas émis, ou qui a expiré.',
  key_revoked: 'Un administrateur a révoqué cette clé. Donnez-en une nouvelle à l’appareil.',
  key_expired: 'La date jusqu’à laquelle cette clé peut servir est passée.',
  key_closed: 'La clé est en mode « closed » : elle ne prend rien pour l’instant.',
  key_url_mismatch:
    'La clé a servi sous une URL à laquelle elle n’est pas liée. Les éléments montrent l’URL vue, les URL attendues, et jusqu’à quand une ancienne comptait. Derrière un mandataire, vérifiez TRUSTED_PROXIES et PUBLIC_URL.',
  key_network_mismatch: 'L’adresse du client est hors des réseaux que la clé autorise.',
  key_carrier_not_allowed: 'La clé a été transportée d’une façon (chemin, Basic, …) qu’elle n’autorise pas.',
  key_wrong_scope:
    'La clé est bonne, mais pas pour ce qui était demandé : inventaires d’agents, enregistrement d’une installation, ou relais. Les éléments disent ce qu’elle autorise. Cela se change avec gatehouse key update KID --scope.',
  registration_revoked:
    'Un administrateur a révoqué l’enregistrement de cette installation. Sa clé peut rester bonne pour d’autres ; gatehouse registration list le montre.',
  key_rotated:
    'Le secret est d’une génération plus ancienne de la clé, dont le délai est passé ou qui a été retirée. Donnez le nouveau à l’appareil.',
  key_canary:
    'Cette clé est un appât qu’aucun appareil n’a jamais reçu : qui s’en sert l’a trouvée là où elle était posée. Regardez l’adresse d’origine.',
  certificate_missing:
    'La clé exige un certificat client TLS, et aucun n’a été présenté, ou il n’est pas venu par un mandataire de confiance.',
  certificate_refused:
    'Le certificat client est périmé, ne vient pas d’une autorité de cette clé, ou ne peut être lu. Les éléments disent lequel.',
  encoding_unsupported:
    'Le corps est compressé d’une façon que Gatehouse ne lit pas, ou n’est pas ce que dit son Content-Type.',
  inflate_limit_exceeded:
    'Décompressé, le corps dépasse MAX_INFLATED_BYTES, ou son rapport est celui d’une bombe de décompression.',
  payload_malformed:
    'Ni un objet JSON ni un document XML bien formé sans DTD ; ou un champ qu’aucun inventaire ne contient (__proto__).',
  payload_too_complex: 'Plus profond, plus long ou plus riche en éléments que les limites ne le permettent.',
  message_unsupported:
    'Un message bien formé qui n’est ni prologue, ni contact, ni un inventaire que Gatehouse connaît.',
  content_missing: 'Le message se dit inventaire, mais n’a pas de section content.',
  deviceid_invalid:
    'Le deviceid manque, n’est pas un texte, ou contient des caractères qu’aucun agent n’envoie.',
  itemtype_unsupported: 'GLPI ne connaît pas cet itemtype.',
  schema_invalid: 'L’enveloppe de l’inventaire n’est pas valide. Les éléments nomment le champ.',
  identity_insufficient:
    'Rien dans l’inventaire ne permet de reconnaître l’appareil plus tard : ni numéro de série, ni UUID, ni adresse MAC qui compte, ni deviceid avec un nom.',
  full_inventory_awaited:
    'Un inventaire partiel d’un appareil dont l’inventaire complet n’a jamais été enregistré. L’agent est amené à en envoyer un complet.',
  identity_conflict:
    'La soumission revendique une partie de l’identité d’un actif connu et contredit le reste : un clone, un numéro de série copié, ou du matériel changé. L’actif garde son dernier bon inventaire.',
  identity_ambiguous: 'La soumission convient aussi bien à plusieurs actifs. Rien n’a été deviné.',
  task_not_allowed:
    'La clé n’autorise pas ce que ce message rapporte : inventory, netdiscovery ou netinventory.',
  asset_of_other_key:
    'L’appareil est connu sous une autre clé d’enregistrement. Il n’est ni déplacé ni remplacé sans un administrateur.',
  asset_retired: 'L’actif a été retiré par un administrateur. Une soumission ne le ramène pas.',
  enrolment_ended:
    'La clé sert encore les appareils qui lui sont liés mais n’en prend plus de nouveaux : sa période d’enrôlement est passée.',
  approval_needed: 'La clé est en mode « approve », et cet appareil est nouveau.',
  quota_exceeded: 'La clé a déjà autant d’actifs que maxAssets le permet.',
  itemtype_not_allowed: 'La clé n’autorise pas les actifs de cet itemtype.',
  tag_not_allowed: 'La clé exige un tag, et l’agent en a envoyé un autre ou aucun.',
  identity_banned:
    'Un administrateur a banni un identifiant que cet appareil montre. Les éléments le nomment. Levez le bannissement pour laisser entrer l’appareil.',
  submission_rejected:
    'Un administrateur a déjà examiné cet appareil et l’a rejeté. Rouvrez son dossier en quarantaine pour en décider autrement.',
  clone_suspected:
    'Deux machines semblent n’être qu’un actif : elles alternent sous une identité, ou l’heure de démarrage ou d’installation a reculé. Aucune ne remplace l’actif avant la décision d’un administrateur.',
  asset_contested:
    'Une autre machine a prétendu être cet actif, et le dossier est encore ouvert. L’actif garde son dernier bon inventaire.',
  pin_downgraded:
    'L’actif est lié à un certificat client ou à une clé d’hôte ssh, et la soumission en montre un autre ou aucun.',
  replay_suspected:
    'Le même inventaire a déjà été reçu, et de plus récents depuis ; ou il est plus ancien que ce qui est enregistré. Quelqu’un rejoue peut-être un enregistrement.',
  inventory_shrunk:
    'La plupart des logiciels, ou des parties entières de l’identité de l’actif, manquent : un inventaire tronqué, ou une autre machine.',
  enrolment_burst:
    'Plus de nouveaux appareils en une heure que newAssetsPerHour de la clé ne le permet. L’appareil est nouveau ; approuvez-le s’il est à vous.',
  entity_not_found:
    'La clé associe des tags à des entités, et aucune entité sous celle de la clé ne porte le tag envoyé par l’agent.',
};
