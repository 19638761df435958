import { loadCodingTables } from '../node';
import { codeReport } from './index';

const tables = loadCodingTables();
const code = (text: string) => codeReport({ text }, tables);

describe('sections and specimens', () => {
  it('let the answer to a question outrank the specimen, and the diagnosis the history', () => {
    expect(
      code(
        'CLINICAL HISTORY: Lung cancer.\nSPECIMEN: Right hemicolectomy\nDIAGNOSIS: Adenocarcinoma.\nTumor site: Cecum\nHistologic type: Mucinous adenocarcinoma',
      ),
    ).toMatchObject({ primarySite: 'C180', histology: '8480' });
  });

  it('take the site from the specimen that holds the tumor', () => {
    expect(
      code(
        'DIAGNOSIS:\nA. Left ureter, biopsy: Benign ureter.\nB. Bladder, excision: Urothelial carcinoma, high grade.\nC. Prostate: Benign hyperplasia.',
      ),
    ).toMatchObject({ primarySite: 'C679', histology: '8120' });
  });

  it('let an addendum say what the diagnosis left open', () => {
    expect(
      code(
        'DIAGNOSIS: Lung, right lower lobe: Non-small cell carcinoma.\nADDENDUM DIAGNOSIS: Adenocarcinoma (TTF-1 positive).',
      ),
    ).toMatchObject({ primarySite: 'C343', histology: '8140', laterality: '1' });
  });

  it('keep the sections that the message named', () => {
    const text = 'Cancer of the left breast.\nColon, sigmoid: Adenocarcinoma.';
    const cut = text.indexOf('\n');
    const answer = codeReport(
      {
        text,
        sections: [
          { code: '22636-5', title: 'Clinical history', start: 0, end: cut },
          { code: '22637-3', title: 'Final diagnosis', start: cut + 1, end: text.length },
        ],
      },
      tables,
    );
    expect(answer).toMatchObject({ primarySite: 'C187', histology: '8140' });
    expect(answer.evidence.histology?.[0]?.section).toBe('22637-3');
  });
});

describe('context', () => {
  it.each([
    ['negation', 'Breast, left: No evidence of invasive carcinoma or carcinoma in situ.', false],
    ['negation after', 'Breast, left: Ductal carcinoma in situ is not identified.', false],
    ['a negative answer', 'Liver: Cirrhosis.\nHepatocellular carcinoma: Absent', false],
    ['negation that ended', 'Breast, left: No in situ carcinoma, but invasive ductal carcinoma is present.', true],
    ['negation on the line above', 'Nodes: no evidence of tumor\nCERVIX: SQUAMOUS CELL CARCINOMA, INVASIVE', true],
    ['history only', 'Lung nodule, history of colonic adenocarcinoma: Granuloma.', false],
    ['family', 'Colon: normal mucosa. Mother with ovarian carcinoma.', false],
    ['an accepted word', 'Pancreas, head: Suspicious for adenocarcinoma.', true],
    ['a word that is not accepted', 'Pancreas, head: Possible adenocarcinoma.', null],
    ['a word after the term', 'Lymph node: Lymphoma cannot be excluded.', null],
    [
      'an accepted word in cytology alone',
      'Thyroid, fine needle aspiration: Suspicious for papillary carcinoma.',
      null,
    ],
  ])('reads %s', (_, text, expected) => {
    expect(code(text).reportable).toBe(expected);
  });

  it('takes spread for spread: the primary is what the words name', () => {
    const answer = code('Liver, biopsy: Metastatic adenocarcinoma, consistent with colonic primary.');
    expect(answer).toMatchObject({ primarySite: 'C189', histology: '8140' });
    expect(answer.flags).toContain('metastasis-only');
  });
});

