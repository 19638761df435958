import { clinicalAnswers } from './answers.js';
import { hl7 } from './hl7.js';
import { type as, eventually } from './registry.js';

type Client = ReturnType<typeof as>;
type Items = Readonly<Record<string, string>>;

/** Items of a facility's own bookkeeping, or given by the registry. */
const OWN =
  /^(accession|sequence|abstractedBy|dateCase|reportingFacility|patientIdNumber|naaccrRecord|recordType|medicalRecord)/;

/** Complete an abstract with the answers of a registrar and these items. @returns its tumor. */
export async function completeWith(central: Client, id: string, items: Items = {}): Promise<string> {
  const { items: known, revision } = (await central.get(`abstracts/${id}`)).body as { items: Items; revision: number };
  const saved = await central
    .patch(`abstracts/${id}`)
    .set('If-Match', `"${revision}"`)
    .send({ items: { ...clinicalAnswers({ ...known, ...items }), ...items } });
  const done = await central.post(`abstracts/${id}/complete`).set('If-Match', `"${saved.body.revision}"`);
  if (done.status !== 200) throw new Error(`complete: ${done.status} ${JSON.stringify([saved.body, done.body])}`);
  return done.body.tumorId as string;
}

/**
 * Another facility reports the tumor of a complete abstract, with items of its own, and completes it.
 *
 * @returns the second abstract and the tumor that it came to.
 */
export async function reportAgain(
  central: Client,
  first: string,
  facilityId: string,
  items: Items,
): Promise<{ readonly id: string; readonly tumorId: string }> {
  const known = (await central.get(`abstracts/${first}`)).body as { patientId: string; items: Items };
  const made = await central.post('abstracts').send({
    facilityId,
    patientId: known.patientId,
    items: {
      ...Object.fromEntries(Object.entries(known.items).filter(([item]) => !OWN.test(item))),
      medicalRecordNumber: 'BETA1',
      ...items,
    },
  });
  if (made.status !== 201) throw new Error(`abstract: ${made.status} ${JSON.stringify(made.body)}`);
  return { id: made.body.id, tumorId: await completeWith(central, made.body.id, items) };
}

/** A person with a breast cancer of January 2024 that the first facility reported and completed. */
export async function personWithTumor(
  laboratory: Client,
  central: Client,
  mrn: string,
  last: string,
): Promise<{ readonly patientId: string; readonly abstractId: string; readonly tumorId: string }> {
  const sent = await laboratory
    .post('intake/hl7')
    .set('Content-Type', 'application/hl7-v2')
    .send(
      hl7({
        filler: `F-${mrn}`,
        mrn,
        last,
        birth: '19480404',
        collected: '20240110',
        text: 'Left breast, upper outer quadrant, core biopsy: Invasive ductal carcinoma, grade 2.',
      }),
    );
  const { body } = await eventually(
    'processing',
    () => central.get(sent.headers.location?.replace('/api/v1/', '') ?? ''),
    (one) => one.body.state === 'parsed',
  );
  const [abstractId] = body.result[0].abstractIds as [string];
  const tumorId = await completeWith(central, abstractId);
  return { patientId: (await central.get(`abstracts/${abstractId}`)).body.patientId, abstractId, tumorId };
}
