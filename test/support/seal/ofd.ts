// OFDs for tests: a small one, any ZIP, and changes to one file of a package.

import { strToU8, unzipSync, zipSync } from 'fflate';
import { createDocumentDigest } from '../../../src/app/adapters/document-digest.ts';
import { signOfd, type OfdSigning } from '../../../src/core/seal/ofd/sign-ofd.ts';
import { valueOf } from '../key-holder.ts';
import { SIGNED_AT, type World } from './people.ts';

const XMLNS = 'xmlns:ofd="http://www.ofdspec.org/2016"';
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function makeOfd(extra: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  return zipSync({
    'OFD.xml': strToU8(
      `${HEAD}<ofd:OFD ${XMLNS} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
    ),
    'Doc_0/Document.xml': strToU8(
      `${HEAD}<ofd:Document ${XMLNS}><ofd:CommonData><ofd:MaxUnitID>3</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>`,
    ),
    'Doc_0/Pages/Page_0/Content.xml': strToU8(`${HEAD}<ofd:Page ${XMLNS}><ofd:Content/></ofd:Page>`),
    ...extra,
  });
}

export async function signedOfd(
  bytes: Uint8Array,
  world: World,
  signing: Partial<OfdSigning> = {},
): Promise<Uint8Array> {
  return valueOf(
    await signOfd(
      bytes,
      {
        seal: world.seal,
        place: { page: 0, x: 120, y: 200 },
        signedAt: SIGNED_AT,
        provider: { name: 'test', version: '1' },
        ...signing,
      },
      world.signer,
      createDocumentDigest(),
    ),
  );
}

/** The package with some files changed; null removes one. */
export function withFiles(
  bytes: Uint8Array,
  change: (files: Record<string, Uint8Array>) => Readonly<Record<string, Uint8Array | string | null>>,
): Uint8Array {
  const files: Record<string, Uint8Array> = unzipSync(bytes);
  for (const [name, content] of Object.entries(change({ ...files })))
    if (content === null) Reflect.deleteProperty(files, name);
    else files[name] = typeof content === 'string' ? strToU8(content) : content;
  return zipSync(files);
}
