/** What the API knows of a draft. */
export interface DraftState {
  readonly items: Readonly<Record<string, string>>;
  readonly revision: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Evidence {
  readonly reportVersionId: string;
  readonly spans: readonly Span[];
}

export interface SaveRequest {
  readonly revision: number;
  readonly items: Readonly<Record<string, string | null>>;
  readonly evidence: Readonly<Record<string, Evidence>>;
  readonly accepted: readonly string[];
}

/** How a save ended, in the words of the draft. */
export type SaveResult =
  | { readonly kind: 'saved'; readonly revision: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly errors: Readonly<Record<string, string>>; readonly message: string }
  | { readonly kind: 'offline' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'gone'; readonly message: string };

export interface DraftBackend {
  save(request: SaveRequest): Promise<SaveResult>;
  /** The newest state; rejects while it cannot be had. */
  read(): Promise<DraftState>;
}

/** An item that somebody else saved differently while it was being changed here. */
export interface Conflict {
  readonly item: string;
  readonly base: string | null;
  readonly mine: string | null;
  readonly theirs: string | null;
}

export type DraftStatus = 'saved' | 'saving' | 'waiting' | 'offline' | 'signed-out' | 'conflict' | 'gone';

export interface DraftView {
  /** Everything as it is on the screen: what is saved with what is not yet. */
  readonly items: Readonly<Record<string, string>>;
  readonly revision: number;
  readonly unsaved: ReadonlySet<string>;
  /** Why an item's value could not be stored; the value stays on the screen. */
  readonly refused: Readonly<Record<string, string>>;
  readonly status: DraftStatus;
  readonly savedAt: Date | null;
  readonly conflicts: readonly Conflict[];
  /** Items that a person confirmed here as they stand. */
  readonly accepted: ReadonlySet<string>;
  readonly message: string | null;
  readonly undoable: number;
  /** What stands in a field and is not its item's value yet, as it was typed. */
  readonly typed: Readonly<Record<string, string>>;
}

export interface Change {
  readonly value: string | null;
  readonly base: string | null;
  readonly evidence: Evidence | null;
  readonly accepted: boolean;
  /** Values that went out and whose answer was not heard: any of them may be what the server has. */
  readonly sent?: readonly (string | null)[];
}

/** What is not on the server yet: enough to go on from after a reload. */
export interface Kept {
  readonly changes: readonly (readonly [item: string, change: Change])[];
  readonly typed: Readonly<Record<string, string>>;
}

const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

/**
 * A draft that loses nothing: every change goes to the API soon; one save at a time, against the revision that was seen last. While the API
 * is away, changes wait here and go when it is back. When somebody else saved, items that only one side changed are merged; the others are
 * shown with both values. What is not on the server yet is also given to `keep` at each change, so that it can outlive a reload.
 */
export class DraftStore {
  private server: DraftState;
  private readonly local = new Map<string, Change>();
  private readonly listeners = new Set<() => void>();
  private readonly history: { readonly item: string; readonly value: string | null }[] = [];
  private refused: Record<string, string> = {};
  private conflicts: Conflict[] = [];
  private accepted = new Set<string>();
  private status: DraftStatus = 'saved';
  private message: string | null = null;
  private savedAt: Date | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private running: Promise<void> | null = null;
  private typed: Readonly<Record<string, string>> = {};
  private current: DraftView;

