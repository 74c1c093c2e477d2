import type { ReactNode } from 'react';

/** A table that scrolls on its own, also by the keyboard. */
export function ScrollTable({ label, className = '', children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll
    <section className={`table-scroll ${className}`} tabIndex={0} aria-label={label}>
      <table className="data-table">{children}</table>
    </section>
  );
}
