/**
 * A tumor that two facilities report, and not alike: the second one is entered by the central registrar from what the other hospital sent, with
 * another grade, stage and surgery. So that the tumor's page has something to compare.
 */
import { signIn } from './client.mjs';

/** Items of a facility's own bookkeeping, or given by the registry: the other facility has its own. */
const OWN =
  /^(accession|sequence|abstractedBy|dateCase|reportingFacility|patientIdNumber|naaccrRecord|recordType|medicalRecord|schemaId|derived)/;

/** @returns the id of the tumor. */
export async function reportAgain(url, seeded) {
  const central = await signIn(url, seeded.users.central);
  const must = (what, { status, body }, expected) => {
    if (status !== expected) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const { items: done } = must('abstracts', await central('GET', 'abstracts?state=complete&limit=100'), 200);
  const first = done.find(
    ({ facilityId, primarySite }) => facilityId === seeded.facilities.harbor && /^C50/.test(primarySite ?? ''),
  );
  const known = must('the abstract', await central('GET', `abstracts/${first.id}`), 200);
  const made = must(
    'the second report',
    await central('POST', 'abstracts', {
      facilityId: seeded.facilities.lakeview,
      patientId: known.patientId,
      items: {
        ...Object.fromEntries(Object.entries(known.items).filter(([item]) => !OWN.test(item))),
        medicalRecordNumber: 'LV900001',
        classOfCase: '22',
        gradePathological: known.items.gradePathological === '3' ? '2' : '3',
        tumorSizeSummary: '021',
      },
    }),
    201,
  );
  const completed = must(
    'completing it',
    await central('POST', `abstracts/${made.id}/complete`, undefined, { 'if-match': `"${made.revision}"` }),
    200,
  );
  return completed.tumorId;
}
