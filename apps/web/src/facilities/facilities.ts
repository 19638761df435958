import { useQuery } from '@tanstack/react-query';
import { facilitiesQuery } from '../abstract/queries.js';
import { useSession } from '../session/session.js';
import { type Schemas } from '../api/client.js';

type Rights = Schemas['SessionView']['rights'];

export interface Facility {
  readonly id: string;
  readonly name: string;
}

/** Facilities at which the person who is signed in may use a right, by name; undefined until they are known. */
export function useFacilities(right: keyof Rights): readonly Facility[] | undefined {
  const reach = useSession().rights[right];
  const { data } = useQuery(facilitiesQuery);
  return data?.filter(({ id }) => reach?.allFacilities === true || reach?.facilityIds.includes(id) === true);
}
