import { createTheme, defaultVariantColorsResolver, type MantineColorsTuple } from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e8f6f4',
  '#d3ebe8',
  '#a6d6d0',
  '#76c0b7',
  '#4fc3b6',
  '#2f9a8f',
  '#0f6b64',
  '#0d5d57',
  '#0b534e',
  '#06403c',
];

export const mantineTheme = createTheme({
  fontFamily: 'var(--font-ui)',
  fontFamilyMonospace: 'var(--font-mono)',
  colors: { teal },
  primaryColor: 'teal',
  primaryShade: { light: 6, dark: 4 },
  // What stands on the product's color has one color in each theme.
  variantColorResolver: (input) => ({
    ...defaultVariantColorsResolver(input),
    ...(input.variant === 'filled' ? { color: 'var(--on-brand)' } : {}),
  }),
  defaultRadius: 6,
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '15px', xl: '18px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** The word that lets the page's own style sheets pass its policy; the server writes a new one into each page. */
export const styleNonce = (): string =>
  document.querySelector('meta[name="style-nonce"]')?.getAttribute('content') ?? '';

export type Theme = 'light' | 'dark' | 'auto';
const KEY = 'mantine-color-scheme-value';

export const storedTheme = (): Theme => {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'auto';
};

/** Set before the first paint, so that no light page flashes up at night. */
export function applyTheme(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
}
