import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { type Request, type Response } from 'express';
import { type Page } from '../platform/paging.js';
import { ListMessagesDto, MessageIdsDto, TextReportDto } from './dto.js';
import { IntakeService, type MessageDetail, type MessageSummary } from './intake.service.js';

@ApiTags('intake')
@Controller('intake')
export class IntakeController {
  constructor(private readonly intake: IntakeService) {}

  /** One HL7 v2 message or batch. The bytes are stored before anything else; the answer is an HL7 acknowledgement. */
  @Requires('intake.submit')
  @Post('hl7')
  @ApiConsumes('application/hl7-v2', 'text/plain', 'application/octet-stream')
  async hl7(
    @Req() request: Request,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    const raw: unknown = request.body;
    if (!Buffer.isBuffer(raw) || raw.length === 0)
      throw new DomainError('intake.empty', 400, 'Send the message as the body, with content type application/hl7-v2.');
    const stored = await this.intake.hl7(principal, raw);
    response
      .status(stored.accepted ? 200 : 422)
      .location(`/api/v1/intake/messages/${stored.id}`)
      .type('application/hl7-v2')
      .send(stored.acknowledgement);
  }

  /** A pasted or uploaded report, for a facility, with what is known of the patient. Sent again it is the same report. */
  @Requires('intake.submit')
  @Post('text')
  @HttpCode(202)
  text(
    @Body() body: TextReportDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ id: string; reportNumber: string }> {
    return this.intake.text(principal, body);
  }

  /** Messages by state, newest first: what failed waits here for an operator. */
  @Requires('intake.read')
  @Get('messages')
  list(@Query() query: ListMessagesDto, @CurrentPrincipal() principal: Principal): Promise<Page<MessageSummary>> {
    return this.intake.list(principal, query);
  }

  @Requires('intake.read')
  @Get('messages/:id')
  one(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<MessageDetail> {
    return this.intake.one(principal, id);
  }

  /** The bytes of a message as they came. */
  @Requires('intake.read')
  @Get('messages/:id/raw')
  async raw(
    @Param('id', ParseUUIDPipe) id: string,
    @Res() response: Response,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    const { kind, bytes } = await this.intake.raw(principal, id);
    response
      .type(kind === 'text' ? 'application/json' : 'application/octet-stream')
      .attachment(`${id}.${kind === 'text' ? 'json' : 'hl7'}`)
      .set('Cache-Control', 'no-store')
      .send(bytes);
  }

  /** Process messages again, after a mapping or the program was mended. @returns those that could be. */
  @Requires('intake.operate')
  @Post('messages/rerun')
  @HttpCode(202)
  async rerunAll(@Body() { ids }: MessageIdsDto, @CurrentPrincipal() principal: Principal): Promise<{ ids: string[] }> {
    return { ids: await this.intake.rerunAll(principal, ids) };
  }

  /** Put failed messages aside; their bytes stay. @returns those that were failed. */
  @Requires('intake.operate')
  @Post('messages/dismiss')
  @HttpCode(200)
  async dismissAll(
    @Body() { ids }: MessageIdsDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ ids: string[] }> {
    return { ids: await this.intake.dismissAll(principal, ids) };
  }

  /** Process the messages again whose reports wait for their facility, up to 1,000, after senders were mapped. */
  @Requires('intake.operate')
  @Post('unassigned/rerun')
  @HttpCode(202)
  async rerunUnassigned(@CurrentPrincipal() principal: Principal): Promise<{ ids: string[] }> {
    return { ids: await this.intake.rerunUnassigned(principal) };
  }

  /** Process a message again, after a mapping or a program was mended. */
  @Requires('intake.operate')
  @Post('messages/:id/rerun')
  @HttpCode(202)
  async rerun(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ id: string }> {
    await this.intake.rerun(principal, id);
    return { id };
  }

  @Requires('intake.operate')
  @Post('messages/:id/dismiss')
  @HttpCode(204)
  dismiss(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    return this.intake.dismiss(principal, id);
  }
}
