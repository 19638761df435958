import { asFatal, type NaaccrFatal } from './fatal.js';
import { type Issue, type IssueCode } from './issues.js';
import { type NaaccrHeader } from './root.js';
import { NaaccrScanner, type ScanOptions } from './scanner.js';

export interface CheckOptions extends ScanOptions {
  /** How many findings to keep in full; all are counted. */
  readonly details?: number;
}

export interface CheckReport {
  readonly header: Omit<NaaccrHeader, 'items'> | null;
  readonly patients: number;
  readonly tumors: number;
  /** Items that carry a value. */
  readonly items: number;
  readonly errors: number;
  readonly byCode: Readonly<Partial<Record<IssueCode, number>>>;
  /** Why the file could not be read to its end; counts are those up to there. */
  readonly fatal: { readonly code: string; readonly line: number; readonly message: string } | null;
  readonly details: readonly Issue[];
  /** Items that could not be judged because the dictionary of the file's version is not at hand. */
  readonly unchecked: number;
  /** Elements of other namespaces that were passed over. */
  readonly extensions: number;
}

/** Checks one file that is fed to it piece by piece; memory does not grow with the file. */
export interface NaaccrChecker {
  /** Room for the next bytes, to be filled from its start: saves a copy. */
  reserve(size: number): Uint8Array;
  /** Check the first `size` bytes of what `reserve` gave. @returns false when a fatal error was met and the rest need not be read. */
  commit(size: number): boolean;
  /** Check a chunk. @returns as `commit`. */
  push(chunk: Uint8Array): boolean;
  /** The input is complete. */
  end(): CheckReport;
  /** The input broke off. @throws what is not an `InputError` or `NaaccrFatal`. */
  fail(error: unknown): CheckReport;
}

/**
 * Check a NAACCR XML file against its dictionaries.
 *
 * @source NAACCR XML specification 1.8; see the README for the rules and where they go beyond the reference implementation.
 */
export function createNaaccrChecker(options: CheckOptions, capacity?: number): NaaccrChecker {
  const details: Issue[] = [];
  const most = options.details ?? 0;
  const keep = (issue: Issue): boolean => details.push(issue) < most;
  const scanner = new NaaccrScanner(options, most > 0 ? { issue: keep } : {}, capacity);
  let fatal: NaaccrFatal | null = null;
  const guarded = (work: () => void): boolean => {
    if (fatal !== null) return false;
    try {
      work();
      return true;
    } catch (error) {
      fatal = asFatal(error, scanner.line);
      return false;
    }
  };
  const report = (): CheckReport => {
    const failed = fatal;
    const { header, patients, tumors, items, issues, byCode, unchecked, extensions } = scanner;
    return {
      header,
      patients,
      tumors,
      items,
      errors: issues,
      byCode,
      fatal: failed === null ? null : { code: failed.code, line: failed.line, message: failed.message },
      details,
      unchecked,
      extensions,
    };
  };
  return {
    reserve: (size) => scanner.reserve(size),
    commit: (size) =>
      guarded(() => {
        scanner.commit(size);
        scanner.scan();
      }),
    push: (chunk) =>
      guarded(() => {
        scanner.push(chunk);
      }),
    end: () => {
      guarded(() => {
        scanner.finish();
      });
      return report();
    },
    fail: (error) => {
      fatal ??= asFatal(error, scanner.line);
      return report();
    },
  };
}
