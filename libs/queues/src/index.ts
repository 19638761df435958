import { z } from 'zod';

/** What a job carries, where it runs and how often it is tried again. Payloads hold ids only: Redis is clear text. */
export interface Contract<Schema extends z.ZodType = z.ZodType> {
  readonly queue: string;
  /** Name with its version: a changed shape is a new version, and the old one is kept until the queue has drained. */
  readonly name: string;
  readonly schema: Schema;
  readonly options: {
    readonly attempts: number;
    readonly backoff: { readonly type: 'exponential'; readonly delay: number };
    readonly removeOnComplete: { readonly age: number };
    readonly removeOnFail: boolean;
  };
}

/** Identity function that keeps the literal types of a contract. */
export const contract = <Schema extends z.ZodType>(definition: Contract<Schema>): Contract<Schema> => definition;

const retried: Contract['options'] = {
  attempts: 8,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: { age: 3_600 },
  removeOnFail: false,
};

export const EDITS_QUEUE = 'edits';
export const INTAKE_QUEUE = 'intake';
export const IMPORTS_QUEUE = 'imports';
export const FOLLOW_UP_QUEUE = 'follow-up';
export const LETTERS_QUEUE = 'letters';
export const SUBMISSIONS_QUEUE = 'submissions';
export const STAGING_QUEUE = 'staging';

/** Turn one stored message into reports, codes and drafts. */
export const processMessage = contract({
  queue: INTAKE_QUEUE,
  name: 'process-message.v1',
  schema: z.object({ messageId: z.uuid() }),
  options: retried,
});

/** Check an uploaded NAACCR file and take its records, going on where an earlier run ended. */
export const importNaaccr = contract({
  queue: IMPORTS_QUEUE,
  name: 'import-naaccr.v1',
  schema: z.object({ batchId: z.uuid() }),
  options: retried,
});

/** Open, mark and close follow-up tasks for one day of the registry's calendar: the parts of a pass that are not done. */
export const followUpPass = contract({
  queue: FOLLOW_UP_QUEUE,
  name: 'daily-pass.v2',
  schema: z.object({ passId: z.uuid() }),
  options: retried,
});

/** Plan the pass of today, if nobody did. Sent by the scheduler of the queue, not through the outbox: it says nothing but that it is time. */
export const planFollowUp = contract({
  queue: FOLLOW_UP_QUEUE,
  name: 'plan-day.v1',
  schema: z.object({}),
  options: retried,
});

/** Print one batch of letters. */
export const printLetters = contract({
  queue: LETTERS_QUEUE,
  name: 'print-letters.v1',
  schema: z.object({ batchId: z.uuid() }),
  options: retried,
});

/** Run edits over many stored cases, from where the run stands. */
export const runStoredEdits = contract({
  queue: EDITS_QUEUE,
  name: 'run-stored.v1',
  schema: z.object({ runId: z.uuid() }),
  options: retried,
});

/** Judge what is stored of one patient again after a change. */
export const refreshPatientFindings = contract({
  queue: EDITS_QUEUE,
  name: 'refresh-patient.v1',
  schema: z.object({ patientId: z.uuid() }),
  options: retried,
});

/** Check, write, deliver and mark one frozen submission. */
export const buildSubmission = contract({
  queue: SUBMISSIONS_QUEUE,
  name: 'build.v1',
  schema: z.object({ submissionId: z.uuid() }),
  options: retried,
});

/** Stage one page of tumors or abstracts again; the next page is a job of its own. */
export const restagePage = contract({
  queue: STAGING_QUEUE,
  name: 'restage-page.v1',
  schema: z.object({ runId: z.uuid(), page: z.number().int().nonnegative() }),
  options: retried,
});

/** Every contract by name: the relay finds options here, and a worker refuses a name that is not listed. */
export const contracts: ReadonlyMap<string, Contract> = new Map(
  [
    processMessage,
    importNaaccr,
    followUpPass,
    planFollowUp,
    printLetters,
    buildSubmission,
    refreshPatientFindings,
    runStoredEdits,
    restagePage,
  ].map((one) => [one.name, one as Contract]),
);

export const QUEUES = [
  INTAKE_QUEUE,
  IMPORTS_QUEUE,
  FOLLOW_UP_QUEUE,
  LETTERS_QUEUE,
  SUBMISSIONS_QUEUE,
  EDITS_QUEUE,
  STAGING_QUEUE,
] as const;
