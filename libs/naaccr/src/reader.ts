import { InputError, NaaccrFatal } from './fatal.js';
import { type Issue } from './issues.js';
import { type PatientRecord } from './items.js';
import { type NaaccrHeader } from './root.js';
import { NaaccrScanner, type ScanOptions } from './scanner.js';

export interface ReadOptions extends ScanOptions {
  /** Of one patient; a file that has more is refused, because a patient is held in memory. Default 10,000. */
  readonly mostTumors?: number;
  /** Characters of all values of one patient. Default 64 million. */
  readonly mostCharacters?: number;
}

/** One patient as it stands in a file, with where and what is wrong with it. */
export interface ReadPatient extends PatientRecord {
  /** Line of `<Patient>`. */
  readonly line: number;
  /** Lines of the `<Tumor>` elements, as many as `tumors`. */
  readonly tumorLines: readonly number[];
  readonly issues: readonly Issue[];
}

export interface NaaccrFile {
  readonly header: NaaccrHeader;
  /** Findings of the root and its items. */
  readonly issues: readonly Issue[];
  /** Elements of other namespaces passed over so far. */
  readonly extensions: () => number;
  /** Patients in the order of the file, read as they are asked for; can be gone through once. */
  readonly patients: AsyncIterableIterator<ReadPatient>;
}

type MutableValues = Record<string, string>;

/** Collects patients from what the scanner tells. */
class Collector {
  readonly done: ReadPatient[] = [];
  root: MutableValues = {};
  rootIssues: Issue[] = [];
  header: Omit<NaaccrHeader, 'items'> | null = null;
  /** The first patient or the end of the file was met: root items are complete. */
  rootComplete = false;
  private patient: MutableValues = {};
  private tumors: MutableValues[] = [];
  private tumorLines: number[] = [];
  private issues: Issue[] = [];
  private line = 0;
  private characters = 0;

  constructor(
    private readonly mostTumors: number,
    private readonly mostCharacters: number,
  ) {}

  startPatient(line: number): void {
    this.rootComplete = true;
    this.patient = {};
    this.tumors = [];
    this.tumorLines = [];
    this.issues = [];
    this.line = line;
    this.characters = 0;
  }

  startTumor(line: number): void {
    this.tumors.push({});
    this.tumorLines.push(line);
    if (this.tumors.length > this.mostTumors)
      throw new NaaccrFatal('limit', line, `a patient with more than ${this.mostTumors} tumors`);
  }

  item(level: number, id: string, value: string): void {
    this.characters += value.length;
    if (this.characters > this.mostCharacters) {
      throw new NaaccrFatal('limit', this.line, `a patient with more than ${this.mostCharacters} characters`);
    }
    const target = level === 0 ? this.root : level === 1 ? this.patient : this.tumors[this.tumors.length - 1];
    // An id of a file may be any text; this one would not become a key.
    if (target !== undefined && id !== '__proto__') target[id] = value;
  }

  issue(issue: Issue): boolean {
    // A patient keeps its first findings; what a broken program writes a million times is not worth the memory.
    const issues = this.rootComplete ? this.issues : this.rootIssues;
    if (issues.length < 10_000) issues.push(issue);
    return true;
  }

  endPatient(): void {
    this.done.push({
      items: this.patient,
      tumors: this.tumors,
      line: this.line,
      tumorLines: this.tumorLines,
      issues: this.issues,
    });
  }
}

/**
 * Read a NAACCR XML file as a stream: memory stays flat, and no more is read from `chunks` than the consumer of `patients` asks for.
 *
 * @param chunks bytes of the file, UTF-8 with or without byte order mark, not compressed (see `decompressed` in `node.ts`).
 * @returns the header with the file's own items, once they are read, and the patients.
 * @throws NaaccrFatal (from here or while going through `patients`) where the file cannot be read on; patients before it were given out.
 */
export async function readNaaccrXml(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadOptions,
): Promise<NaaccrFile> {
  const collector = new Collector(options.mostTumors ?? 10_000, options.mostCharacters ?? 64_000_000);
  const scanner = new NaaccrScanner(options, {
    header: (header) => (collector.header = header),
    startPatient: (line) => collector.startPatient(line),
    startTumor: (line) => collector.startTumor(line),
    endPatient: () => collector.endPatient(),
    item: (level, id, value) => collector.item(level, id, value),
    issue: (issue) => collector.issue(issue),
  });
  const input = pieces(chunks);
  let over = false;
  let failure = null as Error | null;
  /** Take in one more piece; a failure waits until the patients before it are given out. */
  const advance = async (): Promise<void> => {
    try {
      const next = await input.next();
      if (next.done === true) {
        over = true;
        scanner.finish();
        collector.rootComplete = true;
      } else scanner.push(next.value);
    } catch (error) {
      over = true;
      failure =
        error instanceof InputError
          ? new NaaccrFatal('input', scanner.line, error.message)
          : error instanceof Error
            ? error
            : new Error('the input failed', { cause: error });
    }
  };
  while (!over && !collector.rootComplete) await advance();
  const { header } = collector;
  if (header === null || (failure !== null && !collector.rootComplete)) {
    await input.return(undefined);
    throw failure ?? new Error('the input failed');
  }

  async function* patients(): AsyncGenerator<ReadPatient, void, undefined> {
    try {
      for (;;) {
        while (collector.done.length === 0 && !over) await advance();
        const ready = collector.done.splice(0);
        yield* ready;
        if (ready.length > 0) continue;
        if (failure !== null) throw failure;
        return;
      }
    } finally {
      await input.return(undefined);
    }
  }
  return {
    header: { ...header, items: collector.root },
    issues: collector.rootIssues,
    extensions: () => scanner.extensions,
    patients: patients(),
  };
}

const PIECE = 64 * 1024;

/** Chunks in pieces of at most 64 kB, so that a consumer who stops early has not made the rest of a large chunk into records. */
async function* pieces(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += PIECE) yield chunk.subarray(from, from + PIECE);
  }
}
