import { answer, api, ApiProblem, session } from '../api/client.js';
import { type DraftBackend, type SaveResult } from './draft-store.js';

const itemOf = (pointer: string): string | null => /^\/(?:items|evidence|accepted)\/(.+)$/.exec(pointer)?.[1] ?? null;

/** A problem of a save, in the words of the draft. */
export function toResult(error: unknown): SaveResult {
  if (!(error instanceof ApiProblem)) throw error;
  if (error.status === 412) return { kind: 'stale' };
  if (error.status === 401) return { kind: 'signed-out' };
  if (error.offline || error.status >= 500) return { kind: 'offline' };
  if (error.status === 422) {
    const errors = error.errors.flatMap(({ pointer, detail }) => {
      const item = itemOf(pointer);
      return item === null ? [] : [[item, `It ${detail}.`] as const];
    });
    return { kind: 'refused', errors: Object.fromEntries(errors), message: error.message };
  }
  return { kind: 'gone', message: error.message };
}

/** The draft's door to the API. */
export const draftBackend = (id: string): DraftBackend => ({
  async save(request) {
    const { revision, items, evidence, accepted } = request;
    if (session.changedHands()) return { kind: 'signed-out' };
    const before = session.signIns();
    try {
      const saved = await answer(
        api.PATCH('/api/v1/abstracts/{id}', {
          params: { path: { id }, header: { 'if-match': `"${revision}"` } },
          body: {
            items: { ...items },
            evidence: Object.fromEntries(
              Object.entries(evidence).map(([item, one]) => [item, { ...one, spans: [...one.spans] }]),
            ),
            accepted: [...accepted],
          },
        }),
      );
      return { kind: 'saved', revision: saved.revision };
    } catch (error) {
      const result = toResult(error);
      // It was on its way when somebody signed in: it goes again, as who is here now.
      return result.kind === 'signed-out' && session.signIns() !== before ? this.save(request) : result;
    }
  },
  async read() {
    const { items, revision } = await answer(api.GET('/api/v1/abstracts/{id}', { params: { path: { id } } }));
    return { items: items, revision };
  },
});
