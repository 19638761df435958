import { loadCodingTables } from '../../node';
import { codeReport } from '../index';

const tables = loadCodingTables();
const tumorsOf = (text: string): string[] => {
  const answer = codeReport({ text }, tables);
  return [answer, ...answer.primaries]
    .map((one) => `${one.primarySite} ${one.histology}/${one.behavior} ${one.laterality}`)
    .sort();
};

describe('tumors of both sides of an organ', () => {
  it.each([
    [
      'two breasts',
      'DIAGNOSIS:\nA. Left breast, mastectomy: Invasive ductal carcinoma.\nB. Right breast, mastectomy: Invasive lobular carcinoma.',
      ['C509 8500/3 2', 'C509 8520/3 1'],
    ],
    [
      'two breasts, one in situ',
      'FINAL DIAGNOSIS:\nA. Breast, right, upper outer quadrant, lumpectomy: Ductal carcinoma in situ.\nB. Breast, left, lumpectomy: Invasive ductal carcinoma, Nottingham grade 2.',
      ['C504 8500/2 1', 'C509 8500/3 2'],
    ],
    [
      'two lungs, each with its lobe',
      'Lung, right upper lobe: Adenocarcinoma.\nLung, left lower lobe: Squamous cell carcinoma.',
      ['C341 8140/3 1', 'C343 8070/3 2'],
    ],
    [
      'two breasts, each by its clock',
      'Right breast 10:00, core biopsy: Invasive lobular carcinoma.\nLeft breast 10:00, core biopsy: Invasive ductal carcinoma.',
      ['C502 8500/3 2', 'C504 8520/3 1'],
    ],
    [
      'two breasts in parts with lettered points',
      'DIAGNOSIS:\nPART 3: BREAST, LEFT, MASTECTOMY\nA. INVASIVE LOBULAR CARCINOMA.\nB. NIPPLE NEGATIVE.\nPART 4: BREAST, RIGHT, MASTECTOMY\nA. INVASIVE DUCTAL CARCINOMA.\nB. SKIN NEGATIVE.',
      ['C509 8500/3 1', 'C509 8520/3 2'],
    ],
    [
      'two kidneys',
      'DIAGNOSIS:\n1. Right kidney, partial nephrectomy: Clear cell renal cell carcinoma.\n2. Left kidney, partial nephrectomy: Papillary renal cell carcinoma.',
      ['C649 8260/3 2', 'C649 8310/3 1'],
    ],
  ])('are two primaries: %s', (_, text, expected) => {
    expect(tumorsOf(text)).toEqual(expected);
  });

  it.each([
    [
      'ovaries, by the rules',
      'DIAGNOSIS:\nA. Right ovary: High grade serous carcinoma.\nB. Left ovary: High grade serous carcinoma.',
      ['C569 8461/3 4'],
    ],
    [
      'the other side is benign',
      'DIAGNOSIS:\nA. Left breast: Invasive ductal carcinoma.\nB. Right breast: Fibrocystic change, no carcinoma.',
      ['C509 8500/3 2'],
    ],
    [
      'nodes of the other side',
      'DIAGNOSIS:\nA. Left breast: Invasive ductal carcinoma.\nB. Right axillary lymph node: Metastatic carcinoma.',
      ['C509 8500/3 2'],
    ],
    [
      'two specimens of one side',
      'DIAGNOSIS:\nA. Left breast, biopsy: Invasive ductal carcinoma.\nB. Left breast, mastectomy: Invasive ductal carcinoma.',
      ['C509 8500/3 2'],
    ],
    [
      'a diagnosis that was amended',
      'AMENDED DIAGNOSIS:\n1. Kidney, right, nephrectomy: Chromophobe renal cell carcinoma.\nORIGINAL DIAGNOSIS:\n1. Kidney, left, nephrectomy:\nTumor type: Chromophobe renal cell carcinoma.',
      ['C649 8317/3 1'],
    ],
    [
      'the other side is of the past',
      'DIAGNOSIS: Left breast: Invasive ductal carcinoma. History of right breast carcinoma.',
      ['C509 8500/3 2'],
    ],
  ])('are one primary: %s', (_, text, expected) => {
    expect(tumorsOf(text)).toEqual(expected);
  });

  it.each([
    [
      'invasive before in situ',
      'DIAGNOSIS:\nA. Right breast: Ductal carcinoma in situ.\nB. Left breast: Invasive lobular carcinoma.',
      '2',
      0.95,
    ],
    [
      'the higher grade',
      'DIAGNOSIS:\nA. Right kidney: Clear cell renal cell carcinoma, Fuhrman grade 2.\nB. Left kidney: Clear cell renal cell carcinoma, Fuhrman grade 4.',
      '2',
      0.85,
    ],
    [
      'the one named first, which is less sure',
      'DIAGNOSIS:\nA. Left adrenal gland: Pheochromocytoma.\nB. Right adrenal gland: Pheochromocytoma.',
      '2',
      0.7,
    ],
  ])('come in the order of their sequence: %s', (_, text, side, most) => {
    const answer = codeReport({ text }, tables);
    expect(answer.laterality).toBe(side);
    expect(answer.primaries.map((one) => one.laterality)).toEqual(['1']);
    expect(answer.confidence.laterality).toBeLessThanOrEqual(Math.max(most, 0.97));
    expect(answer.confidence.laterality).toBeGreaterThanOrEqual(Math.min(most, 0.9));
  });

  it('are left to a person where the rules ask a question', () => {
    const answer = codeReport(
      {
        text: 'DIAGNOSIS:\nA. Lung, right upper lobe: Adenocarcinoma.\nB. Lung, left lower lobe: Adenocarcinoma.',
      },
      tables,
    );
    expect(answer.primaries).toEqual([]);
    expect(answer.flags).toContain('both-sides');
  });

  it('have their own evidence and grade', () => {
    const text =
      'DIAGNOSIS:\nA. Left breast, lumpectomy: Invasive ductal carcinoma, Nottingham grade 3.\nB. Right breast, lumpectomy: Invasive lobular carcinoma, Nottingham grade 1.';
    const answer = codeReport({ text }, tables);
    const both = [answer, ...answer.primaries];
    expect(both.map((one) => [one.laterality, one.grade]).sort()).toEqual([
      ['1', '1'],
      ['2', '3'],
    ]);
    for (const one of both) {
      const [side] = one.evidence.laterality ?? [];
      expect(text.slice(side?.start, side?.end)).toBe(one.laterality === '2' ? 'Left' : 'Right');
    }
  });
});

