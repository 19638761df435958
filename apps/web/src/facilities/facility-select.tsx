import { type Facility } from './facilities.js';

/** Choose one of the facilities that a person sees, or all of them. Nothing to choose where there is one alone. */
export function FacilitySelect({
  facilities,
  value,
  set,
}: {
  readonly facilities: readonly Facility[];
  readonly value: string | undefined;
  /** Called with the id; empty for all. */
  readonly set: (id: string) => void;
}) {
  if (facilities.length < 2) return null;
  return (
    <select aria-label="Facility" value={value ?? ''} onChange={(event) => set(event.currentTarget.value)}>
      <option value="">All facilities</option>
      {facilities.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