  /** @param keep called with what is not on the server yet, and with `null` when everything is. */
  constructor(
    initial: DraftState,
    private readonly backend: DraftBackend,
    private readonly delayMs = 350,
    private readonly keep: (kept: Kept | null) => void = () => undefined,
  ) {
    this.server = initial;
    this.current = this.makeView();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly view = (): DraftView => this.current;

  /** Change an item; `null` removes it. */
  set(item: string, value: string | null, evidence: Evidence | null = null): void {
    const before = this.current.items[item] ?? null;
    if (before === value && evidence === null) return;
    if (before !== value) this.history.push({ item, value: before });
    this.put(item, value, evidence, false);
  }

  /** What stands in a field while it is typed; `null` once it is the item's value or was given up. */
  typing(item: string, text: string | null): void {
    if ((this.typed[item] ?? null) === text) return;
    const { [item]: _before, ...others } = this.typed;
    this.typed = text === null ? others : { ...others, [item]: text };
    // The items stay the same object: who looks at them alone has nothing to do.
    this.current = { ...this.current, typed: this.typed };
    this.remember();
    for (const listener of this.listeners) listener();
  }

  /** Go on from what was kept before the page went. What somebody else changed meanwhile is merged, or shown with both values. */
  restore({ changes, typed }: Kept): void {
    for (const [item, change] of changes) if (!this.local.has(item)) this.local.set(item, change);
    for (const [item, { accepted }] of changes) if (accepted) this.accepted.add(item);
    this.typed = { ...typed, ...this.typed };
    this.merge(this.server, false);
    this.changed();
  }

  /** Confirm a suggestion as it stands. */
  accept(items: readonly string[]): void {
    for (const item of items) {
      const value = this.current.items[item];
      if (value === undefined) continue;
      this.accepted.add(item);
      this.put(item, value, null, true);
    }
  }

  /** Take the last change back. @returns the item, or `null` when there is nothing to take back. */
  undo(): string | null {
    const last = this.history.pop();
    if (last === undefined) return null;
    this.put(last.item, last.value, null, false);
    return last.item;
  }

  /** Settle a conflict with one of the two values. */
  resolve(item: string, value: string | null): void {
    this.conflicts = this.conflicts.filter((conflict) => conflict.item !== item);
    if (this.conflicts.length === 0) this.status = 'saved';
    this.local.delete(item);
    if ((this.server.items[item] ?? null) !== value) this.put(item, value, null, false);
    else this.changed();
    if (this.conflicts.length === 0) this.schedule(0);
  }

  /** Take in what the API says now, for example after the screen was in the background. Unsaved changes stay on top. */
  refresh(state: DraftState): void {
    if (state.revision <= this.server.revision) return;
    this.merge(state);
    this.changed();
  }

  /** Send now what waits; after signing in again or when the network is back. */
  retry(): void {
    this.failures = 0;
    if (this.local.size > 0) this.schedule(0);
  }

  /** Until everything that can be stored is stored. @returns whether it is. */
  async flush(): Promise<boolean> {
    for (let round = 0; round < 5; round += 1) {
      this.cancel();
      if (this.pending().length === 0) break;
      await this.run();
      if (this.status !== 'saved' && this.status !== 'waiting') return false;
    }
    return this.local.size === 0;
  }

  /** Whether closing the page would lose something. */
  get dirty(): boolean {
    return this.local.size > 0 || Object.keys(this.typed).length > 0;
  }

  dispose(): void {
    this.cancel();
    this.listeners.clear();
  }

  private put(item: string, value: string | null, evidence: Evidence | null, accepted: boolean): void {
    const before = this.local.get(item);
    const base = before === undefined ? (this.server.items[item] ?? null) : before.base;
    const sent = before?.sent ?? [];
    const { [item]: _mended, ...others } = this.refused;
    this.refused = others;
    // As it was before a save whose answer is not known, it has to go out all the same.
    const isStored = value === (this.server.items[item] ?? null) && sent.length === 0;
    if (isStored && evidence === null && !accepted) this.local.delete(item);
    else this.local.set(item, { value, base, evidence, accepted, sent });
    if (this.status !== 'conflict') this.schedule(this.delayMs);
    this.changed();
  }

  /** Changes that can be sent: not those that were refused as they are. */
  private pending(): [string, Change][] {
    return [...this.local].filter(([item]) => this.refused[item] === undefined);
  }

  private schedule(ms: number): void {
    this.cancel();
    if (this.pending().length === 0) {
      if (this.status !== 'conflict') this.status = 'saved';
      this.changed();
      return;
    }
    if (this.status === 'saved') this.status = 'waiting';
    this.timer = setTimeout(() => void this.run(), ms);
    this.changed();
  }

  private cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** One save at a time: a call while one runs waits for it. */
  private async run(): Promise<void> {
    if (this.running !== null) return this.running;
    this.running = this.saveOnce().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async saveOnce(): Promise<void> {
    this.cancel();
    const pending = this.pending();
    if (pending.length === 0 || this.status === 'conflict') return;
    const sent = pending.map(([item, change]): [string, Change] => [
      item,
      { ...change, sent: [...new Set([...(change.sent ?? []), change.value])] },
    ]);
    for (const [item, change] of sent) this.local.set(item, change);
    this.status = 'saving';
    this.changed();
    const result = await this.backend.save({
      revision: this.server.revision,
      items: Object.fromEntries(
        sent.filter(([, change]) => !change.accepted).map(([item, { value }]) => [item, value]),
      ),
      evidence: Object.fromEntries(
        sent.flatMap(([item, { evidence }]) => (evidence === null ? [] : [[item, evidence]])),
      ),
      accepted: sent.filter(([, change]) => change.accepted).map(([item]) => item),
    });
    await this.settle(result, sent);
    this.changed();
  }

  private async settle(result: SaveResult, sent: readonly [string, Change][]): Promise<void> {
    switch (result.kind) {
      case 'saved': {
        const items = { ...this.server.items };
        for (const [item, change] of sent) {
          if (change.value === null) delete items[item];
          else items[item] = change.value;
          // What was typed while the save ran stays for the next one.
          const now = this.local.get(item);
          const isDone = now?.value === change.value && now.evidence === change.evidence && !now.accepted;
          if (now === undefined || now === change || isDone) this.local.delete(item);
          else this.local.set(item, { ...now, base: change.value, sent: [] });
        }
        this.server = { items, revision: result.revision };
        this.failures = 0;
        this.message = null;
        this.savedAt = new Date();
        this.status = 'saved';
        this.schedule(0);
        return;
      }
      case 'stale':
        try {
          this.merge(await this.backend.read());
        } catch {
          return this.wait('offline');
        }
        return;
      case 'refused': {
        const known = sent.filter(([item]) => result.errors[item] !== undefined);
        this.refused = {
          ...this.refused,
          ...Object.fromEntries(known.map(([item]) => [item, result.errors[item] ?? ''])),
        };
        this.message = result.message;
        this.status = 'saved';
        // Nothing of the request was stored: the others go again without what was refused.
        if (known.length > 0) this.schedule(0);
        else this.status = 'gone';
        return;
      }
      case 'offline':
      case 'signed-out':
        return this.wait(result.kind);
      case 'gone':
        this.status = 'gone';
        this.message = result.message;
        return;
    }
  }

  private wait(status: 'offline' | 'signed-out'): void {
    this.status = status;
    if (status === 'signed-out') return;
    this.timer = setTimeout(() => void this.run(), RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]);
    this.failures += 1;
  }

  /**
   * Put what is unsaved on top of a newer state; where both sides changed the same item differently, both values are kept. What is there
   * already is stored; evidence and acceptance go again, because values alone do not show whether they arrived.
   *
   * @param isLater the state is of a later revision than every save that went out, so none of them can arrive any more.
   */
  private merge(newer: DraftState, isLater = true): void {
    const conflicts: Conflict[] = [];
    for (const [item, change] of this.local) {
      const theirs = newer.items[item] ?? null;
      const sent = change.sent ?? [];
      if (theirs !== change.value) {
        const isOwn = theirs === change.base || sent.includes(theirs);
        if (!isOwn) conflicts.push({ item, base: change.base, mine: change.value, theirs });
      } else if (!change.accepted && change.evidence === null && (isLater || sent.length === 0)) {
        // It is stored: a save arrived whose answer was lost, or somebody else thought the same.
        this.local.delete(item);
        this.savedAt = new Date();
      }
    }
    this.server = newer;
    this.conflicts = conflicts;
    this.status = conflicts.length > 0 ? 'conflict' : 'saved';
    if (conflicts.length === 0) this.schedule(0);
  }

  private remember(): void {
    this.keep(this.dirty ? { changes: [...this.local], typed: this.typed } : null);
  }

  private changed(): void {
    this.current = this.makeView();
    this.remember();
    for (const listener of this.listeners) listener();
  }

  private makeView(): DraftView {
    const items = { ...this.server.items };
    for (const [item, { value }] of this.local) {
      if (value === null) delete items[item];
      else items[item] = value;
    }
    return {
      items,
      revision: this.server.revision,
      unsaved: new Set(this.local.keys()),
      refused: this.refused,
      status: this.status,
      savedAt: this.savedAt,
      conflicts: this.conflicts,
      accepted: new Set(this.accepted),
      message: this.message,
      undoable: this.history.length,
      typed: this.typed,
    };
  }
}
