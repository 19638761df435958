/**
 * Reports that arrive after the demo's main job and are left for a person: drafts, an amended report, unsure ones, cases of patients who are
 * known, a refused message. `npm start` sends them, so that every list has something in it. All people are invented.
 */
import { signIn, sender, until } from './client.mjs';

const GROSS =
  "Received in formalin, labeled with the patient's name and record number. The specimen is oriented by sutures and inked. Serial sections show firm tan tissue. Representative sections are submitted; see the list of cassettes.";

const CASES = [
  {
    who: ['Quill', 'Marisol', '19650318', 'F', 'HP300101', 'HARBOR POINT MC'],
    filler: 'OC24-001',
    text: `CLINICAL HISTORY: 59 year old woman, screen detected mass of the left breast.

SPECIMEN: A. Breast, left, upper outer quadrant, core biopsy

GROSS DESCRIPTION: Four cores of white-tan tissue, 0.2 to 1.4 cm. Entirely submitted.

MICROSCOPIC DESCRIPTION: Cores of breast tissue with an infiltrating proliferation of ducts and nests. Mitoses are few. No lymphovascular invasion is seen.

FINAL DIAGNOSIS:
A. BREAST, LEFT, UPPER OUTER QUADRANT, CORE BIOPSY:
   - INVASIVE DUCTAL CARCINOMA, NOTTINGHAM GRADE 2 (3+2+1).
   - NO LYMPHOVASCULAR INVASION.

COMMENT: Receptor studies are pending and will be reported in an addendum.`,
    amended: (text) =>
      text
        .replace('NOTTINGHAM GRADE 2 (3+2+1)', 'NOTTINGHAM GRADE 3 (3+3+2)')
        .replace(
          'Receptor studies are pending and will be reported in an addendum.',
          'The grade was corrected after review of deeper levels.\nESTROGEN RECEPTOR: positive, 90 %. HER2: negative (1+).',
        ),
  },
  {
    who: ['Tamworth', 'Ingrid', '19520707', 'F', 'HP300102', 'HARBOR POINT MC'],
    filler: 'OC24-002',
    text: `FINAL DIAGNOSIS:\nCOLON, ASCENDING, RIGHT HEMICOLECTOMY:\n- ADENOCARCINOMA, MODERATELY DIFFERENTIATED, 4.2 CM.\n- TUMOR INVADES THROUGH MUSCULARIS PROPRIA INTO PERICOLONIC FAT.\n- TWO OF EIGHTEEN LYMPH NODES WITH METASTATIC CARCINOMA (2/18).\n- MARGINS NEGATIVE.\n\nGROSS DESCRIPTION: ${GROSS}`,
  },
  {
    who: [
      'Okonjo-Vasquez de la Fuente-Whittaker',
      'Maximiliana Theodora',
      '19470101',
      'F',
      'HP300103',
      'HARBOR POINT MC',
    ],
    filler: 'OC24-003',
    text: 'Lung, left lower lobe, CT guided biopsy:\nAdenocarcinoma, acinar predominant. TTF-1 positive.',
  },
  {
    who: ['Brannock', 'Eustace', '19381231', 'M', 'HP300104', 'HARBOR POINT MC'],
    filler: 'OC24-004',
    text: 'Prostate, needle biopsies:\nRight base: Acinar adenocarcinoma, Gleason score 4 + 3 = 7, grade group 3, 60 % of core.\nLeft apex: benign prostatic tissue.',
  },
  {
    who: ['Delacroix', 'Noor', '19790509', 'F', 'HP300105', 'HARBOR POINT MC'],
    filler: 'OC24-005',
    text: 'Skin, left forearm, excision:\nMalignant melanoma, superficial spreading type, Breslow thickness 0.6 mm, not ulcerated.',
  },
  {
    who: ['Ferreira', 'Anselm', '19600229', 'M', 'HP300106', 'HARBOR POINT MC'],
    filler: 'OC24-006',
    text: 'Lymph node, right neck, fine needle aspiration:\nAtypical lymphoid proliferation, suspicious for lymphoma. Excision is recommended.',
  },
  {
    who: ['Gildersleeve', 'Petra', '19550616', 'F', 'HP300107', 'HARBOR POINT MC'],
    filler: 'OC24-007',
    text: 'Pancreas, head, brushing:\nAtypical cells, cannot exclude malignancy.',
  },
  {
    who: ['Hallorin', 'Bryce', '19710303', 'M', 'HP300108', 'HARBOR POINT MC'],
    filler: 'OC24-008',
    text: 'Colon, sigmoid, polypectomy:\nTubular adenoma. No high grade dysplasia.',
  },
  {
    who: ['Isherwood', 'Calla', '19641010', 'F', 'LV300201', 'LAKEVIEW CH'],
    filler: 'OC24-009',
    text: 'Uterus and adnexa, hysterectomy:\nEndometrioid adenocarcinoma of the endometrium, FIGO grade 1, invading less than half of the myometrium.',
  },
  {
    who: ['Jankowicz', 'Teodor', '19490404', 'M', 'LV300202', 'LAKEVIEW CH'],
    filler: 'OC24-010',
    text: 'Urinary bladder, transurethral resection:\nPapillary urothelial carcinoma, high grade, with invasion of the lamina propria.',
  },
  // Second tumors of patients who are known: one primary or two is for a person to say.
  {
    who: ['Delacroix', 'Noor', '19790509', 'F', 'HP300105', 'HARBOR POINT MC'],
    filler: 'OC24-011',
    text: 'Skin, right calf, excision:\nMalignant melanoma, nodular type, Breslow thickness 1.1 mm, not ulcerated. Margins are free.',
  },
  {
    who: ['Tamworth', 'Ingrid', '19520707', 'F', 'HP300102', 'HARBOR POINT MC'],
    filler: 'OC24-012',
    text: 'Breast, right, lower inner quadrant, core biopsy:\nInvasive lobular carcinoma, Nottingham grade 2.',
  },
  {
    who: ['Tamworth', 'Ingrid', '19520707', 'F', 'HP300102', 'HARBOR POINT MC'],
    filler: 'OC24-013',
    text: 'Breast, left, upper inner quadrant, core biopsy:\nInvasive ductal carcinoma, Nottingham grade 1.',
  },
];

