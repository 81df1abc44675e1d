// The calls of 陪同续期. One is followed at a time; beginning another leaves the first, whose record stays.

import type * as z from 'zod';
import type { Answer } from '../../../contract/methods.ts';
import type { accompanyMethods } from '../../../contract/methods/accompany-methods.ts';
import type { AccompanyView } from '../../../contract/views/accompany-views.ts';
import type { TokenSnapshot } from '../../../contract/views/token-views.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { AccompanyFailure, AccompanyService } from '../../services/accompany/accompany-service.ts';
import type { AccompanyDialogue } from '../../services/accompany/dialogue.ts';
import type { AccompanyReport } from '../../services/accompany/report.ts';
import {
  startAccompanySession,
  type AccompanyBeginning,
  type AccompanySession,
  type AccompanySessionDeps,
} from '../accompany-session.ts';
import { openAccompanimentOf } from '../accompany-view.ts';

type Methods = typeof accompanyMethods;
type Request<M extends keyof Methods> = z.output<Methods[M]['input']>;
type AccompanyCalls = {
  readonly [M in keyof Methods]: (request: Request<M>) => Promise<Answer<z.output<Methods[M]['output']>>>;
};

export interface AccompanyHandlerDeps extends Pick<
  AccompanySessionDeps,
  'pause' | 'viewFinding' | 'reportBug'
> {
  readonly service: () => Promise<Result<AccompanyService, AppError>>;
  readonly snapshot: () => TokenSnapshot;
  readonly onChange: (view: AccompanyView | null) => void;
}

export interface AccompanyHandlers {
  readonly calls: AccompanyCalls;
  /** Id of the record that is followed now; null: none. */
  followed(): string | null;
  /** A key came or went: worth a look. */
  hurry(): void;
  /** Leaves what is followed, for good; resolves when nothing is read any more. */
  end(): Promise<void>;
}

export function createAccompanyHandlers(deps: AccompanyHandlerDeps): AccompanyHandlers {
  let current: AccompanySession | null = null;
  let sessions = 0;

  const notOpen = err({ code: 'request.invalid', reason: 'session' } as const);
  const named = (session: number): AccompanySession | null =>
    current?.view.session === session ? current : null;

  async function leave(): Promise<void> {
    current?.stop();
    await current?.over;
  }

  async function end(): Promise<void> {
    await leave();
    if (current === null) return;
    current = null;
    deps.onChange(null);
  }

  async function begin(
    beginning: AccompanyBeginning,
    run: (
      service: AccompanyService,
      dialogue: AccompanyDialogue,
    ) => Promise<Result<AccompanyReport, AccompanyFailure>>,
  ): Promise<Answer<AccompanyView>> {
    const service = await deps.service();
    if (!service.ok) return service;
    await leave();
    sessions += 1;
    current = startAccompanySession(beginning, {
      id: sessions,
      onChange: deps.onChange,
      pause: deps.pause,
      viewFinding: deps.viewFinding,
      reportBug: deps.reportBug,
      run: (dialogue) => run(service.value, dialogue),
    });
    return ok(current.view);
  }

  async function list(): Promise<Answer<ReturnType<typeof openAccompanimentOf>[]>> {
    const service = await deps.service();
    if (!service.ok) return service;
    const open = await service.value.list();
    return open.ok ? ok(open.value.map(openAccompanimentOf)) : open;
  }

  const calls: AccompanyCalls = {
    'accompany.read': async () => ok(current?.view ?? null),

    async 'accompany.start'({ token: wanted, certificate: sha256 }) {
      const token = deps.snapshot().tokens.find(({ id }) => id === wanted);
      if (token === undefined) return err({ code: 'token.notFound', wanted });
      const card = token.certificates.find((one) => one.sha256 === sha256);
      if (card === undefined) return err({ code: 'certificate.notFound', wanted: sha256 });
      const { serial, notAfter, profile } = card;
      return begin(
        {
          ...{ id: null, token: token.id, tokenLabel: token.label, profile },
          certificate: { serial, notAfter, sha256 },
        },
        (service, dialogue) =>
          service.start(
            { token: token.id, certificate: sha256, roots: [], profile, opensPortal: false },
            dialogue,
          ),
      );
    },

    async 'accompany.resume'({ id }) {
      const open = await list();
      if (!open.ok) return open;
      const record = open.value.find((one) => one.id === id);
      if (record === undefined) return err({ code: 'accompaniment.notFound', wanted: id });
      const { token, tokenLabel, profile, certificate } = record;
      const summary =
        certificate === null
          ? null
          : {
              serial: certificate.serial,
              notAfter: certificate.notAfter,
              sha256: certificate.sha256,
            };
      return begin({ id, token, tokenLabel, profile, certificate: summary }, (service, dialogue) =>
        service.resume({ id }, dialogue),
      );
    },

    'accompany.answer': async ({ session, question, answer }) => {
      const found = named(session);
      if (found !== null) return found.answer(question, answer);
      if (answer.kind === 'pin') answer.pin.wipe();
      return notOpen;
    },

    async 'accompany.openPortal'({ session }) {
      const found = named(session);
      const service = await deps.service();
      if (!service.ok) return service;
      if (found?.view.id == null) return notOpen;
      const opened = await service.value.openPortal(found.view.id);
      return opened.ok ? ok(found.tellOpened(opened.value)) : opened;
    },

    'accompany.look': async ({ session, isFinal }) => {
      const found = named(session);
      return found === null ? notOpen : ok(found.look(isFinal));
    },

    'accompany.stop': async ({ session }) => {
      const found = named(session);
      return found === null ? notOpen : ok(found.stop());
    },

    async 'accompany.close'({ session }) {
      const found = named(session);
      if (found === null) return notOpen;
      await end();
      return ok(null);
    },

    'accompany.list': () => list(),

    async 'accompany.abandon'({ id }) {
      const service = await deps.service();
      if (!service.ok) return service;
      const removed = await service.value.abandon(id);
      return removed.ok ? list() : removed;
    },
  };

  const followed = () => (current?.view.outcome === null ? current.view.id : null);
  return { calls, followed, hurry: () => void current?.look(false), end };
}
