import { Menu } from '@mantine/core';
import { FacilitySelect } from '../facilities/facility-select.js';
import { type List, type ListSearch } from './queries.js';
import css from './worklists.module.css';

/** Filters of a list. They live in the address, so that a view can be kept as a bookmark and sent to a colleague. */
export function Filters(props: {
  readonly list: List;
  readonly search: ListSearch;
  readonly set: (change: Partial<Record<keyof ListSearch, string | number | undefined>>) => void;
  readonly facilities: readonly { readonly id: string; readonly name: string }[];
  readonly names: Readonly<Record<string, string>>;
}) {
  const { list, search, set, facilities } = props;
  const hidden = new Set((search.hide ?? '').split(',').filter(Boolean));
  const filters = (['owner', 'facilityId', 'reason', 'site', 'source', 'minAgeDays', 'sample'] as const).filter(
    (key) => search[key] !== undefined,
  );
  return (
    <div className={css.filters} role="search" aria-label="Filters">
      <select
        aria-label="Owner"
        value={search.owner ?? ''}
        onChange={(event) => set({ owner: event.currentTarget.value })}
      >
        <option value="">Everybody's</option>
        <option value="me">Mine</option>
        <option value="none">Nobody's</option>
      </select>
      <FacilitySelect facilities={facilities} value={search.facilityId} set={(facilityId) => set({ facilityId })} />
      <select
        aria-label="Age"
        value={search.minAgeDays ?? ''}
        onChange={(event) =>
          set({ minAgeDays: event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value) })
        }
      >
        <option value="">Any age</option>
        <option value="7">A week and older</option>
        <option value="30">30 days and older</option>
        <option value="90">90 days and older</option>
      </select>
      {list === 'drafts' && (
        <input
          aria-label="Site begins with"
          placeholder="Site, C50"
          maxLength={4}
          defaultValue={search.site ?? ''}
          onBlur={(event) => set({ site: event.currentTarget.value.toUpperCase().replace('.', '') })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') set({ site: event.currentTarget.value.toUpperCase().replace('.', '') });
          }}
        />
      )}
      {list === 'not-reportable' && (
        <select
          aria-label="Sample"
          value={search.sample ?? 'only'}
          onChange={(event) => set({ sample: event.currentTarget.value })}
        >
          <option value="only">Sample for quality control</option>
          <option value="all">All</option>
        </select>
      )}
      <select
        aria-label="Order"
        value={search.sort ?? 'oldest'}
        onChange={(event) => set({ sort: event.currentTarget.value })}
      >
        <option value="oldest">Oldest first</option>
        <option value="newest">Newest first</option>
      </select>
      {filters.length > 0 && (
        <button
          type="button"
          className={css.clear}
          onClick={() => set(Object.fromEntries(filters.map((key) => [key, undefined])))}
        >
          Clear filters
        </button>
      )}
      <Menu closeOnItemClick={false} position="bottom-end">
        <Menu.Target>
          <button type="button" className={css.columns}>
            Columns
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.entries(props.names).map(([id, name]) => (
            <Menu.Item
              key={id}
              role="menuitemcheckbox"
              aria-checked={!hidden.has(id)}
              onClick={() => {
                const next = new Set(hidden);
                if (!next.delete(id)) next.add(id);
                set({ hide: [...next].join(',') });
              }}
            >
              {hidden.has(id) ? '  ' : '✓ '}
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
