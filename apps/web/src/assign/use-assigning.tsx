import { type ReactNode, useState } from 'react';
import { flushSync } from 'react-dom';
import { type RowAction } from '../lists/actions-bar.js';
import { useToast } from '../ui/toast.js';
import { undo } from '../ui/undo.js';
import { type Assignable, AssignPanel, type People, type SendAssignment, useAssignment } from './assign.js';

/** Giving rows of a list to people, by the same keys in every list. */
export function useAssigning({
  people,
  mayAsk,
  send,
  rows,
  done,
  refresh,
  undoLabel,
}: {
  /** Who may have rows of this list. */
  readonly people: People;
  /** Whether whoever is signed in may give rows. */
  readonly mayAsk: boolean;
  readonly send: SendAssignment;
  /** Rows that an action is about now. */
  readonly rows: readonly Assignable[];
  /** After they were given. */
  readonly done: () => void;
  /** After anything changed, taking back included. */
  readonly refresh: () => void;
  /** What Z takes back in this list. */
  readonly undoLabel: string;
}): {
  readonly actions: readonly RowAction[];
  /** The key that takes the last action back; lists with actions of their own put it last. */
  readonly takeBack: RowAction;
  /** Asks to whom, when that was asked for. */
  readonly panel: ReactNode;
} {
  const toast = useToast();
  const [isAsking, setAsking] = useState(false);
  const { me, give } = useAssignment({ ...people, enabled: mayAsk }, send, refresh);
  const giveTo = (owner: string | null, name: string): Promise<void> => give(rows, owner, name).then(done);
  return {
    actions: [
      { chord: 'm', button: 'Take', label: 'Take for me', run: () => giveTo(me, 'you') },
      {
        chord: 'a',
        button: 'Give to',
        label: 'Give to somebody',
        run: () => flushSync(() => setAsking(rows.length > 0)),
        expanded: isAsking,
      },
      { chord: 'b', button: 'Put back', label: 'Put back for everybody', run: () => giveTo(null, 'nobody') },
    ],
    takeBack: {
      chord: 'z',
      button: 'Undo',
      label: undoLabel,
      always: true,
      run: async () => {
        if (!(await undo.run())) toast({ text: 'There is nothing to take back.' });
      },
    },
    panel: isAsking && (
      <AssignPanel
        people={people}
        rows={rows}
        me={me}
        give={(owner, name) => void giveTo(owner, name)}
        close={() => setAsking(false)}
      />
    ),
  };
}
