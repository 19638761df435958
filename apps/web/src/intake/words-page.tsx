import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { facilitiesQuery } from '../abstract/queries.js';
import { answer, api, type Schemas } from '../api/client.js';
import { searchHistologies, searchSites } from '../items/code-search.js';
import { useIcdo3 } from '../items/tables.js';
import { useMay } from '../session/session.js';
import { showDate, showSite } from '../ui/format.js';
import { Field, refusal, Told, useForm, type Values } from '../ui/form.js';
import { Empty, Problem, Skeleton } from '../ui/problem.js';
import { useToast } from '../ui/toast.js';
import { useFacilitiesOf } from './fields.js';
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
        <Empty title="No terms yet">
          When pathologists of a facility use a term that the coder does not know, or knows otherwise, add it here with
          its code.
        </Empty>
      )}
      {words !== undefined && words.length > 0 && (
        <table className={css.table} aria-label="Words">
          <thead>
            <tr>
              <th scope="col">Term</th>
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
  const kindOf = (values: Values) => (values.kind === 'topography' ? ('topography' as const) : ('morphology' as const));
  const codeOf = (values: Values): string => (values.code ?? '').trim().toUpperCase().replace('.', '');
  const labelOf = (values: Values): string | undefined =>
    kindOf(values) === 'topography'
      ? icdo3?.topography.get(codeOf(values))?.label
      : icdo3?.morphology.get(codeOf(values))?.label;
  const whereOf = (values: Values): string => values.facilityId ?? (all ? REGISTRY : (facilities[0]?.id ?? ''));
  const form = useForm({
    fields: ['term', 'code', 'kind', 'facilityId'],
    check: (values) => ({
      ...((values.term ?? '').trim().length < 3 ? { term: 'A term has at least three letters.' } : {}),
      ...(labelOf(values) === undefined
        ? {
            code:
              kindOf(values) === 'topography'
                ? 'A site of ICD-O-3, for example C504.'
                : 'A histology with its behavior, for example 8500/3.',
          }
        : {}),
    }),
    send: async (values) => {
      const term = (values.term ?? '').trim();
      const where = whereOf(values);
      await answer(
        api.POST('/api/v1/intake/synonyms', {
          body: {
            kind: kindOf(values),
            term,
            code: codeOf(values),
            ...(where === REGISTRY ? {} : { facilityId: where }),
          },
        }),
      );
      toast({ text: `“${term}” means ${codeOf(values)} from now on.`, kind: 'done' });
      form.begin({ ...values, term: '', code: '' });
      document.getElementById(form.idOf('term'))?.focus();
      await done();
    },
  });
  const { values } = form;
  const known = labelOf(values);
  const offers =
    icdo3 === undefined || codeOf(values).length < 2 || known !== undefined
      ? []
      : (kindOf(values) === 'topography'
          ? searchSites(icdo3, values.code ?? '')
          : searchHistologies(icdo3, values.code ?? '', {})
        ).slice(0, 6);
  return (
    <form className={css.line} aria-label="Add a term" noValidate onSubmit={(event) => void form.submit(event)}>
      <Field form={form} name="term" label="Term">
        <input {...form.bound('term')} dir="auto" maxLength={80} />
      </Field>
      <Field form={form} name="kind" label="is a">
        <select {...form.bound('kind')} value={kindOf(values)}>
          <option value="morphology">histology</option>
          <option value="topography">site</option>
        </select>
      </Field>
      <Field form={form} name="code" label="Code, or words">
        <input {...form.bound('code')} list="codes-on-offer" maxLength={60} />
        <datalist id="codes-on-offer">
          {offers.map((hit) => (
            <option key={hit.code} value={hit.code}>
              {hit.label}
            </option>
          ))}
        </datalist>
        <small>{known ?? ''}</small>
      </Field>
      <Field form={form} name="facilityId" label="for">
        <select {...form.bound('facilityId')} value={whereOf(values)}>
          {all && <option value={REGISTRY}>whole registry</option>}
          {facilities.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <Button type="submit">Add</Button>
      <Told form={form} />
    </form>
  );
}