describe('histology', () => {
  it.each([
    ['invasive before in situ', 'Left breast: Ductal carcinoma in situ and invasive lobular carcinoma.', '8520', '3'],
    [
      'a kind before the general term',
      'Kidney, left: Renal cell carcinoma (4 cm), Fuhrman grade 2, clear cell type.',
      '8310',
      '3',
    ],
    ['a kind behind its term', 'Right kidney: Renal cell carcinoma involving the sinus, papillary type.', '8260', '3'],
    ['duct and lobular', 'Right breast: Invasive ductal carcinoma and invasive lobular carcinoma.', '8522', '3'],
    [
      'a component is no type',
      'Bladder: Urothelial carcinoma with focal squamous cell carcinoma component.',
      '8120',
      '3',
    ],
    ['papillary by the organ', 'Thyroid, left lobe: Papillary carcinoma.', '8260', '3'],
    ['malignant outranks the book', 'Left thigh: Malignant glomus tumor.', '8711', '3'],
    ['in situ behind the term', 'Larynx: Squamous cell carcinoma, in situ.', '8070', '2'],
    ['one-word answers', 'Bladder resection: Invasive carcinoma.\nHistologic type: Urothelial', '8120', '3'],
  ])('%s', (_, text, histology, behavior) => {
    expect(code(text)).toMatchObject({ histology, behavior });
  });

  it('states nothing from a list of choices that was to be marked by hand', () => {
    const answer = code(
      'Liver, segment 5, resection: Hepatocellular carcinoma.\nHistologic Type\nHepatocellular carcinoma\nCombined hepatocellular and cholangiocarcinoma\nCholangiocarcinoma\nOther (specify):',
    );
    expect(answer.histology).toBe('8170');
  });
});

describe('laterality', () => {
  it.each([
    ['a paired organ', 'Right kidney, nephrectomy: Clear cell renal cell carcinoma.', '1'],
    ['not the side of the nodes', 'Left breast: Invasive ductal carcinoma. Right axillary node: benign.', '2'],
    ['no sides', 'Left colon: Adenocarcinoma.', '0'],
    ['both ovaries', 'Right ovary: Serous carcinoma. Left ovary: Serous carcinoma.', '4'],
    ['one ovary free', 'Right ovary: Serous carcinoma. Left ovary: No tumor.', '1'],
  ])('%s', (_, text, expected) => {
    expect(code(text).laterality).toBe(expected);
  });
});

describe('grade by the table of the site', () => {
  it.each([
    ['Prostate, biopsy: Adenocarcinoma, Gleason score 4+3=7.', '3', 'gradeClinical'],
    ['Prostatectomy: Adenocarcinoma. Gleason primary pattern: 3/5, secondary pattern: 4/5.', '2', 'gradePathological'],
    ['Left breast, lumpectomy: Invasive ductal carcinoma, Nottingham score 8/9.', '3', 'gradePathological'],
    ['Right breast, core biopsy: DCIS, intermediate nuclear grade.', 'M', 'gradeClinical'],
    [
      'Left kidney, nephrectomy: Clear cell renal cell carcinoma, Fuhrman nuclear grade II of IV.',
      '2',
      'gradePathological',
    ],
    ['Bladder, TURBT: Papillary urothelial carcinoma, low grade, invading lamina propria.', 'L', 'gradeClinical'],
    ['Brain, frontal lobe, resection: Oligodendroglioma, WHO grade 3.', '3', 'gradePathological'],
    ['Rectum, resection: Adenocarcinoma, moderately to poorly differentiated.', '3', 'gradePathological'],
    ['Rectum, resection after neoadjuvant therapy: Adenocarcinoma, well differentiated.', '1', 'gradePostTherapy'],
    ['Left kidney, nephrectomy: Renal cell carcinoma, poorly differentiated.', 'C', 'gradePathological'],
    ['Liver, resection: Hepatocellular carcinoma. Background steatohepatitis, grade 2.', null, undefined],
    ['Bone marrow biopsy: Plasma cell myeloma.', '8', 'gradeClinical'],
  ])('%s', (text, grade, item) => {
    const answer = code(text);
    expect([answer.grade, answer.gradeItem]).toEqual([grade, item]);
  });
});

