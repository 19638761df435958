import { Link } from '@tanstack/react-router';
import { actorWords } from '../items/origin.js';
import { DECISIONS, RESULTS, ruleWords } from '../primaries/queries.js';
import { showMoment, showSite } from '../ui/format.js';
import { type Pair, type Tumor } from './queries.js';
import css from './tumor.module.css';

const standing = ({ decision, wanted, result }: Pair): string =>
  decision !== null
    ? `decided: ${DECISIONS[decision].toLowerCase()}`
    : wanted
      ? 'waits for a decision'
      : `by the rules: ${RESULTS[result].toLowerCase()}`;

/** One primary or two: the pairs in which this tumor's abstracts were compared, what the rules said, what was decided by whom. */
export function Pairs({ tumor: { pairs } }: { readonly tumor: Tumor }) {
  return (
    <section className={css.card} aria-labelledby="pairs">
      <h2 id="pairs">One primary or several</h2>
      {pairs.length === 0 && <p className={css.faint}>No other tumor of this patient had to be compared with it.</p>}
      <ul className={css.pairs}>
        {pairs.map((pair) => (
          <li key={pair.id}>
            <p>
              <Link to="/primaries" search={{ pair: pair.id, all: true }}>
                <code>{pair.sites.map((site) => showSite(site) || 'no site').join(' · ')}</code>
              </Link>{' '}
              <strong data-open={pair.decision === null && pair.wanted}>{standing(pair)}</strong>
            </p>
            <p className={css.faint}>
              {[ruleWords(pair.group, pair.step), pair.reason].filter(Boolean).join(': ')} ({pair.rulesVersion})
            </p>
            {pair.decisions.map((one) => (
              <p key={`${one.decidedAt} ${one.actor}`}>
                {actorWords(one)}, {showMoment(one.decidedAt)}:{' '}
                {one.decision === null ? 'left open' : DECISIONS[one.decision].toLowerCase()}
                {one.note === null ? '' : `. ${one.note}`}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
