import { DEFAULT_SETTINGS, type FollowUpSettings } from '@perennial/follow-up';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { parseDate } from '../abstract/parse-value.js';
import { facilitiesQuery } from '../abstract/queries.js';
import { answer, api, ApiProblem, type Schemas } from '../api/client.js';
import { useFacilities } from '../facilities/facilities.js';
import { SenderForm } from '../follow-up/letters/sender-form.js';
import { senderQuery } from '../follow-up/letters/queries.js';
import { useMay, useSession } from '../session/session.js';
import { type SmallField, SmallForm, type Values } from '../ui/form.js';
import { showDate, showMoment } from '../ui/format.js';
import { Problem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import { GROUPS, type SettingWords } from './words.js';
import css from './settings.module.css';

type Kept = Schemas['KeptSetting'];
interface Settings {
  readonly on: string;
  readonly settings: FollowUpSettings;
  readonly history: readonly Kept[];
}

const REGISTRY = 'registry';

const settingsQuery = (facilityId: string | undefined) =>
  queryOptions({
    queryKey: ['settings', facilityId],
    queryFn: async () =>
      (await answer(
        api.GET('/api/v1/follow-up/settings', { params: { query: facilityId === undefined ? {} : { facilityId } } }),
      )) as unknown as Settings,
  });

/**
 * How a facility follows its patients, who writes its letters, and when screens lock. Registrars read the settings and keep their letterhead;
 * an administrator of the registry changes them, with a day from which they hold and a reason.
 */
export function SettingsPage() {
  const may = useMay();
  const session = useSession();
  const search = useSearch({ from: '/shell/settings' });
  const navigate = useNavigate();
  const { data: known = [] } = useQuery(facilitiesQuery);
  const own = useFacilities('facilities.read') ?? [];
  const manages = may('settings.manage');
  const choices = manages ? known : own;
  const facilityId = search.facilityId ?? (manages ? undefined : own[0]?.id);
  const { data, error, refetch } = useQuery(settingsQuery(facilityId));
  const name = choices.find(({ id }) => id === facilityId)?.name;
  return (
    <main className={css.page} id="main">
      <header className={css.head}>
        <div>
          <h1>Settings</h1>
          <p>
            {manages
              ? 'What is set for the registry holds for every facility that has no choice of its own.'
              : 'How your facility follows its patients. An administrator of the registry changes what stands here.'}
          </p>
        </div>
        {(choices.length > 1 || manages) && (
          <select
            aria-label="Facility"
            value={facilityId ?? REGISTRY}
            onChange={(event) => {
              const chosen = event.currentTarget.value;
              void navigate({
                to: '/settings',
                search: chosen === REGISTRY ? {} : { facilityId: chosen },
                replace: true,
              });
            }}
          >
            {manages && <option value={REGISTRY}>Whole registry</option>}
            {choices.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </header>
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={12} />}
      {data !== undefined && (
        <FollowUp key={facilityId ?? REGISTRY} data={data} facilityId={facilityId} manages={manages} />
      )}
      {facilityId !== undefined && may('follow-up.read') && (
        <Letterhead facilityId={facilityId} facility={name ?? ''} />
      )}
      <section className={css.card} aria-labelledby="lock">
        <h2 id="lock">Screens</h2>
        <p>
          A screen that nobody touches locks after {session.idleMinutes} minutes; drafts are kept. The operator of the
          platform sets this for the whole registry.
        </p>
      </section>
    </main>
  );
}

const show = ({ kind, unit, none }: SettingWords, value: string | number | null): string =>
  value === null ? (none ?? 'none') : kind === 'day' ? showDate(String(value)) : `${value} ${unit}`.trim();

/** The change that a value comes from: the facility's own, else the registry's; none: the usual value. */
function sourceOf({ history, on }: Settings, name: string, facilityId: string | undefined): Kept | undefined {
  const past = history.filter((one) => one.name === name && one.from <= on);
  const latest = (of: readonly Kept[]): Kept | undefined =>
    of.reduce<Kept | undefined>((best, one) => (best === undefined || best.from <= one.from ? one : best), undefined);
  return (
    latest(past.filter((one) => one.facilityId === (facilityId ?? null))) ??
    latest(past.filter((one) => one.facilityId === null))
  );
}

function FollowUp({
  data,
  facilityId,
  manages,
}: {
  readonly data: Settings;
  readonly facilityId: string | undefined;
  readonly manages: boolean;
}) {
  const [open, setOpen] = useState<string | null>(null);
  /** Where a value comes from, what is usual, and what it will be from a later day on. */
  const about = (setting: SettingWords): string => {
    const change = sourceOf(data, setting.name, facilityId);
    const usual = DEFAULT_SETTINGS[setting.name];
    const later = data.history.filter(({ name, from }) => name === setting.name && from > data.on);
    return [
      change === undefined
        ? 'usual value'
        : `${change.facilityId === null ? 'registry' : 'facility'}, since ${showDate(change.from)}`,
      ...(data.settings[setting.name] === usual ? [] : [`usual ${show(setting, usual)}`]),
      ...later.map(({ from, value }) => `${show(setting, value)} from ${showDate(from)}`),
    ].join('; ');
  };
  return (
    <section className={css.card} aria-labelledby="follow-up-settings">
      <h2 id="follow-up-settings">Follow-up, as of {showDate(data.on)}</h2>
      <table className={css.table}>
        {GROUPS.map(({ title, settings }) => (
          <tbody key={title}>
            <tr>
              <th scope="rowgroup" colSpan={4}>
                <strong>{title}</strong>
              </th>
            </tr>
            {settings.map((setting) => {
              return (
                <SettingLine
                  key={setting.name}
                  setting={setting}
                  value={data.settings[setting.name]}
                  words={about(setting)}
                  today={data.on}
                  facilityId={facilityId}
                  manages={manages}
                  isOpen={open === setting.name}
                  toggle={(on) => setOpen(on ? setting.name : null)}
                />
              );
            })}
          </tbody>
        ))}
      </table>
      <Changes data={data} />
    </section>
  );
}

function SettingLine({
  setting,
  value,
  words,
  today,
  facilityId,
  manages,
  isOpen,
  toggle,
}: {
  readonly setting: SettingWords;
  readonly value: string | number | null;
  /** Where it comes from, and what it will be. */
  readonly words: string;
  readonly today: string;
  readonly facilityId: string | undefined;
  readonly manages: boolean;
  readonly isOpen: boolean;
  readonly toggle: (on: boolean) => void;
}) {
  return (
    <>
      <tr>
        <th scope="row">{setting.label}</th>
        <td>
          <strong>{show(setting, value)}</strong>
        </td>
        <td>{words}</td>
        <td>
          {manages && (
            <button
              type="button"
              className={css.link}
              aria-expanded={isOpen}
              aria-label={`Change: ${setting.label}`}
              onClick={() => toggle(!isOpen)}
            >
              Change
            </button>
          )}
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={4} className={css.opened}>
            <ChangeSetting
              setting={setting}
              value={value}
              today={today}
              facilityId={facilityId}
              close={() => toggle(false)}
            />
          </td>
        </tr>
      )}
    </>
  );
}

function ChangeSetting({
  setting,
  value,
  today,
  facilityId,
  close,
}: {
  readonly setting: SettingWords;
  readonly value: string | number | null;
  /** The registry's day, `YYYYMMDD`. */
  readonly today: string;
  readonly facilityId: string | undefined;
  readonly close: () => void;
}) {
  const queries = useQueryClient();
  const toast = useToast();
  /** What the registry said of a change that makes many due at once. */
  const [asked, setAsked] = useState<string | null>(null);
  const { name, kind, unit, none, label } = setting;
  const fields: readonly SmallField[] = [
    {
      name: 'value',
      label: [
        kind === 'day' ? 'Day' : unit === '' ? 'Value' : `Value in ${unit}`,
        ...(none === undefined ? [] : [`empty: ${none}`]),
      ].join('; '),
      length: 10,
    },
    { name: 'from', label: 'Holds from', length: 20, required: true, placeholder: 't is today' },
    { name: 'reason', label: 'Why', length: 500, required: true, wide: true },
    ...(asked === null
      ? []
      : [
          {
            name: 'confirmed',
            label: asked,
            wide: true,
            options: [
              ['no', 'No: change nothing'],
              ['yes', 'Yes: it is meant so'],
            ] as const,
          },
        ]),
  ];
  const read = (values: Values): { readonly value: string | number | null; readonly why: string | null } => {
    const text = (values.value ?? '').trim();
    if (text === '') return { value: null, why: none === undefined ? 'A value is needed.' : null };
    if (kind === 'number')
      return /^\d+$/.test(text) ? { value: Number(text), why: null } : { value: null, why: 'A whole number.' };
    const day = parseDate(text, today);
    return day.ok && day.value?.length === 8
      ? { value: day.value, why: null }
      : { value: null, why: day.ok ? 'A whole day.' : day.why };
  };
  const fromOf = (values: Values) => parseDate(values.from ?? '', today);
  return (
    <SmallForm
      label={`Change: ${label}`}
      fields={fields}
      initial={{
        value: value === null ? '' : kind === 'day' ? showDate(String(value)) : String(value),
        from: 't',
      }}
      prefix="setting-"
      keep="Change"
      check={(values) => {
        const { why } = read(values);
        const from = fromOf(values);
        return {
          ...(why === null ? {} : { value: why }),
          ...(from.ok && from.value?.length === 8 ? {} : { from: from.ok ? 'A whole day.' : from.why }),
        };
      }}
      close={close}
      send={async (values) => {
        const from = fromOf(values);
        if (asked !== null && values.confirmed !== 'yes') return close();
        try {
          await answer(
            api.POST('/api/v1/follow-up/settings', {
              body: {
                name,
                value: read(values).value,
                from: from.ok ? (from.value ?? '') : '',
                reason: (values.reason ?? '').trim(),
                confirmed: asked !== null,
                ...(facilityId === undefined ? {} : { facilityId }),
              },
            }),
          );
        } catch (error) {
          const everyone = error instanceof ApiProblem && error.code === 'setting.everyone-due';
          if (!everyone) throw error;
          return setAsked(error.errors.map(({ detail }) => detail).join(' '));
        }
        await queries.invalidateQueries({ queryKey: ['settings'] });
        toast({ text: `Changed: ${label}. Open tasks follow with the next daily pass.`, kind: 'done' });
        close();
      }}
    />
  );
}

/** Every change, newest first. */
function Changes({ data: { history } }: { readonly data: Settings }) {
  if (history.length === 0) return <p>Nothing was changed yet: the usual values of CoC Standard 6.5 hold.</p>;
  const words = new Map<string, SettingWords>(GROUPS.flatMap(({ settings }) => settings.map((one) => [one.name, one])));
  return (
    <details>
      <summary>{history.length === 1 ? 'One change' : `${history.length} changes`} so far</summary>
      <ul className={css.lines}>
        {history.toReversed().map((one) => {
          const setting = words.get(one.name);
          return (
            <li key={`${one.name} ${String(one.setAt)}`}>
              <time dateTime={String(one.setAt)}>{showMoment(String(one.setAt))}</time>
              <span>
                {setting?.label ?? one.name}: {setting === undefined ? String(one.value) : show(setting, one.value)},
                from {showDate(one.from)}, {one.facilityId === null ? 'whole registry' : 'this facility'}
              </span>
              <span>{one.reason}</span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}

/** Who writes the letters of a facility. */
function Letterhead({ facilityId, facility }: { readonly facilityId: string; readonly facility: string }) {
  const may = useMay();
  const { data, error } = useQuery(senderQuery(facilityId));
  const [open, setOpen] = useState(false);
  return (
    <section className={css.card} aria-labelledby="letterhead">
      <h2 id="letterhead">Letterhead of {facility}</h2>
      {error !== null && <Problem error={error} />}
      {data !== undefined && !open && (
        <p>
          <strong>{data.letterhead}</strong>,{' '}
          {[data.line1, data.line2, data.city, [data.state, data.postalCode].filter(Boolean).join(' '), data.telephone]
            .filter(Boolean)
            .join(', ') || 'no address yet'}
          . On the envelope: {data.envelope}.
        </p>
      )}
      {may('follow-up.write') &&
        (open ? (
          <SenderForm facilityId={facilityId} close={() => setOpen(false)} />
        ) : (
          <p>
            <button type="button" className={css.action} onClick={() => setOpen(true)}>
              Change the letterhead
            </button>
          </p>
        ))}
    </section>
  );
}
