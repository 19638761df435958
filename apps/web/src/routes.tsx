import { type QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { AccountPage } from './session/account.js';
import { SignInPage } from './session/sign-in.js';
import { sessionQuery } from './session/session.js';
import { Shell } from './shell/shell.js';
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

const abstract = createRoute({
  getParentRoute: () => shell,
  path: '/abstracts/$id',
  component: lazyRouteComponent(() => import('./abstract/abstract-page.js'), 'AbstractPage'),
});

const patient = createRoute({
  getParentRoute: () => shell,
  path: '/patients/$id',
  component: lazyRouteComponent(() => import('./patients/patient-page.js'), 'PatientPage'),
});

export const routes = root.addChildren([signIn, shell.addChildren([home, account, abstract, patient])]);
