// Drawn here: a few strokes cost less than an icon package on the first screen.

const PATHS = {
  home: 'M3 11.5 12 4l9 7.5M5.5 10v9.5h5V14h3v5.5h5V10',
  key: 'M9 3h6v5H9zM7.5 8h9v11a2 2 0 0 1-2 2h-5a2 2 0 0 1-2-2zM11 5.2v.6M13 5.2v.6',
  document: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h4',
  computer: 'M3.5 5h17v11h-17zM9 20h6M9.5 10.5l2 2 3.5-3.5',
  seal: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4 1.5 3.4 3.6.4-2.7 2.4.8 3.6L12 15l-3.2 1.8.8-3.6-2.7-2.4 3.6-.4z',
  settings:
    'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8',
  help: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.6v.4',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  warning: 'M12 4 2.8 20h18.4zM12 10v5M12 17.3v.4',
  cross: 'm6 6 12 12M18 6 6 18',
  dot: 'M12 12h.01',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5.5l3.5 2',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  phone:
    'M6 3.5h3.5l1.5 4.5-2 1.5a12 12 0 0 0 5.5 5.5l1.5-2 4.5 1.5V18a2.5 2.5 0 0 1-2.7 2.5A16 16 0 0 1 3.5 6.2 2.5 2.5 0 0 1 6 3.5z',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration beside a word that says the same; hidden from screen readers. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'dot' ? 8 : 2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
