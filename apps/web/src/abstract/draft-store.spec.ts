import * as fc from 'fast-check';
import {
  type DraftBackend,
  type DraftState,
  DraftStore,
  type Kept,
  type SaveRequest,
  type SaveResult,
} from './draft-store.js';

/** An API for one draft: it keeps items and revision, refuses stale saves, and can be cut off or sign its people out. */
class Registry implements DraftBackend {
  state: DraftState;
  /** `mute`: it stores what it is sent, and the answer is lost. */
  mode: 'up' | 'down' | 'mute' | 'signed-out' = 'up';
  readonly saves: SaveRequest[] = [];
  /** Called while a save is under way. */
  during: (() => void) | null = null;

  constructor(items: Record<string, string> = {}) {
    this.state = { items, revision: 1 };
  }

  async save(request: SaveRequest): Promise<SaveResult> {
    await Promise.resolve();
    this.during?.();
    this.during = null;
    if (this.mode === 'down') return { kind: 'offline' };
    if (this.mode === 'signed-out') return { kind: 'signed-out' };
    if (request.revision !== this.state.revision) return { kind: 'stale' };
    const bad = Object.entries(request.items).filter(([, value]) => value === 'BAD');
    if (bad.length > 0)
      return { kind: 'refused', message: 'no', errors: Object.fromEntries(bad.map(([item]) => [item, 'cannot be'])) };
    this.saves.push(request);
    this.other(request.items);
    return this.mode === 'mute' ? { kind: 'offline' } : { kind: 'saved', revision: this.state.revision };
  }

  read(): Promise<DraftState> {
    return this.mode === 'up' ? Promise.resolve(this.state) : Promise.reject(new Error('away'));
  }

  /** Somebody else saves. */
  other(items: Readonly<Record<string, string | null>>): void {
    const next = Object.fromEntries(
      Object.entries({ ...this.state.items, ...items }).filter((entry): entry is [string, string] => entry[1] !== null),
    );
    this.state = { items: next, revision: this.state.revision + 1 };
  }
}

const open = (registry: Registry): DraftStore => new DraftStore(registry.state, registry, 60_000);

