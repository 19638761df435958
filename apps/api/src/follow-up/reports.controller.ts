import { Controller, Get, Inject, Query, Res, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { noteSeen } from '@perennial/audit';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal, type Scoped, withRegistryScope } from '@perennial/persistence';
import {
  type CurvePoint,
  delinquentCases,
  exclusions,
  facilitiesOf,
  type FacilitySettings,
  facilitySettings,
  forecast,
  forecastCurve,
  monthsSinceContact,
  nameContacts,
  productivity,
  ratesOf,
  seerRatesOf,
  sourceMix,
} from '@perennial/records';
import { type Response } from 'express';
import { type EntityManager } from 'typeorm';
import { InTurn } from '../platform/in-turn.js';
import { Clock, SCOPED } from '../platform/tokens.js';
import { sendCsv } from './csv.js';
import { CurveDto, ForecastDto, ProductivityDto, RatesDto, ReportDto } from './dto.js';

const TALLY = [
  'cases',
  'eligible',
  'dead',
  'current',
  'delinquent',
  'allPercent',
  'livingPercent',
  'goalPercent',
  'meets',
] as const;
const ROWS_AT_ONCE = 10_000;
const LIST_SHOWN = 500;

interface Asked {
  readonly facilityId?: string;
}

interface AskedAs extends Asked {
  readonly format: 'json' | 'csv';
}

