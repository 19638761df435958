import { type ItemDefinition } from '@perennial/naaccr';
import { memo, useEffect, useId, useRef, useState } from 'react';
import { helpOf } from '../items/help.js';
import { meaningOf } from '../items/labels.js';
import { useIcdo3 } from '../items/tables.js';
import { showDate, showName } from '../ui/format.js';
import { CodeLookup } from './code-lookup.js';
import { useDraft, useScreen } from './context.js';
import css from './form.module.css';
import { parseValue } from './parse-value.js';
import { chordFor, chordOf } from '../ui/keys.js';
import { FIELD_KEYS } from './field-keys.js';
import { hueOf } from './sections.js';
import { useCodes } from './staging.js';

/** A value as it stands in its field: dates with dashes, everything else as the standard writes it. */
const shown = (item: ItemDefinition, value: string | undefined): string =>
  item.type === 'date' ? showDate(value) : (value ?? '');

const hasLookup = (item: ItemDefinition, coded: boolean): boolean =>
  coded || item.id === 'primarySite' || item.id === 'histologicTypeIcdO3';

/** Move to the next or previous field of the form, in the order on the screen. */
export function moveFocus(from: HTMLElement, step: 1 | -1): void {
  const form = from.closest('[data-form]');
  const fields = [...(form?.querySelectorAll<HTMLElement>('[data-field]:not([disabled])') ?? [])];
  const at = fields.indexOf(from);
  const next = fields[at + step];
  next?.focus();
  if (next instanceof HTMLInputElement) next.select();
}

export const ItemField = memo(function ItemField({ id }: { readonly id: string }) {
  const screen = useScreen();
  const item = screen.dictionary.byId.get(id);
  return item === undefined ? null : <Field item={item} />;
});

