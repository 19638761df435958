/** The whole platform on this machine: services, schema, API and worker as processes of their own. Used by demo, start, tests and benches. */
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build, root } from './build.mjs';
import { startServices } from './services/index.mjs';

const require = createRequire(import.meta.url);

/** A compiled library, for scripts: `lib('auth')`, `lib('records', 'node')`. */
export const lib = (name, part = 'src/index') => require(path.join(root, 'dist/libs', name, `${part}.js`));

/** Start one app and wait until it is ready. @returns its url, the process and stop(). */
export async function startApp(app, env, { log = () => {} } = {}) {
  const child = fork(path.join(root, `dist/apps/${app}/src/main.js`), [], { env, cwd: root, silent: true });
  let output = '';
  const keep = (chunk) => {
    output = `${output}${chunk}`.slice(-20_000);
    log(String(chunk));
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const url = await new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message.ready));
    child.once('exit', (code) => reject(new Error(`the ${app} ended with ${code} while starting:\n${output}`)));
  });
  return {
    url,
    process: child,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** Environment of the apps on given services. */
export function appEnvironment(services, extra = {}) {
  return {
    ...process.env,
    DATABASE_URL: services.databaseUrl,
    QUEUE_BACKEND: services.queueBackend,
    ...(services.redisUrl ? { REDIS_URL: services.redisUrl } : {}),
    API_PORT: '0',
    WORKER_PORT: '0',
    LOG_LEVEL: 'warn',
    ...extra,
  };
}

/**
 * Start everything. `env` overrides variables of the apps; `options` go to the services.
 *
 * @returns { services, api, worker, env, stop() }
 */
export async function startPlatform({ env = {}, say = () => {}, ...options } = {}) {
  await build();
  say('starting PostgreSQL and queue');
  const services = await startServices(options);
  const started = [];
  const stop = async () => {
    for (const app of started.reverse()) await app.stop();
    await services.stop();
  };
  try {
    say(`PostgreSQL (${services.postgresKind}) is up; queue: ${services.queueBackend}`);
    const applied = await lib('persistence', 'node').migrate(services.databaseUrl);
    say(`schema is up to date (${applied.length} migrations applied)`);
    const environment = appEnvironment(services, env);
    const api = await startApp('api', environment);
    started.push(api);
    const worker = await startApp('worker', environment);
    started.push(worker);
    say(`api at ${api.url}, worker at ${worker.url}`);
    return { services, api, worker, env: environment, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
