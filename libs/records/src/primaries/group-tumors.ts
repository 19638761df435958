/** A tumor as consolidation made it of its own abstracts, before any decision took it together with another. */
export interface OwnTumor {
  readonly id: string;
  /** By its own abstracts: `YYYYMMDD` or shorter, which counts from its earliest day. */
  readonly dateOfDiagnosis: string | undefined;
  /** ISO 8601 or anything else that sorts by time. */
  readonly createdAt: string;
  /** The tumor that its abstract was taken out of by a decision; such a tumor never takes in the one that it came from. */
  readonly splitFrom: string | null;
}

/** Two tumors that are one primary by a decision on a pair of their abstracts. */
export type SamePair = readonly [tumor: string, other: string];

/** Which of tumors that are one primary survives: the earlier diagnosis, then the one that was made earlier. */
function before(a: OwnTumor, b: OwnTumor): number {
  const key = ({ splitFrom, dateOfDiagnosis, createdAt, id }: OwnTumor): string[] => [
    splitFrom === null ? '0' : '1',
    dateOfDiagnosis ?? '9',
    createdAt,
    id,
  ];
  const [one, other] = [key(a), key(b)];
  const at = one.findIndex((part, index) => part !== other[index]);
  return at < 0 ? 0 : (one[at] ?? '') < (other[at] ?? '') ? -1 : 1;
}

/**
 * Bring together the tumors that decisions call one primary, through any number of pairs.
 *
 * The survivor of a group is the tumor with the earlier diagnosis, as the date of a primary is that of its first diagnosis; of equal ones that
 * which was made first. Neither the order of the tumors nor that of the decisions matters, and without a decision every tumor is its own.
 *
 * @returns for each tumor the one that stands for it.
 * @source SEER Program Coding and Staging Manual, Determining Multiple Primaries: one primary keeps the date of its first diagnosis.
 */
export function groupTumors(tumors: readonly OwnTumor[], same: readonly SamePair[]): ReadonlyMap<string, string> {
  const parent = new Map(tumors.map(({ id }) => [id, id]));
  const rootOf = (id: string): string => {
    const above = parent.get(id) ?? id;
    return above === id ? id : rootOf(above);
  };
  for (const [one, other] of same) parent.set(rootOf(one), rootOf(other));
  const survivors = new Map<string, string>();
  for (const { id } of tumors.toSorted(before)) {
    const root = rootOf(id);
    if (!survivors.has(root)) survivors.set(root, id);
  }
  return new Map(tumors.map(({ id }) => [id, survivors.get(rootOf(id)) ?? id]));
}
