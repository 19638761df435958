import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '@perennial/auth';
import { type Suppressed } from '@perennial/disclosure';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { observedSurvival, type SiteSurvival } from '@perennial/records';
import { SCOPED } from '../platform/tokens.js';

/** A researcher sees numbers of the whole registry and never a row of it: the platform counts for them. */
const COUNTING = systemPrincipal('research');

@ApiTags('research')
@Controller('research')
export class ResearchController {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  /** Observed survival by site; rows of fewer than 16 cases are blank. */
  @Requires('research.read')
  @Get('survival')
  survival(): Promise<Suppressed<SiteSurvival>[]> {
    return this.scoped(COUNTING, (tx) => observedSurvival(tx));
  }
}
