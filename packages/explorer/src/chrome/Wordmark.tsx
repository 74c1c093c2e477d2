export function Wordmark() {
  return (
    <p className="wordmark">
      <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.3" aria-hidden="true">
        <circle cx="12" cy="12" r="8.200" />
        <path d="M12 1.500 13.900 12 12 22.500 10.100 12Z" fill="currentColor" stroke="none" />
        <path d="M3.800 12h16.400" />
      </svg>
      <span>Incognita</span>
    </p>
  );
}
