import { todayIn } from '@perennial/config';

/** Injection tokens of what every feature stands on. */
export const CONFIG = Symbol('config');
export const SCOPED = Symbol('scoped');
export const TABLES = Symbol('tables');

/** The registry's calendar: the only place where a feature learns what day it is. */
export class Clock {
  constructor(private readonly timeZone: string) {}

  now(): Date {
    return new Date();
  }

  /** `YYYYMMDD` in the registry's time zone. */
  today(): string {
    return todayIn(this.timeZone, this.now());
  }
}
