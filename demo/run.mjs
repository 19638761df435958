/** The main job over HTTP, as its users do it, with every answer compared to what was expected. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { signIn, sender, until } from './client.mjs';
import { demo, expected, messageOf } from './messages.mjs';
import { answersFor } from './answers.mjs';
import { CLINICAL, priorCases } from './seed.mjs';
import { lib } from '../scripts/platform.mjs';

const FIELDS = ['primarySite', 'histology', 'behavior', 'laterality'];

/** Collects what was compared; the demo succeeds only when nothing is wrong. */
function createChecks() {
  const wrong = [];
  let made = 0;
  return {
    wrong,
    get made() {
      return made;
    },
    equal(what, actual, wanted) {
      made += 1;
      if (JSON.stringify(actual) !== JSON.stringify(wanted))
        wrong.push(`${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(wanted)}`);
    },
    that(what, holds) {
      made += 1;
      if (!holds) wrong.push(what);
    },
  };
}

const table = (head, rows) => {
  const widths = head.map((title, column) =>
    Math.min(46, Math.max(title.length, ...rows.map((row) => String(row[column] ?? '').length))),
  );
  const line = (row) =>
    row
      .map((cell, column) =>
        String(cell ?? '')
          .slice(0, widths[column])
          .padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};

/** Step 1: the laboratory sends, the worker codes. */
async function sendReports(url, seeded, central, say, checks) {
  const send = sender(url, seeded.laboratory);
  const sent = [];
  for (const report of demo.reports) {
    const response = await send(messageOf(report));
    checks.equal(`${report.id} status`, response.status, expected[report.id].outcome === 'refused' ? 422 : 200);
    const id = (response.headers.get('location') ?? '').split('/').pop();
    const message = await until(
      `processing of ${report.id}`,
      () => central('GET', `intake/messages/${id}`),
      ({ body }) => body.state !== 'received',
    );
    sent.push({ report, message: message.body });
  }
  const rows = [];
  const abstractOf = new Map();
  for (const { report, message } of sent) {
    const wanted = expected[report.id];
    const outcome = message.state === 'failed' ? { outcome: 'refused', abstractIds: [] } : message.result[0];
    checks.equal(`${report.id} outcome`, outcome.outcome, wanted.outcome);
    let coded = {};
    let quote = '';
    if (outcome.reportId !== undefined) {
      const detail = (await central('GET', `reports/${outcome.reportId}`)).body;
      const version = detail.texts.find((text) => text.version === outcome.version);
      coded = version?.proposals[0]?.proposal ?? {};
      const span = coded.evidence?.histology?.[0] ?? coded.evidence?.reportable?.[0];
      if (span !== undefined) quote = version.text.slice(span.start, span.end).replace(/\s+/g, ' ');
    }
    if (wanted.outcome === 'reportable') {
      for (const field of FIELDS) {
        checks.equal(`${report.id} ${field}`, coded[field], wanted[field]);
        checks.that(`${report.id} has no words for ${field}`, (coded.evidence?.[field] ?? []).length > 0);
      }
      abstractOf.set(report.id, outcome.abstractIds[0]);
    }
    if (wanted.joins !== undefined)
      checks.equal(`${report.id} joins`, outcome.abstractIds[0], abstractOf.get(wanted.joins));
    const shown = wanted.outcome === 'reportable';
    rows.push([
      report.id,
      report.shape,
      outcome.outcome,
      shown ? coded.primarySite : '',
      shown ? `${coded.histology}/${coded.behavior}` : '',
      shown ? coded.laterality : '',
      quote,
    ]);
  }
  say(
    `\nReports and what came of them\n${table(['id', 'sent as', 'outcome', 'site', 'morph.', 'side', 'words'], rows)}`,
  );
  return abstractOf;
}

/** What a registrar enters beside the codes of the report. */
function answersOf({ items }) {
  const base = { ...CLINICAL, dateOf1stContact: items.dateOfDiagnosis, dateOfLastContact: items.dateOfDiagnosis };
  for (const item of ['diagnosticConfirmation', 'gradePathological', 'gradeClinical'])
    if (items[item] !== undefined) delete base[item];
  return answersFor(items, base, answerTables());
}

let known;
/** The tables that a registrar would have beside them: schemas with the codes of their inputs, surgery by site. */
function answerTables() {
  if (known === undefined) {
    const { loadEditBundles, loadEditTables } = lib('edits', 'node');
    const { schemas, inputCodes } = loadEditBundles();
    known = {
      tables: loadEditTables(),
      schemas: new Map(schemas.rows.map((row) => [row[0], row[4]])),
      codes: new Map(inputCodes.rows),
    };
  }
  return known;
}

/** Step 2: the registrars complete their drafts. */
async function completeDrafts(registrars, say, checks) {
  const rows = [];
  for (const [name, registrar] of registrars) {
    const drafts = (await registrar('GET', 'abstracts?state=draft&limit=200')).body.items;
    for (const { id } of drafts) {
      const draft = (await registrar('GET', `abstracts/${id}`)).body;
      const early = await registrar('POST', `abstracts/${id}/complete`, undefined, {
        'if-match': `"${draft.revision}"`,
      });
      checks.equal(
        'completing without the core set',
        [early.status, early.body.type],
        [422, 'urn:perennial:problem:abstract.incomplete'],
      );
      const edited = await registrar(
        'PATCH',
        `abstracts/${id}`,
        { items: answersOf(draft) },
        { 'if-match': `"${draft.revision}"` },
      );
      checks.equal(`answers for an abstract of ${name}`, edited.status, 200);
      const completed = await registrar('POST', `abstracts/${id}/complete`, undefined, {
        'if-match': `"${edited.body.revision}"`,
      });
      checks.equal(`completing an abstract of ${name}`, completed.status, 200);
      if (completed.status !== 200) {
        checks.that(
          `${name}: ${JSON.stringify(completed.body.findings?.map((finding) => [finding.edit, finding.values]) ?? completed.body)}`,
          false,
        );
        continue;
      }
      const { primarySite, histologicTypeIcdO3, behaviorCodeIcdO3 } = draft.items;
      rows.push([
        name,
        completed.body.accessionNumber,
        completed.body.sequenceNumber,
        primarySite,
        `${histologicTypeIcdO3}/${behaviorCodeIcdO3}`,
        draft.missing.length,
      ]);
    }
    const left = (await registrar('GET', 'abstracts?state=draft')).body.items.length;
    checks.equal(`drafts left at ${name}`, left, 0);
  }
  say(`\nAbstracts completed\n${table(['facility', 'accession', 'seq', 'site', 'morph.', 'items entered'], rows)}`);
  return rows.length;
}

/** Step 3: earlier cases by hand, so that there is follow-up to do. */
async function enterPriorCases(registrar, facilityId, say, checks, tell) {
  const cases = priorCases();
  for (const [index, one] of cases.entries()) {
    const answers = Object.entries(answersFor(one, one, answerTables()));
    const items = Object.fromEntries(answers.filter(([, value]) => value !== null));
    const created = await registrar('POST', 'abstracts', { facilityId, items });
    checks.equal('prior case', created.status, 201);
    const completed = await registrar('POST', `abstracts/${created.body.id}/complete`, undefined, {
      'if-match': `"${created.body.revision}"`,
    });
    checks.equal(
      `completing prior case ${index}: ${JSON.stringify(completed.body.findings ?? completed.body.errors ?? '')}`,
      completed.status,
      200,
    );
    if ((index + 1) % 20 === 0) tell(`${index + 1} of ${cases.length} prior cases entered`);
  }
  say(`\n${cases.length} prior cases were entered by hand and completed.`);
  return cases;
}

/** Step 4: follow-up. */
async function followUp(central, registrar, facilityId, cases, say, checks) {
  await central('POST', 'follow-up/passes');
  // Twelve months after the last contact, by month; yesterday's month, because the registry's may not have begun.
  const monthOf = (date) => Number(date.slice(0, 4)) * 12 + Number(date.slice(4, 6));
  const month = monthOf(new Date(Date.now() - 86_400_000).toISOString().slice(0, 7).replace('-', ''));
  const living = cases.filter((one) => one.vitalStatus === '1' && monthOf(one.dateOfLastContact) + 12 <= month).length;
  const due = await until(
    'the daily pass',
    () => central('GET', 'follow-up/due-by-month'),
    ({ body }) => body.reduce((sum, row) => sum + row.tasks, 0) >= living,
  );
  const months = due.body;
  say(
    `\nFollow-up due by month (last contact and twelve months)\n${table(
      ['month', 'tasks', 'delinquent'],
      months.map((row) => [row.month, row.tasks, row.delinquent]),
    )}`,
  );
  const [task] = (await registrar('GET', 'follow-up/tasks?limit=1')).body.items;
  const before = months.reduce((sum, row) => sum + row.tasks, 0);
  // Yesterday by any clock: today may not have begun where the registry is.
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  const contact = await registrar('POST', 'follow-up/contacts', {
    patientId: task.patientId,
    facilityId,
    contactedOn: yesterday,
    channel: 'physician',
    outcome: 'reached',
  });
  checks.equal('recording a contact', contact.status, 201);
  const after = (await central('GET', 'follow-up/due-by-month')).body.reduce((sum, row) => sum + row.tasks, 0);
  checks.equal('open tasks after one contact', after, before - 1);
  const patient = (await registrar('GET', `patients/${task.patientId}`)).body;
  checks.that('the contact moved the patient', patient.items.dateOfLastContact === yesterday);
  say(`One contact was recorded: ${before} open tasks became ${after}.`);
}

/** Step 5: submissions. */
async function submit(central, profile, facilityId, withheld, say, checks) {
  const frozen = await central('POST', 'submissions', { profile, ...(facilityId === null ? {} : { facilityId }) });
  checks.equal(`freezing ${profile}`, frozen.status, 202);
  const sent = (
    await until(
      profile,
      () => central('GET', `submissions/${frozen.body.id}`),
      ({ body }) => ['sent', 'held'].includes(body.state),
    )
  ).body;
  checks.equal(`${profile} state`, sent.state, 'sent');
  const { manifest } = sent;
  say(
    `\nSubmission ${profile}: ${manifest.records} records of ${manifest.patients} patients, ${manifest.held} held back, frozen ${manifest.frozenAt}`,
  );
  for (const file of manifest.files) {
    const bytes = readFileSync(file.path);
    checks.equal(`${profile} hash`, createHash('sha256').update(bytes).digest('hex'), file.sha256);
    const xml = gunzipSync(bytes).toString('utf8');
    checks.equal(`${profile} tumors`, xml.split('<Tumor>').length - 1, manifest.records);
    if (withheld)
      for (const item of withheld)
        checks.that(`${item} is in the ${profile} file`, !xml.includes(`naaccrId="${item}"`));
    say(`  ${file.path}\n  ${file.bytes} bytes, sha256 ${file.sha256}`);
  }
  say(
    `  by diagnosis year ${JSON.stringify(manifest.byDiagnosisYear)}, by behavior ${JSON.stringify(manifest.byBehavior)}; ${manifest.itemsWithheld} items withheld by record type`,
  );
}

/**
 * The whole demo. @param say prints a part of the account. @param tell prints progress.
 *
 * @returns { wrong: string[], made: number }
 */
export async function runDemo(url, seeded, { say, tell }) {
  const checks = createChecks();
  const central = await signIn(url, seeded.users.central);
  const harbor = await signIn(url, seeded.users['registrar.harbor']);
  const lakeview = await signIn(url, seeded.users['registrar.lakeview']);
  const researcher = await signIn(url, seeded.users.researcher);
  tell('a laboratory sends reports');
  await sendReports(url, seeded, central, say, checks);
  tell('registrars complete their drafts');
  await completeDrafts(
    [
      ['Harbor Point', harbor],
      ['Lakeview', lakeview],
    ],
    say,
    checks,
  );
  tell('prior cases are entered');
  const cases = await enterPriorCases(harbor, seeded.facilities.harbor, say, checks, tell);
  tell('follow-up');
  await followUp(central, harbor, seeded.facilities.harbor, cases, say, checks);
  tell('submissions');
  await submit(central, 'state-new', seeded.facilities.harbor, null, say, checks);
  await submit(
    central,
    'national-incidence',
    null,
    [
      'nameLast',
      'nameFirst',
      'socialSecurityNumber',
      'medicalRecordNumber',
      'addrAtDxNoStreet',
      'telephone',
      'textDxProcPath',
      'pathReportNumber1',
    ],
    say,
    checks,
  );
  const survival = (await researcher('GET', 'research/survival')).body;
  const percent = (share) => (share === null ? '-' : `${(100 * share).toFixed(1)} %`);
  say(
    `\nObserved survival (sites with fewer than 16 cases are blank)\n${table(
      ['site', 'cases', 'deaths', '1 year', '3 years', '5 years'],
      survival.map((row) => [
        row.site,
        row.cases ?? '-',
        row.deaths ?? '-',
        percent(row.oneYear),
        percent(row.threeYears),
        percent(row.fiveYears),
      ]),
    )}`,
  );
  checks.that(
    'a small cell is shown',
    survival.every((row) => row.cases === null || row.cases >= 16),
  );
  checks.that(
    'no survival is shown at all',
    survival.some((row) => row.cases !== null),
  );
  const refused = await researcher('GET', 'abstracts');
  checks.equal('a researcher reading abstracts', refused.status, 403);
  return checks;
}
