import { judgeBasis } from './bases.js';

const pointers = (...args: Parameters<typeof judgeBasis>): string[] =>
  judgeBasis(...args).map(({ pointer }) => pointer);

describe('the legal basis of a disclosure', () => {
  it('needs what each ground needs', () => {
    expect(pointers('authorization', {}, '2026-03-01', '2026-03-02')).toEqual([
      '/basisDetail/signedOn',
      '/basisDetail/expiresOn',
    ]);
    expect(pointers('subpoena', { issuer: 'x' }, '2026-03-01', '2026-03-02')).toEqual([
      '/basisDetail/caseNumber',
      '/basisDetail/assurance',
    ]);
    expect(
      pointers('court_order', { issuer: 'x', caseNumber: '1', signedOn: '2026-02-01' }, '2026-03-01', '2026-03-02'),
    ).toEqual([]);
  });

  it('holds on the day of the disclosure', () => {
    const detail = { signedOn: '2026-03-05', expiresOn: '2026-02-27' };
    expect(pointers('authorization', detail, '2026-03-01', '2026-02-28')).toEqual([
      '/disclosedOn',
      '/basisDetail/signedOn',
      '/basisDetail/expiresOn',
    ]);
  });
});
