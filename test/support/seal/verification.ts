// What the verification tests share: fixtures by name, the product's own ports, and reports in short form.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createDocumentDigest } from '../../../src/app/adapters/document-digest.ts';
import { createSignatureVerifier } from '../../../src/app/adapters/signature-verifier.ts';
import { parseCertificate, type Certificate } from '../../../src/core/certificate/certificate.ts';
import { decodePem } from '../../../src/core/certificate/pem.ts';
import type { VerificationStep } from '../../../src/core/seal/step.ts';
import type { Trust, Verification } from '../../../src/core/seal/verification.ts';
import { verifyFile, type FileReport } from '../../../src/core/seal/verify-file.ts';

export const NOW = Date.parse('2026-11-20T00:00:00Z');

export function sealFixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(`../../fixtures/seal/${name}`, import.meta.url))));
}

export function certificatesIn(pem: Uint8Array): Certificate[] {
  return decodePem(Buffer.from(pem).toString('latin1')).flatMap(({ der }) => {
    const parsed = parseCertificate(der);
    return parsed.ok ? [parsed.value] : [];
  });
}

export function verification(options: Partial<Trust> & { readonly at?: number | null } = {}): Verification {
  const { at = null, ...trust } = options;
  return {
    verifier: createSignatureVerifier(),
    digest: createDocumentDigest(),
    trust: { anchors: [], certificates: [], revocationLists: [], ...trust },
    at,
    now: NOW,
  };
}

export function allSteps({ steps, signatures }: FileReport): readonly VerificationStep[] {
  return [...steps, ...signatures.flatMap((signature) => signature.steps)];
}

/** `step: code` of the steps with that status. */
export function stepsThat(report: FileReport, status: VerificationStep['status']): string[] {
  return allSteps(report)
    .filter((step) => step.status === status)
    .map(({ step, error }) => (error === null ? step : `${step}: ${error.code}`));
}

export function verify(
  bytes: Uint8Array,
  options: Parameters<typeof verification>[0] = {},
  detached: Uint8Array | null = null,
): Promise<FileReport> {
  return verifyFile(bytes, detached, verification(options));
}
