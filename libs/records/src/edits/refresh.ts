import { enqueue } from '@perennial/persistence';
import { refreshPatientFindings } from '@perennial/queues';
import { type EntityManager } from 'typeorm';

/** Have the findings of a patient brought up to date in the background, once what changes them here is committed. */
export const requestFindings = (tx: EntityManager, patientId: string): Promise<string> =>
  enqueue(tx, refreshPatientFindings, { patientId });
