import type { Screen } from '../printing/table';
import type { DemoGateway } from './demo-house';
import type { PlayedStep } from './play-fleet';

/** What to type while the demo waits. The token is good for this throw-away database only. */
export function whereToLook(
  { apiUrl, adminToken }: DemoGateway,
  played: readonly PlayedStep[],
  screen: Screen,
): string {
  const held = played.find(({ verdict }) => verdict === 'quarantined')?.submissionId;
  const asked = [
    ['the assets', '/assets'],
    ['what is held for review', '/quarantine'],
    ['what was refused', '/submissions?verdict=refused'],
    ...(held === undefined ? [] : [['the evidence behind one decision', `/submissions/${held}`]]),
    ['the tree of entities', '/entities'],
  ];
  const lines = asked.map(
    ([what, path]) =>
      `  ${screen.paint('dim', `# ${what ?? ''}`)}\n  curl -s -H "Authorization: Bearer $T" '${apiUrl}${path ?? ''}'`,
  );
  return [
    screen.paint('bold', 'Look around, in a browser:'),
    '',
    `  ${new URL('/admin', apiUrl).href}   sign in with ${adminToken}`,
    '',
    screen.paint('bold', 'Or in another terminal:'),
    '',
    `  T=${adminToken}`,
    ...lines,
    '',
    'The database goes away with the demo. End it with Ctrl-C.',
  ].join('\n');
}
