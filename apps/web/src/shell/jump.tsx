import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { answer, api } from '../api/client.js';
import { searchHistologies, searchSites } from '../items/code-search.js';
import { useIcdo3 } from '../items/tables.js';
import { mayIn, useSession } from '../session/session.js';
import { SEXES, showDate, showSite } from '../ui/format.js';
import { SCREENS } from './screens.js';
import css from './shell.module.css';

interface Option {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly detail: string;
  readonly run: () => void;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What was typed, as a search for people: a birth date, a record number or the beginning of a name. It goes in a body, never an address. */
function personSearch(text: string): { name?: string; dateOfBirth?: string; medicalRecordNumber?: string } | null {
  const digits = text.replaceAll(/[-/. ]/g, '');
  if (/^(18|19|20)\d{6}$/.test(digits)) return { dateOfBirth: digits };
  if (/^[A-Za-z]{0,4}\d{3,}$/.test(text)) return { medicalRecordNumber: text };
  return text.length >= 2 && /^[\p{L}' ,.-]+$/u.test(text) ? { name: text } : null;
}

/** One field that leads to any person, case, screen or code. */
export function Jump({ close }: { readonly close: () => void }) {
  const session = useSession();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = useDeferredValue(text.trim());
  const icdo3 = useIcdo3();
  const list = useRef<HTMLDivElement>(null);

  const person = mayIn(session, 'patients.search') ? personSearch(wanted) : null;
  const { data: people } = useQuery({
    queryKey: ['jump', person],
    enabled: person !== null,
    placeholderData: keepPreviousData,
    gcTime: 0,
    queryFn: () => answer(api.POST('/api/v1/patients/search', { body: person ?? {} })),
  });

  const options = useMemo((): Option[] => {
    const go = (to: string) => () => {
      close();
      void navigate({ to });
    };
    const words = wanted.toLowerCase();
    const screens = SCREENS.filter(
      ({ right, label }) => mayIn(session, right) && (words === '' || label.toLowerCase().includes(words)),
    ).map(({ to, label, keys }) => ({ id: to, group: 'Screens', label, detail: keys.toUpperCase(), run: go(to) }));
    const cases = UUID.test(wanted)
      ? [
          { id: 'case', group: 'By number', label: 'Abstract', detail: wanted, run: go(`/abstracts/${wanted}`) },
          { id: 'tumor', group: 'By number', label: 'Tumor', detail: wanted, run: go(`/tumors/${wanted}`) },
          { id: 'person', group: 'By number', label: 'Patient', detail: wanted, run: go(`/patients/${wanted}`) },
        ]
      : [];
    const found =
      person === null
        ? []
        : (people ?? []).slice(0, 8).map((one) => ({
            id: one.id,
            group: 'Patients',
            label: one.name,
            detail: [SEXES[one.sex ?? ''], showDate(one.dateOfBirth)].filter(Boolean).join(' · '),
            run: go(`/patients/${one.id}`),
          }));
    const codes =
      icdo3 === undefined || wanted.length < 3
        ? []
        : [
            ...searchSites(icdo3, wanted)
              .slice(0, 4)
              .map((hit) => ({
                id: hit.code,
                group: 'Codes',
                label: hit.label,
                detail: showSite(hit.code),
                run: go(`/codes/${hit.code}`),
              })),
            ...searchHistologies(icdo3, wanted, {})
              .slice(0, 6)
              .map((hit) => ({
                id: hit.code,
                group: 'Codes',
                label: hit.label,
                detail: hit.code,
                run: go(`/codes/${hit.code.replace('/', '-')}`),
              })),
          ];
    return [...found, ...cases, ...screens, ...codes];
  }, [wanted, person, people, icdo3, session, navigate, close]);

  useEffect(() => setAt(0), [wanted]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const onKey = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown') setAt((now) => Math.min(options.length - 1, now + 1));
    else if (event.key === 'ArrowUp') setAt((now) => Math.max(0, now - 1));
    else if (event.key === 'Enter') options[at]?.run();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={css.panel} role="dialog" aria-label="Jump">
      <input
        className={css.find}
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="jump-list"
        aria-activedescendant={options[at] === undefined ? undefined : `jump-${at}`}
        aria-label="Name, birth date, record number, screen or code"
        placeholder="Name, birth date, record number, screen or code"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
        onBlur={(event) => {
          if (!event.relatedTarget?.closest(`.${css.panel}`)) close();
        }}
      />
      <div role="listbox" id="jump-list" ref={list} aria-label="Found">
        {options.map((option, index) => (
          <div key={`${option.group} ${option.id}`} role="presentation">
            {options[index - 1]?.group !== option.group && (
              <div className={css.group} role="presentation">
                {option.group}
              </div>
            )}
            <button
              type="button"
              role="option"
              id={`jump-${index}`}
              aria-selected={index === at}
              tabIndex={-1}
              className={css.option}
              onMouseMove={() => setAt(index)}
              onMouseDown={(event) => event.preventDefault()}
              onClick={option.run}
            >
              <span>{option.label}</span>
              <small className="mono">{option.detail}</small>
            </button>
          </div>
        ))}
      </div>
      {options.length === 0 && (
        <p className={css.hint}>Nothing found. Names are found by their beginning: last, first.</p>
      )}
    </div>
  );
}
