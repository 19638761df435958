/** Where the values of a save come from, as the lineage names it. */
export interface Origin {
  readonly kind: string;
  readonly reason?: string;
  readonly rule?: string;
  readonly abstractId?: string;
  /** Of a correction of a value. */
  readonly takenBack?: boolean;
  /** On a pair of abstracts. */
  readonly decision?: string | null;
}

/** An origin in words. @param abstractName how an abstract is called here, for example its facility. */
export function originWords(
  origin: Origin,
  abstractName: (id: string) => string | undefined = () => undefined,
): string {
  switch (origin.kind) {
    case 'person':
      return origin.reason === undefined ? 'typed by a person' : `a person: ${origin.reason}`;
    case 'report':
      return 'proposed from a report';
    case 'abstract':
      return `from the abstract of ${abstractName(origin.abstractId ?? '') ?? 'a facility'}`;
    case 'batch':
      return 'imported';
    case 'rule':
      return `rule ${origin.rule ?? ''}`;
    case 'contact':
      return 'a follow-up contact';
    case 'value':
      return origin.takenBack === true
        ? `a correction taken back: ${origin.reason ?? ''}`
        : `set by a person, because ${origin.reason ?? ''}`;
    case 'primaries':
      return origin.decision === 'same_primary'
        ? 'merged by a decision: one primary'
        : origin.decision === 'separate_primaries'
          ? 'taken apart by a decision: two primaries'
          : 'taken apart: the decision was taken back';
    default:
      return origin.kind;
  }
}

/** Who saved something, in words: a person, a device, or a part of the platform. */
export const actorWords = ({
  actor,
  actorName,
}: {
  readonly actor: string;
  readonly actorName: string | null;
}): string => actorName ?? (actor.startsWith('system:') ? `the platform (${actor.slice('system:'.length)})` : actor);
