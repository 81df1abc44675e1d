/** Largest document a page may hand over, in bytes; larger ones go to `ukey verify`. */
export const MAX_DOCUMENT_BYTES = 20 * 1024 * 1024;
