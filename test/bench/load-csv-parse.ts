// The peer of the load benchmark: csv-parse alone, counting records.

import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';

const began = performance.now();
const parser = createReadStream(process.argv[2] as string).pipe(parse());
let records = 0;
parser.on('data', () => {
  records++;
});
await new Promise((resolve) => parser.on('end', resolve));
const seconds = (performance.now() - began) / 1000;
if (records !== 1_000_001) throw new Error(`${records} records`);
console.log(JSON.stringify({ seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
