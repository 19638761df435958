import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { type Io } from './command.js';

/** Bytes of a file, or of standard input for `-`; gzip is recognized by content, not by name. */
export async function readInput(file: string, io: Io): Promise<Buffer> {
  const raw = file === '-' ? await readAll(io.stdin) : await readFile(file);
  return raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
