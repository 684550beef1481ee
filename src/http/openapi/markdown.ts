// Text out of files → CommonMark that shows just this text: descriptions are rendered, and files are not to be trusted.

/** Escapes what CommonMark would take for markup: links, images, HTML, entities, emphasis. */
export function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>&!~|]/g, '\\$&').replaceAll(/\s+/g, ' ');
}

/** A code span that holds any text, backticks too. */
export function code(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  const padding = /^[\s`]|[\s`]$/.test(text) ? ' ' : '';
  return `${fence}${padding}${text.replaceAll(/[\r\n]+/g, ' ')}${padding}${fence}`;
}
