import { type QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { AccountPage } from './session/account.js';
import { LETTER_STATES, type LettersSearch } from './follow-up/letters/search.js';
import { type FollowUpSearch, STAGES } from './follow-up/queries.js';
import { DIMENSIONS, type RatesSearch } from './follow-up/rates/search.js';
import { RECIPIENTS } from './follow-up/words.js';
import { SignInPage } from './session/sign-in.js';
import { sessionQuery } from './session/session.js';
import { Shell } from './shell/shell.js';
import { type ListSearch, LISTS } from './worklists/queries.js';
import { NotFound } from './shell/not-found.js';

/** Every screen and its address. No address holds anything of a person but the id of a row. */
const root = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  // Only places of this site: an address that leads elsewhere is dropped.
  validateSearch: (search: Record<string, unknown>): { from?: string } =>
    typeof search.from === 'string' && /^\/(?!\/)/.test(search.from) ? { from: search.from } : {},
  component: SignInPage,
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    if ((await context.queries.ensureQueryData(sessionQuery)) === null) {
      context.queries.removeQueries({ queryKey: sessionQuery.queryKey });
      redirect({ to: '/sign-in', search: { from: location.href }, throw: true });
    }
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./home/home-page.js'), 'HomePage'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: AccountPage,
});

/** A moment of the past, where one is asked for. */
const momentOf = ({ at }: Record<string, unknown>): { at?: string | undefined } =>
  typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? { at } : {};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** An address with something else than an id leads nowhere; the API need not be asked. */
const ofId = ({ params }: { readonly params: { readonly id: string } }): void => {
  if (!UUID.test(params.id)) notFound({ throw: true });
};

const abstract = createRoute({
  getParentRoute: () => shell,
  path: '/abstracts/$id',
  beforeLoad: ofId,
  component: lazyRouteComponent(() => import('./abstract/abstract-page.js'), 'AbstractPage'),
});

const patient = createRoute({
  getParentRoute: () => shell,
  path: '/patients/$id',
  beforeLoad: ofId,
  component: lazyRouteComponent(() => import('./patients/patient-page.js'), 'PatientPage'),
});

const tumor = createRoute({
  getParentRoute: () => shell,
  path: '/tumors/$id',
  beforeLoad: ofId,
  validateSearch: momentOf,
  component: lazyRouteComponent(() => import('./tumors/tumor-page.js'), 'TumorPage'),
});

const patientHistory = createRoute({
  getParentRoute: () => shell,
  path: '/patients/$id/history',
  beforeLoad: ofId,
  validateSearch: momentOf,
  component: lazyRouteComponent(() => import('./patients/history-page.js'), 'HistoryPage'),
});

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length < 200 && value !== '' ? value : undefined;

const worklist = createRoute({
  getParentRoute: () => shell,
  path: '/worklists/$list',
  beforeLoad: ({ params }) => {
    if (!(LISTS as readonly string[]).includes(params.list)) notFound({ throw: true });
  },
  validateSearch: (search: Record<string, unknown>): ListSearch => {
    const age = Number(search.minAgeDays);
    const known = {
      owner: text(search.owner),
      facilityId: text(search.facilityId),
      reason: text(search.reason),
      site: text(search.site),
      source: search.source === 'hl7' || search.source === 'text' ? search.source : undefined,
      minAgeDays: Number.isInteger(age) && age > 0 ? age : undefined,
      sample: search.sample === 'only' || search.sample === 'all' ? search.sample : undefined,
      sort: search.sort === 'newest' || search.sort === 'oldest' ? search.sort : undefined,
      hide: text(search.hide),
      at: text(search.at),
    };
    return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  },
  component: lazyRouteComponent(() => import('./worklists/worklist-page.js'), 'WorklistPage'),
});

const primaries = createRoute({
  getParentRoute: () => shell,
  path: '/primaries',
  validateSearch: (search: Record<string, unknown>): { pair?: string | undefined; all?: true } => ({
    ...(text(search.pair) === undefined ? {} : { pair: text(search.pair) }),
    ...(search.all === true ? { all: true } : {}),
  }),
  component: lazyRouteComponent(() => import('./primaries/primaries-page.js'), 'PrimariesPage'),
});

const newReport = createRoute({
  getParentRoute: () => shell,
  path: '/reports/new',
  component: lazyRouteComponent(() => import('./intake/report-page.js'), 'ReportPage'),
});

const newAbstract = createRoute({
  getParentRoute: () => shell,
  path: '/abstracts/new',
  component: lazyRouteComponent(() => import('./intake/new-abstract-page.js'), 'NewAbstractPage'),
});

