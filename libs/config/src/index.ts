import { z } from 'zod';

const milliseconds = (fallback: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().int().positive().default(fallback);

/** Every environment variable of the platform. `.env.example` lists the same, and a test compares them. */
export const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATABASE_OWNER_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
  QUEUE_BACKEND: z.enum(['redis', 'postgres']).default('redis'),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .default('perennial'),
  QUEUE_LOCK_MS: milliseconds(30_000),
  QUEUE_ADD_TIMEOUT_MS: milliseconds(5_000),
  OUTBOX_POLL_MS: milliseconds(250),
  OUTBOX_CLAIM_MS: milliseconds(30_000),
  AUDIT_SEAL_MS: milliseconds(500),
  API_HOST: z.string().min(1).default('127.0.0.1'),
  /** Proxies in front of the API that may say what address a request comes from. */
  API_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  API_BODY_GRACE_MS: milliseconds(10_000),
  API_PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Absent: no MLLP. */
  HL7_MLLP_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  HL7_MLLP_HOST: z.string().min(1).default('127.0.0.1'),
  HL7_MLLP_MAX_BYTES: z.coerce.number().int().min(1_000).max(100_000_000).default(20_000_000),
  HL7_MLLP_MESSAGE_MS: milliseconds(60_000),
  HL7_MLLP_IDLE_MS: milliseconds(600_000),
  HL7_MLLP_CONNECTIONS: z.coerce.number().int().min(1).max(10_000).default(64),
  WORKER_PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
  OUTBOUND_DIR: z.string().min(1).default('var/outbound'),
  SESSION_IDLE_MINUTES: z.coerce.number().int().min(1).max(1_440).default(15),
  REGISTRY_KIND: z.enum(['hospital', 'central']).default('hospital'),
  REGISTRY_ID: z
    .string()
    .regex(/^\d{10}$/)
    .default('0000000000'),
  REGISTRY_TIME_ZONE: z.string().refine(isTimeZone, 'is not a known time zone').default('America/New_York'),
  LOG_LEVEL: z.enum(['error', 'warn', 'log', 'debug']).default('log'),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Passwords that come with examples and images, and what people put there for a start. */
const WELL_KNOWN =
  /^(perennial|postgres|postgresql|password|passw0rd|secret|changeme|change-me|change_me|change-this.*|example|redis|admin|root|test|default|letmein|123456.*|qwerty.*)+$/i;
const SHORTEST_SECRET = 12;

/** Whether the password in a connection is one that others know or guess. Without a password the server decides by other means. */
function isDefaultSecret(url: string | undefined): boolean {
  const password = url === undefined ? '' : decodeURIComponent(new URL(url).password);
  return password !== '' && (password.length < SHORTEST_SECRET || WELL_KNOWN.test(password));
}

export type Config = Readonly<z.infer<typeof environment>>;

/** A bad or missing environment variable: each one is named with what is wrong, never with its value. */
export class ConfigError extends Error {}

/**
 * Read the environment once, at start-up.
 *
 * Empty variables count as absent. A secret may come from a file: `NAME_FILE` holds the path (the caller reads it).
 *
 * @throws ConfigError naming every bad variable.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment
    .superRefine((config, context) => {
      if (config.NODE_ENV !== 'production') return;
      for (const name of ['DATABASE_URL', 'DATABASE_OWNER_URL', 'REDIS_URL'] as const)
        if (isDefaultSecret(config[name]))
          context.addIssue({
            code: 'custom',
            path: [name],
            message: `holds a password that is well known or shorter than ${SHORTEST_SECRET} characters`,
          });
    })
    .refine((config) => config.QUEUE_BACKEND === 'postgres' || config.REDIS_URL !== undefined, {
      path: ['REDIS_URL'],
      message: 'is required when QUEUE_BACKEND is redis',
    })
    .safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(`the environment is not usable:\n${[...new Set(problems)].join('\n')}`);
}

/** Today's date of the registry, `YYYYMMDD` in its time zone. */
export function todayIn(timeZone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(now);
  return parts.replaceAll('-', '');
}
