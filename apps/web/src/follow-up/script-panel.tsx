import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { facilitiesQuery } from '../abstract/queries.js';
import { useSession } from '../session/session.js';
import { callScript, type Party } from './call-script.js';
import { type TaskDetail } from './queries.js';
import css from './follow-up.module.css';

const PARTIES: readonly (readonly [Party, string])[] = [
  ['patient', 'Patient'],
  ['contact', 'Relative'],
  ['physician', 'Physician'],
];

/** Whom the next step speaks to. */
const partyOf = (step: string | undefined): Party =>
  step === 'contact' ? 'contact' : step === 'physician' || step === 'hospital' ? 'physician' : 'patient';

/** What to say, beside the note of the call. */
export function ScriptPanel({ task }: { readonly task: TaskDetail }) {
  const session = useSession();
  const { data: facilities } = useQuery(facilitiesQuery);
  const [party, setParty] = useState<Party>(() => partyOf(task.nextStep ?? task.plan?.step));
  const facility = facilities?.find(({ id }) => id === task.facilityId)?.name ?? '';
  const script = callScript(party, task, session.name, facility);
  return (
    <section className={css.block} aria-label="What to say">
      <h3>What to say</h3>
      <div className={css.choice} role="group" aria-label="To whom">
        {PARTIES.map(([one, label]) => (
          <button key={one} type="button" aria-pressed={party === one} onClick={() => setParty(one)}>
            {label}
          </button>
        ))}
      </div>
      <ol className={css.script} aria-label={script.title}>
        {script.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
    </section>
  );
}