describe('a draft', () => {
  it('shows at once what was typed and stores it', async () => {
    const registry = new Registry({ primarySite: 'C509' });
    const draft = open(registry);
    draft.set('primarySite', 'C504');
    draft.set('laterality', '1');
    expect(draft.view()).toMatchObject({ items: { primarySite: 'C504', laterality: '1' }, status: 'waiting' });
    expect(await draft.flush()).toBe(true);
    expect(registry.state).toEqual({ items: { primarySite: 'C504', laterality: '1' }, revision: 2 });
    expect(draft.view()).toMatchObject({ status: 'saved', revision: 2 });
    draft.set('laterality', null);
    await draft.flush();
    expect(registry.state.items).toEqual({ primarySite: 'C504' });
  });

  it('says when it was saved though the answer was lost, and saves it once', async () => {
    const registry = new Registry();
    const draft = open(registry);
    draft.set('a', '1');
    registry.mode = 'mute';
    expect(await draft.flush()).toBe(false);
    expect(draft.view()).toMatchObject({ status: 'offline', savedAt: null });
    registry.mode = 'up';
    expect(await draft.flush()).toBe(true);
    expect([draft.view().status, draft.view().savedAt, registry.saves.length]).toEqual(['saved', expect.any(Date), 1]);
  });

  it('takes a value back that went out though nobody heard of it', async () => {
    const registry = new Registry({ a: '1' });
    const draft = open(registry);
    draft.set('a', '2');
    registry.mode = 'mute';
    await draft.flush();
    draft.set('a', '1');
    registry.mode = 'up';
    expect(await draft.flush()).toBe(true);
    expect([registry.state.items, draft.view().conflicts, draft.view().items]).toEqual([{ a: '1' }, [], { a: '1' }]);
  });

  it('takes a value back while it is on its way', async () => {
    const registry = new Registry({ a: '1' });
    const draft = open(registry);
    draft.set('a', '2');
    registry.during = () => draft.set('a', '1');
    expect(await draft.flush()).toBe(true);
    expect([registry.state.items, draft.view().items]).toEqual([{ a: '1' }, { a: '1' }]);
  });

  it('does not take its own save for that of somebody else', async () => {
    const registry = new Registry({ a: '1' });
    const draft = open(registry);
    draft.set('a', '2');
    registry.during = () => draft.set('a', '3');
    await draft.flush();
    draft.set('a', '4');
    registry.other({ b: '7' });
    expect(await draft.flush()).toBe(true);
    expect(registry.state.items).toEqual({ a: '4', b: '7' });
  });

  it('sends evidence and acceptance again when somebody else saved meanwhile', async () => {
    const registry = new Registry({ a: '1', b: '1' });
    const draft = open(registry);
    const evidence = { reportVersionId: 'v', spans: [{ start: 1, end: 2 }] };
    draft.set('a', '1', evidence);
    draft.accept(['b']);
    registry.other({ c: '7' });
    expect(await draft.flush()).toBe(true);
    expect(registry.saves.map(({ evidence: sent, accepted }) => [sent, accepted])).toEqual([[{ a: evidence }, ['b']]]);
  });

  it('keeps what is typed while a save is under way', async () => {
    const registry = new Registry();
    const draft = open(registry);
    draft.set('a', '1');
    registry.during = () => draft.set('a', '2');
    expect(await draft.flush()).toBe(true);
    expect([registry.saves.map(({ items }) => items.a), registry.state.items.a]).toEqual([['1', '2'], '2']);
  });

  it('waits while the registry is away and goes on when it is back', async () => {
    const registry = new Registry();
    const draft = open(registry);
    registry.mode = 'down';
    draft.set('a', '1');
    expect(await draft.flush()).toBe(false);
    draft.set('b', '2');
    expect(draft.view()).toMatchObject({ items: { a: '1', b: '2' }, status: 'offline' });
    expect(draft.dirty).toBe(true);
    registry.mode = 'up';
    expect(await draft.flush()).toBe(true);
    expect(registry.state.items).toEqual({ a: '1', b: '2' });
    draft.dispose();
  });

  it('keeps everything when the session has ended', async () => {
    const registry = new Registry();
    const draft = open(registry);
    registry.mode = 'signed-out';
    draft.set('a', '1');
    expect(await draft.flush()).toBe(false);
    expect(draft.view().status).toBe('signed-out');
    registry.mode = 'up';
    expect(await draft.flush()).toBe(true);
    expect(registry.state.items.a).toBe('1');
  });

  it('merges what another person saved elsewhere in the case', async () => {
    const registry = new Registry({ a: '1', b: '1' });
    const draft = open(registry);
    draft.set('a', '2');
    registry.other({ b: '9', c: '3' });
    expect(await draft.flush()).toBe(true);
    expect(registry.state.items).toEqual({ a: '2', b: '9', c: '3' });
    expect(draft.view().items).toEqual({ a: '2', b: '9', c: '3' });
  });

  it('shows both values where both changed the same item, and stores the chosen one', async () => {
    const registry = new Registry({ a: '1', b: '1' });
    const draft = open(registry);
    draft.set('a', '2');
    draft.set('b', '2');
    registry.other({ a: '7' });
    expect(await draft.flush()).toBe(false);
    expect(draft.view().conflicts).toEqual([{ item: 'a', base: '1', mine: '2', theirs: '7' }]);
    expect(registry.state.items).toEqual({ a: '7', b: '1' });
    draft.resolve('a', '2');
    expect(await draft.flush()).toBe(true);
    expect(registry.state.items).toEqual({ a: '2', b: '2' });
  });

  it('takes the other value when that is chosen', async () => {
    const registry = new Registry({ a: '1' });
    const draft = open(registry);
    draft.set('a', '2');
    registry.other({ a: '7' });
    await draft.flush();
    draft.resolve('a', '7');
    expect(await draft.flush()).toBe(true);
    expect([draft.view().items.a, draft.view().status]).toEqual(['7', 'saved']);
  });

  it('stores the others when one value is refused, and says why at that one', async () => {
    const registry = new Registry();
    const draft = open(registry);
    draft.set('a', 'BAD');
    draft.set('b', '1');
    await draft.flush();
    expect(registry.state.items).toEqual({ b: '1' });
    expect(draft.view()).toMatchObject({ items: { a: 'BAD', b: '1' }, refused: { a: 'cannot be' } });
    draft.set('a', '3');
    expect(await draft.flush()).toBe(true);
    expect([registry.state.items, draft.view().refused]).toEqual([{ a: '3', b: '1' }, {}]);
  });

  it('takes changes back, one by one', async () => {
    const registry = new Registry({ a: '1' });
    const draft = open(registry);
    draft.set('a', '2');
    draft.set('b', '5');
    await draft.flush();
    expect([draft.undo(), draft.undo(), draft.undo()]).toEqual(['b', 'a', null]);
    await draft.flush();
    expect(registry.state.items).toEqual({ a: '1' });
  });

  it('sends evidence with its item, and what was accepted as it stands', async () => {
    const registry = new Registry({ a: '1' });
    const draft = open(registry);
    const evidence = { reportVersionId: 'v', spans: [{ start: 1, end: 2 }] };
    draft.set('a', '1', evidence);
    await draft.flush();
    draft.accept(['a', 'nothing']);
    await draft.flush();
    expect(registry.saves.map(({ items, evidence: sent, accepted }) => [items, sent, accepted])).toEqual([
      [{ a: '1' }, { a: evidence }, []],
      [{}, {}, ['a']],
    ]);
  });

  /** A page on a draft that keeps what is not sent; `reload` is another page that finds what this one kept. */
  const page = (registry: Registry, kept: Kept | null = null) => {
    const tab = { kept };
    const draft = new DraftStore(registry.state, registry, 60_000, (now) => void (tab.kept = now));
    if (kept !== null) draft.restore(kept);
    return {
      draft,
      tab,
      reload: () => {
        draft.dispose();
        // What is kept goes through text.
        return page(registry, JSON.parse(JSON.stringify(tab.kept)) as Kept | null);
      },
    };
  };

  it('goes on after a reload with everything that was not sent, half-typed words included', async () => {
    const registry = new Registry({ a: '1', b: '1' });
    const one = page(registry);
    registry.mode = 'down';
    one.draft.set('a', '2');
    one.draft.accept(['b']);
    await one.draft.flush();
    one.draft.typing('c', 'half a wo');
    registry.other({ d: '7' });
    const two = one.reload();
    expect(two.draft.view()).toMatchObject({ items: { a: '2', b: '1', d: '7' }, typed: { c: 'half a wo' } });
    registry.mode = 'up';
    expect(await two.draft.flush()).toBe(true);
    expect(registry.state.items).toEqual({ a: '2', b: '1', d: '7' });
    expect(registry.saves.map(({ accepted }) => accepted)).toEqual([['b']]);
    expect(two.tab.kept).toEqual({ changes: [], typed: { c: 'half a wo' } });
    two.draft.typing('c', null);
    expect([two.tab.kept, two.draft.dirty]).toEqual([null, false]);
  });

  it('asks after a reload about what somebody else changed meanwhile', async () => {
    const registry = new Registry({ a: '1' });
    const one = page(registry);
    registry.mode = 'down';
    one.draft.set('a', '2');
    await one.draft.flush();
    registry.other({ a: '7' });
    const two = one.reload();
    expect(two.draft.view().conflicts).toEqual([{ item: 'a', base: '1', mine: '2', theirs: '7' }]);
    registry.mode = 'up';
    two.draft.resolve('a', '2');
    expect(await two.draft.flush()).toBe(true);
    expect([registry.state.items, two.tab.kept]).toEqual([{ a: '2' }, null]);
  });

  it('leaves the items alone while something is typed', () => {
    const draft = open(new Registry({ a: '1' }));
    const { items } = draft.view();
    draft.typing('a', '12');
    expect([draft.view().items === items, draft.view().typed]).toEqual([true, { a: '12' }]);
  });

  it('ends where the person left it, whatever happened in between', async () => {
    const item = fc.constantFrom('a', 'b', 'c');
    const value = fc.option(fc.constantFrom('1', '2', '3'), { nil: null });
    const steps = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('set' as const), item, value }),
        fc.record({ kind: fc.constant('flush' as const) }),
        fc.record({ kind: fc.constant('reload' as const) }),
        fc.record({
          kind: fc.constant('mode' as const),
          mode: fc.constantFrom('up' as const, 'down' as const, 'mute' as const, 'signed-out' as const),
        }),
        fc.record({ kind: fc.constant('other' as const), value: fc.constantFrom('8', '9') }),
      ),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const registry = new Registry({ a: '1' });
        let now = page(registry);
        const wanted: Record<string, string | null> = { a: '1', b: null, c: null };
        for (const step of plan) {
          if (step.kind === 'set') {
            now.draft.set(step.item, step.value);
            wanted[step.item] = step.value;
          } else if (step.kind === 'flush') await now.draft.flush();
          else if (step.kind === 'reload') now = now.reload();
          else if (step.kind === 'mode') registry.mode = step.mode;
          else registry.other({ d: step.value });
        }
        registry.mode = 'up';
        const { draft, tab } = now;
        expect(await draft.flush()).toBe(true);
        expect(tab.kept).toBe(null);
        draft.dispose();
        for (const [id, expected] of Object.entries(wanted)) {
          expect(registry.state.items[id] ?? null).toBe(expected);
          expect(draft.view().items[id] ?? null).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });
});
