import { session } from '../api/client.js';
import { sealed } from '../session/sealed.js';
import { draftBackend } from './backend.js';
import { type DraftState, DraftStore, type Kept } from './draft-store.js';

export interface Held {
  readonly draft: DraftStore;
  /** What came back from before a reload; the screen that told of it puts `null` here. */
  restored: Promise<Kept | null> | null;
  screens: number;
}

/** Drafts that are on a screen, or hold something that is not on the server yet: these go on sending when their screen is left. */
const held = new Map<string, Held>();

const each = (act: (draft: DraftStore) => void): void => {
  for (const { draft } of held.values()) act(draft);
};

let listening = false;
function listen(): void {
  if (listening) return;
  listening = true;
  window.addEventListener('online', () => each((draft) => draft.retry()));
  session.onSignedIn(() => each((draft) => draft.retry()));
  document.addEventListener('visibilitychange', () => each((draft) => void draft.flush()));
  window.addEventListener('beforeunload', (event) => {
    if ([...held.values()].some(({ draft }) => draft.dirty)) event.preventDefault();
  });
}

function parsed(text: string | null): Kept | null {
  if (text === null) return null;
  try {
    const kept = JSON.parse(text) as Partial<Kept>;
    return Array.isArray(kept.changes) && typeof kept.typed === 'object' ? (kept as Kept) : null;
  } catch {
    return null;
  }
}

/** The draft of an abstract: the one that still sends, or a new one that goes on from what this tab kept sealed. */
export function heldDraft(id: string, state: DraftState): Held {
  listen();
  const known = held.get(id);
  if (known !== undefined) return known;
  const safe = sealed(`draft.${id}`);
  const kept = safe.get().then(parsed);
  const draft = new DraftStore(state, draftBackend(id), undefined, (now) =>
    safe.put(now === null ? null : JSON.stringify(now)),
  );
  const restored = kept.then((found) => {
    if (found !== null) draft.restore(found);
    return found;
  });
  const one: Held = { draft, restored, screens: 0 };
  held.set(id, one);
  return one;
}

/** A screen shows the draft from now on. @returns what to call when it is left. */
export function showDraft(id: string, one: Held): () => void {
  const { draft } = one;
  held.set(id, one);
  one.screens += 1;
  return () => {
    one.screens -= 1;
    const letGo = (): void => {
      if (one.screens > 0 || draft.dirty || held.get(id) !== one) return;
      held.delete(id);
      draft.dispose();
    };
    draft.subscribe(letGo);
    void draft.flush().then(letGo);
  };
}
