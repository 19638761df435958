/** The demo's reports as HL7 messages in the shapes that laboratories send. */
import { readFileSync } from 'node:fs';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
export const demo = read('reports.json');
export const expected = read('expected.json').reports;

const escapeText = (text) =>
  text.replace(/[\\|^&~]/g, (c) => ({ '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\' })[c]);

function header(report, version = '2.5.1') {
  const control = report.controlId ?? `DEMO-${report.id}-${report.status ?? 'F'}`;
  return `MSH|^~\\&|LAB|CENTRAL DEMO LAB^99D0000001^CLIA|REGISTRY|PERENNIAL|20241101080000||ORU^R01^ORU_R01|${control}|P|${version}`;
}

function patient(report) {
  const person = demo.people[report.who];
  const authority =
    report.shape === 'unmapped'
      ? 'NOBODY KNOWS THIS PLACE'
      : person.at === 'harbor'
        ? 'HARBOR POINT MC'
        : 'LAKEVIEW CH';
  const ssn = person.ssn ? `~${person.ssn}^^^USSSA^SS` : '';
  return `PID|1||${person.mrn}^^^${authority}^MR${ssn}||${person.last}^${person.first}^${person.middle ?? ''}||${person.birth}|${person.sex}||${person.race}^^HL70005|7 Demo Lane^^Springvale^IL^60999^USA||^PRN^PH^^1^555^5550100|||${person.marital}|||||${''}|${person.ethnic === 'H' ? 'H' : 'N'}^^HL70189`;
}

const order = (report) =>
  `OBR|1||${report.filler}^CENTRAL DEMO LAB|11529-5^Surgical pathology study^LN|||${report.collected}|||||||||||||||20241101||${''}|${report.status ?? 'F'}`;
const observation = (index, type, code, value) => `OBX|${index}|${type}|${code}||${value}||||||F`;
const finish = (segments, end = '\r') => Buffer.from(segments.map((segment) => `${segment}${end}`).join(''), 'utf8');

const SHAPES = {
  /** Each section in observations of its own. */
  sections: (report) =>
    finish([
      header(report),
      patient(report),
      order(report),
      ...report.sections.map(([code, text], index) =>
        observation(index + 1, 'TX', `${code}^Section^LN`, escapeText(text).replaceAll('\n', '\\.br\\')),
      ),
    ]),
  /** Discrete questions and answers of a synoptic checklist. */
  ecc: (report) =>
    finish([
      header(report),
      patient(report),
      order(report),
      ...report.questions.map(([question, answer], index) =>
        observation(
          index + 1,
          'CWE',
          `${100 + index}.1^${question}^CAPECC`,
          `${200 + index}.1^${escapeText(answer)}^CAPECC`,
        ),
      ),
    ]),
  /** One formatted text with breaks and indents. */
  formatted: (report) =>
    finish([
      header(report),
      patient(report),
      order(report),
      observation(1, 'FT', '22637-3^Final diagnosis^LN', escapeText(report.text).replaceAll('\n', '\\.br\\')),
    ]),
  /** The whole report line by line, without section codes. */
  plain: (report) =>
    finish([
      header(report),
      patient(report),
      order(report),
      ...report.text
        .split('\n')
        .map((line, index) => observation(index + 1, 'TX', '11529-5^Report^LN', escapeText(line))),
    ]),
  /** Segments that end with LF, as files made on Unix do. */
  lines: (report) =>
    finish(
      [
        header(report),
        patient(report),
        order(report),
        ...report.text
          .split('\n')
          .map((line, index) => observation(index + 1, 'TX', '11529-5^Report^LN', escapeText(line))),
      ],
      '\n',
    ),
  /** An old version of the standard with few fields. */
  legacy: (report) =>
    finish([
      header(report, '2.3.1'),
      patient(report),
      order(report),
      `OBX|1|TX|22637-3^FINAL DIAGNOSIS^LN|1|${escapeText(report.text)}||||||F`,
    ]),
  /** Delimiters of the sender's own. */
  delimiters(report) {
    const person = demo.people[report.who];
    return finish([
      `MSH#*!@%#LAB#CENTRAL DEMO LAB*99D0000001*CLIA#REGISTRY#PERENNIAL#20241101080000##ORU*R01*ORU_R01#DEMO-${report.id}#P#2.5.1`,
      `PID#1##${person.mrn}***HARBOR POINT MC*MR##${person.last}*${person.first}##${person.birth}#${person.sex}##${person.race}#7 Demo Lane**Springvale*IL*60999*USA#####${person.marital}######N`,
      `OBR#1##${report.filler}*CENTRAL DEMO LAB#11529-5*Surgical pathology study*LN###${report.collected}###############20241101###F`,
      `OBX#1#TX#22637-3*Final diagnosis*LN##${report.text}######F`,
    ]);
  },
  /** A header that names a delimiter twice: nobody can read it. */
  broken: (report) =>
    finish([
      header(report).replace('|^~\\&|', '|^^\\&|'),
      patient(report),
      order(report),
      observation(1, 'TX', '22637-3^Final diagnosis^LN', report.text),
    ]),
};
SHAPES.unmapped = SHAPES.plain;

/** The bytes of a report's message. */
export const messageOf = (report) => SHAPES[report.shape](report);
