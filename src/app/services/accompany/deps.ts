import type { AppError } from '../../../core/errors/codes.ts';
import type { Result } from '../../../core/errors/result.ts';
import type { Opening } from '../../../core/notice/notice.ts';
import type { Portal } from '../../../core/profile/guidance.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type { Certificate } from '../../../core/certificate/certificate.ts';
import type { ReadCertificate } from '../../../core/certificate/certificate-reader.ts';
import type { Digest } from '../../../core/seal/verification.ts';
import type { SuccessorRule } from '../../../core/token/current.ts';
import type { Accompaniments } from '../../adapters/accompaniments.ts';
import type { Gate } from '../clear-the-way.ts';
import type { KeyTestPorts } from '../key-test.ts';
import type { TokenService } from '../tokens.ts';
import type { FindIssuers } from './authorities.ts';
import type { OpenedPortal } from './dialogue.ts';

/** What the service is built from; compose.ts fills it. */
export interface AccompanyDeps extends KeyTestPorts, Gate {
  readonly tokens: Pick<TokenService, 'list' | 'find'>;
  readonly digest: Digest;
  readonly readCertificate: ReadCertificate;
  readonly clock: { now(): number };
  readonly profiles: {
    find(certificate: Certificate): Profile;
    byId(id: string): Profile;
    readonly isSuccessor: SuccessorRule;
  };
  /** Keeps what it found or failed to find: a new one for each conversation. */
  openIssuers(): Promise<FindIssuers>;
  readonly records: Accompaniments;
  /** 开标后提醒我 */
  rememberOpening(opening: Opening): Promise<Result<unknown, AppError>>;
  lock(token: string): Promise<Result<{ release(): Promise<void> }, AppError>>;
  /** Opens one of the profile's own pages; `address` is never from anywhere else. */
  openPortal(
    portal: Portal & { readonly address: string },
  ): Promise<Result<OpenedPortal, AppError<'portal.notOpened'>>>;
  /** How long what is on the key must not change, in milliseconds, before it is taken as all the CA wrote. */
  readonly quiet: { readonly whenRight: number; readonly whenWrong: number };
}
