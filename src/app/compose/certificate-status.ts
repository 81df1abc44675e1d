import { ok, type Result } from '../../core/errors/result.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { createGatewayClient } from '../adapters/gateway-client.ts';
import { createRevocationCache } from '../adapters/revocation-cache.ts';
import { createStatusService, type StatusService } from '../services/certificate-status.ts';
import type { RenewalService } from '../services/renewal/renewal-service.ts';
import type { Parts } from './parts.ts';

export function loadCertificateStatus(
  { clock, random, lock, newRoutes }: Parts,
  dataDir: string,
  renewals: Result<Pick<RenewalService, 'unfinished'>, AppError>,
): Result<StatusService, AppError> {
  if (!renewals.ok) return renewals;
  return ok(
    createStatusService({
      ...{ clock, random, lock, unfinished: renewals.value.unfinished },
      openGateway: (url) => createGatewayClient({ url, findRoute: newRoutes() }),
      cache: createRevocationCache(dataDir),
    }),
  );
}
