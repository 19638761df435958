import { loadCodingTables } from '../../node';
import { codeReport } from '../index';

const tables = loadCodingTables();
const code = (text: string, force = false) => codeReport({ text }, tables, { force });

describe('the side of an organ', () => {
  it.each([
    ['an operation', 'SPECIMEN: Left oophorectomy.\nDIAGNOSIS: Mucinous carcinoma of ovary.', '2'],
    ['a short word', 'Rt. kidney, nephrectomy: Clear cell renal cell carcinoma.', '1'],
    ['a letter', 'L breast, lumpectomy: Invasive ductal carcinoma.', '2'],
    ['a letter with a period', 'R. kidney, nephrectomy: Chromophobe renal cell carcinoma.', '1'],
    ['a lobe', 'Lung, right upper lobe, lobectomy: Adenocarcinoma.', '1'],
    ['a short lobe', 'LUL lobectomy, lung: Squamous cell carcinoma.', '2'],
    ['a quadrant', 'Breast, upper outer quadrant, left, lumpectomy: Invasive lobular carcinoma.', '2'],
    [
      'an answer',
      'KIDNEY: Nephrectomy\nSpecimen Laterality: Right\nHistologic Type: Papillary renal cell carcinoma',
      '1',
    ],
    [
      'the clinical history alone',
      'CLINICAL HISTORY: Left renal mass.\nDIAGNOSIS: Kidney, nephrectomy: Clear cell renal cell carcinoma.',
      '2',
    ],
    [
      'the gross description alone',
      'DIAGNOSIS: Kidney, nephrectomy: Chromophobe renal cell carcinoma.\nGROSS DESCRIPTION: Received labeled "right kidney" is a kidney with a 4 cm mass.',
      '1',
    ],
    ['a part that is on one side only', 'Middle lobe of lung, biopsy: Small cell carcinoma.', '1'],
    ['a main bronchus', 'Bronchus, left mainstem, biopsy: Squamous cell carcinoma.', '2'],
    ['the midline', 'Skin, back, midline, punch biopsy: Malignant melanoma.', '5'],
    ['a label', 'A: left kidney, nephrectomy.\nDIAGNOSIS:\nA. Clear cell renal cell carcinoma of kidney.', '2'],
  ])('is told by %s', (_, text, expected) => {
    expect(code(text).laterality).toBe(expected);
  });

  it.each([
    ['with a letter lost', 'BREAST, LEF, MASTECTOMY: INVASIVE LOBULAR CARCINOMA.', '2'],
    ['with a letter misread', 'KIDNEY, RIGNT, NEPHRECTOMY: CHROMOPHOBE RENAL CELL CARCINOMA.', '1'],
    ['with a quote read as letters', 'SPECIMEN LABELED IIRIGHT KIDNEYII: CHROMOPHOBE RENAL CELL CARCINOMA.', '1'],
    ['with the word before it', 'A tumor of theleft kidney: Papillary renal cell carcinoma.', '2'],
  ])('is read in a scan %s', (_, text, expected) => {
    expect(code(text).laterality).toBe(expected);
  });

  it('is not read in words that only resemble one', () => {
    expect(
      code('Kidney, nephrectomy: Bright yellow tumor, a cleft at its edge. Chromophobe renal cell carcinoma.')
        .laterality,
    ).toBeNull();
  });

  it.each([
    ['of another organ', 'Right kidney: Papillary renal cell carcinoma. Left adrenal gland: unremarkable.', '1'],
    ['of the past', 'History of left breast cancer. Right breast, biopsy: Invasive ductal carcinoma.', '1'],
    ['of a name', 'Left breast, core biopsy (Dr. R. Smithson): Invasive ductal carcinoma.', '2'],
    ['free of tumor', 'Left kidney: No tumor. Right kidney: Clear cell renal cell carcinoma.', '1'],
  ])('is not the one %s', (_, text, expected) => {
    expect(code(text).laterality).toBe(expected);
  });
});

