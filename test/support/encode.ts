// A text → its bytes in an encoding, by trying what each byte and pair of bytes decodes to.

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

/** @param encoding a name of the Encoding Standard, or `utf-32le` or `utf-32be` */
export function encode(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  if (encoding.startsWith('utf-32')) {
    const bytes = Buffer.from(
      Uint32Array.from([...text], (character) => character.codePointAt(0) as number).buffer,
    );
    return encoding === 'utf-32le' ? bytes : bytes.swap32();
  }
  const table = tables.get(encoding) ?? tableOf(encoding);
  return Buffer.from(
    [...text].flatMap((character) => {
      if (character < '\x80') return [character.charCodeAt(0)];
      const bytes = table.get(character);
      if (bytes === undefined) throw new Error(`${character} is not in ${encoding}`);
      return bytes;
    }),
  );
}

function tableOf(encoding: string): ReadonlyMap<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  const decoder = new TextDecoder(encoding);
  const add = (...bytes: number[]) => {
    const character = decoder.decode(Uint8Array.from(bytes));
    if ([...character].length === 1 && character !== '\ufffd' && !table.has(character))
      table.set(character, bytes);
  };
  for (let byte = 0x80; byte < 0x100; byte++) add(byte);
  if (/jis|euc|gb|big5/.test(encoding))
    for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x40; trail < 0xff; trail++) add(lead, trail);
  tables.set(encoding, table);
  return table;
}
