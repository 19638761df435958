/**
 * Services in a program of their own: `node scripts/services/host.mjs [--durable] [--data-dir D] [--redis none] [--postgres system]`.
 *
 * Prints one line of JSON with the addresses, then stays until it is interrupted. With `--controlled` it takes a command a line on
 * standard input (`crash postgres`, `restart redis`, `stop`, `kill`), answers each with one line of JSON, and ends with its input.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startServices } from './index.mjs';

const { values } = parseArgs({
  options: {
    durable: { type: 'boolean', default: false },
    'data-dir': { type: 'string' },
    redis: { type: 'string', default: 'auto' },
    postgres: { type: 'string', default: 'auto' },
    controlled: { type: 'boolean', default: false },
  },
});
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const services = await startServices({
  durable: values.durable,
  ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }),
  redis: values.redis,
  postgres: values.postgres,
  log: (message) => process.stderr.write(`${message}\n`),
});
const pids = [services.postgres, services.redis].flatMap((service) => (service === null ? [] : [service.mark().pid]));
const { databaseUrl, redisUrl, queueBackend, postgresKind, folder } = services;
print({
  databaseUrl,
  redisUrl,
  queueBackend,
  postgresKind,
  postgresVersion: services.postgres?.version ?? null,
  folder,
  pids,
});

if (values.controlled) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, name] = line.trim().split(' ');
    try {
      if (command === 'stop' || command === 'kill') {
        await services[command]();
        print({ ok: true });
        break;
      }
      const service = { postgres: services.postgres, redis: services.redis }[name];
      if (!['crash', 'restart'].includes(command) || !service) throw new Error(`cannot ${line}`);
      await service[command]();
      print({ ok: true });
    } catch (error) {
      print({ ok: false, error: error.message });
    }
  }
  await services.stop();
} else {
  await new Promise((resolve) => {
    const held = setInterval(() => {}, 60_000);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => resolve(clearInterval(held)));
  });
  await services.stop();
}
