// What the document says of the whole, in words for somebody who sees it for the first time.
import { TAG } from './operation.ts';

export const INFO = {
  title: 'Rowcast',
  description: `A folder of CSV files as a live API. Every file is a table; this page lists those that are there now.

- \`GET /api/{table}\` answers all rows as a JSON array, \`GET /api/{table}/{key}\` one row.
- Every field is a parameter: \`/api/{table}?field=value\` answers the rows in which it has this value. The same field twice means either value, two fields mean both.
- \`_limit\` and \`_offset\` take a part; \`X-Total-Count\` says how many rows there are and \`Link\` where to go on.
- Every answer has an \`ETag\`. Send it back as \`If-None-Match\`: 304 means that nothing has changed.
- A request that is not understood is refused, with a problem (RFC 9457) that says what to do.
- \`/tables\` tells of the files, their fields and what is wrong with them. \`/ws\` is a WebSocket that tells of each change.

Edit, add or remove a file, and the API follows. This document is also at \`/openapi.json\` and \`/openapi.yaml\`.`,
};

export const TAGS = [{ name: TAG, description: 'The contracts, the tables and the system.' }];
