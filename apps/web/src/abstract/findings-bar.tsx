import { showName } from '../ui/format.js';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type Schemas } from '../api/client.js';
import { useKeys } from '../ui/keys.js';
import { useDraftView, useScreen } from './context.js';
import css from './findings.module.css';

export type Finding = Schemas['Finding'];

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
  const list = useRef<HTMLUListElement>(null);
  const name = (item: string): string => showName(dictionary.byId.get(item)?.name ?? item);

  const lines = useMemo((): readonly Line[] => {
    const ofEdits = findings.map((finding, index): Line => {
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
    { chord: 'alt+f', label: 'Take the fix of the finding', group: 'Findings', run: () => fix(lines[at]) },
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
