import { type CodeTables, type ItemDefinition } from '@perennial/naaccr';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { type CodeHit, searchHistologies, searchItemCodes, searchSites } from '../items/code-search.js';
import { useIcdo3 } from '../items/tables.js';
import { showSite } from '../ui/format.js';
import { useScreen } from './context.js';
import css from './form.module.css';

/** Codes that were taken lately, by item; for this page only. */
const recent = new Map<string, CodeHit[]>();
function remember(item: string, hit: CodeHit): void {
  const known = (recent.get(item) ?? []).filter(({ code }) => code !== hit.code);
  recent.set(item, [hit, ...known].slice(0, 6));
}

/** Codes of an item below its field: type words or digits, arrows choose, Enter takes, Esc leaves everything as it was. */
export function CodeLookup(props: {
  readonly item: ItemDefinition;
  readonly codes: CodeTables;
  readonly query: string;
  readonly take: (code: string, also?: Readonly<Record<string, string>>) => void;
  readonly close: () => void;
}) {
  const { item, codes, take, close } = props;
  const { draft } = useScreen();
  const icdo3 = useIcdo3();
  const [query, setQuery] = useState(props.query);
  const [at, setAt] = useState(0);
  const deferred = useDeferredValue(query);
  const list = useRef<HTMLUListElement>(null);
  const id = item.id as string;

  const hits = useMemo((): readonly CodeHit[] => {
    const { primarySite: site, sexAssignedAtBirth: sex, dateOfDiagnosis } = draft.view().items;
    const year = dateOfDiagnosis === undefined ? undefined : Number(dateOfDiagnosis.slice(0, 4));
    const text = deferred.trim();
    if (text === '' && (recent.get(id)?.length ?? 0) > 0 && !codes.has(id)) return recent.get(id) ?? [];
    if (id === 'primarySite') return icdo3 === undefined || text === '' ? [] : searchSites(icdo3, text, { sex });
    if (id === 'histologicTypeIcdO3')
      return icdo3 === undefined || text === '' ? [] : searchHistologies(icdo3, text, { site, year });
    return searchItemCodes(codes, id, text);
  }, [deferred, id, codes, icdo3, draft]);

  useEffect(() => setAt(0), [deferred]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const choose = (hit: CodeHit | undefined): void => {
    if (hit === undefined) return;
    remember(id, hit);
    // A histology is chosen with its behavior: 8500/2 and 8500/3 are two diagnoses.
    const [code = '', behavior] = hit.code.split('/');
    take(code, behavior === undefined ? undefined : { behaviorCodeIcdO3: behavior });
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown') setAt((now) => Math.min(hits.length - 1, now + 1));
    else if (event.key === 'ArrowUp') setAt((now) => Math.max(0, now - 1));
    else if (event.key === 'Enter' || (event.key === 'Tab' && hits.length === 1)) choose(hits[at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={css.lookup}>
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={`codes-${id}`}
        aria-activedescendant={hits[at] === undefined ? undefined : `code-${id}-${at}`}
        aria-label={`Find a code of ${item.name}`}
        placeholder="Code or words"
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={close}
        onFocus={(event) => event.currentTarget.setSelectionRange(query.length, query.length)}
      />
      <ul role="listbox" id={`codes-${id}`} ref={list} aria-label={`Codes of ${item.name}`}>
        {hits.map((hit, index) => (
          <li
            key={hit.code}
            role="option"
            id={`code-${id}-${index}`}
            aria-selected={index === at}
            data-fits={hit.fits ?? true}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(hit);
            }}
            onMouseMove={() => setAt(index)}
          >
            <code>{id === 'primarySite' ? showSite(hit.code) : hit.code}</code>
            <span>{hit.label}</span>
            {hit.by !== undefined && hit.by !== hit.label && <small>{hit.by}</small>}
            {hit.fits === false && <small className={css.unusual}>unusual here</small>}
          </li>
        ))}
      </ul>
      {hits.length === 0 && <p>{query.trim() === '' ? 'Type a code or words.' : 'No code is found by these words.'}</p>}
    </div>
  );
}
