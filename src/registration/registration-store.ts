import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Peppers } from '../domain/pepper';
import { seal, unseal } from '../domain/sealed-text';
import type { RegistrationRecord } from './registration-record';
import { writeWhole } from './write-whole';

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

/** As it lies in the file. */
interface SealedFile {
  /** 1 in this version. */
  readonly format: number;
  readonly pepperId: string;
  /** Base64 of what src/domain/sealed-text.ts makes. */
  readonly sealed: string;
}

/** `peppers` is asked for only when there is something to seal or to open: it may make one. */
export function registrationStore(dataDir: string, peppers: () => Peppers): RegistrationStore {
  const file = path.join(dataDir, 'registration', 'registration.json');
  return {
    read: () => {
      if (!existsSync(file)) return undefined;
      try {
        return open(JSON.parse(readFileSync(file, 'utf8')) as SealedFile, peppers());
      } catch (error) {
        if (error instanceof RegistrationStoreError) throw error;
        throw new RegistrationStoreError(`${file} cannot be read (${whyOf(error)}).`, { cause: error });
      }
    },
    write: (record) => {
      try {
        writeWhole(file, `${JSON.stringify(close(record, peppers()))}\n`);
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

const purpose = 'registration store';
/** Beyond it, the file is not ours. */
const maxSealedLength = 65_536;

function close(record: RegistrationRecord, peppers: Peppers): SealedFile {
  const { pepperId, bytes } = seal(peppers, JSON.stringify(record), purpose, randomBytes);
  return { format: 1, pepperId, sealed: bytes.toString('base64') };
}

function open({ format, pepperId, sealed }: SealedFile, peppers: Peppers): RegistrationRecord {
  if (format !== 1 || typeof sealed !== 'string' || sealed.length > maxSealedLength) {
    throw new RegistrationStoreError('The stored registration is not of this version of Gatehouse.');
  }
  if (pepperId !== peppers.active.id && pepperId !== peppers.previous?.id) {
    throw new RegistrationStoreError(
      'The stored registration was sealed with another pepper (KEY_PEPPER): it cannot be opened.',
    );
  }
  const text = unseal(peppers, { pepperId, bytes: Buffer.from(sealed, 'base64') }, purpose);
  return JSON.parse(text, (name, value: unknown) =>
    typeof value === 'string' && /(At|since)$/.test(name) ? new Date(value) : value,
  ) as RegistrationRecord;
}

function whyOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'damaged';
}