describe('ovaries', () => {
  it.each([
    [
      'numbered parts with lettered points',
      'FINAL DIAGNOSIS:\nPART 1: RIGHT OVARY, OOPHORECTOMY -\nA. ENDOMETRIOID CARCINOMA.\nB. SURFACE ADHESIONS.\nPART 2: LEFT OVARY, OOPHORECTOMY -\nA. ENDOMETRIOID CARCINOMA.\nB. ENDOMETRIOSIS.',
      '4',
    ],
    [
      'lettered parts with numbered points',
      'DIAGNOSIS:\nA. Left tube and ovary:\n1. Mucinous carcinoma of ovary.\n2. Tube negative for tumor.\nB. Right tube and ovary:\n1. Ovary negative for tumor.\n2. Tube unremarkable.',
      '2',
    ],
    ['a line that names both', 'OVARIES, RIGHT AND LEFT, OOPHORECTOMY:\n- SEROUS CARCINOMA, HIGH GRADE', '4'],
    ['a statement of both', 'Uterus, tubes and ovaries: Bilateral ovarian serous carcinoma.', '4'],
    ['an answer', 'OVARY\nProcedure: Oophorectomy\nOvary involved: Bilateral\nHistologic type: Serous carcinoma', '4'],
    [
      'spread to the other ovary, which does not hide where the tumor began',
      'DIAGNOSIS:\nA. Left ovary: Clear cell carcinoma of ovary.\nB. Right ovary: Metastatic clear cell carcinoma on the surface.',
      '2',
    ],
    [
      'the other ovary in the gross description',
      'DIAGNOSIS:\nRight ovary: Serous carcinoma.\nGROSS DESCRIPTION: The left ovary is replaced by tumor, 6 cm.',
      '4',
    ],
    [
      'the other ovary free in the gross description',
      'DIAGNOSIS:\nRight ovary: Serous carcinoma.\nGROSS DESCRIPTION: The left ovary has a smooth surface with no obvious discrete lesion.',
      '1',
    ],
    [
      'words that join the ovary with another organ',
      'DIAGNOSIS:\nRight ovary: Serous carcinoma. Carcinoma is present in both the ovary and the omentum.',
      '1',
    ],
  ])('with %s', (_, text, expected) => {
    expect(code(text)).toMatchObject({ primarySite: 'C569', laterality: expected });
  });

  it.each([
    ['both heads in one', 'OVARIES, RIGHT & LEFT, OOPHORECTOMY:\n- SEROUS CARCINOMA, HIGH GRADE', '4'],
    [
      'the other ovary with something else',
      'DIAGNOSIS:\nRight ovary: Endometrioid carcinoma of ovary.\nLeft ovary: Endometriosis.',
      '1',
    ],
    [
      'the other ovary free beside the tubes',
      'Bilateral salpingo-oophorectomy: Left ovary with mucinous carcinoma, 12 cm. Right ovary and both tubes unremarkable.',
      '2',
    ],
  ])('of one statement: %s', (_, text, expected) => {
    expect(code(text)).toMatchObject({ primarySite: 'C569', laterality: expected });
  });

  it.each([
    [
      'the one where the tumor is called primary',
      'DIAGNOSIS:\nA. Left ovary: Primary serous carcinoma of high grade.\nB. Right ovary: Serous carcinoma.',
      '2',
    ],
    [
      'the one where it arose',
      'DIAGNOSIS:\nOvaries: Both involved by serous carcinoma.\nComment: The tumor is thought to arise in the right ovary.',
      '1',
    ],
    [
      'not the one that a tumor of the other side involves',
      'DIAGNOSIS:\nHigh grade serous carcinoma of right ovary involving left ovary and omentum.',
      '1',
    ],
    [
      'not the one with microscopic foci',
      'DIAGNOSIS:\nA. Right ovary: Serous carcinoma, 11 cm.\nB. Left ovary: Microscopic focus of serous carcinoma.',
      '1',
    ],
    [
      'not the one with tumor on its surface',
      'DIAGNOSIS:\nA. Left ovary: Endometrioid carcinoma of ovary, 8 cm.\nB. Right ovary: Surface implants of endometrioid carcinoma.',
      '2',
    ],
    [
      'both in a list of what a carcinoma involves',
      'DIAGNOSIS:\nSEROUS CARCINOMA OF OVARY, INVOLVING:\nA. OMENTUM\nB. LEFT OVARY\nC. RIGHT OVARY\nD. APPENDIX',
      '4',
    ],
    [
      'one in such a list, though only its surface holds tumor',
      'DIAGNOSIS:\nSEROUS CARCINOMA, CONSISTENT WITH OVARIAN ORIGIN,\nINVOLVING:\nA. OMENTUM\nB. SURFACE OF RIGHT OVARY',
      '1',
    ],
    [
      'both, where a doubt is left of which is the primary',
      'DIAGNOSIS:\nA. Right ovary: Serous carcinoma.\nB. Left ovary: Serous carcinoma. It is uncertain whether the left ovary is the primary.',
      '4',
    ],
    [
      'the one whose size the protocol holds',
      'DIAGNOSIS:\nA. Right ovary: Serous carcinoma.\nB. Left ovary: Serous carcinoma.\nSYNOPTIC REPORT:\nTumor size: Left ovary 9 cm',
      '2',
    ],
    [
      'the one that is answered alone',
      'OVARY\nTumor site: Left ovary only, but also in mesovarium of right ovary\nHistologic type: Serous carcinoma',
      '2',
    ],
    [
      'the larger of those answered apart',
      'OVARY\nTumor site: Left (larger) ovary and right (small focus) ovary\nHistologic type: Serous carcinoma',
      '2',
    ],
    [
      'both of those answered as one',
      'OVARY\nTumor site: Right and left ovary (synchronous primary tumors)\nHistologic type: Serous carcinoma',
      '4',
    ],
    [
      'both that hold tumor, though one is named in a list of what is free',
      'DIAGNOSIS:\nA. Right ovary: Serous carcinoma.\nB. Left ovary: Serous carcinoma.\nSpecimens free of tumor:\nC. Right fallopian tube.',
      '4',
    ],
  ])('are coded to the side where the tumor began: %s', (_, text, expected) => {
    expect(code(text)).toMatchObject({ primarySite: 'C569', laterality: expected });
  });

  it('leave the side open while nothing is said of the other that was sent in', () => {
    const text = 'SPECIMENS: A. Left ovary. B. Right ovary.\nDIAGNOSIS:\nA. Left ovary: Serous carcinoma.';
    expect(code(text).laterality).toBeNull();
    expect(code(text, true).laterality).toBe('2');
  });

  it('are the site of a tumor that lies on the surface of the uterus', () => {
    const answer = code(
      'DIAGNOSIS:\nA. Uterus, hysterectomy: Serosa with nodules of serous carcinoma.\nB. Ovary, left, oophorectomy: Serous carcinoma, 8 cm.',
    );
    expect(answer).toMatchObject({ primarySite: 'C569', laterality: '2' });
  });
});

