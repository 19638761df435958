import { showName } from '../ui/format.js';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { answer, api, ApiProblem, type Schemas } from '../api/client.js';
import { useKeys } from '../ui/keys.js';
import { useToast } from '../ui/toast.js';
import { useDraftView, useScreen } from './context.js';
import css from './findings.module.css';

export type Finding = Schemas['KeyedFinding'];

/** One line of the bar: an edit's finding, a value that could not be stored, or an item that completion still needs. */
interface Line {
  readonly key: string;
  readonly kind: 'error' | 'warning' | 'missing';
  readonly id: string;
  readonly text: string;
  readonly items: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  readonly fix: Readonly<Record<string, string>> | null;
  readonly draft: boolean;
  /** Key by which a warning is reviewed; empty where it cannot be (yet). */
  readonly review: string;
}

/** What stands between the draft and its completion. Always there, never in the way; F8 walks it, Enter goes to the field, `f` takes the fix. */
export function FindingsBar({
  findings,
  missing,
}: {
  readonly findings: readonly Finding[];
  readonly missing: readonly string[];
}) {
  const { draft, dictionary, focusItem, editable } = useScreen();
  const { refused } = useDraftView(draft);
  const [at, setAt] = useState(-1);
  const [open, setOpen] = useState(false);
  const [reviewing, setReviewing] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const name = (item: string): string => showName(dictionary.byId.get(item)?.name ?? item);

  const lines = useMemo((): readonly Line[] => {
    const ofEdits = findings
      .filter(({ state }) => state === 'open')
      .map((finding, index): Line => {
        const fix = finding.fix as Readonly<Record<string, string>> | undefined;
        return {
          key: `${finding.edit} ${index}`,
          kind: finding.severity === 'error' ? 'error' : 'warning',
          id: finding.edit,
          text: finding.message,
          items: finding.items,
          values: finding.values,
          fix: fix === undefined || Object.keys(fix).length === 0 ? null : fix,
          draft: finding.basis === 'D',
          review: finding.severity === 'warning' && finding.failed === undefined ? finding.key : '',
        };
      });
    const ofValues = Object.entries(refused).map(([item, text]): Line => ({
      key: `refused ${item}`,
      kind: 'error',
      id: 'not stored',
      text: `${name(item)}: ${text}`,
      items: [item],
      values: {},
      fix: null,
      draft: false,
      review: '',
    }));
    const rank = { error: 0, warning: 1, missing: 2 } as const;
    return [
      ...ofValues,
      ...ofEdits,
      ...missing.map((item): Line => ({
        key: `missing ${item}`,
        kind: 'missing',
        id: String(dictionary.byId.get(item)?.number ?? ''),
        text: `${name(item)} is needed to complete`,
        items: [item],
        values: {},
        fix: null,
        draft: false,
        review: '',
      })),
    ].toSorted((a, b) => rank[a.kind] - rank[b.kind]);
  }, [findings, missing, refused]);

  const go = (line: Line | undefined): void => {
    const [item] = line?.items ?? [];
    if (item !== undefined) focusItem(item);
  };
  const fix = (line: Line | undefined): void => {
    for (const [item, value] of Object.entries(line?.fix ?? {})) draft.set(item, value);
  };
  const step = (by: 1 | -1): void => {
    if (lines.length === 0) return;
    const next = (at + by + lines.length) % lines.length;
    setAt(next);
    go(lines[next]);
  };

  useKeys([
    { chord: 'F8', label: 'Next finding', group: 'Findings', run: () => step(1) },
    { chord: 'shift+F8', label: 'Previous finding', group: 'Findings', run: () => step(-1) },
    { chord: 'mod+F8', label: 'Take the fix of the finding', group: 'Findings', run: () => fix(lines[at]) },
  ]);
  useEffect(() => {
    list.current?.querySelector('[data-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const count = (kind: Line['kind']): number => lines.filter((line) => line.kind === kind).length;
  const [errors, warnings, needed] = [count('error'), count('warning'), count('missing')];
  return (
    <section className={css.bar} aria-label="Findings" data-open={open}>
      <button type="button" className={css.summary} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span data-kind="error" data-none={errors === 0}>
          {errors} {errors === 1 ? 'error' : 'errors'}
        </span>
        <span data-kind="warning" data-none={warnings === 0}>
          {warnings} {warnings === 1 ? 'warning' : 'warnings'}
        </span>
        <span data-kind="missing" data-none={needed === 0}>
          {needed === 0 ? 'nothing missing' : `${needed} to fill`}
        </span>
        <kbd>F8</kbd>
      </button>
      <ul className={css.list} ref={list}>
        {lines.map((line, index) => (
          <li key={line.key} data-kind={line.kind} data-current={index === at}>
            <button
              type="button"
              onClick={() => {
                setAt(index);
                go(line);
              }}
              onKeyDown={(event) => {
                if (event.key === 'f') fix(line);
                if (event.key === 'o' && line.review !== '') setReviewing(line.key);
              }}
            >
              <code>{line.id}</code>
              <span>{line.text}</span>
              {line.draft && (
                <abbr title="Drafted from code definitions, not yet confirmed by the standard's own edit">draft</abbr>
              )}
              {Object.entries(line.values).map(([item, value]) => (
                <small key={item}>
                  {name(item)} <code>{value}</code>
                </small>
              ))}
            </button>
            {line.review !== '' && editable && (
              <Review line={line} reviewing={reviewing === line.key} ask={setReviewing} />
            )}
            {line.fix !== null && editable && (
              <button type="button" className={css.fix} onClick={() => fix(line)}>
                Set{' '}
                {Object.entries(line.fix)
                  .map(([item, value]) => `${name(item)} to ${value}`)
                  .join(', ')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Override a warning with a reason: it is asked again only when a value that it involves changes. */
function Review({
  line,
  reviewing,
  ask,
}: {
  readonly line: Line;
  readonly reviewing: boolean;
  readonly ask: (key: string | null) => void;
}) {
  const { id, draft } = useScreen();
  const queries = useQueryClient();
  const toast = useToast();
  const [reason, setReason] = useState('');
  const keep = async (): Promise<void> => {
    try {
      await draft.flush();
      await answer(
        api.POST('/api/v1/edits/reviews', {
          body: { entity: 'abstract', entityId: id, key: line.review, reason: reason.trim() },
        }),
      );
      ask(null);
      await queries.invalidateQueries({ queryKey: ['abstract', id] });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.message, kind: 'error' });
    }
  };
  if (!reviewing)
    return (
      <button type="button" className={css.fix} onClick={() => ask(line.key)}>
        It is right…
      </button>
    );
  return (
    <form
      className={css.review}
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <input
        autoFocus
        aria-label="Why the values are right"
        placeholder="Why the values are right"
        value={reason}
        minLength={3}
        required
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') ask(null);
        }}
      />
      <button type="submit" className={css.fix}>
        Keep
      </button>
    </form>
  );
}
