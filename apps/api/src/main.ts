import { Logger } from '@nestjs/common';
import { ConfigError, loadConfig } from '@perennial/config';
import { withSecretFiles } from '@perennial/config/node';
import { UnsafeDatabaseError } from '@perennial/persistence';
import { createApp } from './create-app.js';

async function main(): Promise<void> {
  const config = loadConfig(withSecretFiles(process.env));
  const app = await createApp(config);
  await app.listen(config.API_PORT, config.API_HOST);
  new Logger('Api').log(`listening on ${await app.getUrl()}`);
  process.send?.({ ready: await app.getUrl() });
}

main().catch((error: unknown) => {
  const expected = error instanceof ConfigError || error instanceof UnsafeDatabaseError;
  process.stderr.write(
    `perennial api: ${expected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
