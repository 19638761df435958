import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { facilitiesQuery } from '../abstract/queries.js';
import { answer, api, type Schemas } from '../api/client.js';
import { searchHistologies, searchSites } from '../items/code-search.js';
import { useIcdo3 } from '../items/tables.js';
import { useMay } from '../session/session.js';
import { showDate, showSite } from '../ui/format.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import { Field, focusFirst, linked, refusal, useFacilitiesOf, type Values, type Wrong } from './fields.js';
import css from './intake.module.css';

type Word = Schemas['ListedSynonym'];
const REGISTRY = 'registry';

/** Words that the coder knows beside the book's: of a facility's pathologists, or of the whole registry. */
export function WordsPage() {
  const may = useMay();
  const icdo3 = useIcdo3();
  const queries = useQueryClient();
  const toast = useToast();
  const { data: facilities } = useQuery(facilitiesQuery);
  const {
    data: words,
    error,
    refetch,
  } = useQuery({
    queryKey: ['words'],
    queryFn: async () => (await answer(api.GET('/api/v1/intake/synonyms'))).items,
  });
  const facility = (id: string | null): string =>
    id === null ? 'whole registry' : (facilities?.find((one) => one.id === id)?.name ?? '');
  const label = ({ kind, code }: Word): string =>
    (kind === 'topography' ? icdo3?.topography.get(code)?.label : icdo3?.morphology.get(code)?.label) ?? '';
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['words'] });

  const retire = async (word: Word): Promise<void> => {
    try {
      await answer(api.DELETE('/api/v1/intake/synonyms/{id}', { params: { path: { id: word.id } } }));
      toast({
        text: `“${word.term}” means nothing more. What was coded with it stays.`,
        undo: () =>
          void answer(
            api.POST('/api/v1/intake/synonyms', {
              body: {
                kind: word.kind,
                term: word.term,
                code: word.code,
                ...(word.facilityId === null ? {} : { facilityId: word.facilityId }),
              },
            }),
          ).then(again),
      });
    } catch (failed) {
      toast({ text: refusal(failed, []).told ?? '', kind: 'error' });
    }
    await again();
  };

  return (
    <main className={css.page} id="main">
      <header>
        <h1>Local terms</h1>
        <p>
          Terms of your pathologists that the automatic coder is to know, beside those of ICD-O-3. They hold for reports
          received from now on; a facility’s own term wins over the registry’s.
        </p>
      </header>
      {may('reports.screen') && <AddWord done={again} />}
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {words === undefined && error === null && <Skeleton />}
      {words?.length === 0 && (
        <Empty title="No words yet">
          When pathologists of a facility use a word that the coder does not know, or knows otherwise, add it here with
          its code.
        </Empty>
      )}
      {words !== undefined && words.length > 0 && (
        <table className={css.table} aria-label="Words">
          <thead>
            <tr>
              <th scope="col">Word</th>
              <th scope="col">Code</th>
              <th scope="col">Means</th>
              <th scope="col">For</th>
              <th scope="col">Since</th>
              <th scope="col">
                <span className="visually-hidden">Take out</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {words.map((word) => (
              <tr key={word.id}>
                <th scope="row" dir="auto">
                  {word.term}
                </th>
                <td>
                  <code>{showSite(word.code)}</code>
                </td>
                <td>{label(word)}</td>
                <td>{facility(word.facilityId)}</td>
                <td>{showDate(word.createdAt.slice(0, 10).replaceAll('-', ''))}</td>
                <td>
                  {may('reports.screen') && (
                    <button type="button" className={css.link} onClick={() => void retire(word)}>
                      Take out<span className="visually-hidden"> {word.term}</span>
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}

function AddWord({ done }: { readonly done: () => Promise<void> }) {
  const icdo3 = useIcdo3();
  const toast = useToast();
  const { facilities, all } = useFacilitiesOf('reports.screen');
  const [values, setValues] = useState<Values>({});
  const [wrong, setWrong] = useState<Wrong>({});
  const [told, setTold] = useState<string | null>(null);
  const where = values.facilityId ?? (all ? REGISTRY : (facilities[0]?.id ?? ''));
  const kind = values.kind === 'topography' ? ('topography' as const) : ('morphology' as const);
  const code = (values.code ?? '').trim().toUpperCase().replace('.', '');
  const known = kind === 'topography' ? icdo3?.topography.get(code)?.label : icdo3?.morphology.get(code)?.label;
  const offers =
    icdo3 === undefined || code.length < 2 || known !== undefined
      ? []
      : (kind === 'topography'
          ? searchSites(icdo3, values.code ?? '')
          : searchHistologies(icdo3, values.code ?? '', {})
        ).slice(0, 6);
  const set = (name: string, value: string): void => {
    setValues({ ...values, [name]: value });
    setWrong({});
  };

  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTold(null);
    const term = (values.term ?? '').trim();
    const missing: Record<string, string> = {
      ...(term.length < 3 ? { term: 'A word has at least three letters.' } : {}),
      ...(known === undefined
        ? {
            code:
              kind === 'topography'
                ? 'A site of ICD-O-3, for example C504.'
                : 'A histology with its behavior, for example 8500/3.',
          }
        : {}),
    };
    setWrong(missing);
    if (Object.keys(missing).length > 0) return focusFirst(missing);
    try {
      await answer(
        api.POST('/api/v1/intake/synonyms', {
          body: { kind, term, code, ...(where === REGISTRY ? {} : { facilityId: where }) },
        }),
      );
      toast({ text: `“${term}” means ${code} from now on.`, kind: 'done' });
      setValues({ ...values, term: '', code: '' });
      document.getElementById('field-term')?.focus();
      await done();
    } catch (error) {
      const { wrong: fields, told: words } = refusal(error, ['term', 'code', 'kind', 'facilityId']);
      setWrong(fields);
      setTold(words);
      focusFirst(fields);
    }
  };
  return (
    <form className={css.line} aria-label="Add a word" noValidate onSubmit={(event) => void add(event)}>
      <Field name="term" label="Word" wrong={wrong.term}>
        <input
          {...linked('term', wrong.term)}
          dir="auto"
          maxLength={80}
          value={values.term ?? ''}
          onChange={(event) => set('term', event.currentTarget.value)}
        />
      </Field>
      <Field name="kind" label="is a">
        <select {...linked('kind')} value={kind} onChange={(event) => set('kind', event.currentTarget.value)}>
          <option value="morphology">histology</option>
          <option value="topography">site</option>
        </select>
      </Field>
      <Field name="code" label="Code, or words" wrong={wrong.code}>
        <input
          {...linked('code', wrong.code)}
          list="codes-on-offer"
          maxLength={60}
          value={values.code ?? ''}
          onChange={(event) => set('code', event.currentTarget.value)}
        />
        <datalist id="codes-on-offer">
          {offers.map((hit) => (
            <option key={hit.code} value={hit.code}>
              {hit.label}
            </option>
          ))}
        </datalist>
        <small>{known ?? ''}</small>
      </Field>
      <Field name="facilityId" label="for">
        <select
          {...linked('facilityId')}
          value={where}
          onChange={(event) => set('facilityId', event.currentTarget.value)}
        >
          {all && <option value={REGISTRY}>whole registry</option>}
          {facilities.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <Button type="submit">Add</Button>
      {told !== null && (
        <p className={css.told} role="alert">
          {told}
        </p>
      )}
    </form>
  );
}
