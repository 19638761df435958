import { type Schemas } from '../api/client.js';
import { showMoment } from '../ui/format.js';

const DAY = 86_400_000;
/** Days before its end in which a token is worth a look. */
const SOON = 30;

/** How a token stands: its end in words, whether it is over, and whether that is near. */
export function standingOf(
  { expiresAt, revokedAt }: Pick<Schemas['TokenView'], 'expiresAt' | 'revokedAt'>,
  now = Date.now(),
): {
  readonly words: string;
  readonly over: boolean;
  readonly soon: boolean;
  readonly mark: 'none' | 'bad' | undefined;
} {
  if (revokedAt !== null) return { words: `revoked ${showMoment(revokedAt)}`, over: true, soon: false, mark: 'none' };
  const days = Math.floor((Date.parse(expiresAt) - now) / DAY);
  if (days < 0) return { words: `over since ${showMoment(expiresAt)}`, over: true, soon: false, mark: 'none' };
  if (days > SOON) return { words: showMoment(expiresAt), over: false, soon: false, mark: undefined };
  const left = days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`;
  return { words: left, over: false, soon: true, mark: 'bad' };
}
