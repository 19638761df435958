import {
  axisX,
  axisY,
  dot,
  gridY,
  line,
  type PlotOptions,
  pointerX,
  ruleX,
  ruleY,
  text,
  tip,
} from '@observablehq/plot';
import { useMemo } from 'react';
import { showDate } from '../../ui/format.js';
import Chart from './chart.js';
import { type CurvePoint, type ListedContact, type Measure, MEASURE_WORDS } from './queries.js';

const HEIGHT = 220;
const PERCENT = (value: number | null): string => (value === null ? 'nobody' : `${value.toFixed(1)} %`);

const dateOf = (day: string): Date =>
  new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8))));

/** Whole tens around the values, so that small moves are seen and the scale says where it begins. */
function range(values: readonly (number | null)[]): [number, number] {
  const known = values.filter((value): value is number => value !== null);
  return [
    Math.max(0, Math.floor((Math.min(...known, 100) - 2) / 10) * 10),
    Math.min(100, Math.ceil((Math.max(...known, 0) + 2) / 10) * 10),
  ];
}

const frame = (y: [number, number]): PlotOptions => ({
  height: HEIGHT,
  marginLeft: 44,
  marginRight: 124,
  marginTop: 12,
  marginBottom: 28,
  className: 'rates-plot',
  y: { domain: y },
});
const scale = (): PlotOptions['marks'] => [
  gridY({ stroke: 'var(--hairline)', strokeOpacity: 1 }),
  axisY({ tickFormat: (value: number) => `${value} %`, tickSize: 0, fill: 'var(--ink-faint)', label: null, ticks: 5 }),
];

/** How one rate goes to the day of the survey: if nothing more is done, and if everybody who falls due is reached. */
export function TimeCurve({ points, measure }: { readonly points: readonly CurvePoint[]; readonly measure: Measure }) {
  const rows = useMemo(
    () =>
      points.flatMap(({ day, rates }) => {
        const rate = rates.find((one) => one.measure === measure);
        return rate === undefined ? [] : [{ at: dateOf(day), day, ...rate }];
      }),
    [points, measure],
  );
  const last = rows.at(-1);
  const options = useMemo(
    () => (): PlotOptions => {
      const goal = last?.goalPercent ?? 100;
      const known = (key: 'nothingMorePercent' | 'allDueReachedPercent') => rows.filter((row) => row[key] !== null);
      // Where both lines end close to each other, or to the goal, their names make room.
      const ends = spread([
        { key: 'goal', y: goal, text: `goal ${goal} %`, fill: 'var(--ink-soft)' },
        {
          key: 'reached',
          y: last?.allDueReachedPercent ?? goal,
          text: `all reached ${last?.allDueReachedPercent?.toFixed(1) ?? ''}`,
          fill: 'var(--brand)',
        },
        {
          key: 'nothing',
          y: last?.nothingMorePercent ?? goal,
          text: `nothing more ${last?.nothingMorePercent?.toFixed(1) ?? ''}`,
          fill: 'var(--warning)',
        },
      ]);
      const domain = range([goal, ...rows.flatMap((row) => [row.nothingMorePercent, row.allDueReachedPercent])]);
      return {
        ...frame(domain),
        x: { type: 'utc' },
        marks: [
          ...(scale() ?? []),
          axisX({ tickSize: 0, fill: 'var(--ink-faint)', label: null, ticks: 5 }),
          ruleY([goal], { stroke: 'var(--ink-soft)', strokeDasharray: '4 3' }),
          line(known('allDueReachedPercent'), {
            x: 'at',
            y: 'allDueReachedPercent',
            stroke: 'var(--brand)',
            strokeWidth: 2,
          }),
          line(known('nothingMorePercent'), {
            x: 'at',
            y: 'nothingMorePercent',
            stroke: 'var(--warning)',
            strokeWidth: 2,
          }),
          dot(known('nothingMorePercent').slice(-1), {
            x: 'at',
            y: 'nothingMorePercent',
            fill: 'var(--warning)',
            r: 3,
          }),
          dot(known('allDueReachedPercent').slice(-1), {
            x: 'at',
            y: 'allDueReachedPercent',
            fill: 'var(--brand)',
            r: 3,
          }),
          text(ends, {
            y: 'y',
            dy: 0,
            frameAnchor: 'right',
            textAnchor: 'start',
            dx: 8,
            text: 'text',
            fill: (one: { fill: string }) => one.fill,
          }),
          ruleX(rows, pointerX({ x: 'at', stroke: 'var(--hairline-strong)' })),
          tip(
            rows,
            pointerX({
              x: 'at',
              y: 'nothingMorePercent',
              title: (row: (typeof rows)[number]) =>
                `${showDate(row.day)}\nnothing more ${PERCENT(row.nothingMorePercent)}\nall reached ${PERCENT(row.allDueReachedPercent)}`,
              fill: 'var(--surface-raised)',
              stroke: 'var(--hairline-strong)',
            }),
          ),
        ],
        color: { type: 'identity' },
      };
    },
    [rows, last],
  );
  if (last === undefined) return null;
  return (
    <Chart
      options={options}
      label={`${MEASURE_WORDS[measure]}: ${PERCENT(last.nothingMorePercent)} on ${showDate(last.day)} if nothing more is done, ${PERCENT(last.allDueReachedPercent)} if everybody is reached; the goal is ${last.goalPercent} %`}
    />
  );
}

