const EMOJI = /^emoji(?::(.+))?$/;

/** Whether pictures were named as the emoji world or one group of it: `emoji`, `emoji:animals-nature`. Null: it is a folder. */
export function emojiName(text: string): { readonly group: string | null } | null {
  const found = EMOJI.exec(text);
  return found && { group: found[1] ?? null };
}
