import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { peppersOf, type Peppers } from '../domain/pepper';
import { SettingsError, type Settings } from './settings';

type ActiveSettings = Pick<Settings, 'keyPepper' | 'keyPepperFile' | 'dataDir'>;
type PepperSettings = ActiveSettings & Pick<Settings, 'keyPepperPrevious' | 'keyPepperPreviousFile'>;

const pepperBytes = 32;
const minCharacters = 32;
/** A secret, not a disk image given by mistake. */
const maxCharacters = 8192;

/**
 * The secret that key hashes depend on: KEY_PEPPER, the content of KEY_PEPPER_FILE, or one generated at the first call
 * and kept in DATA_DIR/secrets/key-pepper, which only its owner may read. In each case it is the UTF-8 bytes of the
 * text, so a generated one may move to KEY_PEPPER.
 * @throws SettingsError when the file cannot be read or written, or holds too little
 */
export function readPepper(settings: ActiveSettings): Buffer {
  if (settings.keyPepper !== undefined) return Buffer.from(settings.keyPepper, 'utf8');
  if (settings.keyPepperFile !== undefined) return readFile(settings.keyPepperFile, 'KEY_PEPPER_FILE');
  const file = path.join(settings.dataDir, 'secrets', 'key-pepper');
  try {
    return readFile(file, 'the generated pepper');
  } catch (error) {
    if (!(error instanceof SettingsError) || causeCode(error) !== 'ENOENT') throw error;
  }
  try {
    generate(file);
  } catch (error) {
    throw unusable('the generated pepper', file, error);
  }
  return readFile(file, 'the generated pepper');
}

/**
 * The active pepper, and the other one that counts too: KEY_PEPPER_PREVIOUS or the content of KEY_PEPPER_PREVIOUS_FILE.
 * @throws SettingsError as `readPepper`
 */
export function readPeppers(settings: PepperSettings): Peppers {
  const { keyPepperPrevious, keyPepperPreviousFile } = settings;
  const active = readPepper(settings);
  if (keyPepperPrevious !== undefined) return peppersOf(active, Buffer.from(keyPepperPrevious, 'utf8'));
  if (keyPepperPreviousFile === undefined) return peppersOf(active);
  return peppersOf(active, readFile(keyPepperPreviousFile, 'KEY_PEPPER_PREVIOUS_FILE'));
}

function readFile(file: string, what: string): Buffer {
  let content: string;
  try {
    content = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw unusable(what, file, error);
  }
  if (content.length < minCharacters || content.length > maxCharacters) {
    throw new SettingsError(`${what} (${file}) must hold ${minCharacters} to ${maxCharacters} characters`);
  }
  return Buffer.from(content, 'utf8');
}

/** Written whole and to the disk before it has its name; of processes that start at once, the first one's counts. */
function generate(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  const fd = openSync(aside, 'wx', 0o600);
  try {
    writeSync(fd, `${randomBytes(pepperBytes).toString('hex')}\n`);
    fsyncSync(fd);
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(fd);
    unlinkSync(aside);
  }
  syncDirectory(path.dirname(file));
}

function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function unusable(what: string, file: string, error: unknown): SettingsError {
  return new SettingsError(`${what} (${file}) cannot be used: ${(error as Error).message}`, { cause: error });
}

function causeCode(error: Error): string | undefined {
  return (error.cause as NodeJS.ErrnoException | undefined)?.code;
}
