// The renewals of this window: one at a time. It goes on while no page is open, and the next page finds it.

import type { RenewalAnswer } from '../../contract/methods/renewal-methods.ts';
import type { RenewalView } from '../../contract/views/renewal-views.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { dayOfTime } from '../../core/notice/calendar.ts';
import { parseCertificate, type Certificate } from '../../core/certificate/certificate.ts';
import { formatTime } from '../../core/certificate/time.ts';
import type { RenewalService } from '../services/renewal/renewal-service.ts';
import type { FoundToken } from '../services/tokens.ts';
import type { Desk } from './desk.ts';
import type { EventSource } from './events.ts';
import { pause } from './pause.ts';
import { startSession, type RenewalSession, type SessionDeps, type SessionStart } from './renewal-session.ts';
import { BEIJING_MINUTES } from './token-snapshot.ts';

export interface RenewalsDeps {
  desk(): Desk;
  readonly events: EventSource;
  readonly clock: { now(): number };
  readonly viewFinding: SessionDeps['viewFinding'];
  reportBug(thrown: unknown): string;
}

type Started = Promise<Result<RenewalView, AppError>>;

export interface Renewals {
  read(): RenewalView | null;
  start(token: string, certificate: string): Started;
  enrol(input: EnrolRequest): Started;
  resume(renewal: string): Started;
  answer(session: number, question: number, answer: RenewalAnswer): Result<RenewalView, AppError>;
  check(session: number): Result<RenewalView, AppError>;
  stop(session: number): Result<RenewalView, AppError>;
  /** Refused while it runs. */
  close(session: number): Result<null, AppError>;
  /** The key must stay in and the computer on. */
  isWriting(): boolean;
  /** Asks the one under way to stop, and waits until it did. */
  end(): Promise<void>;
}

interface EnrolRequest {
  readonly token: string;
  readonly reference: string;
  readonly profile: string;
  readonly gateway: string;
}

export function createRenewals({ desk, events, clock, viewFinding, reportBug }: RenewalsDeps): Renewals {
  let current: RenewalSession | null = null;
  let lastId = 0;

  const isRunning = () => current !== null && current.view.outcome === null;
  const publish = (data: RenewalView | null) => events.emit({ event: 'renewal.changed', data });

  function begin(start: SessionStart, run: SessionDeps['run']): RenewalView {
    lastId += 1;
    const session = startSession(start, {
      id: lastId,
      now: () => formatTime(clock.now()),
      onChange: publish,
      pause,
      run,
      viewFinding,
      reportBug,
    });
    current = session;
    if (start.certificate !== null) desk().reminding?.settle(start.certificate);
    void session.over.then(() => afterwards(session.view));
    return session.view;
  }

  /** The key is read again whatever happened to it. */
  async function afterwards({ outcome, before }: RenewalView): Promise<void> {
    const { reminding, look, hearOrders } = desk();
    if (outcome?.kind === 'done') {
      if (before !== null) reminding?.settle(before.sha256);
      const day = dayOfTime(Date.parse(outcome.after.notAfter), BEIJING_MINUTES);
      reminding?.tell({
        type: 'renewalDone',
        certificate: before?.sha256 ?? outcome.after.sha256,
        commonName: null,
        day,
      });
    }
    await look();
    await hearOrders();
  }

  async function service(): Promise<Result<RenewalService, AppError>> {
    if (isRunning()) return err({ code: 'token.busy', pid: process.pid });
    return desk().workspace.application.renewals(false);
  }

  function session(id: number): Result<RenewalSession, AppError> {
    return current?.view.session === id
      ? ok(current)
      : err({ code: 'request.invalid', reason: 'renewal session' });
  }

  return {
    read: () => current?.view ?? null,

    async start(token, sha256) {
      const found = pickOnlyKey(desk(), token);
      if (!found.ok) return found;
      const certificate = certificatesOf(found.value).find((one) => one.sha256 === sha256);
      if (certificate === undefined) return err({ code: 'certificate.notFound', wanted: sha256 });
      const { profiles, gatewayOf } = desk();
      const profile = profiles.find(certificate);
      const gateway = gatewayOf(profile);
      if (gateway === null) return err({ code: 'request.invalid', reason: 'renewal gateway' });
      const renewals = await service();
      if (!renewals.ok) return renewals;
      return ok(
        begin(
          {
            kind: 'renew',
            token,
            tokenLabel: found.value.token.label,
            certificate: sha256,
            before: summaryOf(certificate),
            profile: profile.id,
            renewal: null,
          },
          (dialogue) =>
            renewals.value.start({ token, certificate: sha256, gateway, roots: [], mode: null }, dialogue),
        ),
      );
    },

    async enrol({ token, reference, profile, gateway }) {
      const found = pickOnlyKey(desk(), token);
      if (!found.ok) return found;
      const renewals = await service();
      if (!renewals.ok) return renewals;
      const { label } = found.value.token;
      return ok(
        begin(
          {
            ...{ kind: 'enrol', token, tokenLabel: label, profile },
            ...{ certificate: null, before: null, renewal: null },
          },
          (dialogue) => renewals.value.enrol({ token, gateway, reference, roots: [], profile }, dialogue),
        ),
      );
    },

    async resume(renewal) {
      const renewals = await service();
      if (!renewals.ok) return renewals;
      const read = await renewals.value.read(renewal);
      if (!read.ok) return read;
      const { request } = read.value.state;
      const { old } = request;
      const parsed = old === null ? null : parseCertificate(Buffer.from(old.certificate, 'base64'));
      const found = pickOnlyKey(desk(), request.token);
      if (!found.ok && found.error.code === 'token.ambiguous') return found;
      return ok(
        begin(
          {
            kind: old === null ? 'enrol' : 'renew',
            token: request.token,
            tokenLabel: found.ok ? found.value.token.label : '',
            certificate: old?.sha256 ?? null,
            before: parsed?.ok === true ? summaryOf(parsed.value) : null,
            profile: request.profile,
            renewal,
          },
          (dialogue) => renewals.value.resume({ renewal }, dialogue),
        ),
      );
    },

    answer(id, question, answer) {
      const found = session(id);
      return found.ok ? found.value.answer(question, answer) : found;
    },
    check(id) {
      const found = session(id);
      return found.ok ? ok(found.value.check()) : found;
    },
    stop(id) {
      const found = session(id);
      return found.ok ? ok(found.value.stop()) : found;
    },
    close(id) {
      const found = session(id);
      if (!found.ok) return found;
      if (isRunning()) return err({ code: 'token.busy', pid: process.pid });
      current = null;
      publish(null);
      return ok(null);
    },
    isWriting: () => current?.view.isWriting ?? false,
    async end() {
      current?.stop();
      await current?.over;
      current = null;
    },
  };
}

/** A certificate must not go onto the wrong key. Files are no keys that could be mixed up by plugging. */
function pickOnlyKey(desk: Desk, token: string): Result<FoundToken, AppError> {
  const found = desk.find(token);
  if (!found.ok) return found;
  const others = desk
    .presence()
    .tokens.filter((one) => one.token.id !== token && one.source.kind !== 'software');
  if (found.value.source.kind === 'software' || others.length === 0) return found;
  const matches = [found.value, ...others].map((one) => one.token.label);
  return err({ code: 'token.ambiguous', wanted: found.value.token.label, matches });
}

function certificatesOf({ containers }: FoundToken): readonly Certificate[] {
  return containers.flatMap(({ certificates }) => certificates.map(({ certificate }) => certificate));
}

function summaryOf({ serial, notAfter, sha256 }: Certificate) {
  return { serial, notAfter: formatTime(notAfter), sha256 };
}
