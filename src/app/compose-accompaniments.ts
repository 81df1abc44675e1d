// Builds the service of accompanied renewals; compose.ts loads it when it is first wanted.

import { ok, type Result } from '../core/errors/result.ts';
import { createAccompaniments } from './adapters/accompaniments.ts';
import type { DataFolder, StorageError } from './adapters/data-folder.ts';
import { createDocumentDigest } from './adapters/document-digest.ts';
import { openPortalPage } from './adapters/portal-browser.ts';
import { createReminders } from './adapters/reminders.ts';
import { sealEnvelope } from './adapters/seal-envelope.ts';
import { createSignatureVerifier } from './adapters/signature-verifier.ts';
import { createAccompanyService, type AccompanyService } from './services/accompany/accompany-service.ts';
import type { AccompanyDeps } from './services/accompany/deps.ts';
import type { TokenService } from './services/tokens.ts';

interface Parts {
  dataFolder(): Promise<Result<DataFolder, StorageError>>;
  tokens(): Promise<TokenService>;
  readonly lock: AccompanyDeps['lock'];
}

/** Milliseconds: a CA's assistant pauses between its calls, and longer before it repeats one that failed. */
const QUIET = { whenRight: 4_000, whenWrong: 60_000 };

export async function loadAccompaniments(
  { clock, random }: Pick<AccompanyDeps, 'clock' | 'random'>,
  parts: Parts,
  { profiles, readCertificate }: Pick<AccompanyDeps, 'profiles' | 'readCertificate'>,
): Promise<Result<AccompanyService, StorageError>> {
  const folder = await parts.dataFolder();
  if (!folder.ok) return folder;
  const environment = { platform: process.platform, variables: process.env };
  const service = createAccompanyService({
    ...{ profiles, readCertificate, clock, random, lock: parts.lock, quiet: QUIET },
    tokens: await parts.tokens(),
    verifier: createSignatureVerifier(),
    digest: createDocumentDigest(),
    seal: sealEnvelope,
    records: createAccompaniments(folder.value, clock),
    rememberOpening: (opening) => createReminders(folder.value, clock).nameOpening(opening),
    openPortal: (portal) => openPortalPage(portal, environment),
  });
  return ok(service);
}