const escapeText = (text) =>
  text.replace(/[\\|^&~]/g, (c) => ({ '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\' })[c]);

function message({ who, filler }, text, status) {
  const [last, first, birth, sex, mrn, authority] = who;
  return Buffer.from(
    [
      `MSH|^~\\&|LAB|CENTRAL DEMO LAB^99D0000001^CLIA|REGISTRY|PERENNIAL|20241105080000||ORU^R01^ORU_R01|${filler}-${status}|P|2.5.1`,
      `PID|1||${mrn}^^^${authority}^MR||${last}^${first}||${birth}|${sex}||2106-3^White^HL70005|12 Demo Lane^^Springvale^IL^60999^USA||^PRN^PH^^1^555^5550123|||M||||||N^^HL70189`,
      `OBR|1||${filler}^CENTRAL DEMO LAB|11529-5^Surgical pathology study^LN|||20241014|||||||||||||||20241105|||${status}`,
      ...text.split('\n').map((line, index) => `OBX|${index + 1}|TX|11529-5^Report^LN||${escapeText(line)}||||||F`),
      '',
    ].join('\r'),
  );
}

/** Send them and wait until each is processed. */
export async function sendOpenCases(url, seeded) {
  const send = sender(url, seeded.laboratory);
  const central = await signIn(url, seeded.users.central);
  const deliver = async (bytes) => {
    const response = await send(bytes);
    const id = (response.headers.get('location') ?? '').split('/').pop();
    await until(
      'an open case',
      () => central('GET', `intake/messages/${id}`),
      ({ body }) => body.state !== 'received',
    );
  };
  for (const one of CASES) {
    await deliver(message(one, one.text, 'F'));
    if (one.amended !== undefined) await deliver(message(one, one.amended(one.text), 'C'));
  }
  await send(Buffer.from('MSH|^^\\&|LAB|CENTRAL DEMO LAB|||20241105||ORU^R01|OC24-BROKEN|P|2.5.1\rPID|1\r'));
}
