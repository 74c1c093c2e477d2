/**
 * The first key that an object in valid JSON text holds twice, or null. `JSON.parse` keeps the last one silently, so two
 * readers could see different things in one file.
 */
export function repeatedKey(json: string): string | null {
  const objects: (Set<string> | null)[] = [];
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '{') objects.push(new Set());
    else if (character === '[') objects.push(null);
    else if (character === '}' || character === ']') objects.pop();
    else if (character === '"') {
      const begin = i;
      for (i++; json[i] !== '"'; i++) if (json[i] === '\\') i++;
      const keys = objects.at(-1);
      if (!keys || !isFollowedByColon(json, i + 1)) continue;
      const key = JSON.parse(json.slice(begin, i + 1)) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

function isFollowedByColon(json: string, from: number): boolean {
  let i = from;
  while (json[i] === ' ' || json[i] === '\n' || json[i] === '\t' || json[i] === '\r') i++;
  return json[i] === ':';
}
