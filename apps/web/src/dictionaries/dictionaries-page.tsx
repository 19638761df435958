import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../api/client.js';
import { useMay } from '../session/session.js';
import { chooseFile, FileButton } from '../ui/file-button.js';
import { FileErrors, type FileRefusal, refusalOf } from '../ui/file-errors.js';
import { refusal } from '../ui/form.js';
import { showCount, showMoment } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import css from '../settings/settings.module.css';

type Dictionary = Schemas['UserDictionaryView'];
type Items = Schemas['UserItemsView']['items'];

export const dictionariesQuery = queryOptions({
  queryKey: ['dictionaries'],
  queryFn: () => answer(api.GET('/api/v1/dictionaries')),
});
const itemsQuery = queryOptions({
  queryKey: ['dictionaries', 'items'],
  queryFn: () => answer(api.GET('/api/v1/dictionaries/items')),
});

const LEVELS: Readonly<Record<Items[number]['level'], string>> = {
  NaaccrData: 'file',
  Patient: 'patient',
  Tumor: 'tumor',
};

/** Dictionaries of items beyond the standard: NAACCR XML user dictionaries of the state or the registry. */
export function DictionariesPage() {
  const manages = useMay()('settings.manage');
  const { data, error, refetch } = useQuery(dictionariesQuery);
  const { data: inUse = [] } = useQuery(itemsQuery);
  const queries = useQueryClient();
  const toast = useToast();
  const [open, setOpen] = useState<string | null>(null);
  const [wrong, setWrong] = useState<FileRefusal | null>(null);
  const [busy, setBusy] = useState(false);
  useKeys(
    manages
      ? [
          {
            chord: 'a',
            label: 'Use a dictionary file',
            group: 'Dictionaries',
            run: () => chooseFile('dictionary-file'),
          },
        ]
      : [],
  );

  const upload = async (file: File): Promise<void> => {
    setBusy(true);
    setWrong(null);
    try {
      const installed = await answer(
        api.POST('/api/v1/dictionaries', {
          headers: { 'Content-Type': 'application/xml' },
          body: file as unknown as string,
          bodySerializer: (body: unknown) => body as BodyInit,
        }),
      );
      const before = data?.find((one) => one.current && one.uri === installed.uri && one.id !== installed.id);
      toast({
        text: `${installed.items === 1 ? 'Its one item' : `Its ${installed.items} items`} may be typed, imported and sent from now on${
          before === undefined ? '' : ', in place of the version before'
        }.`,
        kind: 'done',
      });
      setOpen(installed.id);
    } catch (failure) {
      setWrong(refusalOf(failure, file.name));
    } finally {
      setBusy(false);
      await queries.invalidateQueries({ queryKey: ['dictionaries'] });
    }
  };
  return (
    <main className={css.page} id="main">
      <header className={css.head}>
        <div>
          <h1>Dictionaries</h1>
          <p>
            Items that the standard does not have, as NAACCR XML user dictionaries define them. A file under a URI that
            is in use takes that version’s place; stored values stay whatever a new version says.
          </p>
        </div>
        {manages && (
          <FileButton
            id="dictionary-file"
            label="Dictionary file"
            accept=".xml,application/xml,text/xml"
            words="Use a dictionary file"
            chord="a"
            busy={busy}
            take={(file) => void upload(file)}
          />
        )}
      </header>
      {wrong !== null && <FileErrors of={wrong} close={() => setWrong(null)} />}
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data?.length === 0 && (
        <Empty title="Only the items of the standard">
          A state or a registry that asks for more publishes a user dictionary, an XML file with “NaaccrDictionary” at
          its top. Once it is used here, its items can be typed, imported and sent.
        </Empty>
      )}
      {data !== undefined && data.length > 0 && (
        <table className={css.table}>
          <caption>{data.length === 1 ? 'One dictionary' : `${data.length} dictionaries and versions`}</caption>
          <thead>
            <tr>
              <th scope="col">URI</th>
              <th scope="col">For NAACCR</th>
              <th scope="col">Items</th>
              <th scope="col">In use</th>
              <th scope="col">Installed</th>
            </tr>
          </thead>
          <tbody>
            {data.map((one) => (
              <Line
                key={one.id}
                one={one}
                items={one.current ? inUse.find(({ uri }) => uri === one.uri)?.items : undefined}
                manages={manages}
                isOpen={open === one.id}
                toggle={() => setOpen(open === one.id ? null : one.id)}
              />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}

function Line({
  one,
  items,
  manages,
  isOpen,
  toggle,
}: {
  readonly one: Dictionary;
  readonly items: Items | undefined;
  readonly manages: boolean;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}) {
  return (
    <>
      <tr>
        <th scope="row">
          <button type="button" className={css.link} aria-expanded={isOpen} onClick={toggle}>
            {one.uri}
          </button>
        </th>
        <td>{one.version ?? <span data-mark="none">any</span>}</td>
        <td>{showCount(one.items)}</td>
        <td>{one.current ? <strong>yes</strong> : <span data-mark="none">no</span>}</td>
        <td>{showMoment(one.installedAt)}</td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={5} className={css.opened}>
            <Opened one={one} items={items} manages={manages} />
          </td>
        </tr>
      )}
    </>
  );
}

function Opened({
  one,
  items,
  manages,
}: {
  readonly one: Dictionary;
  readonly items: Items | undefined;
  readonly manages: boolean;
}) {
  const queries = useQueryClient();
  const toast = useToast();
  const [asked, setAsked] = useState(false);
  const [wrong, setWrong] = useState<FileRefusal | null>(null);
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['dictionaries'] });
  const use = async (): Promise<void> => {
    setWrong(null);
    try {
      await answer(api.POST('/api/v1/dictionaries/{id}/use', { params: { path: { id: one.id } } }));
      toast({ text: 'Its items may be typed, imported and sent again.', kind: 'done' });
    } catch (error) {
      setWrong(refusalOf(error, one.uri));
    }
    await again();
  };
  const retire = async (): Promise<void> => {
    try {
      await answer(api.POST('/api/v1/dictionaries/{id}/retire', { params: { path: { id: one.id } } }));
      toast({ text: 'The dictionary is out of use. Stored values stay.', kind: 'done', undo: () => void use() });
    } catch (error) {
      toast({ text: refusal(error, []).told ?? '', kind: 'error' });
    }
    setAsked(false);
    await again();
  };
  return (
    <>
      {wrong !== null && <FileErrors of={wrong} close={() => setWrong(null)} />}
      {one.current ? null : (
        <p className={css.note}>
          Out of use: its items can be neither typed, imported nor sent; what is stored under them stays. Submissions
          that were frozen with it are still built with it.
        </p>
      )}
      {items !== undefined && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Number</th>
              <th scope="col">Name</th>
              <th scope="col">Id</th>
              <th scope="col">Of</th>
              <th scope="col">Type</th>
              <th scope="col">Length</th>
              <th scope="col">Record types</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <td>
                  <code>{item.number}</code>
                </td>
                <th scope="row">{item.name}</th>
                <td>
                  <code>{item.id}</code>
                </td>
                <td>{LEVELS[item.level]}</td>
                <td>
                  {item.type}
                  {item.pattern !== null && (
                    <>
                      {' '}
                      <code>{item.pattern}</code>
                    </>
                  )}
                </td>
                <td>{item.unlimitedText ? 'any' : item.length}</td>
                <td>{item.recordTypes}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {manages && (
        <p className={css.buttons}>
          {one.current ? (
            <button type="button" className={css.action} onClick={() => setAsked(true)}>
              Take out of use
            </button>
          ) : (
            <button type="button" className={css.action} onClick={() => void use()}>
              Use again
            </button>
          )}
        </p>
      )}
      {asked && (
        <section className={css.confirm} aria-label="Take the dictionary out of use">
          <p>
            Its {showCount(one.items)} {one.items === 1 ? 'item' : 'items'} can no longer be typed, imported or sent.
            Values that are stored stay, and come back into view once it is used again.
          </p>
          <p className={css.buttons}>
            <button type="button" className={css.action} onClick={() => void retire()}>
              Take it out of use
            </button>
            <button type="button" className={css.action} onClick={() => setAsked(false)}>
              Leave
            </button>
          </p>
        </section>
      )}
    </>
  );
}