describe('the brain', () => {
  it.each([
    ['a lobe has sides', 'Brain, left temporal lobe, resection: Oligodendroglioma.', 'C712', '2'],
    ['a side means a hemisphere', 'BRAIN, RIGHT, EXCISION: ASTROCYTOMA.', 'C710', '1'],
    ['two lobes have none by their code', 'Brain, left frontoparietal, biopsy: Astrocytoma.', 'C718', '0'],
    ['a place without sides', 'Cerebellum, resection: Medulloblastoma.', 'C716', '0'],
  ])('%s', (_, text, primarySite, laterality) => {
    expect(code(text)).toMatchObject({ primarySite, laterality });
  });

  it('leaves the side open while its part is not told', () => {
    const answer = code('Brain, tumor, resection: Glioblastoma.');
    expect(answer).toMatchObject({ primarySite: 'C719', laterality: null });
    expect(code('Brain, tumor, resection: Glioblastoma.', true).laterality).toBeNull();
  });
});

describe('the clock on a breast', () => {
  it.each([
    ['outward above on the left', "Breast, left, 2 o'clock, biopsy: Invasive lobular carcinoma.", 'C504'],
    ['inward above on the right', "Breast, right, 2 o'clock, biopsy: Invasive lobular carcinoma.", 'C502'],
    ['outward below on the right', 'RIGHT BREAST, 7:30, LUMPECTOMY: INVASIVE DUCTAL CARCINOMA', 'C505'],
    ['on the border of two', 'LEFT BREAST, 12:00, LUMPECTOMY: INVASIVE DUCTAL CARCINOMA', 'C508'],
    ['a word says it better', "Left breast, lower inner quadrant, 2 o'clock: Invasive ductal carcinoma.", 'C503'],
    [
      'of the specimen with the tumor',
      'A. LEFT BREAST, 10:00: BENIGN.\nB. LEFT BREAST, 5:00: INVASIVE DUCTAL CARCINOMA.',
      'C505',
    ],
    ['not the time of day', 'Left breast, received at 9:30 am: Invasive ductal carcinoma.', 'C509'],
  ])('is %s', (_, text, expected) => {
    const answer = code(text);
    expect(answer.primarySite).toBe(expected);
    if (expected !== 'C509' && expected !== 'C503') expect(answer.rules.primarySite).toBe('clock-position');
  });
});

describe('how sure a side is', () => {
  const sure = (text: string): number => code(text, true).confidence.laterality ?? 0;

  it('falls from the diagnosis to the gross description, and while the other side is silent', () => {
    const both = sure('DIAGNOSIS:\nRight ovary: Serous carcinoma. Left ovary: No tumor.');
    const one = sure('DIAGNOSIS:\nRight ovary: Serous carcinoma.');
    const silent = sure('SPECIMENS: Right ovary. Left ovary.\nDIAGNOSIS:\nRight ovary: Serous carcinoma.');
    expect(both).toBeGreaterThan(one);
    expect(one).toBeGreaterThan(silent);
  });
});
