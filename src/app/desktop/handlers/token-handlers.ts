import type { Handlers } from '../../../contract/methods.ts';
import { encodePem } from '../../../core/certificate/pem.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import type { ClassifiedCertificate } from '../../../core/token/current.ts';
import { certificateDetailsOf } from '../certificate-details.ts';
import type { Desk } from '../desk.ts';
import type { HoldWhile } from '../holding.ts';

type TokenHandlers = Pick<
  Handlers,
  | 'token.list'
  | 'token.refresh'
  | 'certificate.show'
  | 'certificate.export'
  | 'certificate.changeStatus'
  | 'history.list'
  | 'history.delete'
>;

export function createTokenHandlers(
  desk: () => Desk,
  clock: { now(): number },
  hold: HoldWhile,
): TokenHandlers {
  return {
    'token.list': async () => ok(desk().presence().isComplete ? desk().snapshot() : await desk().look()),
    'token.refresh': async () => ok(await desk().look()),

    async 'certificate.show'({ token, certificate }) {
      const found = findCertificate(desk(), token, certificate);
      if (!found.ok) return found;
      const { entry, container, pool } = found.value;
      return ok(
        certificateDetailsOf(entry, container, {
          now: clock.now(),
          profiles: desk().profiles,
          revocations: desk().revocations(),
          pool,
        }),
      );
    },

    async 'certificate.export'({ token, certificate, format }) {
      const found = findCertificate(desk(), token, certificate);
      if (!found.ok) return found;
      const { der, serial } = found.value.entry.certificate;
      const isPem = format === 'pem';
      const content = isPem ? Buffer.from(encodePem('CERTIFICATE', der)) : Buffer.from(der);
      return ok({
        fileName: `${serial}.${isPem ? 'pem' : 'cer'}`,
        mediaType: isPem ? 'application/x-pem-file' : 'application/pkix-cert',
        content: content.toString('base64'),
      });
    },

    async 'certificate.changeStatus'({ token, certificate, change, typed, pin, acceptLastTry }) {
      const { workspace, profiles, gatewayOf, reminding, readRevocations } = desk();
      const found = desk().find(token);
      const named = findCertificate(desk(), token, certificate);
      const gateway = named.ok ? gatewayOf(profiles.find(named.value.entry.certificate)) : null;
      const service = await workspace.application.certificateStatus();
      if (!found.ok || !named.ok || !service.ok || gateway === null) {
        pin.wipe();
        if (!found.ok) return found;
        if (!named.ok) return named;
        return service.ok
          ? err({ code: 'request.invalid', reason: 'certificate.changeStatus gateway' })
          : service;
      }
      const request = { certificate, change, gateway, typed, acceptLastTry };
      const changed = await hold(() => service.value.change(found.value, pin.take(), request));
      if (!changed.ok) return changed;
      const { status } = changed.value;
      if (status !== 'good') reminding?.settle(certificate);
      if (status !== 'unknown') {
        const { commonName } = named.value.entry.certificate.subject;
        reminding?.tell({ type: 'statusChanged', certificate, commonName, status });
      }
      await readRevocations();
      return changed;
    },

    async 'history.list'({ token }) {
      const found = desk().find(token);
      if (!found.ok) return found;
      const history = await desk().workspace.application.history();
      return history.ok ? ok([...history.value.removable(found.value)]) : history;
    },

    async 'history.delete'({ token, container, typed, acceptLoss, pin, acceptLastTry }) {
      const found = desk().find(token);
      const history = await desk().workspace.application.history();
      if (!found.ok || !history.ok || typed !== container) {
        pin.wipe();
        if (!found.ok) return found;
        return history.ok ? err({ code: 'request.invalid', reason: 'history.delete typed' }) : history;
      }
      const options = { acceptLastTry, acceptLoss };
      const removed = await hold(() => history.value.remove(found.value, [container], pin.take(), options));
      await desk().look();
      return removed.ok ? ok(null) : removed;
    },
  };
}

interface FoundOnToken {
  readonly entry: ClassifiedCertificate;
  readonly container: string;
  readonly pool: readonly ClassifiedCertificate['certificate'][];
}

function findCertificate(
  desk: Desk,
  token: string,
  sha256: string,
): Result<FoundOnToken, AppError<'token.notFound' | 'certificate.notFound'>> {
  const found = desk.find(token);
  if (!found.ok) return found;
  const all = found.value.containers.flatMap(({ id, certificates }) =>
    certificates.map((entry) => ({ entry, container: id })),
  );
  const match = all.find(({ entry }) => entry.certificate.sha256 === sha256);
  if (match === undefined) return err({ code: 'certificate.notFound', wanted: sha256 });
  return ok({ ...match, pool: all.map(({ entry }) => entry.certificate) });
}
