import { Logger } from '@nestjs/common';
import { ConfigError, loadConfig } from '@perennial/config';
import { withSecretFiles } from '@perennial/config/node';
import { UnsafeDatabaseError } from '@perennial/persistence';
import { createWorker } from './create-worker.js';

async function main(): Promise<void> {
  const config = loadConfig(withSecretFiles(process.env));
  const app = await createWorker(config);
  await app.listen(config.WORKER_PORT, config.API_HOST);
  new Logger('Worker').log(`working; health at ${await app.getUrl()}`);
  process.send?.({ ready: await app.getUrl() });
}

main().catch((error: unknown) => {
  const expected = error instanceof ConfigError || error instanceof UnsafeDatabaseError;
  process.stderr.write(
    `perennial worker: ${expected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