/** Rates, lists and forecasts of the facilities that the principal may see. Each is JSON, or CSV with `format=csv`. */
@ApiTags('follow-up')
@UseInterceptors(InTurn)
@Controller('follow-up')
export class ReportsController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    private readonly clock: Clock,
  ) {}

  /** Both CoC rates, as a whole or by diagnosis year, site, class or physician; by cases or patients. */
  @Requires('follow-up.read')
  @Get('rates')
  async rates(
    @Query() query: RatesDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const asOf = query.asOf ?? this.clock.today();
    const rows = await this.count(query, asOf, principal, (tx, facilities) =>
      ratesOf(tx, facilities, asOf, query.unit, query.by ?? null),
    );
    await this.answer(response, query, 'follow-up-rates', ['key', 'measure', ...TALLY], rows, {
      asOf,
      unit: query.unit,
      by: query.by ?? null,
    });
  }

  /** SEER rates by behavior and age at diagnosis. */
  @Requires('follow-up.read')
  @Get('rates/seer')
  async seer(
    @Query() query: ReportDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const asOf = query.asOf ?? this.clock.today();
    const rows = await this.count(query, asOf, principal, (tx, facilities) => seerRatesOf(tx, facilities, asOf));
    await this.answer(
      response,
      query,
      'seer-rates',
      ['behavior', 'fromAge', 'toAge', 'minimumPercent', 'meetsMinimum', ...TALLY],
      rows,
      { asOf },
    );
  }

  /** How many cases are not counted, by the first reason against each. */
  @Requires('follow-up.read')
  @Get('exclusions')
  async excluded(
    @Query() query: ReportDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const asOf = query.asOf ?? this.clock.today();
    const rows = await this.count(query, asOf, principal, (tx, facilities) => exclusions(tx, facilities, asOf));
    await this.answer(response, query, 'exclusions', ['reason', 'cases'], rows, { asOf });
  }

  /** Living patients who are counted, by completed months since their last contact. */
  @Requires('follow-up.read')
  @Get('months-since-contact')
  async histogram(
    @Query() query: ReportDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const asOf = query.asOf ?? this.clock.today();
    const rows = await this.count(query, asOf, principal, (tx, facilities) => monthsSinceContact(tx, facilities, asOf));
    await this.answer(response, query, 'months-since-contact', ['months', 'patients'], rows, { asOf });
  }

  /** Where last contacts came from: items 1790 and 1791. */
  @Requires('follow-up.read')
  @Get('source-mix')
  async sources(
    @Query() query: ReportDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const asOf = query.asOf ?? this.clock.today();
    const rows = await this.count(query, asOf, principal, (tx, facilities) => sourceMix(tx, facilities, asOf));
    await this.answer(response, query, 'source-mix', ['item', 'code', 'cases'], rows, { asOf });
  }

  /** What was done in a period, by whom, channel and outcome. */
  @Requires('follow-up.read')
  @Get('productivity')
  async work(
    @Query() query: ProductivityDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const rows = await this.scoped(principal, async (tx) =>
      productivity(tx, await facilitiesOf(tx, principal, query.facilityId), query.from, query.through),
    );
    await this.answer(response, query, 'productivity', ['recordedBy', 'channel', 'outcome', 'contacts'], rows, {
      from: query.from,
      through: query.through,
    });
  }

  /** Cases of living patients without contact for too long, oldest contact first. */
  @Requires('follow-up.read')
  @Get('delinquent')
  async delinquent(
    @Query() query: ReportDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const asOf = query.asOf ?? this.clock.today();
    const page = (
      after: { countedFrom: string; id: string } | null,
      limit: number,
    ): ReturnType<typeof delinquentCases> =>
      this.count(query, asOf, principal, (tx, facilities) => delinquentCases(tx, facilities, asOf, after, limit));
    const columns = [
      'facilityId',
      'patientId',
      'abstractId',
      'accessionNumber',
      'name',
      'primarySite',
      'dateOfDiagnosis',
      'dateOfLastContact',
      'recent',
    ];
    if (query.format === 'json') {
      const rows = await page(null, LIST_SHOWN + 1);
      response.json({ asOf, items: rows.slice(0, LIST_SHOWN), more: rows.length > LIST_SHOWN });
      return;
    }
    const all = async function* (): AsyncGenerator<object> {
      for (let after: { countedFrom: string; id: string } | null = null; ;) {
        const rows: Awaited<ReturnType<typeof delinquentCases>> = await page(after, ROWS_AT_ONCE);
        noteSeen(rows.map(({ patientId }) => patientId));
        yield* rows;
        const last = rows[rows.length - 1];
        if (last === undefined || rows.length < ROWS_AT_ONCE) return;
        after = { countedFrom: last.countedFrom, id: last.abstractId };
      }
    };
    await sendCsv(response, 'delinquent', columns, all());
  }

  /** Both rates on the day of a survey, and the shortest list of contacts that is expected to reach the goals. CSV gives the list. */
  @Requires('follow-up.read')
  @Get('forecast')
  async forecast(
    @Query() query: ForecastDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const today = this.clock.today();
    const { named, ...made } = await this.count(query, today, principal, async (tx, facilities) => {
      const all = await forecast(tx, facilities, query.surveyDate, today);
      const shown = query.format === 'json' ? all.contacts.slice(0, query.limit) : [];
      return { ...all, named: await nameContacts(tx, facilities, shown) };
    });
    if (query.format === 'json') {
      response.json({ ...made, listed: made.contacts.length, contacts: named });
      return;
    }
    const columns = [
      'patientId',
      'taskId',
      'source',
      'monthsSinceContact',
      'earlier',
      'cases',
      'recentCases',
      'overall',
      'sourceFactor',
      'monthsFactor',
      'earlierFactor',
      'probability',
      'gainAll',
      'gainRecent',
      'sumAll',
      'sumRecent',
      'percentAll',
      'percentRecent',
    ];
    noteSeen(made.contacts.map(({ patientId }) => patientId));
    await sendCsv(
      response,
      `contacts-for-${query.surveyDate}`,
      columns,
      made.contacts.map(({ expected, gain, sum, percent, ...rest }) => ({
        ...rest,
        overall: expected.overall,
        sourceFactor: expected.factors.source,
        monthsFactor: expected.factors.months,
        earlierFactor: expected.factors.earlier,
        probability: expected.probability,
        gainAll: gain.all,
        gainRecent: gain.recent,
        sumAll: sum.all,
        sumRecent: sum.recent,
        percentAll: percent.all,
        percentRecent: percent.recent,
      })),
    );
  }

  /** Both rates on the way to the day of a survey, if nothing more is done and if everybody who falls due is reached. */
  @Requires('follow-up.read')
  @Get('forecast/curve')
  async curve(
    @Query() query: CurveDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ points: readonly CurvePoint[] }> {
    return { points: await this.curvePoints(query, principal) };
  }

  /** The same as CSV: a line for each day and measure. */
  @Requires('follow-up.read')
  @Get('forecast/curve.csv')
  async curveCsv(
    @Query() query: CurveDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const points = await this.curvePoints(query, principal);
    await sendCsv(
      response,
      `forecast-to-${query.surveyDate}`,
      ['day', 'measure', 'goalPercent', 'nothingMorePercent', 'allDueReachedPercent'],
      points.flatMap(({ day, rates }) => rates.map((rate) => ({ day, ...rate }))),
    );
  }

  private curvePoints(query: CurveDto, principal: Principal): Promise<readonly CurvePoint[]> {
    const today = this.clock.today();
    return this.count(query, today, principal, (tx, facilities) =>
      forecastCurve(tx, facilities, query.surveyDate, today),
    );
  }

  /** Count over whole patients of the principal's facilities: conditions read items that no single facility is shown. */
  private count<T>(
    { facilityId }: Asked,
    day: string,
    principal: Principal,
    work: (tx: EntityManager, facilities: readonly FacilitySettings[]) => Promise<T>,
  ): Promise<T> {
    return this.scoped(principal, async (tx) => {
      const facilities = await facilitySettings(tx, day, await facilitiesOf(tx, principal, facilityId));
      return withRegistryScope(tx, principal, () => work(tx, facilities));
    });
  }

  private async answer(
    response: Response,
    { format }: AskedAs,
    name: string,
    columns: readonly string[],
    rows: readonly object[],
    head: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    if (format === 'csv') await sendCsv(response, name, columns, rows);
    else response.json({ ...head, items: rows });
  }
}
