/**
 * What a registrar enters for a case beside what the report says, so that the edits pass: items by diagnosis year and by staging schema, mostly the
 * standard's own codes for "not known". Pure: the tables of the edits and the codes of the schemas' inputs are passed in.
 */

/** A code that says "not known" where a table has one, else its first. */
function unknownOf(codes) {
  const unknown = codes.filter((code) => /^X*\.?9+$|^X+9$/.test(code));
  return unknown[unknown.length - 1] ?? codes.find((code) => code !== '') ?? '';
}

/** A surgery of the site: a resection where it has one; blood and unknown sites have none to code. */
function surgeryOf(site, tables) {
  const codes = [...(tables.surgeryCodes.get(site) ?? [])];
  return codes.find((code) => /^[AB]300$/.test(code)) ?? codes.find((code) => /^[AB][3-6]/.test(code)) ?? codes[0];
}

/**
 * @param items what is known of the case: site, histology, behavior, sex, dates.
 * @param base answers that do not depend on the case.
 * @returns base with what depends on it; an answer of `null` takes an item away.
 */
export function answersFor(items, base, { tables, schemas, codes }) {
  const { primarySite: site, histologicTypeIcdO3: histology, behaviorCodeIcdO3: behavior } = items;
  const year = Number((items.dateOfDiagnosis ?? '').slice(0, 4));
  const answers = { ...base };
  const surgery = surgeryOf(site, tables);
  if (surgery !== undefined) {
    const none = surgery === 'A980';
    answers.rxSummSurgPrimSite2023 = year >= 2023 ? surgery : null;
    answers.rxSummSurgPrimSite = year >= 2023 ? null : surgery.slice(1, 3);
    answers.reasonForNoSurgery = none ? '1' : '0';
    if (none) answers.rxSummTreatmentStatus = '9';
  }
  if (!(year >= 2018)) return { ...answers, summaryStage2018: null };
  const keys = {
    site,
    histology,
    behavior,
    year: String(year),
    sex: items.sexAssignedAtBirth ?? '',
    discriminator1: items.schemaDiscriminator1 ?? '',
    discriminator2: items.schemaDiscriminator2 ?? '',
  };
  let found = tables.selection.select(keys);
  for (const [name, item] of [
    ['discriminator1', 'schemaDiscriminator1'],
    ['discriminator2', 'schemaDiscriminator2'],
  ]) {
    if (keys[name] !== '' || found.length < 2 || !tables.selection.tellsApart(keys, name)) continue;
    const value = ['1', '2', '9'].find((one) => tables.selection.select({ ...keys, [name]: one }).length > 0);
    keys[name] = value;
    answers[item] = value;
    found = tables.selection.select(keys);
  }
  const schema = tables.schemas.get(found[0]);
  const row = schemas.get(found[0]);
  if (schema === undefined || row === undefined) return answers;
  for (const [item, table, ssdi = '', npcr = ''] of row) {
    const required = schema.required.NPCR.some(
      (one) => one.item === item && year >= one.years[0] && year <= one.years[1],
    );
    const discriminator = item.startsWith('schemaDiscriminator') && !schema.inputs.get(item).allows('');
    if (
      (required || discriminator || (ssdi !== '' && npcr !== '' && answers[item] !== undefined)) &&
      items[item] === undefined
    )
      answers[item] ??= unknownOf(codes.get(table));
    // A grade or another answer for every site may not be one of this schema.
    const given = items[item] ?? answers[item];
    if (typeof given === 'string' && !schema.inputs.get(item).allows(given))
      answers[item] = unknownOf(codes.get(table));
  }
  const stages = schema.inputs.get('summaryStage2018');
  const usual = behavior === '2' ? ['0'] : ['0', '1'].includes(behavior) ? ['8'] : ['1', '7', '9'];
  answers.summaryStage2018 = usual.find((stage) => stages.allows(stage)) ?? '9';
  if (site === 'C809') answers.summaryStage2018 = '9';
  if (histology >= '9590') answers.regionalNodesExamined = '99';
  if (histology >= '9590') answers.regionalNodesPositive = '99';
  return answers;
}
