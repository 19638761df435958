import { readFileSync } from 'node:fs';
import { ConfigError, environment, loadConfig, todayIn } from '@perennial/config';

const example = readFileSync('.env.example', 'utf8');
const variables = [...example.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!] as const);

describe('the environment', () => {
  it('is listed whole in .env.example, and nothing else is', () => {
    expect(variables.map(([name]) => name).sort()).toEqual(Object.keys(environment.shape).sort());
  });

  it('loads from .env.example as it stands', () => {
    expect(loadConfig(Object.fromEntries(variables)).API_PORT).toBe(3000);
  });

  it('names every bad variable and no value', () => {
    const bad = {
      DATABASE_URL: 'mysql://secret@host/db',
      API_PORT: 'ninety',
      REGISTRY_TIME_ZONE: 'Mars/Olympus',
      QUEUE_BACKEND: 'redis',
    };
    expect(() => loadConfig(bad)).toThrow(ConfigError);
    try {
      loadConfig(bad);
    } catch (error) {
      const { message } = error as Error;
      for (const name of ['DATABASE_URL', 'API_PORT', 'REGISTRY_TIME_ZONE']) expect(message).toContain(name);
      expect(message).not.toMatch(/secret|ninety|Olympus/);
    }
  });

  it('refuses passwords that everybody knows, in production', () => {
    const of =
      (DATABASE_URL: string, NODE_ENV = 'production'): (() => unknown) =>
      () =>
        loadConfig({ DATABASE_URL, NODE_ENV, QUEUE_BACKEND: 'postgres' });
    for (const password of ['perennial', 'postgres', 'changeme', 'short-one', 'passwordpassword', 'change-this-please'])
      expect(of(`postgresql://perennial:${password}@db/perennial`)).toThrow(/DATABASE_URL: holds a password/);
    expect(of('postgresql://perennial:passwordpassword@db/perennial', 'development')).not.toThrow();
    expect(of('postgresql://perennial:Vq7%2Fzzk-d93mBw@db/perennial')).not.toThrow();
    expect(of('postgresql://perennial@db/perennial')).not.toThrow();
  });

  it('asks for Redis only where the queue lives in it', () => {
    const base = { DATABASE_URL: 'postgresql://localhost/x' };
    expect(() => loadConfig(base)).toThrow(/REDIS_URL/);
    expect(loadConfig({ ...base, QUEUE_BACKEND: 'postgres' }).REDIS_URL).toBeUndefined();
  });

  it('knows the registry day from its own time zone', () => {
    const moment = new Date('2026-03-01T03:30:00Z');
    expect([
      todayIn('America/New_York', moment),
      todayIn('UTC', moment),
      todayIn('Pacific/Kiritimati', moment),
    ]).toEqual(['20260228', '20260301', '20260301']);
  });
});
