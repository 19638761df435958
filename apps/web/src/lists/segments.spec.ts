import * as fc from 'fast-check';
import { brought, type Part } from './bring.js';
import {
  countOf,
  hasMore,
  heldRows,
  indexOf,
  type Listed,
  type Page,
  PAGE,
  PAGE_AGAIN,
  PAGES_AGAIN,
  rowAt,
  stale,
  wholeList,
} from './segments.js';

interface Row {
  readonly id: string;
  readonly place: number;
  readonly says: string;
}

/** A list of the registry: rows in the order of their places, read by place as the API does. */
class Registry {
  rows = new Map<number, string>();
  asked: Part[] = [];

  constructor(count = 0) {
    for (let place = 1; place <= count; place += 1) this.rows.set(place * 1_000, 'new');
  }

  readonly all = (): Row[] =>
    [...this.rows].sort(([a], [b]) => a - b).map(([place, says]) => ({ id: `r${place}`, place, says }));

  readonly read = (part: Part): Promise<Page<Row>> => {
    this.asked.push(part);
    const [after, until] = [Number(part.cursor ?? -Infinity), Number(part.until ?? Infinity)];
    const found = this.all().filter(({ place }) => place > after && place <= until);
    const items = found.slice(0, part.limit);
    return Promise.resolve({ items, next: found.length > part.limit ? String(items.at(-1)?.place) : null });
  };
}

