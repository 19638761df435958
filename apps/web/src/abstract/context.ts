import { type CodeTables, type Dictionary } from '@perennial/naaccr';
import { createContext, useContext, useSyncExternalStore } from 'react';
import { type Schemas } from '../api/client.js';
import { type DraftStore, type DraftView, type Evidence } from './draft-store.js';
import { type FormSection } from './sections.js';
import { type Asked } from './staging.js';

export type AbstractDetail = Schemas['AbstractDetail'];
export type Standing = Schemas['Standing'];

/** What every part of the abstract screen works with. */
export interface AbstractScreen {
  readonly id: string;
  readonly draft: DraftStore;
  readonly dictionary: Dictionary;
  readonly codes: CodeTables;
  readonly sections: readonly FormSection[];
  readonly detail: AbstractDetail;
  readonly editable: boolean;
  /** What staging asks for in this case. */
  readonly asked: Asked;
  readonly today: string;
  /** Put the cursor into an item's field, unfolding its section when it must. */
  readonly focusItem: (item: string) => void;
  readonly onFocus: (item: string) => void;
  readonly showLineage: (item: string) => void;
  /** The words that are selected in the text, as evidence. */
  readonly selection: () => Evidence | null;
}

const Context = createContext<AbstractScreen | null>(null);
export const AbstractProvider = Context;

export function useScreen(): AbstractScreen {
  const screen = useContext(Context);
  if (screen === null) throw new Error('this belongs on the abstract screen');
  return screen;
}

/** A part of the draft; the component is drawn again only when that part changes, so give simple values. */
export function useDraft<T extends string | number | boolean | null | undefined>(
  draft: DraftStore,
  pick: (view: DraftView) => T,
): T {
  return useSyncExternalStore(draft.subscribe, () => pick(draft.view()));
}

export const useDraftView = (draft: DraftStore): DraftView => useSyncExternalStore(draft.subscribe, draft.view);
