import { answer, api, ApiProblem } from '../api/client.js';
import { type RowAction } from '../lists/actions-bar.js';
import { inParts } from '../lists/in-parts.js';
import { useMay } from '../session/session.js';
import { useToast } from '../ui/toast.js';
import { undo } from '../ui/undo.js';
import { type List, type Row } from './queries.js';

const DECISIONS = [
  { chord: 'y', decision: 'reportable', button: 'Reportable' },
  { chord: 'n', decision: 'not_reportable', button: 'Not reportable' },
  { chord: 'u', decision: 'review', button: 'Unsure' },
] as const;

/** What can be done with the selected rows, or with the current one, by key and by button. */
export function useRowActions(
  list: List,
  {
    targets,
    done,
    assigning,
  }: {
    readonly targets: readonly Row[];
    readonly done: () => void;
    /** Giving rows to people, and taking the last action back. */
    readonly assigning: readonly RowAction[];
  },
): readonly RowAction[] {
  const may = useMay();
  const toast = useToast();
  const ids = targets.map(({ id }) => id);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.message, kind: 'error' });
    }
    done();
  };
  const takeBack = (undoIds: readonly string[]): Promise<void> =>
    attempt(async () => {
      let taken = 0;
      for (const id of undoIds.toReversed())
        taken += (await answer(api.POST('/api/v1/worklists/decisions/{id}/undo', { params: { path: { id } } })))
          .reportIds.length;
      toast({ text: `${taken === 1 ? 'The decision was' : `${taken} decisions were`} taken back.`, kind: 'done' });
    });
  const decide = (decision: (typeof DECISIONS)[number]['decision'], word: string): Promise<void> =>
    attempt(async () => {
      if (ids.length === 0) return;
      const undoIds: string[] = [];
      // Before all is sent: of what was decided when a later part fails, everything can be taken back.
      const back = undo.offer(() => takeBack(undoIds));
      const results = await inParts(ids, async (part) => {
        const body = { decision, reportIds: [...part] };
        const one = await answer(api.POST('/api/v1/worklists/decisions', { body }));
        undoIds.push(one.undoId);
        return one.results;
      });
      const refused = results.flat().filter((one) => 'refused' in one).length;
      toast({
        text: `${ids.length === 1 ? 'The report is' : `${ids.length} reports are`} now "${word.toLowerCase()}"${refused > 0 ? `; ${refused} could not be decided` : ''}.`,
        kind: refused > 0 ? 'error' : 'done',
        undo: () => void back(),
      });
    });
  const operate = (what: 'rerun' | 'dismiss'): Promise<void> =>
    attempt(async () => {
      for (const id of ids) {
        const params = { params: { path: { id } } };
        await (what === 'rerun'
          ? answer(api.POST('/api/v1/intake/messages/{id}/rerun', params))
          : answer(api.POST('/api/v1/intake/messages/{id}/dismiss', params)));
      }
      toast({
        text: what === 'rerun' ? 'Runs again; see what comes of it.' : 'Put aside. The bytes are kept.',
        kind: 'done',
      });
    });

  const actions: RowAction[] = [];
  if (['screening', 'not-reportable'].includes(list) && may('reports.screen')) {
    for (const { chord, decision, button } of DECISIONS)
      actions.push({ chord, button, label: button, run: () => decide(decision, button) });
  }
  if (list === 'failed' || list === 'unassigned') {
    if (may('intake.operate')) {
      actions.push({ chord: 'r', button: 'Run again', label: 'Run again', run: () => operate('rerun') });
      if (list === 'failed')
        actions.push({ chord: 'd', button: 'Put aside', label: 'Put aside', run: () => operate('dismiss') });
    }
  }
  if (may('reports.screen')) actions.push(...assigning);
  return actions;
}
