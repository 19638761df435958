import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '@perennial/config/node';
import { parse } from 'csv-parse/sync';
import { loadStagingFacts } from '../node.js';
import { type Algorithm } from './algorithm.js';
import { checkAlgorithm } from './check.js';
import { errorText } from './errors.js';
import { applyingInputs, codesOf, isValidCode } from './inputs.js';
import { schemaByNumber, stageItems } from './items.js';
import { readAlgorithm } from './read.js';
import { selectSchemas } from './select.js';
import { stage, type StagingInputs } from './stage.js';

const CLOCK = { year: 2026 };
const facts = loadStagingFacts();

describe('the facts that ship with the product', () => {
  it('are EOD Public 3.3, whole and sound', () => {
    expect([facts.id, facts.version, facts.schemas.size]).toEqual(['eod_public', '3.3', 141]);
    expect(checkAlgorithm(facts.source)).toEqual([]);
    for (const id of facts.schemas.keys()) expect(facts.schema(id)).toBeDefined();
    for (const id of facts.tables.keys()) expect(facts.table(id)).toBeDefined();
  });

  it('name only items and requirements that exist', () => {
    const names = new Set(
      facts.source.schemas.flatMap((one) =>
        one.inputs.flatMap((input) => (input.metadata ?? []).map(({ name }) => name)),
      ),
    );
    expect([...names].sort()).toEqual([
      'CCCR_REQUIRED',
      'COC_REQUIRED',
      'NPCR_REQUIRED',
      'SEER_REQUIRED',
      'SEER_REQUIRED_WHEN_COC_ANALYTIC',
      'SSDI',
    ]);
  });

  it('hold nothing of what is derived by AJCC tables', () => {
    const outputs = new Set(facts.source.schemas.flatMap((one) => one.outputs.map(({ key }) => key)));
    expect([...outputs].sort()).toEqual([
      'derived_rai_stage',
      'derived_summary_grade',
      'derived_version',
      'naaccr_schema_id',
      'ss2018_derived',
    ]);
  });

  it('have short labels', () => {
    const breast = facts.schemas.get('breast')!;
    const mets = breast.inputs.find((input) => input.key === 'eod_mets')!;
    const codes = codesOf(facts, mets.table!);
    expect(codes.map(({ code }) => code)).toContain('70');
    for (const { label } of codes) expect(label.length).toBeLessThanOrEqual(60);
  });

  // SEER's public statements on EOD Public: which schema, and summary stage from extension, nodes and mets.
  it.each([
    ['C504', '8500', '3', '00480', { eodPrimaryTumor: '100', eodRegionalNodes: '000', eodMets: '00' }, '1'],
    ['C504', '8500', '3', '00480', { eodPrimaryTumor: '100', eodRegionalNodes: '000', eodMets: '70' }, '7'],
    ['C504', '8500', '2', '00480', { eodPrimaryTumor: '000', eodRegionalNodes: '000', eodMets: '00' }, '0'],
    ['C187', '8140', '3', '00200', { eodPrimaryTumor: '999', eodRegionalNodes: '999', eodMets: '00' }, '9'],
  ])('%s %s/%s is of schema %s and %j gives stage %s', (site, histology, behavior, schema, eod, expected) => {
    const staged = stageItems(
      facts,
      {
        primarySite: site,
        histologicTypeIcdO3: histology,
        behaviorCodeIcdO3: behavior,
        dateOfDiagnosis: '20240301',
        ...eod,
      },
      CLOCK,
    );
    expect(staged.derived).toMatchObject({ schemaId: schema, derivedSummaryStage2018: expected });
    expect(schemaByNumber(facts, schema)?.id).toBe(staged.staging?.schemaId);
  });

  it('know what applies and what is valid', () => {
    const breast = facts.schemas.get('breast')!;
    const her2 = applyingInputs(breast, 2022).find((input) => input.key === 'her2_summary');
    expect(her2).toMatchObject({ naaccrXmlId: 'her2OverallSummary', ssdi: true, required: { seer: 'yes', coc: true } });
    expect(isValidCode(facts, 'breast', 'her2_summary', '1', CLOCK)).toBe(true);
    expect(isValidCode(facts, 'breast', 'her2_summary', '4', CLOCK)).toBe(false);
  });
});

const samples = path.join(packageRoot(), '..', 'shared', 'samples', 'staging');
const present = existsSync(samples);
if (!present) process.stderr.write(`*** ${samples} is absent: the vectors of the reference engine are not run ***\n`);

(present ? describe : describe.skip)('the vectors of the reference engine', () => {
  const rowsOf = (name: string): Record<string, string>[] =>
    parse(readFileSync(path.join(samples, name)), { columns: true });
  const file = (name: string): Algorithm => {
    const read = readAlgorithm(readFileSync(path.join(samples, name)));
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    return read.value;
  };
  const sorted = (outputs: Readonly<Record<string, string | null>>): string =>
    JSON.stringify(Object.fromEntries(Object.entries(outputs).sort(([one], [other]) => (one < other ? -1 : 1))));

  function disagreements(algorithm: Algorithm, cases: string): string[] {
    return rowsOf(cases).flatMap((row) => {
      const got = stage(algorithm, JSON.parse(row.inputsJson!) as StagingInputs, CLOCK);
      const agree =
        got.result === row.expectedResult &&
        (got.schemaId ?? '') === row.expectedSchemaId &&
        sorted(got.outputs) === row.expectedOutputsJson &&
        got.errors.map(errorText).sort().join(' ; ') === row.expectedErrors &&
        got.path.join(' ; ') === row.expectedPath;
      return agree ? [] : [row.caseId!];
    });
  }

  it('of EOD, from the published file and from our facts', () => {
    expect(disagreements(file('eod_public-3.3.zip'), 'eod-cases-dev.csv')).toEqual([]);
    expect(disagreements(facts, 'eod-cases-dev.csv')).toEqual([]);
  });

  it('of the pediatric algorithm', () => {
    expect(disagreements(file('pediatric-1.3.zip'), 'pediatric-cases-dev.csv')).toEqual([]);
  });

  it('of selection', () => {
    const keys = {
      site: 'site',
      hist: 'hist',
      behavior: 'behavior',
      sex_at_birth: 'sexAtBirth',
      year_dx: 'yearDx',
      discriminator_1: 'discriminator1',
      discriminator_2: 'discriminator2',
    };
    const wrong = rowsOf('eod-selection-dev.csv').filter((row) => {
      const inputs = Object.fromEntries(
        Object.entries(keys).flatMap(([key, name]) => {
          const absent = row[name] === '<absent>' || (row[name] === '' && key !== 'site' && key !== 'hist');
          return absent ? [] : [[key, row[name]!]];
        }),
      );
      const { schemaIds, discriminators } = selectSchemas(facts, inputs);
      return (
        schemaIds.join('|') !== row.expectedSchemaIds || discriminators.join('|') !== row.expectedDiscriminatorKeys
      );
    });
    expect(wrong.map((row) => row.caseId)).toEqual([]);
  });
});
