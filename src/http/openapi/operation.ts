// The members that every operation of the document opens with.

/** The one tag of the document: all operations stand together. */
export const TAG = 'Rowcast';

/** @param summary plain text, @param description CommonMark */
export function operation(operationId: string, summary: string, description?: string): object {
  return { tags: [TAG], operationId, summary, ...(description === undefined ? {} : { description }) };
}
