import { type RowAction } from '../lists/actions-bar.js';
import { useToast } from '../ui/toast.js';
import { undo } from '../ui/undo.js';

/** The keys by which rows of any list are given to people, and the one that takes the last action back. */
export function useAssignActions(
  {
    give,
    ask,
    asking,
  }: {
    readonly give: (to: 'me' | 'nobody') => unknown;
    /** Ask to whom. */
    readonly ask: () => unknown;
    readonly asking: boolean;
  },
  undoLabel: string,
): readonly [give: readonly RowAction[], undo: RowAction] {
  const toast = useToast();
  return [
    [
      { chord: 'm', button: 'Take', label: 'Take for me', run: () => give('me') },
      { chord: 'a', button: 'Give to', label: 'Give to somebody', run: ask, expanded: asking },
      { chord: 'b', button: 'Put back', label: 'Put back for everybody', run: () => give('nobody') },
    ],
    {
      chord: 'z',
      button: 'Undo',
      label: undoLabel,
      always: true,
      run: async () => {
        if (!(await undo.run())) toast({ text: 'There is nothing to take back.' });
      },
    },
  ];
}
