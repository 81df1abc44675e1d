import { createHash } from 'node:crypto';
import { ok } from '../../core/errors/result.ts';
import type { DataFolder } from '../adapters/data-folder.ts';
import type { Gate } from '../services/clear-the-way.ts';
import type { RenewalService } from '../services/renewal/renewal-service.ts';
import type { Parts } from './parts.ts';
import type { Reading } from './reading.ts';

export interface RenewalParts extends Pick<Parts, 'clock' | 'random' | 'tokens' | 'lock' | 'newRoutes'> {
  readonly folder: DataFolder;
  readonly reading: Promise<Reading>;
  environment(): Promise<Gate>;
  /** The token stays logged in while an order waits. */
  readonly stayOpen: boolean;
  tokenMs(): number;
  onGatewayMs(ms: number): void;
}

export async function loadRenewals(parts: RenewalParts): Promise<RenewalService> {
  const { clock, random, folder, stayOpen } = parts;
  const [renewal, journal, gateway, kept, vault, verifier, digest, seal, envelope, read] = await Promise.all([
    import('../services/renewal/renewal-service.ts'),
    import('../adapters/journal.ts'),
    import('../adapters/gateway-client.ts'),
    import('../adapters/seal-backup.ts'),
    import('../adapters/session-vault.ts'),
    import('../adapters/signature-verifier.ts'),
    import('../adapters/document-digest.ts'),
    import('../adapters/seal-envelope.ts'),
    import('../adapters/read-envelope.ts'),
    parts.reading,
  ]);
  return renewal.createRenewalService({
    async findToken(wanted) {
      const found = await (await parts.tokens()).find(wanted);
      return found.ok ? ok({ provider: found.value.source.provider, token: found.value.token }) : found;
    },
    readCertificate: read.readCertificate,
    profiles: read.profiles,
    verifier: verifier.createSignatureVerifier(),
    digest: digest.createDocumentDigest(),
    seal: seal.sealEnvelope,
    readEnvelope: envelope.readEnvelope,
    clock,
    random,
    sha256Hex: (content) => createHash('sha256').update(content).digest('hex'),
    stayOpen,
    journals: journal.createJournals(folder),
    lock: parts.lock,
    openGateway: (url) =>
      gateway.createGatewayClient({
        ...{ url, findRoute: parts.newRoutes() },
        onCall: ({ ms }) => parts.onGatewayMs(ms),
      }),
    sealBackup: (renewalId) => kept.createSealBackup(folder, renewalId),
    vault: (renewalId) => vault.createSessionVault(folder, renewalId),
    obstacles: async (...asked) => (await parts.environment()).obstacles(...asked),
    run: { tokenMs: parts.tokenMs, elapsed: () => performance.now(), now: () => clock.now() },
  });
}