describe('further primaries', () => {
  it.each([
    [
      'a kind of the main tumor answered in a word',
      'DIAGNOSIS:\nTongue, right lateral, glossectomy: Invasive squamous cell carcinoma.\nSubmandibular gland: chronic sialadenitis.\nHistologic type: Conventional',
      'C021',
    ],
    [
      'words that only resemble a tumor',
      'DIAGNOSIS:\nLeft kidney: Clear cell renal cell carcinoma.\nLiver: recent hematoma.\nOmentum: reactive mesothelium.',
      'C649',
    ],
    ['a short name in a scan', 'DIAGNOSIS: Brain, left frontal lobe: Glioblastoma. ici5 of breast iis', 'C711'],
  ])('are not made of %s', (_, text, primarySite) => {
    expect(codeReport({ text }, tables)).toMatchObject({ primarySite, primaries: [] });
  });

  it('are found beside an organ of which another tumor is stated', () => {
    expect(tumorsOf('Endometrium: Endometrioid carcinoma grade 1. Right ovary: Clear cell carcinoma.')).toEqual([
      'C541 8380/3 0',
      'C569 8310/3 1',
    ]);
  });

  it('are found where an organ of its own holds another tumor', () => {
    expect(
      tumorsOf(
        'DIAGNOSIS:\nBladder, cystoprostatectomy: Urothelial carcinoma, high grade.\nProstate: Prostatic adenocarcinoma, Gleason score 3+3=6.',
      ),
    ).toEqual(['C619 8140/3 0', 'C679 8120/3 0']);
  });
});
