import { useQuery } from '@tanstack/react-query';
import { memo, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { type ReportText, reportQuery } from '../reports/report.js';
import { showMoment } from '../ui/format.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { type Evidence } from './draft-store.js';
import { amendedLines, cut, linesOf, type Mark } from './marks.js';
import { type Marker } from './use-evidence.js';
import { hueOf } from './sections.js';
import css from './report.module.css';

export interface ReportPanelHandle {
  /** The selected words, if they are of the text that is shown. */
  selection(): Evidence | null;
  /** Show the next words of an item. */
  nextOf(item: string): void;
}

const BLOCK = 40;

/** Where each version of each report was read last, so that coming back is coming back to the same words. */
const scrolled = new Map<string, number>();

/**
 * The text that is being coded: versions, sections, search, and the words behind every code lit in the color of its field. A click on lit
 * words tells which codes rest on them.
 */
export function ReportPanel(props: {
  readonly reportIds: readonly string[];
  readonly marker: Marker;
  readonly focused: string | null;
  readonly nameOf: (item: string) => string;
  readonly onItem: (item: string) => void;
  readonly handle: React.Ref<ReportPanelHandle>;
}) {
  const [chosen, setChosen] = useState(0);
  const reportId = props.reportIds[Math.min(chosen, props.reportIds.length - 1)];
  const { data, error, refetch } = useQuery({ ...reportQuery(reportId ?? ''), enabled: reportId !== undefined });
  const [versionId, setVersionId] = useState<string | null>(null);
  const text = data?.texts.find(({ id }) => id === versionId) ?? data?.texts[0];

  if (reportId === undefined)
    return (
      <section className={css.panel} aria-label="Report">
        <Empty title="No report">
          This abstract was started by hand. Reports of the patient that fit it appear here.
        </Empty>
      </section>
    );
  return (
    <section className={css.panel} aria-label="Report">
      <header className={css.head}>
        {props.reportIds.length > 1 && (
          <div className={css.tabs} role="tablist" aria-label="Reports">
            {props.reportIds.map((id, index) => (
              <button
                key={id}
                type="button"
                role="tab"
                aria-selected={id === reportId}
                onClick={() => {
                  setChosen(index);
                  setVersionId(null);
                }}
              >
                Report {index + 1}
              </button>
            ))}
          </div>
        )}
        {data?.texts.map((one) => (
          <button
            key={one.id}
            type="button"
            className={css.version}
            aria-pressed={one.id === text?.id}
            title={`${one.state}, received ${showMoment(one.receivedAt)}`}
            onClick={() => setVersionId(one.id)}
          >
            v{one.version} {statusWord(one.status)}
          </button>
        ))}
      </header>
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {error === null && text === undefined && <Skeleton rows={14} />}
      {text !== undefined && (
        <Text
          key={text.id}
          {...props}
          text={text}
          earlier={data?.texts.find(({ version }) => version === text.version - 1)?.text ?? null}
        />
      )}
    </section>
  );
}

const statusWord = (status: string): string =>
  ({ F: 'final', P: 'preliminary', C: 'corrected', A: 'addendum', X: 'cancelled' })[status] ?? status;

function Text(props: {
  readonly text: ReportText;
  readonly earlier: string | null;
  readonly marker: Marker;
  readonly focused: string | null;
  readonly nameOf: (item: string) => string;
  readonly onItem: (item: string) => void;
  readonly handle: React.Ref<ReportPanelHandle>;
}) {
  const { text, focused } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [find, setFind] = useState('');
  const [hit, setHit] = useState(0);
  const [menu, setMenu] = useState<{ readonly items: readonly string[]; readonly top: number } | null>(null);
  const spot = useRef(0);
  const lines = useMemo(() => linesOf(text.text), [text.text]);
  const amended = useMemo(
    () => (props.earlier === null ? null : amendedLines(text.text, props.earlier)),
    [text.text, props.earlier],
  );
  const { marker } = props;
  const marks = useMemo(() => marker(text), [marker, text]);

  const hits = useMemo(() => {
    const found: Mark[] = [];
    const wanted = find.toLowerCase();
    if (wanted.length < 2) return found;
    const whole = text.text.toLowerCase();
    for (
      let at = whole.indexOf(wanted);
      at >= 0 && found.length < 2_000;
      at = whole.indexOf(wanted, at + wanted.length)
    )
      found.push({ start: at, end: at + wanted.length, item: '?' });
    return found;
  }, [find, text.text]);

  const show = (offset: number): void => {
    const line = lines.findLastIndex(({ start }) => start <= offset);
    scroller.current?.querySelector(`[data-line="${line}"]`)?.scrollIntoView({ block: 'center' });
  };

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = scrolled.get(text.id) ?? 0;
    const keep = (): void => void scrolled.set(text.id, element.scrollTop);
    element.addEventListener('scroll', keep, { passive: true });
    return () => element.removeEventListener('scroll', keep);
  }, [text.id]);

  // The field that gets the cursor brings its words into view.
  useEffect(() => {
    spot.current = 0;
    const first = marks.find(({ item }) => item === focused);
    if (first === undefined || scroller.current === null) return;
    const lit = scroller.current.querySelector(`[data-items~="${focused ?? ''}"]`);
    const box = lit?.getBoundingClientRect();
    const frame = scroller.current.getBoundingClientRect();
    if (box === undefined || box.top < frame.top || box.bottom > frame.bottom) show(first.start);
  }, [focused, text.id]);

  useImperativeHandle(props.handle, () => ({
    selection: () => selectionIn(scroller.current, text.id),
    nextOf: (item) => {
      const own = marks.filter((mark) => mark.item === item);
      const next = own[spot.current % Math.max(1, own.length)];
      spot.current += 1;
      if (next !== undefined) show(next.start);
    },
  }));

  const jumpTo = (index: number): void => {
    const wrapped = hits.length === 0 ? 0 : (index + hits.length) % hits.length;
    setHit(wrapped);
    const target = hits[wrapped];
    if (target !== undefined) show(target.start);
  };

  const onClick = (event: React.MouseEvent): void => {
    const lit = (event.target as HTMLElement).closest<HTMLElement>('[data-items]');
    if (lit === null || scroller.current === null || getSelection()?.isCollapsed === false) return setMenu(null);
    const items = (lit.dataset.items ?? '').split(' ').filter((item) => item !== '?');
    const top = lit.getBoundingClientRect().bottom - scroller.current.getBoundingClientRect().top;
    setMenu(items.length === 0 ? null : { items: [...new Set(items)], top: top + scroller.current.scrollTop });
  };

  const all = [...marks, ...hits];
  const blocks = Array.from({ length: Math.ceil(lines.length / BLOCK) }, (_, index) => index * BLOCK);
  return (
    <>
      <div className={css.tools}>
        <input
          type="search"
          aria-label="Find in text"
          placeholder="Find in text"
          value={find}
          onChange={(event) => {
            setFind(event.currentTarget.value);
            setHit(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') jumpTo(hit + (event.shiftKey ? -1 : 1));
            if (event.key === 'Escape') setFind('');
          }}
        />
        {find.length >= 2 && (
          <span className={css.count} role="status">
            {hits.length === 0 ? 'none' : `${hit + 1} of ${hits.length}`}
          </span>
        )}
        <nav aria-label="Sections of the report" className={css.sections}>
          {text.sections
            .filter(({ title }) => title !== '')
            .map(({ start, title }) => (
              <button key={start} type="button" onClick={() => show(start)}>
                {title}
              </button>
            ))}
        </nav>
      </div>
      {/* The text takes the focus so that it can be scrolled and selected by keyboard. */}
      <div
        className={css.text}
        ref={scroller}
        tabIndex={0}
        role="document"
        aria-label={`Text of version ${text.version}`}
        onClick={onClick}
      >
        {blocks.map((from) => {
          const last = lines[Math.min(lines.length, from + BLOCK) - 1];
          const begin = lines[from]?.start ?? 0;
          const end = (last?.start ?? 0) + (last?.text.length ?? 0);
          const here = all.filter((mark) => mark.start < end + 1 && mark.end > begin);
          return (
            <Block
              key={from}
              from={from}
              lines={lines.slice(from, from + BLOCK)}
              marks={here}
              focused={here.some(({ item }) => item === focused) ? focused : null}
              current={hits[hit] !== undefined && here.includes(hits[hit]) ? hits[hit].start : -1}
              amended={amended}
            />
          );
        })}
        {menu !== null && (
          <div
            className={css.menu}
            role="menu"
            aria-label="Codes that rest on these words"
            ref={(node) => place(node, menu.top)}
          >
            {menu.items.map((item) => (
              <button
                key={item}
                type="button"
                role="menuitem"
                data-hue={hueOf(item)}
                onClick={() => {
                  setMenu(null);
                  props.onItem(item);
                }}
              >
                {props.nameOf(item)}
              </button>
            ))}
          </div>
        )}
      </div>
    </>
  );
}

