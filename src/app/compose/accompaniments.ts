// Builds the service of accompanied renewals; compose.ts loads it when it is first wanted.

import { ok, type Result } from '../../core/errors/result.ts';
import { createAccompaniments } from '../adapters/accompaniments.ts';
import type { StorageError } from '../adapters/data-folder.ts';
import { createDocumentDigest } from '../adapters/document-digest.ts';
import { openPortalPage } from '../adapters/portal-browser.ts';
import { createReminders } from '../adapters/reminders.ts';
import { sealEnvelope } from '../adapters/seal-envelope.ts';
import { createSignatureVerifier } from '../adapters/signature-verifier.ts';
import { createAccompanyService, type AccompanyService } from '../services/accompany/accompany-service.ts';
import type { EnvironmentService } from '../services/environment/environment-service.ts';
import type { Parts } from './parts.ts';
import type { Reading } from './reading.ts';

/** Milliseconds: a CA's assistant pauses between its calls, and longer before it repeats one that failed. */
const QUIET = { whenRight: 4_000, whenWrong: 60_000 };

export async function loadAccompaniments(
  { clock, random, lock, ...parts }: Parts,
  { profiles, readCertificate }: Reading,
  environment: () => Promise<Pick<EnvironmentService, 'obstacles' | 'openIssuers'>>,
): Promise<Result<AccompanyService, StorageError>> {
  const folder = await parts.dataFolder();
  if (!folder.ok) return folder;
  const here = { platform: process.platform, variables: process.env };
  const service = createAccompanyService({
    ...{ profiles, readCertificate, clock, random, lock, quiet: QUIET },
    obstacles: async (...asked) => (await environment()).obstacles(...asked),
    openIssuers: async () => (await environment()).openIssuers(),
    tokens: await parts.tokens(),
    verifier: createSignatureVerifier(),
    digest: createDocumentDigest(),
    seal: sealEnvelope,
    records: createAccompaniments(folder.value, clock),
    rememberOpening: (opening) => createReminders(folder.value, clock).nameOpening(opening),
    openPortal: (portal) => openPortalPage(portal, here),
  });
  return ok(service);
}
