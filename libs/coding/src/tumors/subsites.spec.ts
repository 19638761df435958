import { loadCodingTables } from '../../node';
import { codeReport } from '../index';

const tables = loadCodingTables();
const tumorsOf = (text: string): string[] => {
  const answer = codeReport({ text }, tables);
  return [answer, ...answer.primaries].map((one) => `${one.primarySite} ${one.histology}/${one.behavior}`);
};

describe('tumors of different parts of one colon', () => {
  it.each([
    [
      'of two specimens',
      'DIAGNOSIS:\nA. Cecum, resection: Adenocarcinoma, 4 cm.\nB. Sigmoid colon, resection: Adenocarcinoma, 2 cm.',
      ['C180 8140/3', 'C187 8140/3'],
    ],
    [
      'under two heads',
      'DIAGNOSIS:\nTransverse colon: Adenocarcinoma.\nSigmoid colon: Mucinous adenocarcinoma.',
      ['C187 8480/3', 'C184 8140/3'],
    ],
    [
      'told in so many words',
      'DIAGNOSIS:\nColon, total colectomy: Two separate adenocarcinomas: cecum, 4 cm, and splenic flexure, 2 cm.',
      ['C180 8140/3', 'C185 8140/3'],
    ],
    [
      'in neighboring parts, where they are told to be two',
      'DIAGNOSIS:\nColon, right hemicolectomy: Synchronous carcinomas.\n1. Cecum: Adenocarcinoma.\n2. Ascending colon: Mucinous adenocarcinoma.',
      ['C182 8480/3', 'C180 8140/3'],
    ],
    [
      'of the colon and the rectum',
      'DIAGNOSIS:\nA. Descending colon: Adenocarcinoma.\nB. Rectum: Adenocarcinoma.',
      ['C186 8140/3', 'C209 8140/3'],
    ],
    [
      'the worse first',
      'DIAGNOSIS:\nA. Cecum, polyp: Adenocarcinoma in situ in a tubular adenoma.\nB. Sigmoid colon: Adenocarcinoma.',
      ['C187 8140/3', 'C180 8140/2'],
    ],
    [
      'three of them',
      'DIAGNOSIS:\nColon, total colectomy: Three separate adenocarcinomas.\n1. Cecum: Adenocarcinoma.\n2. Transverse colon: Adenocarcinoma.\n3. Sigmoid colon: Adenocarcinoma.',
      ['C180 8140/3', 'C184 8140/3', 'C187 8140/3'],
    ],
    [
      'the higher grade first',
      'DIAGNOSIS:\nA. Cecum: Adenocarcinoma, well differentiated.\nB. Sigmoid colon: Adenocarcinoma, poorly differentiated.',
      ['C187 8140/3', 'C180 8140/3'],
    ],
  ])('are primaries of their own: %s', (_, text, expected) => {
    expect(tumorsOf(text)).toEqual(expected);
  });

  it.each([
    ['that extends', 'DIAGNOSIS:\nColon: Adenocarcinoma of the cecum extending into the ascending colon.', 'C180'],
    ['that lies over two parts', 'DIAGNOSIS:\nCecum and ascending colon: Adenocarcinoma, 7 cm.', 'C180'],
    [
      'whose place is called by the next name too',
      'DIAGNOSIS:\nA. Cecum, biopsy: Adenocarcinoma.\nB. Ascending colon, resection: Adenocarcinoma.',
      'C180',
    ],
    ['beside an adenoma', 'DIAGNOSIS:\nA. Sigmoid colon: Adenocarcinoma.\nB. Cecum: Tubular adenoma.', 'C187'],
    [
      'and its spread',
      'DIAGNOSIS:\nA. Sigmoid colon: Adenocarcinoma.\nB. Transverse colon: Metastatic adenocarcinoma on the serosa.',
      'C187',
    ],
    [
      'and its deposits',
      'DIAGNOSIS:\nSigmoid colon: Adenocarcinoma with two tumor deposits. Cecum: free of tumor.',
      'C187',
    ],
    [
      'and a part that is free of it',
      'DIAGNOSIS:\nTotal colectomy: Adenocarcinoma of sigmoid colon; no second tumors in cecum or transverse colon.',
      'C187',
    ],
  ])('are one tumor %s', (_, text, site) => {
    const answer = codeReport({ text }, tables);
    expect(answer).toMatchObject({ primarySite: site, primaries: [] });
  });

  it('have their own evidence', () => {
    const text = 'DIAGNOSIS:\nA. Cecum: Adenocarcinoma.\nB. Sigmoid colon: Mucinous adenocarcinoma.';
    const answer = codeReport({ text }, tables);
    const words = [answer, ...answer.primaries].map((one) => {
      const [span] = one.evidence.primarySite ?? [];
      return text.slice(span?.start, span?.end);
    });
    expect(words).toEqual(['Sigmoid colon', 'Cecum']);
  });
});