function place(node: HTMLElement | null, top: number): void {
  node?.style.setProperty('top', `${top}px`);
}

interface BlockProps {
  readonly from: number;
  readonly lines: readonly { readonly start: number; readonly text: string }[];
  readonly marks: readonly Mark[];
  readonly focused: string | null;
  readonly current: number;
  readonly amended: ReadonlySet<number> | null;
}

const sameMarks = (one: readonly Mark[], other: readonly Mark[]): boolean =>
  one.length === other.length &&
  one.every((mark, i) => mark.start === other[i]?.start && mark.end === other[i].end && mark.item === other[i].item);

/** Forty lines; drawn again only when something in them changes. What is out of sight costs the browser nothing (content-visibility). */
const Block = memo(
  function Block({ from, lines, marks, focused, current, amended }: BlockProps) {
    return (
      <div className={css.block}>
        {lines.map(({ start, text }, index) => (
          <div
            key={start}
            className={css.line}
            data-line={from + index}
            data-amended={amended?.has(from + index) === true}
          >
            {text === ''
              ? '\n'
              : cut(text, start, marks).map((piece) =>
                  piece.items.length === 0 ? (
                    <span key={piece.start} data-start={piece.start}>
                      {piece.text}
                    </span>
                  ) : (
                    <mark
                      key={piece.start}
                      data-start={piece.start}
                      data-items={piece.items.join(' ')}
                      data-hue={piece.items.includes('?') ? 'find' : hueOf(piece.items[0] ?? '')}
                      data-focused={focused !== null && piece.items.includes(focused)}
                      data-current={piece.start === current}
                    >
                      {piece.text}
                    </mark>
                  ),
                )}
          </div>
        ))}
      </div>
    );
  },
  (before, after) =>
    before.lines[0] === after.lines[0] &&
    before.focused === after.focused &&
    before.current === after.current &&
    before.amended === after.amended &&
    sameMarks(before.marks, after.marks),
);

/** Offset in the text of a place in the page. */
function offsetOf(node: Node | null, offset: number): number | null {
  const element = node instanceof HTMLElement ? node : node?.parentElement;
  const piece = element?.closest<HTMLElement>('[data-start]');
  if (piece === null || piece === undefined) return null;
  return Number(piece.dataset.start) + (node instanceof Text_ ? offset : 0);
}
const Text_ = globalThis.Text;

function selectionIn(frame: HTMLElement | null, versionId: string): Evidence | null {
  const selected = getSelection();
  if (frame === null || selected === null || selected.isCollapsed || !frame.contains(selected.anchorNode)) return null;
  const ends = [
    offsetOf(selected.anchorNode, selected.anchorOffset),
    offsetOf(selected.focusNode, selected.focusOffset),
  ];
  if (ends[0] === null || ends[1] === null || ends[0] === undefined || ends[1] === undefined || ends[0] === ends[1])
    return null;
  return {
    reportVersionId: versionId,
    spans: [{ start: Math.min(ends[0], ends[1]), end: Math.max(ends[0], ends[1]) }],
  };
}
