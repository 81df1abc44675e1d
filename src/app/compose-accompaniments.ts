// Builds the service of accompanied renewals; compose.ts loads it when it is first wanted.

import { createAccompaniments } from './adapters/accompaniments.ts';
import type { DataFolder } from './adapters/data-folder.ts';
import { createDocumentDigest } from './adapters/document-digest.ts';
import { openPortalPage } from './adapters/portal-browser.ts';
import { createReminders } from './adapters/reminders.ts';
import { sealEnvelope } from './adapters/seal-envelope.ts';
import { createSignatureVerifier } from './adapters/signature-verifier.ts';
import { createAccompanyService, type AccompanyService } from './services/accompany/accompany-service.ts';
import type { AccompanyDeps } from './services/accompany/deps.ts';

type Shared = Pick<AccompanyDeps, 'tokens' | 'clock' | 'random' | 'profiles' | 'readCertificate' | 'lock'>;

/** Milliseconds: a CA's assistant pauses between its calls, and longer before it repeats one that failed. */
const QUIET = { whenRight: 4_000, whenWrong: 60_000 };

export function loadAccompaniments(shared: Shared, folder: DataFolder): AccompanyService {
  const environment = { platform: process.platform, variables: process.env };
  return createAccompanyService({
    ...shared,
    quiet: QUIET,
    verifier: createSignatureVerifier(),
    digest: createDocumentDigest(),
    seal: sealEnvelope,
    records: createAccompaniments(folder, shared.clock),
    rememberOpening: (opening) => createReminders(folder, shared.clock).nameOpening(opening),
    openPortal: (portal) => openPortalPage(portal, environment),
  });
}
