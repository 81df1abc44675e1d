// Builds what works with seals and documents; compose.ts loads it when it is first wanted.

import type { Result } from '../../core/errors/result.ts';
import { verifyFile } from '../../core/seal/verify-file.ts';
import type { DataFolder, StorageError } from '../adapters/data-folder.ts';
import { createDocumentDigest } from '../adapters/document-digest.ts';
import type { Clock, Log } from '../adapters/log.ts';
import { sealEnvelope } from '../adapters/seal-envelope.ts';
import { createSealTests } from '../adapters/seal-tests.ts';
import type { TokenLock, TokenLockError } from '../adapters/token-lock.ts';
import type { ProfileBook } from '../services/profiles.ts';
import { keptSealTest } from '../services/seal-on-key-view.ts';
import { createSealTestService, type SealTestService } from '../services/seal-test.ts';
import { createSealService, type SealService } from '../services/seal.ts';
import { version } from '../version.ts';

interface Ports {
  readonly clock: Clock;
  readonly log: Log;
  readonly random: (bytes: number) => Uint8Array;
}

interface Parts {
  dataFolder(): Promise<Result<DataFolder, StorageError>>;
  lock(token: string): Promise<Result<TokenLock, TokenLockError>>;
  profiles(): Promise<{ readonly book: ProfileBook }>;
}

export async function loadSeals({ clock }: Ports, { lock }: Parts): Promise<SealService> {
  const provider = { name: 'certificate-assistant', version };
  return createSealService({ ...(await verification()), clock, provider, lock });
}

export async function loadSealTest({ clock, log, random }: Ports, parts: Parts): Promise<SealTestService> {
  const { book } = await parts.profiles();
  const ports = await verification();
  const trust = { anchors: [], certificates: [], revocationLists: [] };
  return createSealTestService({
    ...{ clock, random, sealEnvelope, digest: ports.digest, lock: parts.lock },
    verify: (page) => verifyFile(page, null, { ...ports, trust, at: null, now: clock.now() }),
    hotline(certificate) {
      const { sealHotline, hotline } = book.find(certificate).contact;
      return sealHotline ?? hotline;
    },
    async keep(found, test) {
      const folder = await parts.dataFolder();
      const kept = folder.ok
        ? await createSealTests(folder.value, clock).keep(keptSealTest(found, test))
        : folder;
      if (!kept.ok) log.write('warn', 'sealTest.notKept', { error: kept.error });
    },
  });
}

async function verification() {
  const { createSignatureVerifier } = await import('../adapters/signature-verifier.ts');
  return { verifier: createSignatureVerifier(), digest: createDocumentDigest() };
}
