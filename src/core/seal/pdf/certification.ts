// What a certifying signature lets happen to the document after it (ISO 32000-2 §12.8.2.2).

import { catalogOf, dictIn, itemsIn, type PdfDocument } from './pdf-document.ts';
import { isDict, nameOf, type PdfDict } from './syntax.ts';

/** P of a certifying signature: 1 allows no changes; null: it certifies nothing. Left out it means 2. */
export function allowedChanges(document: PdfDocument, signature: PdfDict): number | null {
  for (const item of itemsIn(document, signature, 'Reference')) {
    const reference = document.resolve(item);
    if (!isDict(reference) || nameOf(document.entry(reference, 'TransformMethod')) !== 'DocMDP') continue;
    const parameters = dictIn(document, reference, 'TransformParams');
    const allowed = parameters === null ? null : document.entry(parameters, 'P');
    return typeof allowed === 'number' ? allowed : 2;
  }
  return null;
}

/** The document is certified against any change, so that not even a signature may be added. */
export function isLocked(document: PdfDocument): boolean {
  const permissions = dictIn(document, catalogOf(document), 'Perms');
  const certifying = permissions === null ? null : dictIn(document, permissions, 'DocMDP');
  return certifying !== null && allowedChanges(document, certifying) === 1;
}
