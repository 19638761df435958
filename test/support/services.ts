import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const HOST = path.join(__dirname, '../../scripts/services/host.mjs');

export interface ServicesOptions {
  readonly durable?: boolean;
  readonly dataDir?: string;
  readonly redis?: 'auto' | 'none';
  readonly postgres?: 'auto' | 'embedded' | 'system';
  /** Added to the environment of the host; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** User and group id the host runs as, when the test runs as root. */
  readonly uid?: number;
  readonly gid?: number;
  /** The host's script, for tests of a copied checkout. */
  readonly host?: string;
}

export interface PrivateServices {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly queueBackend: 'redis' | 'postgres';
  readonly postgresKind: 'external' | 'embedded' | 'system';
  readonly postgresVersion: number | null;
  readonly folder: string;
  /** Processes of the servers. */
  readonly pids: readonly number[];
  /** The program that owns them. */
  readonly host: ChildProcess;
  /** End one server as if the power went; clients see their connections cut. */
  crash(name: 'postgres' | 'redis'): Promise<void>;
  /** Back on the same port with the same data (Redis keeps data only when durable). */
  restart(name: 'postgres' | 'redis'): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Services of one test's own, held by a process of its own: for tests that take the database or the queue away.
 *
 * @throws Error with what the host wrote, when it could not start them.
 */
export async function privateServices(options: ServicesOptions = {}): Promise<PrivateServices> {
  const args = [
    ...(options.durable === true ? ['--durable'] : []),
    ...(options.dataDir === undefined ? [] : ['--data-dir', options.dataDir]),
    ...(options.redis === undefined ? [] : ['--redis', options.redis]),
    ...(options.postgres === undefined ? [] : ['--postgres', options.postgres]),
  ];
  const host = spawn(process.execPath, [options.host ?? HOST, '--controlled', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
    env: { ...process.env, DATABASE_URL: undefined, REDIS_URL: undefined, ...options.env },
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  let errors = '';
  host.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  host.stdin.on('error', () => undefined);
  const lines = createInterface({ input: host.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Record<string, unknown>> => {
    const next = await lines.next();
    if (next.done === true) throw new Error(`the services ended: ${errors}`);
    return JSON.parse(next.value) as Record<string, unknown>;
  };
  const ask = async (command: string): Promise<void> => {
    host.stdin.write(`${command}\n`);
    const { ok, error } = await answer();
    if (ok !== true) throw new Error(String(error));
  };
  const started = (await answer()) as unknown as Omit<PrivateServices, 'host' | 'crash' | 'restart' | 'stop'>;
  return {
    ...started,
    host,
    crash: (name) => ask(`crash ${name}`),
    restart: (name) => ask(`restart ${name}`),
    stop: async () => {
      const gone = new Promise((resolve) => host.once('exit', resolve));
      if (host.exitCode !== null || host.signalCode !== null) return;
      host.stdin.end('stop\n');
      await gone;
    },
  };
}
