const paths = {
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1-1',
  check: 'm5 12.500 4.500 4.500L19 7',
  close: 'M6 6l12 12M18 6 6 18',
  info: 'M12 11v6M12 7.200v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  help: 'M9.200 9.200a2.900 2.900 0 1 1 4.300 2.500c-1 .6-1.500 1.200-1.500 2.300M12 17v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  theme: 'M12 3a9 9 0 1 0 0 18V3Zm0 0a9 9 0 0 1 0 18',
  search: 'm20 20-4.500-4.500M17 10.500a6.500 6.500 0 1 1-13 0 6.500 6.500 0 0 1 13 0Z',
  path: 'M5 19c8 0 0-14 8-14h2M15 2.500 18 5l-3 2.500M5 19h.01',
  play: 'M8 5.500v13l10.500-6.500L8 5.500Z',
  pause: 'M8.500 5.500v13M15.500 5.500v13',
  more: 'M5.500 12h.01M12 12h.01M18.500 12h.01',
  next: 'm9 6 6 6-6 6',
  previous: 'm15 6-6 6 6 6',
} as const;

/** A line drawing beside a name or inside a labelled button: never the only name of something. */
export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="18"
      height="18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
