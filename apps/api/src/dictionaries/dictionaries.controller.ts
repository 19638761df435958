import { Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal, type Scoped } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import {
  installUserDictionary,
  listUserDictionaries,
  type RegistryTables,
  retireUserDictionary,
  useUserDictionary,
  userDictionariesInUse,
  type UserDictionaryView,
} from '@perennial/records';
import { type Request, type Response } from 'express';
import { SCOPED, TABLES } from '../platform/tokens.js';

/** An item that the standard does not have. */
export interface UserItemView {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly level: 'NaaccrData' | 'Patient' | 'Tumor';
  readonly type: string;
  readonly length: number;
  /** Letters of the record types that may carry it. */
  readonly recordTypes: string;
  readonly padLeftZero: boolean;
  readonly unlimitedText: boolean;
  /** A regular expression for the whole value. */
  readonly pattern: string | null;
}

/** Items beyond the standard, by the dictionary that defines them. */
export interface UserItemsView {
  readonly uri: string;
  readonly items: readonly UserItemView[];
}

@ApiTags('dictionaries')
@Controller('dictionaries')
export class DictionariesController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
  ) {}

  /** Dictionaries of items beyond the standard, those in use first. */
  @Requires('session.own')
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<UserDictionaryView[]> {
    return this.scoped(principal, listUserDictionaries);
  }

  /** Items of the dictionaries in use: what may stand on an abstract beside the items of the standard. */
  @Requires('session.own')
  @Get('items')
  async items(@CurrentPrincipal() principal: Principal): Promise<UserItemsView[]> {
    const dictionaries = await this.scoped(principal, userDictionariesInUse);
    return dictionaries.map(({ uri, items }) => ({
      uri,
      items: items.map(({ unlimitedText = false, pattern = null, ...item }) => ({
        id: item.id,
        number: item.number,
        name: item.name,
        level: item.level,
        type: item.type,
        length: item.length,
        recordTypes: item.recordTypes,
        padLeftZero: item.padLeftZero,
        unlimitedText,
        pattern,
      })),
    }));
  }

  /** Use a NAACCR XML dictionary from now on, in place of another version under its URI. Its items may then be typed, imported and sent. */
  @Requires('settings.manage')
  @Post()
  @HttpCode(201)
  @ApiConsumes('application/xml', 'text/xml')
  @ApiBody({ schema: { type: 'string' } })
  async install(
    @Req() request: Request,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UserDictionaryView & { known: boolean }> {
    const bytes: unknown = request.body;
    if (!Buffer.isBuffer(bytes) || bytes.length === 0)
      throw new DomainError('dictionary.body', 415, 'Send the dictionary file as application/xml.');
    const installed = await this.scoped(principal, (tx) =>
      installUserDictionary(tx, bytes, principal.actor, this.tables),
    );
    if (installed.known) response.status(200);
    return installed;
  }

  /** Take a dictionary out of use. Values that are stored stay; sending the same file again takes it back. */
  @Requires('settings.manage')
  @Post(':id/retire')
  @HttpCode(200)
  retire(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<UserDictionaryView> {
    return this.scoped(principal, (tx) => retireUserDictionary(tx, id));
  }

  /** Use a stored dictionary again, in place of another version under its URI. */
  @Requires('settings.manage')
  @Post(':id/use')
  @HttpCode(200)
  use(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<UserDictionaryView> {
    return this.scoped(principal, (tx) => useUserDictionary(tx, id, principal.actor, this.tables));
  }
}
