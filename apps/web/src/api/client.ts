import createClient, { type Middleware } from 'openapi-fetch';
import { type components, type paths } from './schema.generated.js';

export type Schemas = components['schemas'];

/** What went wrong, as the API tells it (RFC 9457), or that it did not answer at all. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    title: string,
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(title);
    this.name = 'ApiProblem';
  }

  /** The stable part of the type: `revision.stale`. */
  get code(): string {
    return this.type.replace('urn:perennial:problem:', '');
  }

  /** Nothing was heard: no network, or the server is away. */
  get offline(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }

  get errors(): readonly { readonly pointer: string; readonly detail: string; readonly code?: string }[] {
    const { errors } = this.body;
    return Array.isArray(errors) ? (errors as { pointer: string; detail: string; code?: string }[]) : [];
  }
}

/** The session's own word against forged requests. Kept in memory only. */
let csrf: string | null = null;
let onSignedOut: () => void = () => undefined;
let who: string | null = null;
let changedHands = false;
let signIns = 0;
const signedIn = new Set<() => void>();

export const session = {
  setCsrf: (value: string | null): void => void (csrf = value),
  /** Called when the API says that nobody is signed in any more. */
  onSignedOut: (listener: () => void): void => void (onSignedOut = listener),
  /** Who the API says is here. */
  here: (actor: string): void => {
    changedHands ||= who !== null && who !== actor;
    who = actor;
  },
  /** Another person signed in on a page that still holds the work of the one before: none of it may go out under their name. */
  changedHands: (): boolean => changedHands,
  /** Somebody signed in on this page. */
  signedIn: (): void => {
    if (changedHands) return;
    signIns += 1;
    for (const listener of signedIn) listener();
  },
  onSignedIn: (listener: () => void): void => void signedIn.add(listener),
  /** How often somebody did: a request that was refused may have begun before the last time. */
  signIns: (): number => signIns,
};

const middleware: Middleware = {
  onRequest({ request }) {
    if (csrf !== null && request.method !== 'GET') request.headers.set('x-perennial-csrf', csrf);
    return request;
  },
  async onResponse({ response, schemaPath, request }) {
    if (response.ok) return response;
    const body = (await response
      .clone()
      .json()
      .catch(() => ({}))) as Record<string, unknown>;
    if (response.status === 401 && !(schemaPath === '/api/v1/session' && request.method === 'POST')) onSignedOut();
    throw new ApiProblem(
      response.status,
      typeof body.type === 'string' ? body.type : `http.${response.status}`,
      typeof body.title === 'string' ? body.title : 'The registry did not give an answer that can be read.',
      body,
    );
  },
  onError: () => new ApiProblem(0, 'network', 'The registry cannot be reached.'),
};

export const api = createClient<paths>({ baseUrl: '' });
api.use(middleware);

/** The answer's data; errors were thrown as {@link ApiProblem} before. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call;
  return data as T;
}
