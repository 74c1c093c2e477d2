const MARKS: Readonly<Record<string, string>> = { ' ': '·', '\n': '⏎', '\t': '⇥', '\r': '␍', '\u00a0': '⍽' };

/**
 * A text with its white space made visible: · for a space, ⏎ for a new line, ⇥ for a tab, ⍽ for a no-break space; other control,
 * format and space characters as U+200D.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return MARKS[character] ?? `U+${code}`;
  });
}

/** The bytes of a token for people: text where they are whole characters, else ⟨E2 80⟩. */
export function visibleBytes(bytes: Uint8Array): string {
  try {
    return visible(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return `⟨${Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')}⟩`;
  }
}
