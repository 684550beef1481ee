// What is known of a file that needs no mending: for tables that are made without one.
import type { FileFacts } from '../../src/table/file-facts.ts';

export const FACTS: FileFacts = Object.freeze({
  bytes: 0,
  modified: '2024-01-01T00:00:00Z',
  encoding: 'utf-8',
  encodingConfidence: 1,
  encodingEvidence: 'every byte is ASCII',
  dialect: {
    delimiter: ',',
    quoteChar: '"',
    doubleQuote: true,
    header: true,
    lineTerminator: '\n',
    evidence: '',
  },
  diagnostics: [],
  diagnosticCount: 0,
});
