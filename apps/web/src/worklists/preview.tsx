import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { cut, linesOf, type Mark } from '../abstract/marks.js';
import { abstractQuery } from '../abstract/queries.js';
import { hueOf } from '../abstract/sections.js';
import reportCss from '../abstract/report.module.css';
import { reportQuery, type ReportText } from '../reports/report.js';
import { showMoment, showSite } from '../ui/format.js';
import { Problem, Skeleton } from '../ui/problem.js';
import { type Row } from './queries.js';
import { reasonWords } from './words.js';
import css from './worklists.module.css';

const HUE_OF: Readonly<Record<string, string>> = {
  primarySite: 'primarySite',
  histology: 'histologicTypeIcdO3',
  behavior: 'behaviorCodeIcdO3',
  laterality: 'laterality',
  grade: 'gradePathological',
  reportable: 'reportable',
};

/** The words of the selected row with what the coder saw in them, so that most decisions need no opening. */
export function Preview({ row, canOpen }: { readonly row: Row; readonly canOpen: boolean }) {
  if (row.entity === 'abstract') return <OfAbstract row={row} canOpen={canOpen} />;
  if (row.entity === 'report') return <OfReport id={row.id} row={row} />;
  return (
    <div className={css.message}>
      <h2>Message</h2>
      <p>Received {showMoment(row.at)}. Its bytes are kept and can be run again.</p>
      <ul>
        {row.reasons.map((reason) => (
          <li key={reason}>
            <code>{reason}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

function OfAbstract({ row, canOpen }: { readonly row: Row; readonly canOpen: boolean }) {
  const { data, error } = useQuery({ ...abstractQuery(row.id), refetchInterval: false });
  const [report] = data?.reports ?? [];
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <Skeleton rows={10} />;
  return (
    <>
      <div className={css.message}>
        {canOpen && (
          <Link className={css.open} to="/abstracts/$id" params={{ id: row.id }}>
            Open the abstract
          </Link>
        )}
        <p>
          {data.findings.filter(({ severity }) => severity === 'error').length} errors, {data.missing.length} items to
          fill
        </p>
      </div>
      {report !== undefined && <OfReport id={report.id} row={row} />}
    </>
  );
}

function OfReport({ id, row }: { readonly id: string; readonly row: Row }) {
  const { data, error, refetch } = useQuery(reportQuery(id));
  if (error !== null) return <Problem error={error} retry={() => void refetch()} />;
  const [text] = data?.texts ?? [];
  if (text === undefined) return <Skeleton rows={12} />;
  const [proposal] = text.proposals;
  return (
    <>
      <dl className={css.proposal}>
        {row.reasons.length > 0 && (
          <>
            <dt>Why here</dt>
            <dd>{row.reasons.map(reasonWords).join('; ')}</dd>
          </>
        )}
        {proposal !== undefined && (
          <>
            <dt>Proposed</dt>
            <dd className="mono">
              {[showSite(proposal.proposal.primarySite), proposal.proposal.histology, proposal.proposal.behavior]
                .filter(Boolean)
                .join(' ') || 'no codes'}
            </dd>
          </>
        )}
      </dl>
      <ReportWords text={text} />
    </>
  );
}

/** A text with its proposal's words lit. */
function ReportWords({ text }: { readonly text: ReportText }) {
  const marks: Mark[] = text.proposals.flatMap(({ proposal }) =>
    Object.entries(proposal.evidence).flatMap(([field, spans]) =>
      spans.map(({ start, end }) => ({ start, end, item: HUE_OF[field] ?? field })),
    ),
  );
  return (
    <div className={`${reportCss.text} ${css.words}`} tabIndex={0} role="document" aria-label="Report">
      {linesOf(text.text).map(({ start, text: line }) => (
        <div key={start} className={reportCss.line}>
          {line === ''
            ? '\n'
            : cut(line, start, marks).map((piece) =>
                piece.items.length === 0 ? (
                  piece.text
                ) : (
                  <mark key={piece.start} data-hue={hueOf(piece.items[0] ?? '')}>
                    {piece.text}
                  </mark>
                ),
              )}
        </div>
      ))}
    </div>
  );
}
