import { randomUUID } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { DomainError } from './domain-error.js';

interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly instance: string;
  readonly [key: string]: unknown;
}

const titles: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood.',
  401: 'Sign in first.',
  403: 'This needs a right that you do not have.',
  404: 'There is nothing here.',
  405: 'This method is not offered here.',
  413: 'The request is too large.',
  415: 'This kind of content is not taken here.',
  429: 'Too many requests. Wait a moment.',
  503: 'A part of the registry is away. Nothing was stored; try again soon.',
};

/** Codes of PostgreSQL and of sockets that mean: the database or queue is not reachable now. */
const AWAY = /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|08\w{3}|57P0[0-3]|53300)$/;

/** Error code of a driver or socket, where there is one. */
function codeOf(error: unknown): string {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  const found = code ?? driverError?.code;
  return typeof found === 'string' ? found : '';
}

const isAway = (error: unknown): boolean => {
  const message = error instanceof Error ? error.message : '';
  return AWAY.test(codeOf(error)) || /Connection terminated|timeout exceeded when trying to connect/.test(message);
};

/** Body parsers and other middleware mark what they refuse with a status of their own. */
const middlewareStatus = (error: unknown): number | undefined => {
  const status = (error as { status?: unknown; expose?: unknown }).status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
};

/** The status a refusal is answered with; `undefined` for what is no refusal but a fault. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof DomainError) return error.status;
  const status = error instanceof HttpException ? error.getStatus() : middlewareStatus(error);
  return status !== undefined && status < 500 ? status : undefined;
}

/** Everything that goes wrong becomes `application/problem+json`. No stack, SQL or value of a patient leaves. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const problem = this.toProblem(error, http.getRequest<Request>());
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  private toProblem(error: unknown, request: Request): ProblemDocument {
    const instance = `urn:uuid:${randomUUID()}`;
    if (error instanceof DomainError) {
      return {
        type: `urn:perennial:problem:${error.code}`,
        title: error.message,
        status: error.status,
        instance,
        ...error.extra,
      };
    }
    const status = statusOf(error);
    if (status !== undefined) {
      return {
        type: `urn:perennial:problem:http.${status}`,
        title: titles[status] ?? 'The request was refused.',
        status,
        instance,
      };
    }
    if (isAway(error)) {
      this.log.error(`${instance} ${request.method} answered 503: database or queue away`);
      return { type: 'urn:perennial:problem:service.away', title: titles[503] ?? '', status: 503, instance };
    }
    // The message of an unknown error may quote a value (PostgreSQL does), so only its kind and place are logged.
    const place =
      error instanceof Error
        ? `${error.name} ${(error as { code?: string }).code ?? ''} ${(error.stack ?? '').split('\n').find((line) => line.includes(' at ')) ?? ''}`
        : typeof error;
    this.log.error(
      `${instance} ${request.method} ${request.route ? String((request.route as { path?: string }).path) : ''} failed: ${place}`,
    );
    return {
      type: 'urn:perennial:problem:internal',
      title: 'Something went wrong here. It was logged under the instance id.',
      status: 500,
      instance,
    };
  }
}
