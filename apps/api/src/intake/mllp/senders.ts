import { scopeFor } from '@perennial/auth';
import { type Principal, type Scoped, systemPrincipal } from '@perennial/persistence';

/** Key of the setting that maps senders on MLLP, which has no sign-in of its own. */
export const MLLP_SENDERS = 'intake.mllp-senders';

/** Who a message on MLLP is from, and as whom it is taken. What is absent fits everything; the first entry that fits holds. */
export interface MllpSender {
  /** IP address of the connection. */
  readonly address?: string | undefined;
  /** MSH-3 */
  readonly application?: string | undefined;
  /** MSH-4, its name or its id. */
  readonly facility?: string | undefined;
  /** The token of a device: its scope and its end hold here too. */
  readonly tokenId?: string | undefined;
  /** A facility that the sender may report for. */
  readonly facilityId?: string | undefined;
}

export interface MllpMessageFrom {
  readonly address: string;
  readonly application: string;
  readonly facility: readonly string[];
}

const plainAddress = (address: string): string => address.replace(/^::ffff:/, '');

const fits = (sender: MllpSender, from: MllpMessageFrom): boolean =>
  (sender.address === undefined || plainAddress(sender.address) === plainAddress(from.address)) &&
  (sender.application === undefined || sender.application === from.application) &&
  (sender.facility === undefined || from.facility.includes(sender.facility));

/** As whom a message is taken; `null` when nobody mapped its sender, or the token has ended. */
export async function principalOfSender(scoped: Scoped, from: MllpMessageFrom): Promise<Principal | null> {
  return scoped(systemPrincipal('mllp'), async (tx) => {
    const [setting] = await tx.query<{ value: readonly MllpSender[] }[]>(
      `SELECT value FROM setting WHERE key = $1 AND valid_from <= current_date ORDER BY valid_from DESC LIMIT 1`,
      [MLLP_SENDERS],
    );
    const sender = setting?.value.find((one) => fits(one, from));
    if (sender === undefined) return null;
    if (sender.tokenId === undefined)
      return sender.facilityId === undefined
        ? null
        : { ...systemPrincipal('mllp'), facilityIds: [sender.facilityId], allFacilities: false };
    const [token] = await tx.query<{ id: string; role: string; facility_id: string | null }[]>(
      `SELECT id, role, facility_id FROM api_token WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()`,
      [sender.tokenId],
    );
    if (token === undefined) return null;
    const grants = [{ role: token.role, facilityId: token.facility_id }];
    return scopeFor({ actor: `token:${token.id}`, kind: 'token', grants }, 'intake.submit');
  });
}
