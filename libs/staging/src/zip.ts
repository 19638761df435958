import { inflateSync } from 'fflate';

/** What is wrong with an algorithm file, and where. */
export interface FileProblem {
  readonly code:
    | 'zip.not-a-zip'
    | 'zip.unsupported'
    | 'zip.too-large'
    | 'zip.damaged'
    | 'file.not-json'
    | 'file.shape'
    | 'file.duplicate'
    | 'algorithm.empty'
    | 'algorithm.mixed'
    | 'table.missing'
    | 'table.cells'
    | 'table.endpoint'
    | 'table.circular'
    | 'schema.initial-context';
  /** Entry of the zip, then where in it: `tables/nodes_dcc.json row 4`. */
  readonly place: string;
  readonly message: string;
}

/**
 * Bounds of an algorithm file. The largest published one (Collaborative Stage) unpacks to well under a third of them; a file that says
 * it is larger, or turns out to be, is refused before anything more than its table of contents is unpacked.
 */
export interface ZipLimits {
  readonly entries: number;
  readonly entryBytes: number;
  readonly totalBytes: number;
}
export const ZIP_LIMITS: ZipLimits = { entries: 20_000, entryBytes: 32 * 2 ** 20, totalBytes: 192 * 2 ** 20 };

export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  /** Unpack. @throws ZipError when the content is not what the table of contents says. */
  read(): Uint8Array;
}

export class ZipError extends Error {
  constructor(readonly problem: FileProblem) {
    super(`${problem.place}: ${problem.message}`);
  }
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

const refuse = (code: FileProblem['code'], place: string, message: string): never => {
  throw new ZipError({ code, place, message });
};

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * The files of a zip, by its table of contents; folders are left out. Nothing is unpacked yet.
 *
 * @throws ZipError when it is no zip, uses what no algorithm file uses (encryption, other methods, Zip64), or is too large.
 * @source PKWARE APPNOTE 6.3, end of central directory and central directory headers.
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits = ZIP_LIMITS): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) refuse('zip.unsupported', 'zip', 'is a Zip64 archive');
  if (count > limits.entries)
    refuse('zip.too-large', 'zip', `has ${count} entries; at most ${limits.entries} are read`);
  const entries: ZipEntry[] = [];
  let total = 0;
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      refuse('zip.damaged', 'zip', `its table of contents breaks off at entry ${index + 1} of ${count}`);
    }
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength));
    const header: Header = {
      name,
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    };
    at += ENTRY_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (name.endsWith('/')) continue;
    if (header.encrypted) refuse('zip.unsupported', name, 'is encrypted');
    if (header.method !== STORED && header.method !== DEFLATED) {
      refuse('zip.unsupported', name, `is packed by method ${header.method}; only stored and deflated are read`);
    }
    total += header.size;
    if (header.size > limits.entryBytes) {
      refuse('zip.too-large', name, `unpacks to ${header.size} bytes; at most ${limits.entryBytes} are read`);
    }
    if (total > limits.totalBytes) {
      refuse('zip.too-large', name, `the files up to here unpack to more than ${limits.totalBytes} bytes`);
    }
    entries.push({ name, size: header.size, read: () => unpack(bytes, view, header) });
  }
  return entries;
}

interface Header {
  readonly name: string;
  readonly encrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

function findEnd(view: DataView): number {
  // The end record is the last thing but for a comment of at most 64 kB.
  const lowest = Math.max(0, view.byteLength - END_BYTES - 0xffff);
  for (let at = view.byteLength - END_BYTES; at >= lowest; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  return refuse('zip.not-a-zip', 'zip', 'is not a zip file, or was cut short');
}

function unpack(bytes: Uint8Array, view: DataView, header: Header): Uint8Array {
  const { name, offset, size } = header;
  if (offset + LOCAL_BYTES > bytes.length || view.getUint32(offset, true) !== LOCAL_SIGNATURE) {
    refuse('zip.damaged', name, 'is not where the table of contents says');
  }
  const start = offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const packed = bytes.subarray(start, start + header.packed);
  if (packed.length < header.packed) refuse('zip.damaged', name, 'breaks off');
  let content: Uint8Array;
  try {
    // One byte more than announced, so that a content that is longer shows, and never more than that is written.
    content = header.method === STORED ? packed : inflateSync(packed, { out: new Uint8Array(size + 1) });
  } catch (error) {
    return refuse('zip.damaged', name, `cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (content.length !== size) {
    refuse('zip.damaged', name, `holds ${content.length > size ? 'more' : 'less'} than the ${size} bytes announced`);
  }
  if (crc32(content) !== header.crc) refuse('zip.damaged', name, 'its check sum is wrong');
  return content;
}
