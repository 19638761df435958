import { Link } from '@tanstack/react-router';
import { meaningOf, showValue } from '../items/labels.js';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { showName } from '../ui/format.js';
import { type Pair } from './queries.js';
import css from './primaries.module.css';

type Effect = NonNullable<Pair['effects']>['same'];

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** What a decision would do to consolidated tumors, before anybody decides. Nothing where both abstracts are not consolidated yet. */
export function Effects({ pair }: { readonly pair: Pair }) {
  const { effects, decision } = pair;
  if (effects === null)
    return (
      <p className={css.faint}>
        Other facilities reported these tumors too: whether consolidated tumors become one is the central registry’s to
        decide.
      </p>
    );
  const merges = effects.same.tumors.length > 0;
  const splits = effects.separate.tumors.length > 0;
  if (!merges && !splits) return null;
  return (
    <section className={css.effects} aria-label="What a decision does">
      {merges && <Merge effect={effects.same} />}
      {splits && (
        <Split
          effect={effects.separate}
          words={
            decision === 'same_primary' && effects.open.tumors.length > 0
              ? 'Two primaries, or taking the decision back, takes them apart again'
              : 'Two primaries takes them apart'
          }
        />
      )}
    </section>
  );
}

/** Which tumor survives, and with which values where the tumors differ. */
function Merge({ effect: { tumors, contradictedBy } }: { readonly effect: Effect }) {
  const tables = useItemTables();
  const icdo3 = useIcdo3();
  return tumors.map(({ survivorId, memberIds, abstractIds, items }) => (
    <details key={survivorId ?? 'new'} open={items.length <= 12}>
      <summary>
        One primary merges {count(memberIds.length, 'consolidated tumor')} into the one with the earlier diagnosis, made
        of {count(abstractIds.length, 'abstract')}.{' '}
        {items.length === 0
          ? 'They say the same.'
          : `${count(items.length, 'item')} ${items.length === 1 ? 'differs' : 'differ'}: what the tumor that stays says is kept, what it lacks is filled in.`}
      </summary>
      {contradictedBy !== null && <Contradicted by={contradictedBy} />}
      {items.length > 0 && (
        <table className={css.tumors} aria-label="Values after the merge">
          <thead>
            <tr>
              <th scope="col">Item</th>
              {memberIds.map((id) => (
                <th scope="col" key={id}>
                  <Link to="/tumors/$id" params={{ id }} search={{}}>
                    {id === survivorId ? 'Tumor that stays' : 'Tumor that joins it'}
                  </Link>
                </th>
              ))}
              <th scope="col">Afterwards</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ item, now, next }) => (
              <tr key={item}>
                <th scope="row">{showName(tables?.dictionary.byId.get(item)?.name ?? item)}</th>
                {now.map((value, at) => (
                  <td key={memberIds[at]}>{value === null ? <em>empty</em> : <code>{showValue(item, value)}</code>}</td>
                ))}
                <td>
                  {next === null ? <em>empty</em> : <code>{showValue(item, next)}</code>}{' '}
                  {next !== null && tables !== undefined && (
                    <span>{meaningOf({ codes: tables.codes, icdo3 }, item, next)}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={css.faint}>
        Stage is derived again and edits run again; the other tumor is kept in the history, and the decision can be
        taken back.
      </p>
    </details>
  ));
}

function Split({ effect: { tumors, contradictedBy }, words }: { readonly effect: Effect; readonly words: string }) {
  return (
    <div>
      <p>
        {words}: {tumors.map(({ abstractIds }) => count(abstractIds.length, 'abstract')).join(' and ')}, each tumor as
        its own abstracts make it.
      </p>
      {contradictedBy !== null && <Contradicted by={contradictedBy} />}
    </div>
  );
}

const Contradicted = ({ by }: { readonly by: string }) => (
  <p role="note">
    It is refused as long as{' '}
    <Link to="/primaries" search={{ pair: by, all: true }}>
      another decision
    </Link>{' '}
    on these tumors says the opposite.
  </p>
);
