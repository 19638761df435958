import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Config } from '@perennial/config';
import { type Response } from 'express';
import { EMPTY, finalize, type Observable } from 'rxjs';
import { CONFIG } from './tokens.js';

/** Turns at something of which only so much may go on at once. First come, first served; who has left meanwhile is passed over. */
export class Turns {
  private free: number;
  private readonly waiting: { readonly isWanted: () => boolean; readonly begin: (given: boolean) => void }[] = [];

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  /** @returns whether the turn came; if so it has to be given back. False when nobody wanted it any more by then. */
  take(isWanted: () => boolean): Promise<boolean> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((begin) => void this.waiting.push({ isWanted, begin }));
  }

  giveBack(): void {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      const given = next.isWanted();
      next.begin(given);
      if (given) return;
    }
    this.free += 1;
  }
}

/** Counts over the whole population take seconds of the database: they have a quarter of its connections, so that lists never wait for them. */
const SHARE = 4;

/** Routes that count over the whole population, a few at a time. A request whose browser has gone on is not begun. */
@Injectable()
export class InTurn implements NestInterceptor {
  private readonly turns: Turns;

  constructor(@Inject(CONFIG) config: Config) {
    this.turns = new Turns(Math.max(1, Math.floor(config.DATABASE_POOL_SIZE / SHARE)));
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const response = context.switchToHttp().getResponse<Response>();
    const isTurn = await this.turns.take(() => !response.closed);
    return isTurn ? next.handle().pipe(finalize(() => this.turns.giveBack())) : EMPTY;
  }
}
