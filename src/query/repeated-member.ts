// JSON text → the first member that an object in it has twice, of which `JSON.parse` drops one without a word.

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
const COLON = /\s*:/y;

/**
 * Finds a member that stands twice in one object.
 * @param text well-formed JSON
 * @returns its name; undefined when all members of each object differ
 */
export function repeatedMember(text: string): string | undefined {
  const open: (Set<string> | null)[] = [];
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else {
      COLON.lastIndex = index + token.length;
      const members = open.at(-1);
      if (members === null || members === undefined || !COLON.test(text)) continue;
      const name = JSON.parse(token) as string;
      if (members.has(name)) return name;
      members.add(name);
    }
  }
  return undefined;
}
