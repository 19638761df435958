/** Help on a key item in our own words. */
export interface ItemHelp {
  readonly what: string;
  readonly mistakes: readonly string[];
}

const HELP: Readonly<Record<string, ItemHelp>> = {
  classOfCase: {
    what: 'What your facility had to do with the diagnosis and the first course of treatment. 10 to 14: diagnosed here and treated or decided here; 20 to 22: diagnosed elsewhere, treated here. Analytic cases are 00 to 22.',
    mistakes: [
      'A biopsy read here for an outside office is not by itself a diagnosis of the facility (see 43).',
      'Code 00 only when the whole treatment was elsewhere, or when the decision not to treat was made elsewhere.',
    ],
  },
  dateOf1stContact: {
    what: 'First day on which the patient was at the facility for this cancer, in or out. The year of it is the year of the accession number.',
    mistakes: ['It is not the day of the abstract, and not the day of an earlier visit for something else.'],
  },
  dateOfDiagnosis: {
    what: 'First day on which a recognized practitioner said that this is a cancer, by words or by pathology, wherever it was said. Ambiguous words count when they stand on the list. Leave out day or month when they are unknown.',
    mistakes: [
      'An earlier clinical diagnosis comes before the day of the biopsy.',
      'A suspicious cytology alone is no diagnosis.',
    ],
  },
  primarySite: {
    what: 'Where the tumor began, not where it was found. Use the most specific subsite that the reports support; .8 for a tumor that crosses two subsites and whose start is unknown, .9 for an unknown subsite.',
    mistakes: ['A metastasis keeps the site of its primary.', 'C80.9 only when every search for the primary failed.'],
  },
  laterality: {
    what: 'Side of a paired organ on which the primary began. 0 for organs that are not paired; 5 for the midline of paired sites where that exists; 9 when the side is unknown.',
    mistakes: ['Only the paired sites of the standard have a side; the colon has none.'],
  },
  histologicTypeIcdO3: {
    what: 'What kind of tumor it is, by the rules of the year of diagnosis. The most specific term of the most representative specimen wins; the final diagnosis goes before comment and microscopic description.',
    mistakes: [
      'Patterns and features count only where the rules say so.',
      'In situ together with invasive: code the invasive part.',
    ],
  },
  behaviorCodeIcdO3: {
    what: '0 benign, 1 borderline (both only for brain and central nervous system), 2 in situ, 3 malignant. Any invasion, however small, is 3.',
    mistakes: ['"Micro-invasive" is 3.', 'A metastasis makes its primary 3.'],
  },
  diagnosticConfirmation: {
    what: 'The best proof of cancer at any time in its course: 1 histology, 2 cytology, 3 histology with immunophenotype or genetics (hematopoietic), 5 laboratory marker, 6 seen, 7 imaging, 8 clinical.',
    mistakes: ['It goes up, never down: a later biopsy replaces imaging.'],
  },
  gradeClinical: {
    what: 'Grade before any treatment, from a biopsy, by the table of the site. 9 when there was none.',
    mistakes: [
      'A resection as first treatment gives the pathological grade; the clinical one still comes from the biopsy.',
    ],
  },
  gradePathological: {
    what: 'Grade from the resection of the primary without treatment before it; when the biopsy was higher, its grade counts here too.',
    mistakes: ['After neoadjuvant therapy it is 9; the grade goes to the post-therapy item.'],
  },
  summaryStage2018: {
    what: 'How far the tumor had spread at diagnosis: 0 in situ, 1 localized, 2 regional by extension, 3 regional nodes, 4 both, 7 distant, 8 benign or borderline, 9 unknown.',
    mistakes: ['Everything known within four months, without progression, counts.'],
  },
  regionalNodesPositive: {
    what: 'How many regional lymph nodes held tumor. 00 none, 95 by aspiration, 97 some, 98 none examined, 99 unknown.',
    mistakes: ['With 98 here the examined ones are 00.'],
  },
  rxSummTreatmentStatus: {
    what: 'Whether any first course of treatment was given: 0 none, 1 given, 2 active surveillance, 9 unknown.',
    mistakes: ['Watchful waiting decided by doctor and patient is 2, not 0.'],
  },
  dateOfLastContact: {
    what: 'Last day on which somebody knows that the patient was alive, or the day of death. It is one date for the person, whatever number of tumors.',
    mistakes: ['A letter that came back unanswered is no contact.', 'It never goes back without a reason.'],
  },
  vitalStatus: {
    what: '1 alive or 0 dead on the date of last contact.',
    mistakes: ['Dead needs a cause of death, or 7777 and 7797 where none is known.'],
  },
  cancerStatus: {
    what: 'Whether this tumor was there on the last day it was looked at: 1 no evidence, 2 evidence, 9 unknown.',
    mistakes: ['Each tumor has its own; another cancer of the patient does not count.'],
  },
  followUpSource: {
    what: 'Who told of the last contact with this tumor: 0 an admission here, 1 readmission, 2 physician, 3 patient, 4 department of motor vehicles, 5 Medicare or Medicaid file, 7 death certificate, 8 other, 9 unknown.',
    mistakes: ['7 only for the dead.', 'The source of the date, not the way by which it was asked.'],
  },
  nextFollowUpSource: {
    what: 'Whom to ask next year: 0 chart, 1 physician, 2 named contact, 3 telephone, 4 another hospital, 5 other, 8 foreign resident, 9 not followed. The due list begins with it.',
    mistakes: ['8 and 9 take the patient off the list of who is asked.', 'For the dead it is 9 or empty.'],
  },
  causeOfDeath: {
    what: 'Underlying cause from the death certificate, by the revision of the ICD in item 1920. 0000 for the living, 7777 when the certificate is not at hand, 7797 when it gives no codable cause.',
    mistakes: ['Never supposed from the diagnosis.', 'Dots are left out: C50.9 is C509.'],
  },
  recurrenceType1st: {
    what: 'Kind and place of the first recurrence after the patient was free of this tumor: 00 none, 70 never free of it, local 10 to 17, regional 20 to 27, distant 40 and more, 99 unknown.',
    mistakes: ['A tumor that never went away has no recurrence (70).', 'A new primary is none.'],
  },
  countyAtDx: {
    what: 'County of residence at diagnosis, three digits within the state. 998 outside the state, 999 unknown.',
    mistakes: ['Where the patient lived at diagnosis, not where they live now.'],
  },
  dateOfBirth: {
    what: 'Day of birth, as exact as it is known.',
    mistakes: ['An age without a birth date gives the year only.'],
  },
  sexAssignedAtBirth: { what: 'Sex that was recorded at birth: 1 male, 2 female, 9 unknown.', mistakes: [] },
  typeOfReportingSource: {
    what: 'The kind of source with the best information: 1 hospital, 2 radiation or oncology center, 3 laboratory, 4 physician, 5 nursing home, 6 autopsy, 7 death certificate, 8 other outpatient.',
    mistakes: ['When several tell of a case, the order of the standard decides, not who came first.'],
  },
  nameLast: {
    what: 'Last name as the patient uses it now, with its hyphens and apostrophes. Names before belong to birth surname and alias.',
    mistakes: ['Titles and suffixes have items of their own.', 'UNKNOWN only when no source has a name.'],
  },
  nameFirst: { what: 'First name in full, not an initial where the name is known.', mistakes: [] },
  race1: {
    what: 'Race of the patient; five items hold up to five. A person of several races has each coded, White last.',
    mistakes: ['Spanish or Hispanic origin is no race: it has an item of its own.', 'Never from the name alone.'],
  },
  spanishHispanicOrigin: {
    what: 'Spanish or Hispanic origin: 0 none, 1 to 5 and 8 by origin, 6 not specified, 7 by surname only, 9 unknown.',
    mistakes: ['7 is for a Spanish surname with nothing else known; what the record says goes before the name.'],
  },
  medicalRecordNumber: {
    what: 'The number under which this facility keeps the record. It ties reports of the same patient together.',
    mistakes: ['It is the number of the patient, not of the visit.'],
  },
  maritalStatusAtDx: {
    what: 'Marital status on the day of diagnosis: 1 single, 2 married, 3 separated, 4 divorced, 5 widowed, 6 domestic partner, 9 unknown.',
    mistakes: ['It is never changed when the patient marries later.'],
  },
  addrAtDxNoStreet: {
    what: 'Number and street of the usual residence when the tumor was diagnosed, whatever the reason to be elsewhere.',
    mistakes: ['A post office box only when no street is known.', 'Where the patient lives now has other items.'],
  },
  addrAtDxCity: { what: 'City of the usual residence at diagnosis.', mistakes: [] },
  addrAtDxState: {
    what: 'State or province of the usual residence at diagnosis, two letters. US when only the country is known, XX for another country, ZZ when not even that is known.',
    mistakes: [],
  },
  addrAtDxPostalCode: {
    what: 'Postal code of the usual residence at diagnosis, nine digits where they are known.',
    mistakes: ['It must lie in the state and county that are coded.'],
  },
  addrAtDxCountry: { what: 'Country of the usual residence at diagnosis, three letters: USA, CAN, MEX.', mistakes: [] },
  casefindingSource: {
    what: 'Where the case was noticed first: 20 pathology, 22 disease index, 26 imaging, 30 a physician, 80 death certificate, and so on.',
    mistakes: ['It is the first source, not the best one; that is the type of reporting source.'],
  },
  primaryPayerAtDx: {
    what: 'Who pays at diagnosis or first treatment here, as the record names it first.',
    mistakes: ['A patient with Medicare and a supplement has a code of its own (61, 63, 64).'],
  },
  tumorSizeSummary: {
    what: 'Largest size of the primary in millimeters, from the resection when no treatment came before it, else clinical. 000 no mass, 990 microscopic focus, 999 unknown.',
    mistakes: ['1.8 cm is 018.', 'The specimen, a cyst or the in situ part beside an invasive one is not the tumor.'],
  },
  regionalNodesExamined: {
    what: 'How many regional lymph nodes a pathologist looked at. 00 none, 95 aspiration only, 96 and 97 removed but not counted, 98 examined but not known how many, 99 unknown.',
    mistakes: ['Never fewer than are positive.', 'Distant nodes do not count.'],
  },
  gradePostTherapy: {
    what: 'Grade of the resection after neoadjuvant therapy, by the table of the site.',
    mistakes: ['Blank when there was no therapy before the resection.'],
  },
  rxSummSurgPrimSite: {
    what: 'Most extensive surgery of the primary site in the first course, two digits, for diagnoses before 2023.',
    mistakes: [
      'From 2023 on it is item 1291, with a letter before the number.',
      'A biopsy is no surgery of the site unless it took the whole tumor.',
    ],
  },
  rxSummSurgPrimSite2023: {
    what: 'Most extensive surgery of the primary site in the first course, for diagnoses from 2023: a letter and three digits. A000 none, A990 unknown; skin begins with B.',
    mistakes: ['The site has its own list of codes.', 'It is the sum of all operations, not the last one.'],
  },
  rxSummScopeRegLnSur: {
    what: 'What was done to regional lymph nodes in the first course: 0 nothing, 1 biopsy or aspiration, 2 sentinel, 3 to 5 by number removed, 6 and 7 sentinel with others, 9 unknown or not applicable.',
    mistakes: ['Blood, marrow, brain and lymph node primaries are 9.'],
  },
  rxSummSurgOthRegDis: {
    what: 'Surgery of other regional or distant sites in the first course, beyond the primary and its nodes.',
    mistakes: ['An organ taken by the way, without tumor in it, does not count.'],
  },
  reasonForNoSurgery: {
    what: 'Why the primary was not operated: 0 it was, 1 not planned, 2 risk to the patient, 5 died before, 6 recommended and not done, 7 refused, 8 not known whether it was done, 9 unknown.',
    mistakes: ['0 goes with a code of surgery, everything else with none.'],
  },
  phase1RadiationTreatmentModality: {
    what: 'Kind of radiation in the first phase of the first course: 00 none, 01 to 06 external beam, 07 to 12 brachytherapy, 13 and later radioisotopes.',
    mistakes: ['98 is radiation of unknown kind; 99 is not to know whether there was any.'],
  },
  reasonForNoRadiation: {
    what: 'Why there was no radiation: 0 there was, 1 not planned, 2 contraindicated, 5 died before, 6 recommended and not done, 7 refused, 8 not known whether it was done, 9 unknown.',
    mistakes: [],
  },
  rxSummSurgRadSeq: {
    what: 'Order of radiation and surgery: 0 not both, 2 radiation first, 3 surgery first, 4 radiation before and after, 5 during, 9 both in unknown order.',
    mistakes: ['Without either of them it is 0, not blank.'],
  },
  rxSummChemo: {
    what: 'Chemotherapy of the first course: 00 none, 02 one agent, 03 several, 01 given but not told; 82 to 87 why it was not given, 88 planned, 99 unknown.',
    mistakes: [
      'Hormones and immunotherapy have items of their own.',
      'Look the agent up: the list says what it counts as.',
    ],
  },
  rxSummHormone: {
    what: 'Hormone therapy of the first course: 00 none, 01 given, 82 to 87 why not, 88 planned, 99 unknown.',
    mistakes: [
      'Surgery or radiation of endocrine glands has another item.',
      'Hormones against side effects do not count.',
    ],
  },
  rxSummBrm: {
    what: 'Immunotherapy of the first course: 00 none, 01 given, 82 to 87 why not, 88 planned, 99 unknown.',
    mistakes: ['Some antibodies count as chemotherapy: look the agent up.'],
  },
  rxSummOther: {
    what: 'Treatment of the first course that fits nowhere else: 0 none, 1 other, 2 experimental, 3 double-blind, 6 unproven, 7 refused, 8 planned, 9 unknown.',
    mistakes: [],
  },
  rxSummSystemicSurSeq: {
    what: 'Order of systemic therapy and surgery: 0 not both, 2 systemic first, 3 surgery first, 4 systemic before and after, 5 during, 9 both in unknown order.',
    mistakes: [],
  },
  icdRevisionNumber: {
    what: 'Which revision of ICD the cause of death is coded in: 0 alive, 1 ICD-10, 9 ICD-9.',
    mistakes: ['It changes together with the cause of death.'],
  },
  textDxProcPath: {
    what: 'The words of the pathology reports that justify site, histology, behavior and grade: date, specimen, final diagnosis.',
    mistakes: ['Text documents codes: everything coded from pathology must be found here.'],
  },
};

/** @returns `null` for items without help of their own. */
export const helpOf = (item: string): ItemHelp | null => HELP[item] ?? null;
