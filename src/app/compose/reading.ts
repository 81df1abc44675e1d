import type { ReadCertificate } from '../../core/certificate/certificate-reader.ts';
import type { ProfileFileError } from '../adapters/profile-files.ts';
import type { ProfileBook } from '../services/profiles.ts';
import type { Parts } from './parts.ts';

/** How certificates are read, each once, and judged. */
export interface Reading {
  readonly readCertificate: ReadCertificate;
  readonly profiles: ProfileBook;
  /** Profile files that were left out. */
  readonly refused: readonly ProfileFileError[];
}

export async function loadReading(dataDir: string, { clock }: Pick<Parts, 'clock'>): Promise<Reading> {
  const [{ createCertificateReader }, { loadProfiles }] = await Promise.all([
    import('../../core/certificate/certificate-reader.ts'),
    import('../adapters/load-profiles.ts'),
  ]);
  const { book, refused } = await loadProfiles(dataDir, clock);
  return { readCertificate: createCertificateReader(), profiles: book, refused };
}
