import { checkInput } from '../../admin/admin-schemas';
import {
  getRegistration,
  listRegistrations,
  revokeRegistration,
  type RegistrationQuery,
} from '../../admin/registrations';
import { parseSecret } from '../../domain/key-format';
import { isGood, standingAt } from '../../domain/registration-state';
import type { RegistrationRecord } from '../../registration/registration-record';
import { validate } from '../../registration/validate';
import { collect, command, given, limitOption, listed, type CommandSpec } from '../command';
import { exitCodes } from '../exit-code';
import { sheet, table } from '../printing/table';
import { introductionOf, registerDepsOf, storeOf } from '../registration-session';
import { nextStepOfStanding } from '../registration-text';
import type { Shown } from '../shown';

const list = command<{ key?: string; kind?: string; limit?: number }>({
  name: 'registration list',
  summary: 'show installations that registered with this Gatehouse, newest first',
  options: [
    { flags: '--key <kid>', description: 'only with this key' },
    { flags: '--kind <kind>', description: 'host, gatehouse or relay' },
    limitOption,
  ],
  examples: ['gatehouse registration list'],
  run: async (context, { limit, ...filters }) => {
    const query = checkInput('query', 'RegistrationQuery', given(filters)) as RegistrationQuery;
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listRegistrations(admin, caller, { ...query, ...request })),
    );
    return listed(page, 'Nothing has registered here.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'ID', text: ({ id }) => id, isWhole: true },
          { title: 'NAME', text: ({ name }) => name },
          { title: 'KIND', text: ({ kind }) => kind },
          { title: 'STATE', text: ({ state }) => state },
          { title: 'VERSION', text: ({ version }) => version },
          { title: 'URL', text: ({ url }) => url },
          { title: 'ENTITY', text: ({ entity }) => entity },
          { title: 'LAST VALIDATED', text: ({ lastValidatedAt }) => minute(lastValidatedAt) },
        ],
        screen,
      ),
    );
  },
});

const show = command({
  name: 'registration show',
  summary: 'show one installation that registered with this Gatehouse',
  arguments: [{ name: '<id>', description: 'as in: gatehouse registration list' }],
  examples: ['gatehouse registration show 0198c0de-0000-7000-8000-000000000002'],
  run: async (context, _options, id) => {
    const one = await context.withAdmin((admin, caller) => getRegistration(admin, caller, id));
    return { value: one, text: (screen) => sheet(Object.entries(one), screen) };
  },
});

const revoke = command({
  name: 'registration revoke',
  summary: 'shut one installation out for ever; its key stays good for others',
  arguments: [{ name: '<id>', description: 'as in: gatehouse registration list' }],
  examples: ['gatehouse registration revoke 0198c0de-0000-7000-8000-000000000002'],
  run: async (context, _options, id) => {
    const one = await context.withAdmin((admin, caller) => revokeRegistration(admin, caller, id));
    return {
      value: one,
      text: (screen) =>
        `It is shut out. Whoever holds key ${one.kid} can still register another one.\n\n${sheet(Object.entries(one), screen)}`,
    };
  },
});

const status = command({
  name: 'registration status',
  summary: 'show what this installation is registered as, without asking anybody',
  examples: ['gatehouse registration status'],
  run: (context) => {
    const record = storeOf(context.settings()).read();
    return Promise.resolve(record === undefined ? notRegistered : shownStanding(record, new Date()));
  },
});

const validateNow = command({
  name: 'registration validate',
  summary: 'let the server confirm the registration of this installation now',
  options: [
    { flags: '--ca <file>', description: 'PEM of authorities that are trusted beside the usual ones' },
  ],
  examples: ['gatehouse registration validate    # every six hours by a timer, on a host without a gateway'],
  run: async (context, { ca }: { ca?: string }) => {
    const settings = context.settings();
    const store = storeOf(settings);
    const record = store.read();
    if (record === undefined) return notRegistered;
    const after = await validate(registerDepsOf(settings, ca), record, introductionOf(settings, record));
    store.write(after);
    return shownStanding(after, new Date());
  },
});

const forget = command({
  name: 'registration forget',
  summary: 'forget what this installation is registered as; the server is not told',
  examples: ['gatehouse registration forget'],
  run: (context) => {
    const wasThere = storeOf(context.settings()).remove();
    return Promise.resolve({
      value: { isRegistered: false, wasRegistered: wasThere },
      text: () => (wasThere ? 'The registration is forgotten.' : 'There was none.'),
    });
  },
});

const notRegistered: Shown = {
  value: { isRegistered: false },
  text: () => 'This installation is not registered. See: gatehouse register --help',
  exitCode: exitCodes.refused,
};

export const registrationCommands: readonly CommandSpec[] = [list, show, revoke, status, validateNow, forget];

/** What is wrong, when something is, decides the exit code: the network, or the server that says no. */
function shownStanding(record: RegistrationRecord, now: Date): Shown {
  const standing = standingAt(record.standing, now, record.policy);
  const parsed = parseSecret('grk', record.key);
  const value = {
    isRegistered: true,
    state: standing.state,
    server: record.server,
    kid: parsed.form === 'ok' ? parsed.id : null,
    kind: record.kind,
    registrationId: record.registrationId,
    installationId: record.installationId,
    scopes: record.scopes,
    since: standing.since.toISOString(),
    lastValidatedAt: standing.lastValidatedAt?.toISOString() ?? null,
    nextValidationAt: standing.nextAt.toISOString(),
    why: standing.why,
    nextStep: nextStepOfStanding(standing, record),
  };
  return {
    value,
    text: (screen) =>
      sheet(
        Object.entries(value).filter(([, one]) => one !== null),
        screen,
      ),
    exitCode: isGood(standing) ? exitCodes.done : exitCodes.refused,
  };
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
