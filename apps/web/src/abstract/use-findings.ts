import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answer, api } from '../api/client.js';
import { type AbstractDetail, useDraftView } from './context.js';
import { type DraftStore } from './draft-store.js';
import { type Finding } from './findings-bar.js';

const PAUSE_MS = 150;

/** The text that changes less often than it is typed. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** What the edits say of the draft as it stands on the screen, and what completion still needs. */
export function useFindings(
  draft: DraftStore,
  detail: AbstractDetail,
): { readonly findings: readonly Finding[]; readonly missing: readonly string[] } {
  const { items, unsaved } = useDraftView(draft);
  const settled = useSettled(items);
  const { data } = useQuery({
    queryKey: ['findings', detail.id, settled],
    enabled: unsaved.size > 0,
    gcTime: 0,
    placeholderData: (before: readonly Finding[] | undefined) => before,
    queryFn: (): Promise<readonly Finding[]> => answer(api.POST('/api/v1/edits/run', { body: { items: settled } })),
  });
  return {
    findings: unsaved.size > 0 ? (data ?? detail.findings) : detail.findings,
    missing: detail.missing.filter((item) => items[item] === undefined),
  };
}
