// What a declaration says of where data is → why no table is served from there, in words.

type Place = Readonly<{ path?: string | readonly string[]; data?: unknown }>;

/** @param place one that is no file of the folder that Rowcast serves */
export function whyLeftOut({ path, data }: Place): string {
  const [first, ...others] = path === undefined || typeof path === 'string' ? [path] : path;
  if (first === undefined)
    return data === undefined
      ? 'it names no file.'
      : 'its data stands in the declaration itself, and Rowcast serves files. Put it into a CSV file, and its path here.';
  if (others.length > 0) return 'it names several files, and Rowcast serves each file as one table.';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(first))
    return `it is on another server (${shortened(first)}), and Rowcast serves local files. Put a copy beside the declaration, and its path here.`;
  return 'Rowcast serves CSV and TSV files in the folder of the declaration and below.';
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
