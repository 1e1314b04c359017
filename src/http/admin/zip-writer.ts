import { crc32, createDeflateRaw } from 'node:zlib';
import { once } from 'node:events';

/** One file of an archive, written piece by piece. */
export interface ZipFile {
  write(text: string): Promise<void>;
  end(): Promise<void>;
}

/** A ZIP archive that goes out as it is made: memory holds what zlib holds, and one line a file. */
export interface ZipWriter {
  /** One at a time. */
  add(name: string): ZipFile;
  /** The list of files, which ends the archive. */
  end(): Promise<void>;
}

interface Entry {
  readonly name: Buffer;
  readonly offset: number;
  crc: number;
  size: number;
  packedSize: number;
}

/** Sizes follow the content (bit 3), names are UTF-8 (bit 11). */
const flags = 0x0808;
const deflate = 8;
const versionNeeded = 20;
/** 1980-01-01: the format knows no earlier day, and none is meant. */
const dosDate = 0x21;
/** What the format can hold without its extension for large files. */
const maxBytes = 0xffff_ffff;

/** `send` waits while its reader is slow. @throws RangeError at 4 GiB. */
export function createZipWriter(send: (bytes: Buffer) => Promise<void>): ZipWriter {
  const entries: Entry[] = [];
  let offset = 0;
  const put = async (bytes: Buffer): Promise<void> => {
    offset += bytes.length;
    if (offset > maxBytes) throw new RangeError('the archive would have more than 4 GiB');
    await send(bytes);
  };
  return {
    add: (name) => {
      const entry = { name: Buffer.from(name), offset, crc: 0, size: 0, packedSize: 0 };
      entries.push(entry);
      return createFile(entry, put);
    },
    end: async () => {
      const start = offset;
      for (const entry of entries) await put(centralHeader(entry));
      const end = Buffer.alloc(22);
      end.writeUInt32LE(0x06054b50, 0);
      end.writeUInt16LE(entries.length, 8);
      end.writeUInt16LE(entries.length, 10);
      end.writeUInt32LE(offset - start, 12);
      end.writeUInt32LE(start, 16);
      await put(end);
    },
  };
}

function createFile(entry: Entry, put: (bytes: Buffer) => Promise<void>): ZipFile {
  const packer = createDeflateRaw();
  const sent = (async () => {
    const head = header(0x04034b50, entry, 30);
    await put(Buffer.concat([head, entry.name]));
    for await (const piece of packer as AsyncIterable<Buffer>) {
      entry.packedSize += piece.length;
      await put(piece);
    }
  })();
  // Told of where it is waited for.
  sent.catch(() => undefined);
  return {
    write: async (text) => {
      const bytes = Buffer.from(text);
      entry.crc = crc32(bytes, entry.crc);
      entry.size += bytes.length;
      if (!packer.write(bytes)) await Promise.race([once(packer, 'drain'), sent]);
    },
    end: async () => {
      packer.end();
      await sent;
      const after = Buffer.alloc(16);
      after.writeUInt32LE(0x08074b50, 0);
      sizes(after, entry, 4);
      await put(after);
    },
  };
}

/** The part that the header before a file and the one in the list share; the sizes are zero before it. */
function header(signature: number, entry: Entry, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const at = length === 30 ? 4 : 6;
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt16LE(versionNeeded, at);
  bytes.writeUInt16LE(flags, at + 2);
  bytes.writeUInt16LE(deflate, at + 4);
  bytes.writeUInt16LE(dosDate, at + 8);
  bytes.writeUInt16LE(entry.name.length, at + 22);
  return bytes;
}

function centralHeader(entry: Entry): Buffer {
  const bytes = header(0x02014b50, entry, 46);
  bytes.writeUInt16LE(versionNeeded, 4);
  sizes(bytes, entry, 16);
  bytes.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([bytes, entry.name]);
}

function sizes(bytes: Buffer, { crc, size, packedSize }: Entry, at: number): void {
  bytes.writeUInt32LE(crc, at);
  bytes.writeUInt32LE(packedSize, at + 4);
  bytes.writeUInt32LE(size, at + 8);
}