const nothingKept = (): boolean => false;
/** The list brought up to date in a view, until nothing more has to be read. */
async function settle(
  registry: Registry,
  listed: Listed<Row>,
  view: { readonly first: number; readonly last: number },
  isKept: (id: string) => boolean = nothingKept,
): Promise<Listed<Row>> {
  let now = stale(listed);
  for (let round = 0; round < 100; round += 1) {
    registry.asked = [];
    // Each look is a later one; what was read in this one is not old yet.
    now = await brought(now, view, registry.read, isKept, 60_000);
    if (registry.asked.length === 0) return now;
  }
  throw new Error('the list never comes to rest');
}
const ids = (rows: readonly (Row | undefined)[]): (string | undefined)[] => rows.map((row) => row?.id);
const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe('a list in parts', () => {
  it('is read page by page as far as it is looked at', async () => {
    const registry = new Registry(250);
    let listed = await settle(registry, [], { first: 0, last: 40 });
    expect([countOf(listed), hasMore(listed)]).toEqual([PAGE, true]);
    listed = await settle(registry, listed, { first: 90, last: 220 });
    expect([countOf(listed), hasMore(listed)]).toEqual([250, false]);
    expect(ids(range(0, 250).map((index) => rowAt(listed, index)))).toEqual([...ids(registry.all()), undefined]);
    expect([indexOf(listed, 'r120000'), indexOf(listed, 'r1')]).toEqual([119, -1]);
  });

  it('says that a list without rows is empty, and sees the first that comes', async () => {
    const registry = new Registry();
    let listed = await settle(registry, [], { first: 0, last: 0 });
    expect([countOf(listed), hasMore(listed), listed.length]).toEqual([0, false, 1]);
    registry.rows.set(5, 'new');
    listed = await settle(registry, listed, { first: 0, last: 0 });
    expect(ids(heldRows(listed))).toEqual(['r5']);
  });

  it('costs one request a look however far it was read', async () => {
    const registry = new Registry(3_000);
    const listed = await settle(registry, [], { first: 0, last: 2_990 });
    registry.asked = [];
    await brought(stale(listed), { first: 1_410, last: 1_480 }, registry.read, nothingKept, 60_000);
    expect(registry.asked).toEqual([{ limit: PAGE_AGAIN, cursor: '1400000', until: '1500000' }]);
  });

  it('keeps the row objects that did not change, so that they are not drawn again', async () => {
    const registry = new Registry(30);
    const before = await settle(registry, [], { first: 0, last: 30 });
    registry.rows.set(7_000, 'changed');
    const after = await settle(registry, before, { first: 0, last: 30 });
    expect(range(0, 29).filter((index) => rowAt(before, index) !== rowAt(after, index))).toEqual([6]);
  });

  it('lets rows far from the screen go, but not kept ones, and reads them when they come near', async () => {
    const registry = new Registry(6_000);
    const listed = await settle(registry, [], { first: 5_900, last: 5_990 }, (id) => id === 'r50000');
    expect(countOf(listed)).toBe(6_000);
    expect(heldRows(listed)).toHaveLength(4_000);
    expect([rowAt(listed, 49)?.id, rowAt(listed, 149)?.id]).toEqual(['r50000', undefined]);
    const back = await settle(registry, listed, { first: 120, last: 160 });
    expect(rowAt(back, 149)?.id).toBe('r150000');
    expect(heldRows(back).length).toBeLessThanOrEqual(4_000);
  });

  it('ends the list for now where more came between two places than is read at once', async () => {
    const registry = new Registry(300);
    const before = await settle(registry, [], { first: 0, last: 290 });
    for (let n = 1; n <= 1_500; n += 1) registry.rows.set(100_000 + n / 2, 'new');
    registry.asked = [];
    const after = await brought(stale(before), { first: 110, last: 150 }, registry.read, nothingKept, 60_000);
    expect(registry.asked).toHaveLength(PAGES_AGAIN);
    expect([countOf(after), hasMore(after)]).toEqual([100 + PAGES_AGAIN * PAGE_AGAIN, true]);
    const rest = await settle(registry, after, { first: 0, last: 1_800 });
    expect(ids(heldRows(rest))).toEqual(ids(registry.all()));
  });

  it('holds a list that is worked off from the top in few parts', async () => {
    const registry = new Registry(1_000);
    let listed = await settle(registry, [], { first: 0, last: 990 });
    for (const { place } of registry.all().slice(0, 950)) {
      registry.rows.delete(place);
      if (place % 7_000 === 0) listed = await settle(registry, listed, { first: 0, last: 60 });
    }
    listed = await settle(registry, listed, { first: 0, last: 60 });
    expect(ids(heldRows(listed))).toEqual(ids(registry.all()));
    expect(listed.length).toBeLessThanOrEqual(2);
  });

  it('shows what the registry has, whatever came, went, changed and moved', async () => {
    const place = fc.integer({ min: 1, max: 900 });
    const steps = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('put' as const), place, says: fc.constantFrom('new', 'old') }),
        fc.record({ kind: fc.constant('take' as const), place, many: fc.integer({ min: 1, max: 200 }) }),
        fc.record({ kind: fc.constant('look' as const), first: fc.integer({ min: 0, max: 800 }) }),
      ),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 800 }), steps, async (count, plan) => {
        const registry = new Registry(count);
        let listed: Listed<Row> = [];
        for (const step of [...plan, { kind: 'look' as const, first: 0 }]) {
          if (step.kind === 'put') registry.rows.set(step.place * 999, step.says);
          else if (step.kind === 'take')
            for (const row of registry.all().slice(step.place, step.place + step.many)) registry.rows.delete(row.place);
          else {
            const view = { first: step.first, last: step.first + 70 };
            listed = await settle(registry, listed, view);
            const held = heldRows(listed);
            // Nothing twice, everything in order.
            expect(held.map((row) => row.place)).toEqual(
              [...new Set(held.map((row) => row.place))].sort((a, b) => a - b),
            );
            // What is in view is what the registry has between the rows around it.
            const seen = range(view.first, Math.min(view.last, countOf(listed) - 1)).map((at) => rowAt(listed, at));
            const [from, to] = [seen[0]?.place, seen.at(-1)?.place];
            if (from !== undefined && to !== undefined)
              expect(seen).toEqual(registry.all().filter((row) => row.place >= from && row.place <= to));
          }
        }
        // Read again from top to end it is the whole list.
        const whole = await settle(registry, listed, { first: 0, last: 2_000 });
        expect(heldRows(whole)).toEqual(registry.all());
        expect(hasMore(whole)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('takes a row out of where it was when it is found elsewhere', async () => {
    const registry = new Registry(250);
    const listed = await settle(registry, [], { first: 0, last: 240 });
    // The same row at another place, as a person who was contacted is in the due list.
    const moving = { id: 'r10000', place: 240_500, says: 'moved' };
    registry.rows.delete(10_000);
    const read = async (part: Part): Promise<Page<Row>> => {
      const page = await registry.read(part);
      const at = page.items.findIndex(({ place }) => place > moving.place);
      return Number(part.cursor) < moving.place && at >= 0
        ? { ...page, items: page.items.toSpliced(at, 0, moving) }
        : page;
    };
    const after = await brought(stale(listed), { first: 205, last: 245 }, read, nothingKept, 60_000);
    expect(heldRows(after).filter(({ id }) => id === 'r10000')).toEqual([moving]);
  });

  it('is one part when it is here whole', () => {
    const listed = wholeList([{ id: 'a' }, { id: 'b' }]);
    expect([countOf(listed), hasMore(listed), indexOf(listed, 'b')]).toEqual([2, false, 1]);
  });
});
