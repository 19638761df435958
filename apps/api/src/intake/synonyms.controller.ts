import { Body, Controller, Delete, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal, type Scoped } from '@perennial/persistence';
import { addSynonym, listSynonyms, type ListedSynonym, type RegistryTables, retireSynonym } from '@perennial/records';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { SCOPED, TABLES } from '../platform/tokens.js';

export class SynonymDto {
  /** Absent: for the whole registry. */
  @IsOptional() @IsUUID() readonly facilityId?: string;
  @IsIn(['morphology', 'topography']) readonly kind!: 'morphology' | 'topography';
  @IsString() @MinLength(3) @MaxLength(80) readonly term!: string;
  /** `C504`, or `8500/3`. */
  @IsString() @MaxLength(10) readonly code!: string;
}

export class ListSynonymsDto {
  @IsOptional() @IsUUID() readonly facilityId?: string;
}

/** Words that a facility's pathologists use and the coder does not know, or knows otherwise. They hold for reports that come from then on. */
@ApiTags('intake')
@Controller('intake/synonyms')
export class SynonymsController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
  ) {}

  @Requires('reports.read')
  @Get()
  async list(
    @Query() query: ListSynonymsDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ items: ListedSynonym[] }> {
    return { items: await this.scoped(principal, (tx) => listSynonyms(tx, principal, query.facilityId)) };
  }

  @Requires('reports.screen')
  @Post()
  async add(@Body() body: SynonymDto, @CurrentPrincipal() principal: Principal): Promise<{ id: string }> {
    const id = await this.scoped(principal, (tx) =>
      addSynonym(tx, { ...body, facilityId: body.facilityId ?? null }, principal, this.tables),
    );
    return { id };
  }

  /** The word is known no longer; what was coded with it stays. */
  @Requires('reports.screen')
  @Delete(':id')
  @HttpCode(204)
  retire(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    return this.scoped(principal, (tx) => retireSynonym(tx, id, principal));
  }
}
