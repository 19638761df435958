import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type FollowUpSettings, type SettingName } from '@perennial/follow-up';
import { type Principal, type Scoped, systemPrincipal } from '@perennial/persistence';
import { changeSetting, type KeptSetting, settingChanges, settingsOfFacility } from '@perennial/records';
import { Clock, SCOPED } from '../platform/tokens.js';
import { SettingDto, SettingsOfDto } from './dto.js';

@ApiTags('follow-up')
@Controller('follow-up/settings')
export class SettingsController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    private readonly clock: Clock,
  ) {}

  /** Settings of a facility (without one: of the registry) on a day, and how they came to be. They tell nothing of a patient. */
  @Requires('facilities.read')
  @Get()
  async settings(
    @Query() { facilityId, on }: SettingsOfDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ on: string; settings: FollowUpSettings; history: KeptSetting[] }> {
    const day = on ?? this.clock.today();
    const changes = await this.scoped(principal, (tx) => settingChanges(tx));
    return {
      on: day,
      settings: settingsOfFacility(changes, facilityId ?? null, day),
      history: changes.filter((change) => change.facilityId === null || change.facilityId === facilityId),
    };
  }

  /** Choose a setting from a day on. One that would make a large part of the living due at once is refused unless it is confirmed. */
  @Requires('settings.manage')
  @Post()
  @HttpCode(204)
  async change(@Body() body: SettingDto, @CurrentPrincipal() principal: Principal): Promise<void> {
    // Whoever manages settings reads no patient: the platform counts how many the change would touch.
    const { actor } = principal;
    await this.scoped({ ...systemPrincipal('settings'), actor }, (tx) =>
      changeSetting(
        tx,
        {
          facilityId: body.facilityId ?? null,
          name: body.name as SettingName,
          value: body.value ?? null,
          from: body.from,
          reason: body.reason,
          confirmed: body.confirmed ?? false,
        },
        actor,
        this.clock.today(),
      ),
    );
  }
}
