import { useQueryClient } from '@tanstack/react-query';
import { type RefObject } from 'react';
import { answer, api, ApiProblem } from '../api/client.js';
import { useKeys } from '../ui/keys.js';
import { useToast } from '../ui/toast.js';
import { type AbstractScreen } from './context.js';
import { FIELD_KEYS } from './field-keys.js';
import { type ReportPanelHandle } from './report-panel.js';
import { goToSection } from './section-nav.js';

/** Suggestions as sure as this are accepted together. */
const SURE = 0.9;

/** Take what stands in the focused field, as leaving it would. */
function takeFocused(): void {
  const field = document.activeElement;
  if (!(field instanceof HTMLElement) || field.dataset.field === undefined) return;
  field.blur();
  field.focus();
}

/** Complete the case and open the next draft. */
export function useComplete(screen: AbstractScreen, navigate: (to: string) => void): () => Promise<void> {
  const toast = useToast();
  const queries = useQueryClient();
  return async () => {
    takeFocused();
    const [open] = Object.keys(screen.draft.view().typed);
    if (open !== undefined) {
      screen.focusItem(open);
      return toast({ text: 'What is typed in this field cannot be stored as it is.', kind: 'error' });
    }
    if (!(await screen.draft.flush()))
      return toast({ text: 'Not everything is saved yet. See the findings below.', kind: 'error' });
    try {
      const done = await answer(
        api.POST('/api/v1/abstracts/{id}/complete', {
          params: { path: { id: screen.id }, header: { 'if-match': `"${screen.draft.view().revision}"` } },
        }),
      );
      toast({ text: `Completed: accession ${done.accessionNumber}, sequence ${done.sequenceNumber}.`, kind: 'done' });
      await queries.invalidateQueries({ queryKey: ['abstract', screen.id] });
      const { items } = await answer(api.GET('/api/v1/abstracts', { params: { query: { state: 'draft', limit: 2 } } }));
      const next = items.find(({ id }) => id !== screen.id);
      navigate(next === undefined ? '/worklists/drafts' : `/abstracts/${next.id}`);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.message, kind: 'error' });
      await queries.invalidateQueries({ queryKey: ['abstract', screen.id] });
      const missing = error.body.missing;
      const first = Array.isArray(missing) ? (missing[0] as string | undefined) : undefined;
      if (first !== undefined) screen.focusItem(first);
    }
  };
}

/** The keys of the abstract screen that do not belong to one field. */
export function useCaseKeys(
  screen: AbstractScreen,
  place: {
    readonly focused: string | null;
    readonly report: RefObject<ReportPanelHandle | null>;
    readonly navigate: (to: string) => void;
  },
): void {
  const { draft, detail } = screen;
  const toast = useToast();
  const complete = useComplete(screen, place.navigate);

  const acceptSure = (): void => {
    const sure = Object.entries(detail.standings)
      .filter(([, one]) => one.by === 'machine' && one.spans !== undefined && (one.confidence ?? 1) >= SURE)
      .map(([item]) => item);
    draft.accept(sure);
    toast({ text: `${sure.length} suggestions accepted.`, kind: 'done' });
  };
  const undo = (): void => {
    const item = draft.undo();
    if (item === null) return;
    draft.typing(item, null);
    screen.focusItem(item);
  };
  const save = (): void => {
    takeFocused();
    void draft.flush();
  };

  const inField = 'Fields';
  const onCase = 'Case';
  useKeys([
    FIELD_KEYS.lookup,
    FIELD_KEYS.accept,
    { chord: 'shift+F4', label: 'Accept all sure suggestions', group: inField, run: acceptSure },
    {
      ...FIELD_KEYS.evidence,
      run: () => {
        if (place.focused === null) return;
        const selected = place.report.current?.selection() ?? null;
        if (selected === null) place.report.current?.nextOf(place.focused);
        else draft.set(place.focused, draft.view().items[place.focused] ?? null, selected);
      },
    },
    {
      ...FIELD_KEYS.lineage,
      run: () => place.focused !== null && screen.showLineage(place.focused),
    },
    FIELD_KEYS.help,
    { chord: 'mod+s', label: 'Save now (it is also saved by itself)', group: onCase, run: save },
    { chord: 'mod+Enter', label: 'Complete and open the next draft', group: onCase, run: () => void complete() },
    { chord: 'u', label: 'Undo the last change', group: onCase, run: undo },
    { chord: 'alt+Backspace', label: 'Undo the last change, in a field too', group: onCase, run: undo },
    ...screen.sections.map(({ id, title }, index) => ({
      chord: `alt+${index + 1}`,
      label: title,
      group: 'Sections',
      run: () => goToSection(id),
    })),
    { chord: 'Enter', label: 'Next field (Shift+Enter: previous)', group: inField },
  ]);
}
