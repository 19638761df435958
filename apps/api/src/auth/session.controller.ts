import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { changePassword, Public, Requires, signIn, signOut } from '@perennial/auth';
import { type Config } from '@perennial/config';
import { type Scoped, systemPrincipal } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { IsString, MaxLength } from 'class-validator';
import { type Response } from 'express';
import { CONFIG, SCOPED } from '../platform/tokens.js';
import { type IdentifiedRequest } from './auth.guard.js';
import { cookieOf, SESSION_COOKIE } from './cookies.js';

export class SignInDto {
  @IsString() @MaxLength(100) readonly login!: string;
  @IsString() @MaxLength(200) readonly password!: string;
}

export class ChangePasswordDto {
  @IsString() @MaxLength(200) readonly current!: string;
  @IsString() @MaxLength(200) readonly password!: string;
}

const SIGN_IN = systemPrincipal('sign-in');

@ApiTags('session')
@Controller('session')
export class SessionController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Sign in. The session is a cookie that scripts cannot read; `csrf` goes back in `x-perennial-csrf` with every change. */
  @Public()
  @Post()
  async start(
    @Body() body: SignInDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ csrf: string; mustChange: boolean }> {
    const session = await this.scoped(SIGN_IN, (tx) => signIn(tx, body.login, body.password));
    if (session === null) throw new DomainError('session.refused', 401, 'Login or password is not right.');
    response.cookie(SESSION_COOKIE, session.token, {
      httpOnly: true,
      sameSite: 'strict',
      secure: this.config.NODE_ENV === 'production',
      path: '/',
    });
    return { csrf: session.csrf, mustChange: session.mustChange };
  }

  /** Who is signed in. */
  @Requires('session.own')
  @Get()
  current(@Req() request: IdentifiedRequest): {
    actor: string;
    roles: readonly string[];
    facilityIds: readonly string[];
    allFacilities: boolean;
    csrf: string | null;
  } {
    const { principal, csrf } = this.identified(request);
    return {
      actor: principal.actor,
      roles: principal.roles,
      facilityIds: principal.facilityIds,
      allFacilities: principal.allFacilities,
      csrf,
    };
  }

  @Requires('session.own')
  @Post('password')
  @HttpCode(204)
  async password(@Req() request: IdentifiedRequest, @Body() body: ChangePasswordDto): Promise<void> {
    const token = this.cookie(request);
    await this.scoped(this.identified(request).principal, (tx) =>
      changePassword(tx, token, body.current, body.password),
    );
  }

  /** Sign out here. */
  @Requires('session.own')
  @Delete()
  @HttpCode(204)
  async end(@Req() request: IdentifiedRequest, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.leave(request, response, false);
  }

  /** Sign out everywhere. */
  @Requires('session.own')
  @Delete('all')
  @HttpCode(204)
  async endAll(@Req() request: IdentifiedRequest, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.leave(request, response, true);
  }

  private async leave(request: IdentifiedRequest, response: Response, everywhere: boolean): Promise<void> {
    const token = this.cookie(request);
    await this.scoped(this.identified(request).principal, (tx) => signOut(tx, token, everywhere));
    response.clearCookie(SESSION_COOKIE, { path: '/' });
  }

  private identified(request: IdentifiedRequest): NonNullable<IdentifiedRequest['identified']> {
    if (request.identified === undefined) throw new DomainError('session.required', 401, 'Sign in first.');
    return request.identified;
  }

  private cookie(request: IdentifiedRequest): string {
    const token = cookieOf(request, SESSION_COOKIE);
    if (token === undefined)
      throw new DomainError('session.cookie', 400, 'Tokens have no session to end or password to change.');
    return token;
  }
}
