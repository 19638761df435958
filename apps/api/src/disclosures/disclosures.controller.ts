import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal } from '@perennial/persistence';
import { type Response } from 'express';
import { type Page } from '../platform/paging.js';
import { Clock } from '../platform/tokens.js';
import { disclosureDocument } from './disclosure-document.js';
import { DisclosuresService, type DisclosureView } from './disclosures.service.js';
import { CreateDisclosureDto, ListDisclosuresDto, VoidDto } from './dto.js';

@ApiTags('disclosures')
@Controller('disclosures')
export class DisclosuresController {
  constructor(
    private readonly disclosures: DisclosuresService,
    private readonly clock: Clock,
  ) {}

  /** Disclosures, newest first; of one patient where `patientId` is given. */
  @Requires('disclosures.read')
  @Get()
  list(@Query() query: ListDisclosuresDto, @CurrentPrincipal() principal: Principal): Promise<Page<DisclosureView>> {
    return this.disclosures.list(principal, query);
  }

  /** Record what was given to whom on what legal ground: authorization, subpoena or order of a court. */
  @Requires('disclosures.write')
  @Post()
  create(@Body() body: CreateDisclosureDto, @CurrentPrincipal() principal: Principal): Promise<DisclosureView> {
    return this.disclosures.create(principal, body);
  }

  @Requires('disclosures.read')
  @Get(':id')
  one(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<DisclosureView> {
    return this.disclosures.one(principal, id);
  }

  /** Mark a wrong entry as void; it stays. */
  @Requires('disclosures.write')
  @Post(':id/void')
  @HttpCode(200)
  void(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: VoidDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DisclosureView> {
    return this.disclosures.void(principal, id, body.reason);
  }

  /** One disclosure on paper. */
  @Requires('disclosures.read')
  @Get(':id/document')
  @ApiProduces('application/pdf')
  async document(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const entry = await this.disclosures.print(principal, id);
    send(response, await disclosureDocument('Disclosure of patient information', [entry], this.clock.today()));
  }

  /** Every disclosure of a patient on paper: the accounting that the patient may ask for. */
  @Requires('disclosures.read')
  @Get('patients/:id/accounting')
  @ApiProduces('application/pdf')
  async accounting(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const entries = await this.disclosures.accounting(principal, id);
    send(response, await disclosureDocument('Accounting of disclosures', entries, this.clock.today()));
  }
}

function send(response: Response, pdf: Buffer): void {
  response
    .type('application/pdf')
    .setHeader('Content-Disposition', 'inline; filename="disclosure.pdf"')
    .setHeader('Cache-Control', 'no-store')
    .send(pdf);
}
