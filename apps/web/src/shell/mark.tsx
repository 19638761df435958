/** The sign of the product: a sprout. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--brand)" />
      <path
        d="M16 26V14m0 0c0-4 3-7 8-7 0 5-3 8-8 8m0 3c0-3-2.5-6-7-6 0 4.5 3 7 7 7"
        fill="none"
        stroke="var(--on-brand)"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
