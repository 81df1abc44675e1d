import type { Certificate } from '../../../core/certificate/certificate.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import { classifyContainers, type ClassificationRules } from '../../../core/token/current.ts';
import type { ContainerId, KeyContainer } from '../../../core/token/token.ts';

export interface ChosenCertificate {
  readonly container: ContainerId;
  readonly certificate: Certificate;
}

/**
 * The certificate to renew: the one wanted by SHA-256 (or its beginning) or serial number, else the only
 * current signing certificate on the token.
 */
export function chooseCertificate(
  containers: readonly KeyContainer[],
  wanted: string | null,
  now: number,
  how: ClassificationRules,
): Result<
  ChosenCertificate,
  AppError<'certificate.notFound' | 'certificate.ambiguous' | 'certificate.withoutKey'>
> {
  const all = classifyContainers(containers, now, how).flatMap(({ id, certificates }) =>
    certificates.map((entry) => ({ ...entry, container: id })),
  );
  // Some keys carry their CA's certificates along.
  const signing = all.filter(({ use, certificate }) => use !== 'encryption' && !certificate.isCa);
  const matching =
    wanted === null
      ? signing.filter(({ state }) => state === 'current')
      : signing.filter(({ certificate }) => isNamed(certificate, wanted));
  const [first, second] = matching;
  if (first === undefined) {
    const onlyWithoutKey = wanted === null && signing.some(({ hasPrivateKey }) => hasPrivateKey === false);
    return onlyWithoutKey
      ? err({ code: 'certificate.withoutKey' })
      : err({ code: 'certificate.notFound', wanted: wanted ?? '' });
  }
  if (second !== undefined) {
    const matches = matching.map(({ certificate }) => certificate.sha256);
    return err({ code: 'certificate.ambiguous', wanted: wanted ?? '', matches });
  }
  if (first.hasPrivateKey === false) return err({ code: 'certificate.withoutKey' });
  return ok({ container: first.container, certificate: first.certificate });
}

function isNamed({ sha256, serial }: Certificate, wanted: string): boolean {
  const name = wanted.toLowerCase();
  return (name.length >= 6 && sha256.startsWith(name)) || serial.toLowerCase() === name;
}
