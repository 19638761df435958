import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal, type Scoped, withRegistryScope } from '@perennial/persistence';
import {
  addContactPoint,
  addDoNotContact,
  contactsOf,
  decideProposal,
  endDoNotContact,
  facilitiesOf,
  listProposals,
  markContactPoint,
  type KnownPoint,
  type LoggedContact,
  pointsOf,
  type Proposal,
  recordContact,
  type RecordedContact,
  reverseDeath,
} from '@perennial/records';
import { Clock, SCOPED } from '../platform/tokens.js';
import {
  BadMarkDto,
  ContactDto,
  ContactPointDto,
  DecisionDto,
  DoNotContactDto,
  FacilityDto,
  PatientOfDto,
  ReversalDto,
} from './dto.js';
import { mayActFor } from './may-act-for.js';

const PROPOSALS_SHOWN = 200;

@ApiTags('follow-up')
@Controller('follow-up')
export class ContactsController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    private readonly clock: Clock,
  ) {}

  /** Record a contact or an attempt: news move last contact and vital status for every tumor of the patient, or nothing at all is changed. */
  @Requires('follow-up.write')
  @Post('contacts')
  contact(@Body() body: ContactDto, @CurrentPrincipal() principal: Principal): Promise<RecordedContact> {
    mayActFor(principal, body.facilityId, 'patient');
    return this.scoped(principal, (tx) =>
      withRegistryScope(tx, principal, () =>
        recordContact(tx, { ...body, items: body.items ?? {} }, principal.actor, this.clock.today()),
      ),
    );
  }

  /** The log of contacts of a patient at a facility, newest first. */
  @Requires('follow-up.read')
  @Get('patients/:id/contacts')
  async contacts(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { facilityId }: PatientOfDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<LoggedContact[]> {
    mayActFor(principal, facilityId, 'patient');
    return this.scoped(principal, (tx) => contactsOf(tx, id, facilityId));
  }

  /** Take a death back that was recorded for the wrong person. */
  @Requires('follow-up.write')
  @Post('death-reversals')
  reverse(
    @Body() body: ReversalDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ contactId: string; patientRevision: number }> {
    mayActFor(principal, body.facilityId, 'patient');
    return this.scoped(principal, (tx) =>
      withRegistryScope(tx, principal, () => reverseDeath(tx, body, principal.actor, this.clock.today())),
    );
  }

  /** Contacts of other facilities that this one may take over. */
  @Requires('follow-up.read')
  @Get('proposals')
  proposals(@Query() { facilityId }: FacilityDto, @CurrentPrincipal() principal: Principal): Promise<Proposal[]> {
    return this.scoped(principal, async (tx) =>
      listProposals(tx, await facilitiesOf(tx, principal, facilityId), PROPOSALS_SHOWN),
    );
  }

  @Requires('follow-up.write')
  @Post('proposals/:id/decision')
  @HttpCode(204)
  async decide(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { decision, why }: DecisionDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    const own = principal.allFacilities ? null : principal.facilityIds;
    await this.scoped(principal, (tx) =>
      withRegistryScope(tx, principal, () => decideProposal(tx, id, own, decision, why, principal.actor)),
    );
  }

  /** Addresses and telephones of a patient, good ones first. */
  @Requires('follow-up.read')
  @Get('patients/:id/contact-points')
  async points(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { facilityId }: PatientOfDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<KnownPoint[]> {
    mayActFor(principal, facilityId, 'patient');
    return this.scoped(principal, (tx) => pointsOf(tx, id, facilityId));
  }

  @Requires('follow-up.write')
  @Post('contact-points')
  async addPoint(@Body() body: ContactPointDto, @CurrentPrincipal() principal: Principal): Promise<{ id: string }> {
    const { patientId, facilityId, ...point } = body;
    mayActFor(principal, facilityId, 'patient');
    return {
      id: await this.scoped(principal, (tx) => addContactPoint(tx, patientId, facilityId, point, principal.actor)),
    };
  }

  /** Mark an address or telephone as bad, or as good again. */
  @Requires('follow-up.write')
  @Patch('contact-points/:id')
  @HttpCode(204)
  async markPoint(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { bad }: BadMarkDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.scoped(principal, (tx) => markContactPoint(tx, id, bad, this.clock.today()));
  }

  /** Keep a request not to be contacted: it holds for every facility, and letters cannot pass it. */
  @Requires('follow-up.write')
  @Post('do-not-contact')
  doNotContact(
    @Body() body: DoNotContactDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ id: string; tasksClosed: number; lettersWithdrawn: number }> {
    mayActFor(principal, body.facilityId, 'patient');
    return this.scoped(principal, (tx) =>
      withRegistryScope(tx, principal, () => addDoNotContact(tx, body, principal.actor, this.clock.today())),
    );
  }

  @Requires('follow-up.write')
  @Post('do-not-contact/:id/end')
  @HttpCode(204)
  async endRequest(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    await this.scoped(principal, (tx) => endDoNotContact(tx, id, principal.actor));
  }
}
