/** The demo's users at the API: sign-in by session as people do, the laboratory by token as devices do. */

async function answer(response) {
  const text = await response.text();
  const body = /json/.test(response.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : text;
  return { status: response.status, body, headers: response.headers };
}

/** A person with a session. */
export async function signIn(url, { login, password }) {
  const started = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
  });
  const session = await answer(started);
  if (session.status !== 201) throw new Error(`${login} could not sign in: ${JSON.stringify(session.body)}`);
  const cookie = started.headers.get('set-cookie').split(';')[0];
  return (method, path, body, headers = {}) =>
    fetch(`${url}/api/v1/${path}`, {
      method,
      headers: {
        cookie,
        'x-perennial-csrf': session.body.csrf,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).then(answer);
}

/** A laboratory that posts messages. */
export const sender = (url, token) => (bytes) =>
  fetch(`${url}/api/v1/intake/hl7`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/hl7-v2' },
    body: bytes,
  }).then(answer);

/** Ask again until it is as wanted; the platform works in the background. */
export async function until(what, ask, done, withinMs = 60_000) {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    const result = await ask();
    if (done(result)) return result;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} took longer than ${withinMs / 1000} s`);
}
