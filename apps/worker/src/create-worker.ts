import 'reflect-metadata';
import { ConsoleLogger, type INestApplication, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Config } from '@perennial/config';
import { assertSafe } from '@perennial/persistence';
import { type Job, type Worker } from 'bullmq';
import { DataSource } from 'typeorm';
import { EditsProcessor } from './edits/edits.processor.js';
import { FollowUpProcessor } from './follow-up/follow-up.processor.js';
import { LettersProcessor } from './follow-up/letters.processor.js';
import { IntakeProcessor } from './intake/intake.processor.js';
import { NaaccrImportProcessor } from './naaccr-import/naaccr-import.processor.js';
import { StagingProcessor } from './staging/staging.processor.js';
import { SubmissionsProcessor } from './submissions/submissions.processor.js';
import { WorkerModule } from './worker.module.js';

const PROCESSORS = [
  IntakeProcessor,
  NaaccrImportProcessor,
  EditsProcessor,
  FollowUpProcessor,
  LettersProcessor,
  StagingProcessor,
  SubmissionsProcessor,
];

/** Times of locks and stall checks come from the configuration: half a minute in production, seconds in tests. */
function configure(worker: Worker, config: Config, jobsAtOnce: number): void {
  worker.concurrency = jobsAtOnce;
  Object.assign(worker.opts, {
    lockDuration: config.QUEUE_LOCK_MS,
    lockRenewTime: config.QUEUE_LOCK_MS / 2,
    stalledInterval: config.QUEUE_LOCK_MS,
    // The default of 1 fails a job for good at the second crash.
    maxStalledCount: 20,
  });
}

/**
 * The worker with its processors running.
 *
 * @throws UnsafeDatabaseError when the database role could bypass row security or the schema is not up to date.
 */
export async function createWorker(config: Config): Promise<INestApplication> {
  const app = await NestFactory.create(WorkerModule.forRoot(config), {
    abortOnError: false,
    logger: new ConsoleLogger({
      json: true,
      logLevels: config.LOG_LEVEL === 'log' ? ['fatal', 'error', 'warn', 'log'] : ['fatal', 'error', 'warn'],
    }),
  });
  try {
    await assertSafe(app.get(DataSource), { production: config.NODE_ENV === 'production' });
    await app.init();
  } catch (error) {
    await app.close();
    throw error;
  }
  const log = new Logger('Worker');
  for (const type of PROCESSORS) {
    const { worker } = app.get(type, { strict: false });
    configure(worker, config, type === IntakeProcessor ? IntakeProcessor.JOBS_AT_ONCE : config.WORKER_CONCURRENCY);
    // The message of an error may quote a value, so only its kind is logged beside the job's id.
    worker.on('failed', (job: Job | undefined, error: Error) =>
      log.error(
        `job ${job?.id ?? 'unknown'} ${job?.name ?? ''} attempt ${job?.attemptsMade ?? 0} failed: ${error.name} ${(error as { code?: string }).code ?? ''}`,
      ),
    );
    worker.on('error', (error: Error) => log.warn(`queue: ${error.name}`));
    void worker.run();
  }
  app.enableShutdownHooks();
  return app;
}
