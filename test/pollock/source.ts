// Rows that we made up → the clean table that test/pollock spoils: 80 rows of the programme of a workshop house.

/** A cell, and whether the clean file puts it in quotes. */
export type SourceCell = Readonly<{ text: string; isQuoted: boolean }>;

const HEADER = ['DAY', 'FROM', 'SEATS', 'CODE', 'FEE', 'WORKSHOP', 'ABOUT', 'PAGE', 'NOTES'];

const WORKSHOPS = [
  'Dovetail Joints, Hand Cut',
  "Beginners' Pottery",
  'Sharpening',
  'Bookshelf, 36" Wide',
  'Letterpress, Two Colours',
  "The Baker's Sourdough",
  'Bicycle Wheels, 28"',
  'Natural Dyes',
  'Kite Building  for Windy Days',
  "Children's Weaving, Small Looms",
  'Stained Glass',
  'Ukulele Repair, Necks/Frets',
  "Grandmother's Quilt",
  'Raised Bed, 48" by 24"',
  'Soldering',
  'Basketry, Willow',
  'Clocks and Watches',
  "Potter's Wheel, Second Course",
  'Bookbinding',
  'Lamp Shades, 10"',
];

const SENTENCES = [
  'We start from the rough board and end with a joint that holds, whatever the weather does.',
  "You'll learn how to read the grain, where to stop, and why it's better to stop early.",
  'Bring an apron, a pencil and patience. Tools, wood and tea are ours.',
  'A slow morning for people who have never held one of these before: small group, large tables.',
  "Two teachers, six benches and no hurry. What you make is yours, and so is what doesn't work.",
  'The second half is for your own piece. Ask, try, spoil it, and try again.',
  'For those who know the basics already, with time for finer work, repairs and a look at old pieces.',
  "Children are welcome with a grown-up; it's loud, it's dusty, and nobody minds.",
];

const BACKSLASH = `The bench is 7\\'3" long, and so is the room; please write to us before you bring more.`;

const digits = (number: number, width: number) => String(number).padStart(width, '0');

function row(index: number): readonly SourceCell[] {
  const title = WORKSHOPS[(index * 7) % WORKSHOPS.length] as string;
  const about =
    index === 11
      ? BACKSLASH
      : `${SENTENCES[index % SENTENCES.length]} ${SENTENCES[(index * 3 + 5) % SENTENCES.length]}`;
  const code = `${'KMTWZ'[index % 5]}${'ABC'[index % 3]}-${digits(1000 + ((index * 7919) % 9000), 4)}`;
  const cents = (index * 1373) % 9700;
  const fee = index % 17 === 3 ? `$${Math.floor(cents / 100)}` : `$${(cents / 100).toFixed(2)}`;
  const bare = [
    `${digits(13 + (index % 18), 2)}/${digits(1 + Math.floor(index / 10), 2)}/2021`,
    `${digits(8 + Math.floor((index % 48) / 4), 2)}:${digits((index % 4) * 15, 2)}`,
    String((index * 5) % 31),
    code,
    fee,
  ].map((text) => ({ text, isQuoted: false }));
  return [
    ...bare,
    { text: title, isQuoted: /[",]/.test(title) },
    { text: about, isQuoted: true },
    { text: `https://workshops.example/programme/${code.replace('-', '_')}.html`, isQuoted: true },
    { text: '', isQuoted: false },
  ];
}

/** The clean table, its header first. */
export const SOURCE: readonly (readonly SourceCell[])[] = [
  HEADER.map((text) => ({ text, isQuoted: text === 'ABOUT' || text === 'PAGE' })),
  ...Array.from({ length: 80 }, (_, index) => row(index)),
];
