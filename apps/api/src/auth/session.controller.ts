import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { writeAlone } from '@perennial/audit';
import {
  changePassword,
  CurrentPrincipal,
  draftKeyOf,
  endSession,
  type Grant,
  grantsFor,
  LONGEST_PASSWORD,
  Public,
  type Reach,
  reachOf,
  Requires,
  RIGHTS,
  type Right,
  signIn,
} from '@perennial/auth';
import { type Config } from '@perennial/config';
import { type Principal, type Scoped, systemPrincipal } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { IsObject, IsString, MaxLength, ValidateBy } from 'class-validator';
import { type Request, type Response } from 'express';
import { CONFIG, SCOPED } from '../platform/tokens.js';
import { type IdentifiedRequest } from './identifier.js';
import { cookieOf, sessionCookie } from './cookies.js';

export class SignInDto {
  @IsString() @MaxLength(100) readonly login!: string;
  @IsString() @MaxLength(LONGEST_PASSWORD) readonly password!: string;
}

export class ChangePasswordDto {
  @IsString() @MaxLength(LONGEST_PASSWORD) readonly current!: string;
  @IsString() @MaxLength(LONGEST_PASSWORD) readonly password!: string;
}

/** At most so many keys, and so many characters of what a key does and of the keys themselves. */
const [MOST_KEYS, LONGEST_NAME, LONGEST_CHORD] = [200, 160, 30];

export class KeysDto {
  /** `mod+e` by what it does: `Fields: Accept the suggestion of the field`. */
  @IsObject()
  @ValidateBy({
    name: 'keys',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        Object.keys(value).length <= MOST_KEYS &&
        Object.entries(value).every(
          ([name, chord]) =>
            name.length <= LONGEST_NAME &&
            typeof chord === 'string' &&
            /^\S+( \S+)?$/.test(chord) &&
            chord.length <= LONGEST_CHORD,
        ),
      defaultMessage: () => `must hold at most ${MOST_KEYS} short keys by what they do`,
    },
  })
  readonly keys!: Record<string, string>;
}

/** Who is signed in and what they may do where. */
export interface SessionView {
  readonly actor: string;
  readonly name: string;
  readonly initials: string;
  readonly roles: readonly string[];
  readonly grants: readonly Grant[];
  readonly rights: Readonly<Partial<Record<Right, Reach>>>;
  readonly csrf: string | null;
  /** Base64 of 32 bytes: seals what the browser could not send yet, so that only this person can open it. Tokens have none. */
  readonly draftKey: string | null;
  readonly mustChange: boolean;
  readonly idleMinutes: number;
  /** Keys of the web app that the person chose, by what they do. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Nobody yet: signing in needs no row of a patient. */
const SIGN_IN: Principal = { ...systemPrincipal('sign-in'), allFacilities: false };

@ApiTags('session')
@Controller('session')
export class SessionController {
  private readonly cookie: ReturnType<typeof sessionCookie>;

  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.cookie = sessionCookie(config);
  }

  /** Sign in. The session is a cookie that scripts cannot read; `csrf` goes back in `x-perennial-csrf` with every change. */
  @Public()
  @Post()
  async start(
    @Body() body: SignInDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ csrf: string; mustChange: boolean }> {
    const session = await signIn(this.scoped, SIGN_IN, {
      login: body.login,
      password: body.password,
      address: request.ip ?? 'unknown',
      previous: cookieOf(request, this.cookie.name),
    });
    const actor = session.userId === null ? 'anonymous' : `user:${session.userId}`;
    await writeAlone(this.scoped, SIGN_IN, {
      action: session.refused ? 'session.refused' : 'session.started',
      actor,
      status: session.refused ? 401 : 201,
    });
    if (session.refused) throw new DomainError('session.refused', 401, 'Login or password is not right.');
    response.cookie(this.cookie.name, session.token, this.cookie.options);
    return { csrf: session.csrf, mustChange: session.mustChange };
  }

  /** Who is signed in. */
  @Requires('session.own')
  @Get()
  async current(@Req() request: IdentifiedRequest, @CurrentPrincipal() principal: Principal): Promise<SessionView> {
    const { actor, name, initials, grants, csrf, mustChange } = identifiedOf(request);
    const held = (Object.keys(RIGHTS) as Right[]).filter((right) => grantsFor(grants, right).length > 0);
    const cookie = identifiedOf(request).kind === 'user' ? cookieOf(request, this.cookie.name) : undefined;
    const key = cookie === undefined ? null : await this.scoped(principal, (tx) => draftKeyOf(tx, cookie));
    return {
      actor,
      name,
      initials,
      roles: [...new Set(grants.map(({ role }) => role))],
      grants,
      rights: Object.fromEntries(held.map((right) => [right, reachOf(grants, right)])),
      csrf,
      draftKey: key?.toString('base64') ?? null,
      mustChange,
      idleMinutes: this.config.SESSION_IDLE_MINUTES,
      keys: await this.keysOf(principal),
    };
  }

  /** Keep the keys of the web app that the person chose; they go along to every machine. */
  @Requires('session.own')
  @Put('keys')
  @HttpCode(204)
  async keys(
    @Req() request: IdentifiedRequest,
    @Body() { keys }: KeysDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    this.token(request);
    await this.scoped(principal, (tx) =>
      tx.query(`UPDATE app_user SET key_choices = $2 WHERE 'user:' || id = $1`, [
        principal.actor,
        JSON.stringify(keys),
      ]),
    );
  }

  /** Change the own password. Every other session of the person ends. */
  @Requires('session.own')
  @Post('password')
  @HttpCode(204)
  async password(
    @Req() request: IdentifiedRequest,
    @Body() body: ChangePasswordDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await changePassword(this.scoped, principal, {
      session: this.token(request),
      current: body.current,
      next: body.password,
      address: request.ip ?? 'unknown',
    });
  }

  /** Sign out here. */
  @Requires('session.own')
  @Delete()
  @HttpCode(204)
  end(
    @Req() request: IdentifiedRequest,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    return this.leave(request, principal, response, false);
  }

  /** Sign out everywhere. */
  @Requires('session.own')
  @Delete('all')
  @HttpCode(204)
  endAll(
    @Req() request: IdentifiedRequest,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    return this.leave(request, principal, response, true);
  }

  private async keysOf(principal: Principal): Promise<SessionView['keys']> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<{ keys: SessionView['keys'] }[]>(`SELECT key_choices AS keys FROM app_user WHERE 'user:' || id = $1`, [
        principal.actor,
      ]),
    );
    return row?.keys ?? {};
  }

  private async leave(
    request: IdentifiedRequest,
    principal: Principal,
    response: Response,
    everywhere: boolean,
  ): Promise<void> {
    const token = this.token(request);
    await this.scoped(principal, (tx) => endSession(tx, token, everywhere));
    response.clearCookie(this.cookie.name, this.cookie.options);
  }

  private token(request: IdentifiedRequest): string {
    const token = identifiedOf(request).kind === 'user' ? cookieOf(request, this.cookie.name) : undefined;
    if (token === undefined)
      throw new DomainError('session.cookie', 400, 'Tokens have no session to end or password to change.');
    return token;
  }
}

function identifiedOf(request: IdentifiedRequest): NonNullable<IdentifiedRequest['identified']> {
  if (request.identified === undefined) throw new DomainError('session.required', 401, 'Sign in first.');
  return request.identified;
}