const coderWords = createRoute({
  getParentRoute: () => shell,
  path: '/words',
  component: lazyRouteComponent(() => import('./intake/words-page.js'), 'WordsPage'),
});

const senders = createRoute({
  getParentRoute: () => shell,
  path: '/senders',
  component: lazyRouteComponent(() => import('./intake/senders-page.js'), 'SendersPage'),
});

const patientSearch = createRoute({
  getParentRoute: () => shell,
  path: '/patients',
  component: lazyRouteComponent(() => import('./patients/search-page.js'), 'PatientSearchPage'),
});

const code = createRoute({
  getParentRoute: () => shell,
  path: '/codes/$code',
  component: lazyRouteComponent(() => import('./items/code-page.js'), 'CodePage'),
});

const followUp = createRoute({
  getParentRoute: () => shell,
  path: '/follow-up',
  validateSearch: (search: Record<string, unknown>): FollowUpSearch => {
    const known = {
      patient: text(search.patient),
      month: /^\d{6}$/.test(String(search.month)) ? String(search.month) : undefined,
      stage: STAGES.find((stage) => stage === search.stage),
      mine: search.mine === true ? true : undefined,
      planned: search.planned === true ? true : undefined,
      facilityId: text(search.facilityId),
      at: text(search.at),
    };
    return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  },
  component: lazyRouteComponent(() => import('./follow-up/follow-up-page.js'), 'FollowUpPage'),
});

const letters = createRoute({
  getParentRoute: () => shell,
  path: '/follow-up/letters',
  validateSearch: (search: Record<string, unknown>): LettersSearch => {
    const known = {
      facilityId: text(search.facilityId),
      recipient: RECIPIENTS.find((one) => one === search.recipient),
      number: search.number === 1 || search.number === 2 ? search.number : undefined,
      batch: text(search.batch),
      state: LETTER_STATES.find((one) => one === search.state),
      at: text(search.at),
    };
    return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  },
  component: lazyRouteComponent(() => import('./follow-up/letters/letters-page.js'), 'LettersPage'),
});

const physicians = createRoute({
  getParentRoute: () => shell,
  path: '/follow-up/physicians',
  component: lazyRouteComponent(() => import('./follow-up/physicians/physicians-page.js'), 'PhysiciansPage'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  validateSearch: (search: Record<string, unknown>): { facilityId?: string } =>
    UUID.test(text(search.facilityId) ?? '') ? { facilityId: String(search.facilityId) } : {},
  component: lazyRouteComponent(() => import('./settings/settings-page.js'), 'SettingsPage'),
});

const people = createRoute({
  getParentRoute: () => shell,
  path: '/people',
  component: lazyRouteComponent(() => import('./people/people-page.js'), 'PeoplePage'),
});

const facilities = createRoute({
  getParentRoute: () => shell,
  path: '/facilities',
  component: lazyRouteComponent(() => import('./facilities/facilities-page.js'), 'FacilitiesPage'),
});

const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./tokens/tokens-page.js'), 'TokensPage'),
});

const staging = createRoute({
  getParentRoute: () => shell,
  path: '/staging',
  component: lazyRouteComponent(() => import('./staging/staging-page.js'), 'StagingPage'),
});

const dictionaries = createRoute({
  getParentRoute: () => shell,
  path: '/dictionaries',
  component: lazyRouteComponent(() => import('./dictionaries/dictionaries-page.js'), 'DictionariesPage'),
});

const replies = createRoute({
  getParentRoute: () => shell,
  path: '/follow-up/replies',
  component: lazyRouteComponent(() => import('./follow-up/replies/replies-page.js'), 'RepliesPage'),
});

const rates = createRoute({
  getParentRoute: () => shell,
  path: '/follow-up/rates',
  validateSearch: (search: Record<string, unknown>): RatesSearch => {
    const known = {
      survey: /^\d{8}$/.test(String(search.survey)) ? String(search.survey) : undefined,
      facilityId: text(search.facilityId),
      by: DIMENSIONS.find((one) => one === search.by),
    };
    return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  },
  component: lazyRouteComponent(() => import('./follow-up/rates/rates-page.js'), 'RatesPage'),
});

export const routes = root.addChildren([
  signIn,
  shell.addChildren([
    home,
    account,
    abstract,
    newAbstract,
    newReport,
    coderWords,
    senders,
    patientSearch,
    patient,
    patientHistory,
    tumor,
    primaries,
    worklist,
    followUp,
    letters,
    physicians,
    replies,
    settings,
    people,
    facilities,
    tokens,
    staging,
    dictionaries,
    rates,
    code,
  ]),
]);
