/** Beginnings of words that tell what the records are about. */
const REVEALING =
  /\b(cancer|tumou?r|oncolog|carcino|sarcoma|melanoma|leuk[a]?emi|lymphoma|myeloma|malignan|neoplas|metasta|chemothera|radiation|radiothera|hospice)\w*/i;

/** The word in a text that names the disease or gives it away; null when there is none. */
export function namesTheDisease(text: string): string | null {
  return REVEALING.exec(text)?.[0] ?? null;
}

/**
 * The name that may stand on an envelope: the given one, or a neutral one where it would tell what the letter is about (a facility may be
 * called after the disease).
 */
export const envelopeName = (name: string): string => (namesTheDisease(name) === null ? name : 'Health Records Office');
