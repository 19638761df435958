import { existsSync, readFileSync } from 'node:fs';
import { environment } from '@perennial/config';
import { SECRETS } from '@perennial/config/node';
import { load } from 'js-yaml';

/** `docker-compose.yml` against `.env.example` and the configuration that the programs read: no engine is needed for this. */
type Node = Readonly<Record<string, unknown>>;

/** Merge keys (`<<`) applied, as compose does. */
function merged(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(merged);
  if (node === null || typeof node !== 'object') return node;
  const { '<<': base, ...own } = node as Node;
  return {
    ...((base === undefined ? {} : merged(base)) as Node),
    ...Object.fromEntries(Object.entries(own).map(([key, value]) => [key, merged(value)])),
  };
}

interface Service {
  readonly image: string;
  readonly user: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly command?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const text = readFileSync('docker-compose.yml', 'utf8');
const compose = merged(load(text)) as {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Node;
  networks: Record<string, { internal?: boolean }>;
};
const example = new Map(
  [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]),
);
const programs = ['api', 'worker', 'migrate'] as const;
const bare = (name: string): string => name.replace(/_FILE$/, '');

describe('docker-compose.yml', () => {
  it('gives each program every variable that it reads, and none besides', () => {
    const all = Object.keys(environment.shape).sort();
    for (const name of programs) {
      const given = Object.keys(compose.services[name]!.environment).map(bare);
      const expected = name === 'migrate' ? all : all.filter((one) => one !== 'DATABASE_OWNER_URL');
      expect([name, given.sort()]).toEqual([name, expected]);
    }
  });

  it('has the defaults of .env.example, and takes nothing else from the environment', () => {
    const inside = new Set([
      'API_HOST',
      'HL7_MLLP_HOST',
      'API_TRUSTED_PROXIES',
      'OUTBOUND_DIR',
      'QUEUE_BACKEND',
      'NODE_ENV',
      'API_PORT',
      'WORKER_PORT',
    ]);
    for (const [name, value] of Object.entries(compose.services.api!.environment)) {
      const taken = /^\$\{([A-Z0-9_]+):-(.*)\}$/.exec(String(value));
      if (taken !== null) expect([name, taken[1]]).toEqual([name, name]);
      if (taken !== null && !inside.has(name)) expect([name, taken[2]]).toEqual([name, example.get(name)]);
    }
    const used = [...text.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name!);
    const known = new Set([...Object.keys(environment.shape), 'PERENNIAL_VERSION', 'API_PUBLISHED_PORT']);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it('loads as the programs would load it', () => {
    const values = Object.fromEntries(
      Object.entries(compose.services.worker!.environment)
        .map(([name, value]) => [bare(name), String(value).replace(/^\$\{[A-Z0-9_]+:-(.*)\}$/, '$1')] as const)
        .filter(([, value]) => value !== ''),
    );
    const parsed = environment.safeParse({
      ...values,
      DATABASE_URL: 'postgresql://perennial:x@postgres:5432/perennial',
      REDIS_URL: 'redis://:x@redis:6379',
    });
    expect(parsed.error?.issues ?? []).toEqual([]);
    expect(parsed.data).toMatchObject({ NODE_ENV: 'production', QUEUE_BACKEND: 'redis', API_PORT: 3000 });
  });

  it('holds no secret: each comes from a file that is not in the repository', () => {
    for (const service of Object.values(compose.services)) {
      for (const name of Object.keys(service.environment ?? {}))
        expect(/(PASSWORD|SECRET|TOKEN|_URL)$/.test(name) ? name : null).toBeNull();
      for (const secret of service.secrets) expect(Object.keys(compose.secrets)).toContain(secret);
    }
    for (const name of SECRETS.filter((one) => one !== 'DATABASE_OWNER_URL'))
      expect(compose.services.api!.environment[`${name}_FILE`]).toBe(`/run/secrets/${name.toLowerCase()}`);
    expect(readFileSync('.gitignore', 'utf8')).toMatch(/^secrets\/$/m);
    expect(readFileSync('docker/make-secrets.sh', 'utf8')).toContain('/dev/urandom');
    for (const { file } of Object.values(compose.secrets))
      expect(readFileSync('docker/make-secrets.sh', 'utf8')).toContain(file.replace('./secrets/', ''));
  });

  it('runs every service as somebody harmless on a file system that cannot be written', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['api', 'migrate', 'postgres', 'redis', 'worker']);
    for (const [name, service] of Object.entries(compose.services)) {
      expect([name, service.read_only, service.cap_drop, service.security_opt]).toEqual([
        name,
        true,
        ['ALL'],
        ['no-new-privileges:true'],
      ]);
      expect([name, /^(0|root)(:|$)/.test(service.user), service.user === undefined]).toEqual([name, false, false]);
      if (name !== 'migrate') expect([name, (service.healthcheck?.test.length ?? 0) > 1]).toEqual([name, true]);
      for (const volume of service.volumes ?? []) {
        const [from = ''] = volume.split(':');
        if (from.startsWith('.')) expect([from, existsSync(from)]).toEqual([from, true]);
        else expect(Object.keys(compose.volumes)).toContain(from);
      }
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
    expect(compose.networks.inside?.internal).toBe(true);
    for (const name of ['postgres', 'redis', 'worker', 'migrate'])
      expect(compose.services[name]!.networks).toEqual(['inside']);
  });

  it('migrates once before anything starts', () => {
    for (const name of ['api', 'worker'])
      expect(compose.services[name]!.depends_on).toMatchObject({
        migrate: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
    expect(compose.services.migrate!.depends_on).toMatchObject({ postgres: { condition: 'service_healthy' } });
  });
});

describe('the Dockerfile', () => {
  const lines = readFileSync('Dockerfile', 'utf8');

  it('ends as a user without rights, with a health check, and copies only what runs', () => {
    const last = lines.slice(lines.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER 10001:10001$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(last.indexOf('USER ')).toBeLessThan(last.indexOf('\nCMD '));
    expect(last).not.toMatch(/^COPY (?!--from=build)/m);
    expect(lines).not.toMatch(/ADD http|curl|--privileged|:latest/);
    for (const name of ['secrets', '.env', 'node_modules', '.git'])
      expect(readFileSync('.dockerignore', 'utf8').split('\n')).toContain(name);
  });

  it('starts what is there: every file that a command names is compiled from a source', () => {
    const commands = programs.map((name) => compose.services[name]!.command ?? []);
    for (const file of commands.flat().filter((word) => word.startsWith('dist/')))
      expect([file, existsSync(file.replace(/^dist\//, '').replace(/\.js$/, '.ts'))]).toEqual([file, true]);
    for (const service of ['api', 'worker'])
      expect(compose.services[service]!.healthcheck?.test).toContain('docker/healthy.mjs');
  });
});
