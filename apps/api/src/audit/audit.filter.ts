import { type ArgumentsHost, Catch, Logger } from '@nestjs/common';
import { currentRequest, writeAlone } from '@perennial/audit';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { ProblemFilter, statusOf } from '@perennial/problem';

/** Refusals that an auditor wants to see: a right that is missing, and an id that is not there or not for this person. */
const TELLING = new Set([403, 404, 429]);
/** A refusal is written without any row of a patient in sight. */
const REFUSAL = { ...systemPrincipal('refusal'), allFacilities: false };

/** Problems as documents, and refusals of known people and tokens as events of the log: their own transaction was rolled back. */
@Catch()
export class AuditFilter extends ProblemFilter {
  private readonly auditLog = new Logger('Audit');

  constructor(private readonly scoped: Scoped) {
    super();
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    const request = currentRequest();
    const status = statusOf(error);
    if (request !== undefined && request.actor !== 'anonymous' && status !== undefined && TELLING.has(status)) {
      writeAlone(this.scoped, REFUSAL, { status, seen: request.asked }).catch((failure: unknown) =>
        this.auditLog.error(`a refusal was not logged: ${failure instanceof Error ? failure.name : 'error'}`),
      );
    }
    super.catch(error, host);
  }
}
