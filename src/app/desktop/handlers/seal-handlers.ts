// 签章检测 in the window: seals on a key, the self-test, and any document a person drops.

import type { Handlers } from '../../../contract/methods.ts';
import type { Locale } from '../../../contract/text.ts';
import { MAX_DOCUMENT_BYTES } from '../../../contract/document-limit.ts';
import type { SealOnKey, SealTestView, Verification } from '../../../contract/views/seal-views.ts';
import { err, ok } from '../../../core/errors/result.ts';
import type { PictureKind } from '../../../core/seal/seal-picture.ts';
import { createDocumentDigest } from '../../adapters/document-digest.ts';
import { createSealTests } from '../../adapters/seal-tests.ts';
import type { SealOnKeyView, SealTestView as ServiceTestView } from '../../services/seal-on-key-view.ts';
import { viewSealTest } from '../../services/seal-on-key-view.ts';
import { viewVerification, type VerificationView } from '../../services/seal-view.ts';
import type { ListedSeals } from '../../services/seal.ts';
import type { Desk } from '../desk.ts';

type SealHandlers = Pick<
  Handlers,
  'seal.list' | 'seal.export' | 'seal.test' | 'seal.lastTests' | 'document.verify'
>;

/** Kinds a page can show; others are named by their type. */
const IMAGE_TYPE: Partial<Record<PictureKind, string>> = {
  png: 'image/png',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  bmp: 'image/bmp',
};

export function createSealHandlers(
  desk: () => Desk,
  clock: { now(): number },
  locale: () => Locale,
  isWriting: () => boolean,
): SealHandlers {
  const application = () => desk().workspace.application;

  async function listed(token: string) {
    const found = desk().find(token);
    if (!found.ok) return found;
    const read = await (await application().seals()).listSeals(found.value);
    return read.ok ? ok(read.value) : read;
  }

  return {
    async 'seal.list'({ token }) {
      // 首页 asks by itself, and a key that is being written is left alone.
      if (isWriting()) return err({ code: 'token.busy', pid: process.pid });
      const read = await listed(token);
      if (!read.ok) return read;
      const { view } = read.value;
      return ok({
        seals: view.seals.map((seal) => withImage(seal, read.value)),
        unrecognised: [...view.unrecognised],
        unread: [...view.unread],
      });
    },

    async 'seal.export'({ token, seal, what }) {
      const read = await listed(token);
      if (!read.ok) return read;
      const chosen = read.value.seals.find((one) => one.seal.id === seal)?.seal;
      if (chosen === undefined) return err({ code: 'seal.notFound', wanted: seal });
      const isSeal = what === 'seal';
      const { kind, data } = chosen.picture;
      return ok({
        fileName: `${safeName(chosen.name)}.${isSeal ? 'esl' : kind === 'unknown' ? 'bin' : kind}`,
        mediaType: isSeal ? 'application/octet-stream' : (IMAGE_TYPE[kind] ?? 'application/octet-stream'),
        content: Buffer.from(isSeal ? chosen.der : data).toString('base64'),
      });
    },

    async 'seal.test'({ token, seal, pin, acceptLastTry }) {
      const found = desk().find(token);
      if (!found.ok) {
        pin.wipe();
        return found;
      }
      const service = await application().sealTest();
      const tested = await service.run(found.value, pin.take(), { acceptLastTry, seal });
      if (!tested.ok) return tested;
      const { page } = tested.value;
      const read = await listed(token);
      return ok({
        ...testOf(
          viewSealTest(found.value, tested.value, createDocumentDigest(), locale()),
          read.ok ? read.value : null,
        ),
        page: page === null ? null : Buffer.from(page).toString('base64'),
      });
    },

    async 'seal.lastTests'() {
      const folder = await application().dataFolder();
      if (!folder.ok) return folder;
      const kept = await createSealTests(folder.value, clock).read();
      if (!kept.ok) return kept;
      return ok(
        kept.value.value.map(({ token, at, kind, hasPassed }) => ({
          ...{ token, kind, ok: hasPassed },
          at: new Date(at).toISOString(),
        })),
      );
    },

    async 'document.verify'({ content }) {
      const bytes = Buffer.from(content, 'base64');
      if (bytes.length > MAX_DOCUMENT_BYTES) {
        return err({ code: 'document.tooLarge', limit: MAX_DOCUMENT_BYTES });
      }
      const report = await (await application().seals()).verifyContent(bytes);
      return ok(verificationOf(viewVerification(report, locale())));
    },
  };
}

function withImage(view: SealOnKeyView, { seals }: ListedSeals): SealOnKey {
  const picture = seals.find(({ object }) => object === view.object)?.seal.picture;
  const type = picture === undefined ? undefined : IMAGE_TYPE[picture.kind];
  const image =
    picture === undefined || type === undefined
      ? null
      : `data:${type};base64,${Buffer.from(picture.data).toString('base64')}`;
  return { ...view, image };
}

function testOf(view: ServiceTestView, seals: ListedSeals | null): Omit<SealTestView, 'page'> {
  const { at, kind, ok: hasPassed, steps, seal, verification, hotline } = view;
  return {
    ...{ at, kind, ok: hasPassed, hotline },
    steps: [...steps],
    seal: seal === null ? null : seals === null ? { ...seal, image: null } : withImage(seal, seals),
    verification: verification === null ? null : verificationOf(verification),
  };
}

function verificationOf({
  kind,
  version,
  ok: isGood,
  verdict,
  steps,
  signatures,
}: VerificationView): Verification {
  return {
    ...{ kind, version, ok: isGood, verdict },
    steps: [...steps],
    signatures: signatures.map(({ kind: form, signer, serial, signedAt, addedAfter, seal }) => ({
      ...{ kind: form, signer, serial, signedAt, seal },
      addedAfter: [...addedAfter],
    })),
  };
}

/** A seal's name becomes a file name on any system. */
function safeName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}_-]+/gu, '_').slice(0, 60);
  return safe === '' ? 'seal' : safe;
}
