import { type EditSet, type EditSetId, UnknownEditError } from '@perennial/edits';
import { UsageError } from '../command.js';

/** A set by the words of the command line; a wrong name, version or edit is a usage error that says which there are. */
export async function setOption(set: string, version?: string, off: readonly string[] = []): Promise<EditSet> {
  const { loadEditSet } = await import('@perennial/edits/node');
  try {
    return loadEditSet(set as EditSetId, version, { off });
  } catch (error) {
    if (error instanceof UnknownEditError) throw new UsageError(error.message);
    throw error;
  }
}

/** Words of a list such as `LA01,LA02`. */
export const listOption = (text: string | undefined): string[] =>
  (text ?? '').split(/[\s,]+/).filter((word) => word !== '');
