import fc from 'fast-check';
import { shiftDays } from './dates.js';
import { type SurvivalRecord, survivalItems, survivalTime, splitDate } from './survival-time.js';

const TODAY = '20260601';
interface Case {
  readonly dx: string;
  readonly contact?: string;
  readonly birth?: string;
  readonly seq?: string;
  readonly vital?: string;
  readonly source?: string;
}
const record = ({
  dx,
  contact = '20111120',
  birth = '',
  seq = '00',
  vital = '0',
  source = '1',
}: Case): SurvivalRecord => ({
  diagnosis: splitDate(dx),
  lastContact: splitDate(contact),
  birth: splitDate(birth),
  sequenceNumberCentral: seq,
  vitalStatus: vital,
  typeOfReportingSource: source,
});
const run = (cases: readonly Case[], cutoff = 2015): ReturnType<typeof survivalTime> =>
  survivalTime(cases.map(record), cutoff, TODAY);
const numbers = (cases: readonly Case[]): string =>
  run(cases)
    .tumors.map((tumor) => Number(tumor.recordNumberRecode))
    .join('');
const interval = (cases: readonly Case[], cutoff = 2015): unknown[] =>
  run(cases, cutoff).tumors.map(({ active: { months, days, flag, end } }) => [months, days, flag, end]);

describe('the worked examples of the items', () => {
  it.each([
    ['201111', '20111120', '20111110', '20111120'],
    ['2011', '20111120', '20110611', '20111120'],
    ['20110915', '201111', '20110915', '20111115'],
  ])('diagnosis %s, contact %s: diagnosis %s, end %s', (dx, contact, filled, end) => {
    const [tumor] = run([{ dx, contact }]).tumors;
    expect([tumor?.diagnosis, tumor?.active.end]).toEqual([filled, end]);
  });
});

describe('step 1, agreement', () => {
  it('knows nothing where tumors disagree on last contact, but numbers them', () => {
    const answer = run([{ dx: '20100102' }, { dx: '20080101', contact: '20111121' }]);
    expect(answer.vitalStatusRecode).toBe('0');
    expect(
      answer.tumors.map((tumor) => [tumor.recordNumberRecode, tumor.diagnosis, tumor.active, tumor.presumedAlive]),
    ).toEqual([
      [
        '02',
        null,
        { months: '9999', days: '99999', flag: '9', end: null },
        { months: '9999', days: '99999', flag: '9', end: null },
      ],
      [
        '01',
        null,
        { months: '9999', days: '99999', flag: '9', end: null },
        { months: '9999', days: '99999', flag: '9', end: null },
      ],
    ]);
  });

  it('has no vital status where they disagree on it', () =>
    expect(run([{ dx: '2010', vital: '1' }, { dx: '2010' }]).vitalStatusRecode).toBeNull());
});

describe('steps 2 and 3, last contact', () => {
  it.each([
    ['20260602', '9999'],
    ['202607', '9999'],
    ['2027', '9999'],
    ['18991231', '9999'],
    ['', '9999'],
    ['2026', '0071'],
  ])('contact %j gives %s months', (contact, months) =>
    expect(run([{ dx: '20100101', contact, vital: '0' }]).tumors[0]?.active.months).toBe(months),
  );

  it('calls a death after the cut-off alive on that day, and ends the interval there', () => {
    const answer = run([{ dx: '20150101', contact: '20160203' }]);
    expect(answer.vitalStatusRecode).toBe('1');
    expect(answer.tumors[0]?.active).toEqual({ months: '0011', days: '00364', flag: '1', end: '20151231' });
  });

  it('empties a day that the month has not, and with a bad month both', () => {
    expect(run([{ dx: '20110201', contact: '20110230' }]).tumors[0]?.active.end).toBe('20110214');
    expect(run([{ dx: '20110101', contact: '20111399' }]).tumors[0]?.active.end).toBe('20110702');
  });
});

