// Loads a folder the way the server does, and prints how long it took and how much memory it needed.

import { createCatalog } from '../../src/catalog.ts';
import { startIngest } from '../../src/source/ingest.ts';

const catalog = createCatalog('bench');
const began = performance.now();
const ingest = startIngest({ folder: process.argv[2] as string, catalog });
await ingest.whenScanned;
const seconds = (performance.now() - began) / 1000;
if (catalog.current().tables.get('big')?.table?.rowCount !== 1_000_000)
  throw new Error('the table is not there');
await ingest.close();
console.log(JSON.stringify({ seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
