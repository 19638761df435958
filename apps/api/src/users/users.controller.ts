import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, CurrentReach, type Reach, Requires, ROLES } from '@perennial/auth';
import { type Principal } from '@perennial/persistence';
import { ChangeUserDto, CreateUserDto, GrantDto } from './dto.js';
import { UsersService, type UserView } from './users.service.js';

@ApiTags('users')
@Requires('users.manage')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  list(@CurrentPrincipal() principal: Principal, @CurrentReach() reach: Reach): Promise<UserView[]> {
    return this.users.list(principal, reach);
  }

  /** Roles that can be given. */
  @Get('roles')
  roles(): readonly string[] {
    return ROLES;
  }

  /** Add a person. The first password is shown once and must be changed at the first sign-in. */
  @Post()
  create(
    @Body() body: CreateUserDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
  ): Promise<{ id: string; password: string }> {
    return this.users.create(principal, reach, body);
  }

  @Get(':id')
  one(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
  ): Promise<UserView> {
    return this.users.one(principal, reach, id);
  }

  /** Change name or initials, disable or enable. */
  @Patch(':id')
  change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: ChangeUserDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
  ): Promise<UserView> {
    return this.users.change(principal, reach, id, body);
  }

  @Post(':id/grants')
  grant(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: GrantDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
  ): Promise<UserView> {
    return this.users.grant(principal, reach, id, body);
  }

  @Delete(':id/grants/:grantId')
  @HttpCode(204)
  revoke(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('grantId', ParseUUIDPipe) grantId: string,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
  ): Promise<void> {
    return this.users.revoke(principal, reach, id, grantId);
  }

  /** Give a new first password and end every session of the person. */
  @Post(':id/password')
  @HttpCode(200)
  reset(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
  ): Promise<{ password: string }> {
    return this.users.reset(principal, reach, id);
  }

  /** Sign a person out everywhere. */
  @Delete(':id/sessions')
  @HttpCode(204)
  signOut(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
  ): Promise<void> {
    return this.users.signOut(principal, reach, id);
  }
}
