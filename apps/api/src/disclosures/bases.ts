/** What is noted of the legal ground of a disclosure. */
export interface BasisDetail {
  /** Day the authorization or order was signed, `YYYY-MM-DD`. */
  readonly signedOn?: string;
  /** Last day of an authorization. */
  readonly expiresOn?: string;
  /** Court, or who issued the subpoena. */
  readonly issuer?: string;
  readonly caseNumber?: string;
  /** For a subpoena without an order of a court: how it was assured that the patient knows, or that the information is protected. */
  readonly assurance?: 'notice_to_patient' | 'protective_order';
}

export const BASES = ['authorization', 'subpoena', 'court_order'] as const;
export type Basis = (typeof BASES)[number];

/**
 * What each ground needs.
 *
 * @source 45 CFR 164.508(c)(1) (authorization: signature with date, expiry), 164.512(e)(1)(i) (order of a court), 164.512(e)(1)(ii)
 * (subpoena: satisfactory assurance of notice or of a protective order).
 */
export const NEEDS: Readonly<Record<Basis, readonly (keyof BasisDetail)[]>> = {
  authorization: ['signedOn', 'expiresOn'],
  subpoena: ['issuer', 'caseNumber', 'assurance'],
  court_order: ['issuer', 'caseNumber', 'signedOn'],
};

export const TITLES: Readonly<Record<Basis, string>> = {
  authorization: 'Authorization of the patient',
  subpoena: 'Subpoena',
  court_order: 'Order of a court',
};

export const DETAIL_TITLES: Readonly<Record<keyof BasisDetail, string>> = {
  signedOn: 'signed on',
  expiresOn: 'valid through',
  issuer: 'issued by',
  caseNumber: 'case number',
  assurance: 'assurance',
};

/** Kinds of information that can be disclosed, as the record names them. */
export const CONTENTS = {
  identification: 'name, birth date, identifiers, address',
  diagnosis: 'cancer diagnosis, site, histology, stage',
  treatment: 'treatment',
  follow_up: 'follow-up and vital status',
  pathology: 'pathology reports',
  abstract: 'whole abstracts',
} as const;

/** @returns what the ground lacks or contradicts, with a pointer to each; empty when it is whole. */
export function judgeBasis(
  basis: Basis,
  detail: BasisDetail,
  disclosedOn: string,
  today: string,
): { pointer: string; detail: string }[] {
  const problems = NEEDS[basis]
    .filter((name) => (detail[name] ?? '') === '')
    .map((name) => ({ pointer: `/basisDetail/${name}`, detail: `is needed for this legal basis` }));
  if (disclosedOn > today) problems.push({ pointer: '/disclosedOn', detail: 'is in the future' });
  if (detail.signedOn !== undefined && detail.signedOn > disclosedOn)
    problems.push({ pointer: '/basisDetail/signedOn', detail: 'is after the disclosure' });
  if (detail.expiresOn !== undefined && detail.expiresOn < disclosedOn)
    problems.push({ pointer: '/basisDetail/expiresOn', detail: 'is before the disclosure' });
  return problems;
}
