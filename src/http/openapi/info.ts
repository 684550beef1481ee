// What the document says of the whole, in words for somebody who sees it for the first time.
import { SUMMARY_TYPE } from '../summary-schemas.ts';
import { TAG } from './operation.ts';

export const INFO = {
  title: 'Rowcast',
  description: `A folder of CSV files as a live API. Every file is a table; this page lists those that are there now.

- \`GET /api/{table}\` answers all rows as a JSON array, \`GET /api/{table}/{key}\` one row.
- Every field is a parameter, alone or with an operator: \`/api/{table}?field=value&field__gt=5\`. All of them must hold; the same one twice means either value.
- \`_sort\`, \`_limit\`, \`_page\`, \`_fields\`, \`_q\` and their like say how rows are answered; \`_where\` takes a tree of conditions as JSON, and \`POST /api/{table}/_search\` the whole question.
- \`_embed\` puts related rows into each row; \`/api/{table}/{key}/{child}\` answers those that belong to one.
- \`_facet\`, \`_stats\` and \`_group\` answer about the whole, as \`${SUMMARY_TYPE}\`: the schemas \`Facets\`, \`Stats\` and \`Groups\`.
- Rows come as JSON, NDJSON or CSV, by \`Accept\` or \`_format\`; to a browser, as a page (\`text/html\`).
- \`X-Total-Count\` says how many rows match, and \`Link\` where to go on.
- Every answer has an \`ETag\`. Send it back as \`If-None-Match\`: 304 means that nothing has changed.
- A request that is not understood is refused, with a problem (RFC 9457) that says what to do.
- \`/tables\` tells of the files, their fields and what is wrong with them. \`/ws\` is a WebSocket that tells of each change.

Edit, add or remove a file, and the API follows. This document is also at \`/openapi.json\` and \`/openapi.yaml\`.`,
};

export const TAGS = [{ name: TAG, description: 'The contracts, the tables and the system.' }];
