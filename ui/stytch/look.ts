/**
 * Makes Stytch's components part of the page: every colour and size is one of our own CSS properties,
 * so light, dark and contrast are decided in one place, `styles/tokens.css`.
 */

const shared = {
  'font-family': 'var(--font)',
  'font-family-mono': 'var(--font-mono)',
  'text-base': '1rem',
  'rounded-base': '5px',
  'container-width': '100%',
  'container-border': 'transparent',
  'container-radius': '0',
  'mobile-breakpoint': '640px',
  'transition-duration': 'var(--motion)',
  background: 'var(--surface)',
  foreground: 'var(--ink)',
  primary: 'var(--accent)',
  'primary-foreground': 'var(--on-accent)',
  secondary: 'var(--sunken)',
  'secondary-foreground': 'var(--ink)',
  muted: 'var(--sunken)',
  'muted-foreground': 'var(--ink-soft)',
  accent: 'var(--sunken)',
  'accent-foreground': 'var(--ink)',
  border: 'var(--line)',
  input: 'var(--line-strong)',
  ring: 'var(--focus)',
  destructive: 'var(--danger)',
  'destructive-foreground': 'var(--surface)',
  warning: 'var(--caution)',
  success: 'var(--good)',
}

/** The `presentation` of every Stytch component; our own headings stand above them. */
export const look = {
  theme: [
    { ...shared, 'color-scheme': 'light' as const },
    { ...shared, 'color-scheme': 'dark' as const },
  ] as const,
  options: { hideHeaderText: true },
}