describe('step 4, diagnosis years', () => {
  it.each(['', '1899', '2016'])('does not compute %j but numbers it', (dx) => {
    const answer = run([
      { dx, seq: '02' },
      { dx: '20100101', seq: '01' },
    ]);
    expect(answer.tumors[0]).toMatchObject({ diagnosis: null, active: { months: '9999', flag: '9', end: '20111120' } });
    expect(answer.tumors[1]?.active.flag).toBe('1');
    expect(answer.tumors.map((tumor) => tumor.recordNumberRecode).sort()).toEqual(['01', '02']);
  });
});

describe('step 5, order', () => {
  it('goes by date, then by sequence number, those only the state asks for last', () => {
    expect(numbers([{ dx: '20100102' }, { dx: '20100101' }])).toBe('21');
    expect(
      numbers([
        { dx: '20100101', seq: '60' },
        { dx: '20100101', seq: '02' },
        { dx: '20100101', seq: '01' },
      ]),
    ).toBe('321');
    expect(
      numbers([
        { dx: '20100101', seq: '99' },
        { dx: '20100101', seq: '60' },
      ]),
    ).toBe('12');
  });

  it('puts one of unknown month behind the last that it cannot come before', () => {
    expect(
      numbers([
        { dx: '20150305', seq: '01' },
        { dx: '2015', seq: '02' },
        { dx: '20150223', seq: '60' },
      ]),
    ).toBe('231');
    expect(
      numbers([
        { dx: '20150305', seq: '02' },
        { dx: '2015', seq: '01' },
      ]),
    ).toBe('21');
    expect(
      numbers([
        { dx: '20150305', seq: '02' },
        { dx: '2014', seq: '03' },
      ]),
    ).toBe('21');
  });

  it('keeps the order among those that only the state asks for', () => {
    // 62 may follow 01 of the same year; 61 may not, because 62 would then come before it.
    expect(
      numbers([
        { dx: '20111014', seq: '01' },
        { dx: '20110527', seq: '61' },
        { dx: '2011', seq: '62' },
      ]),
    ).toBe('213');
    expect(
      numbers([
        { dx: '20111014', seq: '01' },
        { dx: '20110527', seq: '62' },
        { dx: '2011', seq: '61' },
      ]),
    ).toBe('321');
  });

  it('does not depend on the order of the records', () => {
    const tumor = fc.record({
      dx: fc.constantFrom('2010', '201003', '20100305', '20100410', '201004', '2011', '20110101', ''),
      seq: fc.constantFrom('01', '02', '03', '60', '61'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(tumor, { maxLength: 5, selector: ({ seq }) => seq }), (tumors) => {
        const byCase = (cases: readonly Case[]): string =>
          run(cases)
            .tumors.map((one, at) => `${cases[at]?.seq ?? ''}${one.recordNumberRecode}${one.active.months}`)
            .sort()
            .join();
        expect(byCase([...tumors].reverse())).toBe(byCase(tumors));
      }),
      { numRuns: 150 },
    );
  });
});

describe('step 6, gaps', () => {
  const diagnoses = (cases: readonly Case[]): unknown[] => run(cases).tumors.map((tumor) => tumor.diagnosis);

  it('bounds an unknown day by the neighbors of its month and by birth', () => {
    expect(diagnoses([{ dx: '20110310' }, { dx: '201103', seq: '02' }])).toEqual(['20110310', '20110320']);
    expect(diagnoses([{ dx: '201103', birth: '20110321' }])).toEqual(['20110326']);
    expect(diagnoses([{ dx: '201102' }])).toEqual(['20110214']);
  });

  it('bounds an unknown month by the neighbors of its year, filled days first', () => {
    expect(
      diagnoses([
        { dx: '20110601', seq: '01' },
        { dx: '2011', seq: '02' },
        { dx: '201108', seq: '03' },
      ]),
    ).toEqual(['20110601', '20110709', '20110816']);
    expect(diagnoses([{ dx: '2011', birth: '201106', contact: '20111231' }])).toEqual(['20110915']);
    expect(diagnoses([{ dx: '2010', contact: '20111231' }])).toEqual(['20100702']);
  });

  it('never puts the end before the diagnosis when the reported parts allow another order', () => {
    const parts = fc.integer({ min: 0, max: 1_500 }).chain((offset) => {
      const day = shiftDays('20080101', offset);
      return fc.constantFrom(day, day.slice(0, 6), day.slice(0, 4));
    });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const [dx = '', contact = ''] = [a, b].sort();
        const [tumor] = run([{ dx, contact }]).tumors;
        // Text order of partial dates is order of their earliest days, so the contact can lie at or after the diagnosis.
        expect(tumor?.active.flag).not.toBe('9');
        expect(tumor?.diagnosis?.startsWith(dx)).toBe(true);
        expect(tumor?.active.end?.startsWith(contact)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

describe('steps 7 to 10, intervals and flags', () => {
  it('presumes the living alive to the cut-off, also without a last contact', () => {
    const [tumor] = run([{ dx: '20150101', contact: '', vital: '1' }]).tumors;
    expect(tumor?.active).toEqual({ months: '9999', days: '99999', flag: '9', end: null });
    expect(tumor?.presumedAlive).toEqual({ months: '0011', days: '00364', flag: '1', end: '20151231' });
    expect(run([{ dx: '20150101', contact: '' }]).tumors[0]?.presumedAlive.end).toBeNull();
  });

  it.each([
    ['20111120', '20111120', '0000', '00000', '0'],
    ['20111119', '20111120', '0000', '00001', '1'],
    ['201111', '20111120', '0000', '00010', '2'],
    ['2011', '20111120', '0005', '00162', '2'],
    ['201110', '20111120', '0001', '00035', '3'],
    ['2010', '20111120', '0016', '00506', '3'],
    ['20111121', '20111120', '9999', '99999', '9'],
  ])('%s to %s: %s months, %s days, flag %s', (dx, contact, months, days, flag) =>
    expect(interval([{ dx, contact }])).toEqual([[months, days, flag, contact]]),
  );

  it('divides days by 365.24/12 and rounds down', () => {
    expect(interval([{ dx: '20100101', contact: '20100131' }])).toEqual([['0000', '00030', '1', '20100131']]);
    expect(interval([{ dx: '20100101', contact: '20100201' }])).toEqual([['0001', '00031', '1', '20100201']]);
    expect(interval([{ dx: '20100101', contact: '20110101' }])).toEqual([['0011', '00365', '1', '20110101']]);
  });

  it('turns a possible zero into none where a later tumor has some survival', () =>
    expect(
      interval([
        { dx: '2011', seq: '01' },
        { dx: '20111101', seq: '02' },
      ]).map((one) => (one as string[])[2]),
    ).toEqual(['3', '1']));

  it('counts a contact filled to the cut-off day as complete', () =>
    expect(run([{ dx: '20150101', contact: '20151231', vital: '1' }]).tumors[0]?.active.flag).toBe('1'));

  it.each(['6', '7'])('does not compute reporting source %s, but keeps the dates', (source) =>
    expect(run([{ dx: '201111', source }]).tumors[0]).toMatchObject({
      diagnosis: '20111110',
      active: { months: '9999', days: '99999', flag: '8', end: '20111120' },
    }),
  );

  it('writes items as the standard does, without absent ones', () => {
    const answer = survivalItems(
      {
        items: { dateOfLastContact: '2027', vitalStatus: '0' },
        tumors: [{ dateOfDiagnosis: '20110401', sequenceNumberCentral: '00' }],
      },
      2015,
      TODAY,
    );
    expect(answer).toEqual({
      items: { vitalStatusRecode: '0' },
      tumors: [
        {
          recordNumberRecode: '01',
          survDateDxRecode: '20110401',
          survFlagActiveFollowup: '9',
          survMosActiveFollowup: '9999',
          survFlagPresumedAlive: '9',
          survMosPresumedAlive: '9999',
        },
      ],
    });
  });
});
