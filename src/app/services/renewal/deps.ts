import type { Certificate } from '../../../core/certificate/certificate.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import type { Result } from '../../../core/errors/result.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type { SuccessorRule } from '../../../core/token/current.ts';
import type { GatewayClient } from '../../adapters/gateway-client.ts';
import type { Journals } from '../../adapters/journal.ts';
import type { Gate } from '../clear-the-way.ts';
import type { RenewalPorts, SealBackup, SessionVault } from './context.ts';
import type { RunPorts } from './run.ts';

/** What the renewal service is built from; compose.ts fills it. */
export interface RenewalServiceDeps extends RenewalPorts, Gate {
  readonly journals: Journals;
  lock(token: string): Promise<Result<{ release(): Promise<void> }, AppError>>;
  openGateway(url: string): Result<GatewayClient, AppError>;
  vault(renewalId: string): SessionVault;
  sealBackup(renewalId: string): SealBackup;
  /** The profile for a certificate, or by id for a renewal that has one. */
  readonly profiles: {
    find(certificate: Certificate): Profile;
    byId(id: string): Profile;
    readonly isSuccessor: SuccessorRule;
  };
  readonly run: Omit<RunPorts, 'journal'>;
}
