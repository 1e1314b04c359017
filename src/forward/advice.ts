import type { Breaker } from './breaker';
import type { TroubleWhy } from './judge-answer';

export type ForwardReason = TroubleWhy | 'unsendable' | 'held' | NonNullable<Breaker['why']>;

const advices: Readonly<Record<ForwardReason, string>> = {
  schema:
    'GLPI refuses the form of this inventory. See the detail; after an update of GLPI or Gatehouse: forward retry --reason schema.',
  too_large:
    'Let the web server before GLPI take larger bodies (nginx: client_max_body_size), then forward retry.',
  rejected: 'GLPI does not take such messages here. Is the URL that of its inventory?',
  server_error: 'GLPI fails inside: see files/_log/php-errors.log there. It may have stored the inventory.',
  answer_unreadable: 'Something between here and GLPI changes its answers, or PHP writes warnings into them.',
  answer_cut:
    'The connection ended before the answer did: look at the proxies between and at time limits of PHP.',
  timeout: 'GLPI takes longer than FORWARD_TIMEOUT_MS: is it overloaded, or locked by a long job?',
  pending: 'The upstream puts it off and is asked again.',
  unreachable:
    'Nothing answers there: is it running, is the port right, does a firewall drop it? gatehouse upstream test',
  tls: 'TLS does not come about: gatehouse upstream test says what is wrong with the certificate.',
  unavailable: 'The web server answers, GLPI behind it does not: is php-fpm running there?',
  overloaded: 'The upstream asks for less; Gatehouse waits as long as it says.',
  maintenance: 'GLPI is in maintenance mode. Nothing is lost: it goes on when that ends.',
  inventory_disabled: 'Enable inventory in GLPI: Administration, Inventory.',
  database_down: 'GLPI does not reach its database.',
  credential_refused: 'The credential is not taken: set it anew (GLPI_USER or gatehouse upstream set).',
  wrong_url: 'There is no inventory at this URL: check GLPI_URL, or gatehouse upstream set.',
  not_glpi: 'What answers there is no GLPI: a login page of a proxy, perhaps.',
  loop: 'The upstream leads back to this Gatehouse.',
  many_failures: 'GLPI failed on ten inventories in a row: the list of errors says of what.',
  held: 'The central Gatehouse has it and holds it for review: its admins decide (gatehouse quarantine list there).',
  unsendable:
    'Nothing is stored of it, or no agent id names it: it comes with the next inventory of the device.',
};

/** What a person can do about it; undefined for what was stored by another version. */
export function adviceOn(reason: string): string | undefined {
  return (advices as Readonly<Record<string, string | undefined>>)[reason];
}

export const forwardReasons = Object.keys(advices) as readonly ForwardReason[];
