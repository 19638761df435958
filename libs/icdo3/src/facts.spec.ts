import { loadIcdo3 } from '../node';
import { isPairedSite, lateralityFacts, sexOfSite } from './index';

const icdo3 = loadIcdo3();

describe('sides of a site', () => {
  it.each([
    ['C504', undefined, true],
    ['C619', undefined, false],
    ['C079', undefined, true],
    ['C301', undefined, true],
    ['C311', undefined, false],
    ['C444', undefined, false],
    ['C711', 2004, true],
    ['C711', 2003, false],
    ['C715', 2020, false],
    ['C809', undefined, false],
  ])('%s in %s: %s', (site, year, paired) => {
    expect(isPairedSite(site, year)).toBe(paired);
  });

  it.each([
    ['C504', 2020, ['1', '2', '3', '4', '9']],
    ['C619', 2020, ['0']],
    ['C340', 2020, ['0', '1', '2', '3', '4', '9']],
    ['C342', 2020, ['1']],
    ['C445', 2020, ['1', '2', '3', '4', '5', '9']],
    ['C445', 2009, ['1', '2', '3', '4', '9']],
    ['C711', 2003, ['0']],
  ])('%s in %s can be %j', (site, year, codes) => {
    expect(lateralityFacts(site, year)).toMatchObject({ codes, only: codes.length === 1 ? codes[0] : null });
  });

  it('every site of the classification has at least one code', () => {
    for (const site of icdo3.topography.keys()) expect(lateralityFacts(site).codes.length).toBeGreaterThan(0);
  });
});

describe('the sex that a site belongs to', () => {
  it.each([
    ['C510', '2'],
    ['C589', '2'],
    ['C600', '1'],
    ['C639', '1'],
    ['C509', null],
    ['C649', null],
  ])('%s: %s', (site, sex) => {
    expect(sexOfSite(site)).toBe(sex);
  });
});

describe('site and histology', () => {
  it.each([
    ['C504', '8500/3', true],
    ['C619', '8170/3', false],
    ['C220', '8170/3', true],
    ['C619', '8140/3', true],
    ['C700', '9530/0', true],
    ['C504', '8500', true],
    ['C619', '8170', false],
    // Newer than the list: the book's own site, or nothing known.
    ['C739', '8343/2', true],
    ['C504', '9999/9', null],
  ])('%s with %s: %s', (site, morphology, known) => {
    expect(icdo3.combination(site, morphology)).toBe(known);
  });

  it('reads the hints that the book prints', () => {
    expect(icdo3.hintAllows('C44._', 'C445')).toBe(true);
    expect(icdo3.hintAllows('C42.1', 'C420')).toBe(false);
    expect(icdo3.hintAllows('C01.9 C09.9 C31.0–C31.3 C31.9', 'C312')).toBe(true);
    expect(icdo3.hintAllows('C53._|C60._ C63.2', 'C632')).toBe(true);
  });
});
