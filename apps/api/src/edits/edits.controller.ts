import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '@perennial/auth';
import { type Finding } from '@perennial/edits';
import { findingsOf, judgeItems, type RegistryTables } from '@perennial/records';
import { IsObject } from 'class-validator';
import { Clock, TABLES } from '../platform/tokens.js';

export class RunEditsDto {
  @IsObject() readonly items!: Record<string, string>;
}

@ApiTags('edits')
@Controller('edits')
export class EditsController {
  constructor(
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  /** What the edits would say of these items; nothing is stored. */
  @Requires('edits.run')
  @Post('run')
  @HttpCode(200)
  run(@Body() body: RunEditsDto): readonly Finding[] {
    judgeItems(
      this.tables.dictionary,
      Object.fromEntries(Object.entries(body.items).filter(([, value]) => typeof value !== 'string')),
    );
    return findingsOf(this.tables, this.tables.edits.completion, body.items, this.clock.today());
  }
}