describe('several primaries', () => {
  it('are kept apart, each with its own evidence', () => {
    const answer = code(
      'DIAGNOSIS:\nA. Kidney, right, nephrectomy: Papillary renal cell carcinoma, grade 2.\nB. Colon, sigmoid, resection: Mucinous adenocarcinoma.',
    );
    expect(answer.primaries).toHaveLength(1);
    expect([answer.primarySite, answer.primaries[0]?.primarySite].sort()).toEqual(['C187', 'C649']);
    for (const one of [answer, ...answer.primaries]) expect(one.evidence.histology?.length).toBeGreaterThan(0);
  });

  it('are not made of spread', () => {
    const answer = code(
      'A. Colon, sigmoid: Adenocarcinoma. B. Liver: Metastatic adenocarcinoma. C. Lymph nodes: Metastatic adenocarcinoma in 2 of 12.',
    );
    expect(answer.primaries).toEqual([]);
  });

  it('show the reportable one of a skin cancer and another', () => {
    const answer = code(
      'A. Skin, nose, biopsy: Basal cell carcinoma. B. Colon, cecum, biopsy: Mucinous adenocarcinoma.',
    );
    expect(answer).toMatchObject({ reportable: true, primarySite: 'C180', histology: '8480', primaries: [] });
  });
});

describe('scans', () => {
  it.each([
    ['digits for letters', 'K1DNEY, LEFT: RENA1 CEL1 CARC1N0MA, CLEAR CELL TYPE', 'C649', '8310'],
    ['rn for m', 'Stornach, antrurn: Adenocarcinorna', 'C163', '8140'],
    ['words in pieces', 'Prostate: Adeno carcin oma, aci nar', 'C619', '8140'],
    ['words run together', 'Bladder: Urothelialcarcinoma', 'C679', '8120'],
    [
      'lines joined by periods',
      'LIVER, RIGHT LOBE. RESECTION: HEPATOCELLULAR. CARCINOMA, 4 CM, IN A BACKGROUND OF. CIRRHOSIS AND WITH. STEATOSIS.',
      'C220',
      '8170',
    ],
    ['a wrong letter', 'Esophagus, distal: Adenocarcinpma', 'C155', '8140'],
  ])('with %s are read', (_, text, primarySite, histology) => {
    expect(code(text)).toMatchObject({ primarySite, histology });
  });

  it('that cannot be read go to a person', () => {
    const text = Array.from({ length: 120 }, (_, at) => `xq${(at * 7919).toString(36)}zz`).join(' ');
    expect(code(text)).toMatchObject({ reportable: null, flags: ['unreadable-text'] });
  });
});

describe('lists under one heading', () => {
  it.each([
    [
      'what is free of tumor is no site of it',
      'DIAGNOSIS:\nA. Ovary, left: Serous carcinoma.\nThe following specimens are free of tumor:\nB. Uterus.\nC. Right ovary.\nD. Appendix.',
      { primarySite: 'C569', laterality: '2' },
    ],
    [
      'nor is what the tumor spread to',
      'DIAGNOSIS:\nA. "RIGHT OVARY":\nType: Serous carcinoma\nSPECIMENS WITH METASTATIC TUMOR:\nB. UTERUS: Tumor site: lower uterine segment. Serous carcinoma.\nC. SEROSA OF LEFT OVARY.',
      { primarySite: 'C569', laterality: '1' },
    ],
    [
      'a list of the uninvolved',
      'DIAGNOSIS:\nColon, sigmoid: Adenocarcinoma.\nSpecimens negative for carcinoma:\nB. Rectum.\nC. Liver, biopsy.\nD. Cecum.',
      { primarySite: 'C187' },
    ],
    [
      'but a line that goes on heads no list',
      'DIAGNOSIS:\nA. Skin flap: Fibroadipose\nTISSUE, NEGATIVE FOR MALIGNANCY.\nB. Right ovary: Clear cell carcinoma.',
      { primarySite: 'C569', laterality: '1' },
    ],
  ])('%s', (_, text, expected) => {
    expect(codeReport({ text }, tables)).toMatchObject(expected);
  });
});