function Field({ item }: { readonly item: ItemDefinition }) {
  const screen = useScreen();
  const { draft, editable, today, detail } = screen;
  const id = item.id as string;
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const described = useId();
  const value = useDraft(draft, ({ items }) => items[id]);
  const behavior = useDraft(draft, ({ items }) => items.behaviorCodeIcdO3);
  const refused = useDraft(draft, (view) => view.refused[id]);
  const unsaved = useDraft(draft, (view) => view.unsaved.has(id));
  const accepted = useDraft(draft, (view) => view.accepted.has(id));
  const standing = detail.standings[id];
  const typed = useDraft(draft, (view) => view.typed[id]) ?? null;
  const setTyped = (text: string | null): void => draft.typing(id, text);
  const [here, setHere] = useState(false);
  /** Whether the person asked for what is typed to be taken; until then half a code is no mistake. */
  const [asked, setAsked] = useState(false);
  const [lookup, setLookup] = useState<string | null>(null);
  const [help, setHelp] = useState(false);
  const codes = useCodes(id, screen.codes, screen.asked, here || value !== undefined);
  const icdo3 = useIcdo3();
  const label = value === undefined ? '' : meaningOf({ codes, icdo3 }, id, value, behavior);
  const coded = codes.has(id);
  const isLong = item.type === 'text' && item.length > 200;
  const isSuggestion = standing?.by === 'machine' && standing.spans !== undefined && !unsaved && !accepted;

  // A value that came from elsewhere (undo, another tab, an offered fix) replaces what stands in the field.
  const before = useRef(value);
  useEffect(() => {
    if (before.current !== value && document.activeElement !== input.current) setTyped(null);
    before.current = value;
  }, [value]);

  /** @returns whether the field holds something that can be stored. */
  const commit = (text: string): boolean => {
    const result = parseValue(item, text, today);
    setAsked(!result.ok);
    if (!result.ok) return false;
    setTyped(null);
    draft.set(id, result.value);
    return true;
  };

  const take = (code: string, also?: Readonly<Record<string, string>>): void => {
    setLookup(null);
    setAsked(false);
    setTyped(null);
    draft.set(id, code);
    for (const [other, otherValue] of Object.entries(also ?? {})) draft.set(other, otherValue);
    if (input.current !== null) moveFocus(input.current, 1);
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>): void => {
    if (lookup !== null) return;
    const pressed = chordOf(event);
    const is = (key: keyof typeof FIELD_KEYS): boolean => pressed === chordFor(FIELD_KEYS[key]);
    if (is('lookup') || pressed === 'alt+ArrowDown') {
      if (hasLookup(item, coded)) setLookup(/[a-z]{2}/i.test(typed ?? '') ? (typed ?? '') : '');
    } else if (is('accept')) {
      if (isSuggestion) draft.accept([id]);
      moveFocus(event.currentTarget, 1);
    } else if (is('evidence')) {
      const evidence = screen.selection();
      if (evidence === null) return;
      draft.set(id, value ?? null, evidence);
    } else if (is('lineage')) screen.showLineage(id);
    else if (is('help')) setHelp(!help);
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !(isLong && !event.altKey)) {
      if (commit(event.currentTarget.value)) moveFocus(event.currentTarget, event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && typed !== null) {
      setTyped(null);
      setAsked(false);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onChange = (text: string): void => {
    setTyped(text);
    setAsked(false);
    // Words in a field of codes are a search.
    if (hasLookup(item, coded) && item.type !== 'text' && /^[a-z]{3}/i.test(text)) setLookup(text);
    else if (id === 'primarySite' && /^[a-z]{3}/i.test(text)) setLookup(text);
  };

  const result = typed === null || (here && !asked) ? null : parseValue(item, typed, today);
  const wrong = result === null || result.ok ? null : result.why;
  const common = {
    ref: input,
    id: `item-${id}`,
    'data-field': id,
    disabled: !editable,
    value: typed ?? shown(item, value),
    'aria-invalid': wrong !== null || refused !== undefined,
    'aria-describedby': described,
    autoComplete: 'off',
    spellCheck: isLong,
    onFocus: () => {
      setHere(true);
      screen.onFocus(id);
    },
    onBlur: () => {
      setHere(false);
      if (typed !== null && lookup === null) commit(typed);
    },
    onKeyDown,
  };
  const problem = wrong ?? refused;

  return (
    <div className={css.row} data-item={id} data-long={isLong} data-hue={hueOf(id)}>
      <label htmlFor={`item-${id}`} className={css.label}>
        <span>{showName(item.name)}</span>
        <button
          type="button"
          tabIndex={-1}
          className={css.number}
          title={`Item ${item.number}, ${id}: help (F1)`}
          aria-label={`Help on ${item.name}, item ${item.number}`}
          onClick={() => setHelp(!help)}
        >
          {item.number}
        </button>
      </label>
      <div
        className={css.value}
        data-machine={isSuggestion}
        data-unsaved={unsaved || typed !== null}
        data-wrong={problem !== undefined && problem !== null}
      >
        {isLong ? (
          <textarea {...common} rows={4} onChange={(event) => onChange(event.currentTarget.value)} />
        ) : (
          <input
            {...common}
            className={hasLookup(item, coded) || item.type !== 'text' ? 'mono' : undefined}
            data-width={
              item.type === 'text' && item.length > 12
                ? 'wide'
                : item.type === 'date' || item.length > 8
                  ? 'date'
                  : 'code'
            }
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        )}
        {label !== '' && (
          <span className={css.meaning} title={label}>
            {label}
          </span>
        )}
        {isSuggestion && (
          <span className={css.machine} title={`Suggested by ${standing.rule ?? 'the coder'}; F4 accepts`}>
            {standing.confidence === undefined ? 'suggested' : Math.round(standing.confidence * 100)}
          </span>
        )}
      </div>
      <div id={described} className={css.notes}>
        {problem !== undefined && problem !== null && (
          <span className={css.problem} role="alert">
            {problem}
          </span>
        )}
        {standing?.proposed !== undefined && standing.proposed !== value && (
          <span className={css.was}>was {standing.proposed} (machine)</span>
        )}
      </div>
      {help && <Help item={item} close={() => setHelp(false)} />}
      {lookup !== null && (
        <CodeLookup
          item={item}
          codes={codes}
          query={lookup}
          take={take}
          close={() => {
            setLookup(null);
            setTyped(null);
            input.current?.focus();
          }}
        />
      )}
    </div>
  );
}

function Help({ item, close }: { readonly item: ItemDefinition; readonly close: () => void }) {
  const { npcr, coc, seer } = item.collect;
  const text = helpOf(item.id);
  const asked = [
    ['NPCR', npcr],
    ['CoC', coc],
    ['SEER', seer],
  ].filter(([, status]) => status?.startsWith('R'));
  return (
    <aside className={css.help} aria-label={`Help on ${item.name}`}>
      <header>
        <strong>{showName(item.name)}</strong>
        <span className="mono">
          {item.number} · {item.id} · {item.length} · {item.level}
        </span>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      {text !== null && (
        <>
          <p>{text.what}</p>
          {text.mistakes.length > 0 && (
            <ul>
              {text.mistakes.map((mistake) => (
                <li key={mistake}>{mistake}</li>
              ))}
            </ul>
          )}
        </>
      )}
      {item.allowed !== '' && <p>Allowed: {item.allowed}</p>}
      {asked.length > 0 && <p>Required by {asked.map(([who]) => who).join(', ')}.</p>}
    </aside>
  );
}
