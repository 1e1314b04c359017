import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Pepper, Peppers } from '../domain/pepper';
import type { RegistrationRecord } from './registration-record';

/** The file cannot be read or written. */
export class RegistrationStoreError extends Error {
  override readonly name = 'RegistrationStoreError';
}

/**
 * Where this installation keeps what it is registered as: DATA_DIR/registration/registration.json, for its owner alone,
 * encrypted (AES-256-GCM) by a key that is worked out from the pepper. In DATA_DIR and not in the database: a host
 * without a gateway has no database, and a copy of a database must not take the registration along.
 */
export interface RegistrationStore {
  /** Undefined: not registered. @throws RegistrationStoreError */
  read(): RegistrationRecord | undefined;
  /** Whole or not at all, and on the disk. @throws RegistrationStoreError */
  write(record: RegistrationRecord): void;
  /** False when there was none. */
  remove(): boolean;
}

interface Sealed {
  /** 1 in this version. */
  readonly format: number;
  readonly pepperId: string;
  readonly nonce: string;
  readonly sealed: string;
  readonly tag: string;
}

/** `peppers` is asked for only when there is something to seal or to open: it may make one. */
export function registrationStore(dataDir: string, peppers: () => Peppers): RegistrationStore {
  const file = path.join(dataDir, 'registration', 'registration.json');
  return {
    read: () => {
      if (!existsSync(file)) return undefined;
      try {
        return open(JSON.parse(readFileSync(file, 'utf8')) as Sealed, peppers());
      } catch (error) {
        if (error instanceof RegistrationStoreError) throw error;
        throw new RegistrationStoreError(`${file} cannot be read (${whyOf(error)}).`, { cause: error });
      }
    },
    write: (record) => {
      try {
        writeWhole(file, `${JSON.stringify(seal(record, peppers().active))}\n`);
      } catch (error) {
        throw new RegistrationStoreError(`${file} cannot be written (${whyOf(error)}).`, { cause: error });
      }
    },
    remove: () => {
      const isThere = existsSync(file);
      rmSync(file, { force: true });
      return isThere;
    },
  };
}

const keyText = 'gatehouse registration store 1';
/** Beyond it, the file is not ours. */
const maxSealedLength = 65_536;

function seal(record: RegistrationRecord, pepper: Pepper): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', pepper.macOf(keyText), nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(record)), cipher.final()]);
  return {
    format: 1,
    pepperId: pepper.id,
    nonce: nonce.toString('base64'),
    sealed: sealed.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

function open(file: Sealed, { active, previous }: Peppers): RegistrationRecord {
  if (file.format !== 1 || typeof file.sealed !== 'string' || file.sealed.length > maxSealedLength) {
    throw new RegistrationStoreError('The stored registration is not of this version of Gatehouse.');
  }
  const pepper = [active, previous].find((one) => one?.id === file.pepperId);
  if (pepper === undefined) {
    throw new RegistrationStoreError(
      'The stored registration was sealed with another pepper (KEY_PEPPER): it cannot be opened.',
    );
  }
  const decipher = createDecipheriv('aes-256-gcm', pepper.macOf(keyText), Buffer.from(file.nonce, 'base64'), {
    authTagLength: 16,
  });
  decipher.setAuthTag(Buffer.from(file.tag, 'base64'));
  const text = Buffer.concat([decipher.update(Buffer.from(file.sealed, 'base64')), decipher.final()]);
  return JSON.parse(text.toString(), (name, value: unknown) =>
    typeof value === 'string' && /(At|since)$/.test(name) ? new Date(value) : value,
  ) as RegistrationRecord;
}

function writeWhole(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  const fd = openSync(aside, 'wx', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  renameSync(aside, file);
  const folder = openSync(path.dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function whyOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'damaged';
}