interface End {
  readonly key: string;
  readonly y: number;
  readonly text: string;
  readonly fill: string;
}

/** Names of line ends apart from each other by at least some percent. */
function spread(ends: readonly End[]): readonly End[] {
  const apart = 1.6;
  const sorted = [...ends].sort((a, b) => b.y - a.y);
  let above = Infinity;
  return sorted.map((end) => {
    const y = Math.min(end.y, above - apart);
    above = y;
    return { ...end, y };
  });
}

/** What each contact of the shortest list is expected to bring: both rates after the first, the second and so on. */
export function PathCurve({
  contacts,
  start,
  goals,
}: {
  readonly contacts: readonly ListedContact[];
  readonly start: { readonly all: number; readonly recent: number };
  readonly goals: { readonly all: number; readonly recent: number };
}) {
  const rows = useMemo(
    () => [
      { contacts: 0, ...start },
      ...contacts.map(({ percent }, at) => ({ contacts: at + 1, all: percent.all, recent: percent.recent })),
    ],
    [contacts, start],
  );
  const last = rows.at(-1) ?? rows[0];
  const options = useMemo(
    () => (): PlotOptions => ({
      ...frame(range([goals.all, goals.recent, ...rows.flatMap(({ all, recent }) => [all, recent])])),
      marginBottom: 40,
      x: { domain: [0, Math.max(1, rows.length - 1)] },
      color: { type: 'identity' },
      marks: [
        ...(scale() ?? []),
        axisX({
          tickSize: 0,
          fill: 'var(--ink-faint)',
          label: 'contacts made',
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: 34,
          ticks: Math.min(6, rows.length),
          tickFormat: (value: number) => (Number.isInteger(value) ? String(value) : ''),
        }),
        ruleY([...new Set([goals.all, goals.recent])], { stroke: 'var(--ink-soft)', strokeDasharray: '4 3' }),
        line(rows, { x: 'contacts', y: 'all', stroke: 'var(--brand)', strokeWidth: 2 }),
        line(rows, { x: 'contacts', y: 'recent', stroke: 'var(--info)', strokeWidth: 2 }),
        dot(rows.slice(-1), { x: 'contacts', y: 'all', fill: 'var(--brand)', r: 3 }),
        dot(rows.slice(-1), { x: 'contacts', y: 'recent', fill: 'var(--info)', r: 3 }),
        text(
          spread([
            ...(last === undefined
              ? []
              : [
                  { key: 'all', y: last.all, text: `since reference ${last.all.toFixed(1)}`, fill: 'var(--brand)' },
                  { key: 'recent', y: last.recent, text: `five years ${last.recent.toFixed(1)}`, fill: 'var(--info)' },
                ]),
            {
              key: 'goal',
              y: goals.all,
              text: `goal${goals.recent === goals.all ? '' : ', since ref.'} ${goals.all} %`,
              fill: 'var(--ink-soft)',
            },
            ...(goals.recent === goals.all
              ? []
              : [
                  {
                    key: 'goal-recent',
                    y: goals.recent,
                    text: `goal, five years ${goals.recent} %`,
                    fill: 'var(--ink-soft)',
                  },
                ]),
          ]),
          {
            y: 'y',
            frameAnchor: 'right',
            textAnchor: 'start',
            dx: 8,
            text: 'text',
            fill: (one: { fill: string }) => one.fill,
          },
        ),
        ruleX(rows, pointerX({ x: 'contacts', stroke: 'var(--hairline-strong)' })),
        tip(
          rows,
          pointerX({
            x: 'contacts',
            y: 'all',
            title: (row: (typeof rows)[number]) =>
              `after ${row.contacts} contacts\nsince reference ${PERCENT(row.all)}\nlast five years ${PERCENT(row.recent)}`,
            fill: 'var(--surface-raised)',
            stroke: 'var(--hairline-strong)',
          }),
        ),
      ],
    }),
    [rows, goals, last],
  );
  return (
    <Chart
      options={options}
      label={`After ${rows.length - 1} contacts ${PERCENT(last?.all ?? null)} since the reference date and ${PERCENT(last?.recent ?? null)} of the last five years are expected; the goals are ${goals.all} % and ${goals.recent} %`}
    />
  );
}
