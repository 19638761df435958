import { shiftDays, shiftMonths } from '@perennial/follow-up';
import type request from 'supertest';
import { type MadePatient, makePatient } from '../support/follow-up.js';
import { type FollowUp, MONTHS_AGO, startFollowUp, TODAY } from '../support/follow-up-registry.js';

describe('follow-up: rates, lists, forecasts, settings', () => {
  let registry: FollowUp['registry'];
  let alpha: FollowUp['alpha'];
  let beta: FollowUp['beta'];
  let one: FollowUp['one'];
  let two: FollowUp['two'];
  let central: FollowUp['central'];
  let admin: FollowUp['admin'];
  let pass: FollowUp['pass'];
  let sql: FollowUp['sql'];

  beforeAll(async () => {
    ({ registry, alpha, beta, one, two, central, admin, pass, sql } = await startFollowUp());
  });
  afterAll(() => registry?.stop());

  describe('rates, lists and forecasts', () => {
    // Only the cases of this part are counted.
    beforeAll(async () => {
      await sql(
        `UPDATE follow_up_task SET state = 'closed', closed_reason = 'excluded', closed_at = now() WHERE state <> 'closed'`,
      );
      await sql(`UPDATE abstract SET state = 'withdrawn'`);
    });

    it('count the own facility, by cases and patients, by year, site, class and physician, as JSON and CSV', async () => {
      const recent = shiftMonths(TODAY, -24);
      const person = (
        months: number,
        items: Record<string, string> = {},
        patient: Record<string, string> = {},
      ): Promise<MadePatient> =>
        makePatient(registry, { dateOfLastContact: MONTHS_AGO(months), dateOfBirth: '19500101', ...patient }, [
          { facilityId: alpha, items: { dateOfDiagnosis: recent, ...items } },
        ]);
      for (let at = 0; at < 6; at += 1) await person(2);
      await person(20);
      await person(22, { primarySite: 'C189', physicianFollowUp: '=1+1' });
      await person(30, {}, { vitalStatus: '0' });
      await person(3, { classOfCase: '30' });
      await makePatient(registry, { dateOfLastContact: MONTHS_AGO(40) }, [{ facilityId: beta }]);
      await pass();
      const rates = await one.get('follow-up/rates');
      expect(rates.body.items).toMatchObject([
        {
          measure: 'since-reference-date',
          cases: 10,
          eligible: 9,
          dead: 1,
          current: 6,
          delinquent: 2,
          goalPercent: 80,
          meets: false,
        },
        { measure: 'last-five-years', eligible: 9, goalPercent: 90, meets: false },
      ]);
      expect((await central.get('follow-up/rates?unit=patients')).body.items[0]).toMatchObject({
        eligible: 10,
        delinquent: 3,
      });
      const bySite = (await one.get('follow-up/rates?by=site')).body.items.filter(
        (row: { measure: string }) => row.measure === 'since-reference-date',
      );
      expect(bySite.map((row: { key: string; eligible: number }) => [row.key, row.eligible])).toEqual([
        ['C18', 1],
        ['C50', 8],
      ]);
      for (const by of ['diagnosisYear', 'class', 'physician'])
        expect((await one.get(`follow-up/rates?by=${by}`)).body.items.length).toBeGreaterThan(0);
      const csv = await one.get('follow-up/rates?by=physician&format=csv');
      expect(csv.headers['content-disposition']).toContain('follow-up-rates.csv');
      // A cell that a spreadsheet would run is not one.
      expect(csv.text).toContain("'=1+1");
      expect((await one.get('follow-up/exclusions')).body.items).toEqual([{ reason: 'class-of-case', cases: 1 }]);
      expect((await one.get('follow-up/rates/seer')).body.items[2]).toMatchObject({
        behavior: 'invasive',
        fromAge: 65,
        eligible: 10,
      });
      expect((await one.get('follow-up/months-since-contact')).body.items).toEqual([
        { months: 2, patients: 6 },
        { months: 20, patients: 1 },
        { months: 22, patients: 1 },
      ]);
      expect(
        (await one.get('follow-up/source-mix')).body.items.reduce(
          (sum: number, row: { cases: number }) => sum + row.cases,
          0,
        ),
      ).toBe(18);
      const delinquent = await one.get('follow-up/delinquent');
      expect(delinquent.body.items.map((row: { primarySite: string }) => row.primarySite)).toEqual(['C189', 'C504']);
      expect((await one.get('follow-up/delinquent?format=csv')).text.trim().split('\n')).toHaveLength(3);
      expect(
        (await one.get(`follow-up/productivity?from=${shiftDays(TODAY, -2)}&through=${shiftDays(TODAY, 2)}&format=csv`))
          .text,
      ).toContain('recordedBy,channel,outcome,contacts');
      expect((await one.get(`follow-up/rates?facilityId=${beta}`)).status).toBe(404);
    });

    it('forecast a survey day and name the contacts to make, with the arithmetic', async () => {
      const survey = shiftMonths(TODAY, 3);
      const answer = (await one.get(`follow-up/forecast?surveyDate=${survey}`)).body;
      expect(answer.rates[0]).toMatchObject({
        nothingMore: { eligible: 9, dead: 1, current: 6, delinquent: 2 },
        allDueReached: { delinquent: 0, allPercent: 100 },
      });
      // 80 % of 9 are 8 cases, 90 % are 9.
      expect([answer.missing, answer.reaches]).toEqual([{ all: 1, recent: 2 }, false]);
      expect(answer.contacts).toHaveLength(2);
      const [best] = answer.contacts;
      const { overall, factors, probability } = best.expected;
      const odds = (overall / (1 - overall)) * factors.source * factors.months * factors.earlier;
      expect(probability).toBeCloseTo(odds / (1 + odds), 9);
      expect(best).toMatchObject({
        cases: 1,
        recentCases: 1,
        taskId: expect.any(String) as string,
        name: expect.stringMatching(/^Made\d+, Person$/) as string,
      });
      const later = (await one.get(`follow-up/forecast?surveyDate=${shiftMonths(TODAY, 15)}`)).body;
      expect(later.rates[0].nothingMore.current).toBe(0);
      const csv = (await one.get(`follow-up/forecast?surveyDate=${survey}&format=csv`)).text.trim().split('\n');
      expect(csv[0]).toContain('probability,gainAll');
      expect(csv).toHaveLength(3);
      expect((await one.get('follow-up/forecast?surveyDate=20200101')).body.type).toBe(
        'urn:perennial:problem:forecast.past',
      );
    });

    it('draw the way to a survey: it begins with today and ends with the forecast of the day', async () => {
      const survey = shiftMonths(TODAY, 3);
      const { rates } = (await one.get(`follow-up/forecast?surveyDate=${survey}`)).body;
      const { points } = (await one.get(`follow-up/forecast/curve?surveyDate=${survey}`)).body;
      expect([points[0].day, points.at(-1).day]).toEqual([TODAY, survey]);
      expect(points.length).toBeGreaterThanOrEqual(4);
      for (const at of [0, 1]) {
        expect(points[0].rates[at].nothingMorePercent).toBe(rates[at].now.allPercent);
        expect(points.at(-1).rates[at]).toEqual({
          measure: rates[at].measure,
          goalPercent: rates[at].now.goalPercent,
          nothingMorePercent: rates[at].nothingMore.allPercent,
          allDueReachedPercent: rates[at].allDueReached.allPercent,
        });
      }
      const csv = (await one.get(`follow-up/forecast/curve.csv?surveyDate=${survey}`)).text.trim().split('\n');
      expect(csv).toHaveLength(1 + points.length * 2);
      expect((await one.get('follow-up/forecast/curve?surveyDate=20200101')).body.type).toBe(
        'urn:perennial:problem:forecast.past',
      );
    });
  });

  describe('settings', () => {
    it('hold from their day, with their history, and are refused with the reason', async () => {
      const change = (body: object): request.Test =>
        admin.post('follow-up/settings').send({ facilityId: beta, reason: 'test', from: TODAY, ...body });
      expect(
        (await one.post('follow-up/settings').send({ name: 'goalAllPercent', value: 85, from: TODAY, reason: 'x' }))
          .status,
      ).toBe(403);
      expect((await change({ name: 'goalAllPercent', value: 85 })).status).toBe(204);
      expect((await change({ name: 'goalAllPercent', value: 900 })).body).toMatchObject({
        type: 'urn:perennial:problem:setting.value',
        errors: [{ pointer: '/value' }],
      });
      expect((await change({ name: 'goals', value: 85 })).body.type).toBe('urn:perennial:problem:setting.unknown');
      expect((await change({ name: 'dueMonths', value: 14 })).body.type).toBe('urn:perennial:problem:setting.order');
      expect((await change({ name: 'goalAllPercent', value: 85, from: '20260231' })).body.errors).toMatchObject([
        { pointer: '/from' },
      ]);
      const seen = (await two.get(`follow-up/settings?facilityId=${beta}`)).body;
      expect([seen.settings.goalAllPercent, seen.history.length]).toEqual([85, 1]);
      expect((await two.get(`follow-up/settings?facilityId=${beta}&on=20200101`)).body.settings.goalAllPercent).toBe(
        80,
      );
      expect((await one.get(`follow-up/settings?facilityId=${alpha}`)).body.settings.goalAllPercent).toBe(80);
    });
  });
});
