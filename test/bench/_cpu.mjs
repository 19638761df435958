/** Processor time of processes that are measured, from /proc: says more than the clock on a machine that others use too. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

const fieldsOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');

/** Parent of a process. */
export const parentOf = (pid) => Number(fieldsOf(pid)[1]);

/** CPU seconds (user and system) of a process and, when asked, of its ended children. */
export const cpuOf = (pid, children = false) =>
  fieldsOf(pid)
    .slice(11, children ? 15 : 13)
    .reduce((sum, one) => sum + Number(one), 0) / 100;

/** CPU seconds of a database server: the postmaster with its ended children, and every child that lives. */
export function databaseCpu(postmaster) {
  let sum = cpuOf(postmaster, true);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (parentOf(pid) === postmaster) sum += cpuOf(pid);
    } catch {
      // It ended meanwhile; the postmaster has its time.
    }
  }
  return sum;
}
