import type { RegistrationRecord } from '../../registration/registration-record';
import { RegistrationStoreError } from '../../registration/registration-store';
import type { Log } from '../../observability/log';
import type { Settings } from '../../settings/settings';
import type { Context } from '../context';
import { CommandFailure, exitCodes } from '../exit-code';
import { explainFault } from '../failure';
import { examineRegistration } from '../path-test/examine-registration';
import { storeOf } from '../registration-session';
import { bounded, type Examination } from './bounded';
import { examineDisk, examineGatewayHere, examinePublicUrl } from './examine-host';
import { houseExaminations } from './examine-house';
import { examineTls } from './examine-tls';
import { wayExaminations } from './examine-ways';
import { ok, problem, skipped, warning, type Finding } from './finding';
import { openHouse } from './open-house';

/**
 * Looks at the whole installation, and says of each thing how it stands and what to do. Changes nothing, and makes no
 * database where there is none. Each look is bounded in time; where one fails the others go on.
 */
export async function examine(context: Context): Promise<readonly Finding[]> {
  const settings = settingsOrFinding(context);
  if ('check' in settings) return [settings];
  const log = context.log('stderr');
  const here = await examineGatewayHere(settings);
  const opened = await openHouse(settings, log);
  const { house } = opened;
  try {
    const inside = house === undefined ? [] : houseExaminations(house, settings, here.isRunning);
    const outside = await wayExaminations(house, settings, here.isRunning);
    const progress = context.progress(inside.length + outside.length, 'checks');
    const done = countingUp(progress);
    const findings = [
      ok('settings', 'all can be read'),
      examinePublicUrl(settings),
      ...examineTls(settings),
      await examineDisk(settings),
      here.finding,
      ...ownRegistration(settings),
      ...opened.findings,
      ...(await inTurn(inside, log, done)),
      ...(await atOnce(outside, log, done)),
      ...(house === undefined ? [skipped('the rest', 'needs a database that can be read')] : []),
    ];
    progress.end();
    return findings;
  } finally {
    await opened.close();
  }
}

function settingsOrFinding(context: Context): Settings | Finding {
  try {
    return context.settings();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return problem('settings', error.message, error.nextStep, exitCodes.usage);
  }
}

function countingUp(progress: (count: number) => void): () => void {
  let count = 0;
  return () => {
    progress(++count);
  };
}

/** What asks the database waits for its turn: it has work of its own. */
async function inTurn(some: readonly Examination[], log: Log, done: () => void): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const one of some) {
    findings.push(...(await bounded(one, log)));
    done();
  }
  return findings;
}

/** What waits for others waits at the same time. */
async function atOnce(some: readonly Examination[], log: Log, done: () => void): Promise<Finding[]> {
  const found = await Promise.all(
    some.map(async (one) => {
      const findings = await bounded(one, log);
      done();
      return findings;
    }),
  );
  return found.flat();
}

/** What this installation is registered as; nothing when it is not. */
function ownRegistration(settings: Settings): Finding[] {
  const check = 'registration';
  let record: RegistrationRecord | undefined;
  try {
    record = storeOf(settings).read();
  } catch (error) {
    if (!(error instanceof RegistrationStoreError)) throw error;
    const { message, nextStep, exitCode } = explainFault(error);
    return [problem(check, message, nextStep, exitCode)];
  }
  if (record === undefined) return [];
  const { state, what, nextStep } = examineRegistration(record, new Date());
  const next = nextStep ?? 'gatehouse registration status';
  const said = `with ${record.server}: ${what}`;
  if (state === 'failed') return [problem(check, said, next)];
  return [state === 'warning' ? warning(check, said, next) : ok(check, said)];
}
