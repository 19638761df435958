import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { parseValue } from '../abstract/parse-value.js';
import { answer, api, ApiProblem, type Schemas } from '../api/client.js';
import { meaningOf, showValue } from '../items/labels.js';
import { actorWords } from '../items/origin.js';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { showMoment, showName } from '../ui/format.js';
import { today } from '../ui/today.js';
import { useToast } from '../ui/toast.js';
import css from './correct.module.css';

export type Decision = Schemas['ShownDecision'];

/** Corrections of one consolidated tumor or patient: those that stand, and what a person may do. */
export interface Corrections {
  readonly decisions: readonly Decision[];
  /** Why an item is nobody's to set by hand. */
  readonly undecidable: Readonly<Record<string, string>>;
  readonly set: (wanted: Wanted) => Promise<string | null>;
  readonly takeBack: (item: string, reason: string) => Promise<string | null>;
  readonly busy: boolean;
}

interface Wanted {
  readonly item: string;
  readonly value: string | null;
  readonly reason: string;
  readonly abstractId?: string;
}

/** What can be corrected of a consolidated tumor or patient. Functions answer with what went wrong, or `null`. */
export function useCorrections(
  kind: 'tumor' | 'patient',
  {
    id,
    revision,
    decisions,
    undecidable,
  }: {
    readonly id: string;
    readonly revision: number;
    readonly decisions: readonly Decision[];
    readonly undecidable: Readonly<Record<string, string>>;
  },
): Corrections {
  const queries = useQueryClient();
  const toast = useToast();
  const tables = useItemTables();
  const [busy, setBusy] = useState(false);
  const name = (item: string): string => showName(tables?.dictionary.byId.get(item)?.name ?? item);
  const again = async (): Promise<void> => {
    await Promise.all(['tumor', 'patient'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
  const params = (at: number) => ({ path: { id }, header: { 'if-match': `"${at}"` } });
  /** @returns what stands now, or what went wrong. */
  const send = async (work: () => Promise<Schemas['DecidedValue']>): Promise<Schemas['DecidedValue'] | string> => {
    setBusy(true);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return error.status === 412
        ? 'Somebody changed it meanwhile. It is shown as it is now: look again.'
        : [error.message, ...error.errors.map(({ detail }) => detail)].join(' ');
    } finally {
      setBusy(false);
      await again();
    }
  };
  const back = (item: string, reason: string, at: number): Promise<Schemas['DecidedValue'] | string> =>
    send(() =>
      answer(
        kind === 'tumor'
          ? api.POST('/api/v1/tumors/{id}/values/take-back', { params: params(at), body: { item, reason } })
          : api.POST('/api/v1/patients/{id}/values/take-back', { params: params(at), body: { item, reason } }),
      ),
    );
  const takeBack = async (item: string, reason: string, at = revision): Promise<string | null> => {
    const done = await back(item, reason, at);
    if (typeof done === 'string') {
      toast({ text: done, kind: 'error' });
      return done;
    }
    toast({ text: `${name(item)}: the correction was taken back.`, kind: 'done' });
    return null;
  };
  return {
    decisions,
    undecidable,
    busy,
    takeBack: (item, reason) => takeBack(item, reason),
    set: async (body) => {
      const done = await send(() =>
        answer(
          kind === 'tumor'
            ? api.POST('/api/v1/tumors/{id}/values', { params: params(revision), body })
            : api.POST('/api/v1/patients/{id}/values', { params: params(revision), body }),
        ),
      );
      if (typeof done === 'string') {
        toast({ text: done, kind: 'error' });
        return done;
      }
      const errors = done.findings.filter(({ severity }) => severity === 'error').length;
      toast({
        text: `${name(body.item)} is set.${errors === 0 ? '' : ` The edits find ${errors === 1 ? 'an error' : `${errors} errors`} now.`}`,
        kind: 'done',
        undo: () => void takeBack(body.item, 'set by mistake', done.revision),
      });
      return null;
    },
  };
}

/** One click: take what an abstract says. */
export function TakeValue({
  corrections: { set, busy, undecidable },
  item,
  value,
  abstractId,
  facility,
}: {
  readonly corrections: Corrections;
  readonly item: string;
  readonly value: string;
  readonly abstractId: string;
  readonly facility: string;
}) {
  if (undecidable[item] !== undefined) return null;
  return (
    <button
      type="button"
      className={css.take}
      disabled={busy}
      aria-label={`Take ${value} as ${facility} reports it`}
      title={`Set ${value}, as ${facility} reports it`}
      onClick={() => void set({ item, value, abstractId, reason: `as ${facility} reports it` })}
    >
      take
    </button>
  );
}

/** The correction of one item that stands, or the way to make one. */
export function Correct({
  item,
  value,
  corrections: { decisions, undecidable, set, takeBack, busy },
  abstractName,
}: {
  readonly item: string;
  readonly value: string | undefined;
  readonly corrections: Corrections;
  /** How an abstract is called here. */
  readonly abstractName: (id: string) => string;
}) {
  const tables = useItemTables();
  const icdo3 = useIcdo3();
  const field = useId();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const why = undecidable[item];
  const definition = tables?.dictionary.byId.get(item);
  const standing = decisions.find((one) => one.item === item);
  if (why !== undefined) return <p className={css.faint}>Not set by hand: it {why}.</p>;
  if (definition === undefined) return null;
  const parsed = typed.trim() === '' ? null : parseValue(definition, typed, today());
  const meaning =
    parsed?.ok === true && parsed.value !== null && tables !== undefined
      ? meaningOf({ codes: tables.codes, icdo3 }, item, parsed.value)
      : '';
  const clear = (): void => {
    setTyped('');
    setReason('');
    setProblem(null);
  };
  const run = async (event: FormEvent, toNothing = false): Promise<void> => {
    event.preventDefault();
    if (reason.trim().length < 3) return setProblem('Say why: whoever looks at the value later reads it.');
    if (!toNothing && parsed === null) return setProblem('Type the value.');
    if (!toNothing && parsed?.ok === false) return setProblem(parsed.why);
    const wanted = toNothing || parsed?.ok !== true ? null : parsed.value;
    const failed = await set({ item, value: wanted, reason: reason.trim() });
    if (failed === null) clear();
    else setProblem(failed);
  };
  return (
    <div className={css.correct}>
      {standing !== undefined && (
        <p className={css.standing}>
          <span>
            <strong>Set by {actorWords(standing)}</strong>, {showMoment(standing.decidedAt)}:{' '}
            <code>{standing.value === null ? 'empty' : showValue(item, standing.value)}</code>, because{' '}
            {standing.reason}. It was <code>{standing.was === null ? 'empty' : showValue(item, standing.was)}</code>.
          </span>
          {standing.otherwise.length > 0 && (
            <span data-otherwise="true">
              {standing.otherwise.map(abstractName).join(' and ')} said something else since: look again.
            </span>
          )}
          <button type="button" disabled={busy} onClick={() => void takeBack(item, 'taken back by hand')}>
            Take back
          </button>
        </p>
      )}
      <form onSubmit={(event) => void run(event)} aria-label={`Correct ${showName(definition.name)}`}>
        <label htmlFor={`${field}-value`}>{standing === undefined ? 'Correct to' : 'Another value'}</label>
        <input
          id={`${field}-value`}
          value={typed}
          autoComplete="off"
          placeholder={value === undefined ? 'empty' : showValue(item, value)}
          aria-describedby={`${field}-problem`}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <label htmlFor={`${field}-reason`}>because</label>
        <input
          id={`${field}-reason`}
          value={reason}
          maxLength={500}
          autoComplete="off"
          className={css.reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <button type="submit" disabled={busy}>
          Set
        </button>
        {value !== undefined && (
          <button type="button" disabled={busy} onClick={(event) => void run(event, true)}>
            Set empty
          </button>
        )}
        <span id={`${field}-problem`} role="alert" className={css.problem}>
          {problem}
        </span>
        {problem === null && meaning !== '' && <span className={css.faint}>{meaning}</span>}
      </form>
    </div>
  );
}
