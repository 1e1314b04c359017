import { CommanderError } from 'commander';
import { PepperMismatch } from '../admin/pepper';
import { Problem } from '../domain/problem';
import { SettingsError } from '../settings/settings';
import { isDatabaseUnavailable } from '../store/database';
import { EmbeddedDatabaseError } from '../store/embedded/embedded-error';
import { MigrationError } from '../store/migrate';
import { PathTrouble } from '../reach/path-trouble';
import { KeyRefused } from '../registration/key-refused';
import { RegistrationStoreError } from '../registration/registration-store';
import { CommandFailure, exitCodes, type ExitCode } from './exit-code';
import { terminalJson, terminalText } from './printing/terminal-text';
import type { Paint } from './printing/paint';

interface Failure {
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly details: readonly string[];
  readonly nextStep: string | undefined;
  /** Where on the way to a server it ended. */
  readonly layer?: string;
}

/** What a person is told of a fault: one sentence and what to do next. The stack only with --verbose. */
export function explainFault(error: unknown): Failure {
  const failure = (exitCode: ExitCode, message: string, nextStep?: string, details: string[] = []) => ({
    exitCode,
    message,
    nextStep,
    details,
  });
  if (error instanceof CommandFailure) return failure(error.exitCode, error.message, error.nextStep);
  if (error instanceof Problem) {
    const details = error.errors.map(({ field, message }) => `${optionOf(field)} ${message}`);
    // The catalogue speaks of bodies and queries; here they are options.
    const isInput = error.code === 'body_invalid' || error.code === 'query_invalid';
    const message = isInput && details.length > 0 ? 'That cannot be done as asked:' : error.detail;
    return failure(exitCodes.refused, message, undefined, details);
  }
  if (error instanceof PathTrouble) {
    return { ...failure(exitCodes.unreachable, error.message, error.nextStep), layer: error.layer };
  }
  if (error instanceof KeyRefused) {
    return { ...failure(exitCodes.refused, error.message, error.nextStep), layer: error.layer };
  }
  if (error instanceof RegistrationStoreError) {
    const nextStep =
      'Give back the pepper and the file, or: gatehouse registration forget, and register again.';
    return failure(exitCodes.refused, error.message, nextStep);
  }
  if (error instanceof SettingsError) return failure(exitCodes.usage, error.message, 'See docs/settings.md');
  if (error instanceof PepperMismatch || error instanceof MigrationError) {
    return failure(exitCodes.refused, error.message);
  }
  if (error instanceof EmbeddedDatabaseError) return failure(exitCodes.unreachable, error.message);
  if (isDatabaseUnavailable(error)) {
    return failure(
      exitCodes.unreachable,
      `The database cannot be reached (${codeOf(error)}).`,
      'Check DATABASE_URL and that the server runs: gatehouse doctor',
    );
  }
  if (isWrongLogin(error)) {
    return failure(
      exitCodes.unreachable,
      `The database refuses the login (${codeOf(error)}).`,
      'Check user, password and database in DATABASE_URL.',
    );
  }
  return failure(
    exitCodes.refused,
    'Something unexpected went wrong.',
    'Run it again with --verbose, and report what it prints.',
  );
}

/** Prints the fault on standard error; as a JSON document where JSON was asked for. */
export function reportFault(
  error: unknown,
  how: { readonly isJson: boolean; readonly isVerbose: boolean; readonly paint: Paint },
  write: (text: string) => void,
): ExitCode {
  // Commander has said what is wrong, and shown how to use the command.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const { exitCode, message, details, nextStep, layer } = explainFault(error);
  if (how.isJson) {
    const said = { message, details, nextStep: nextStep ?? null, exitCode };
    write(`${terminalJson({ error: layer === undefined ? said : { ...said, layer } })}\n`);
  } else {
    const lines = message.split('\n').map(terminalText).join('\n');
    const where = layer === undefined ? '' : `${layerNames[layer] ?? layer}: `;
    write(`${how.paint('red', 'gatehouse:')} ${where}${lines}\n`);
    for (const detail of details) write(`  - ${terminalText(detail)}\n`);
    if (nextStep !== undefined) write(`  ${terminalText(nextStep)}\n`);
  }
  if (how.isVerbose && error instanceof Error) write(`${error.stack ?? String(error)}\n`);
  return exitCode;
}

/** As people call them. */
const layerNames: Readonly<Record<string, string>> = {
  dns: 'name resolution',
  tcp: 'TCP',
  tls: 'TLS',
  http: 'HTTP',
  binding: 'URL',
};

/** `/maxAssets` of the API is `--max-assets` here. */
function optionOf(field: string): string {
  const [name = '', ...rest] = field.replace(/^\//, '').split('/');
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [name === '' ? 'input' : dashed, ...rest].join('/');
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : 'no answer';
}

/** 28xxx: authorisation; 3D000: no such database. */
function isWrongLogin(error: unknown): boolean {
  return /^(28...|3D000)$/.test(codeOf(error));
}
