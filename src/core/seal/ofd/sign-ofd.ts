// Signs an OFD with one stamp: SES version 4 over a Signature.xml that refers to every file of the package
// (GB/T 33190-2016 §18). The list of signatures is left out of the references, so that a later signature does not
// break this one.

import { zipSync } from 'fflate';
import { encodeBase64 } from '../../certificate/base64.ts';
import { decodeUtf8, encodeUtf8 } from '../../certificate/text.ts';
import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { buildSealSignature } from '../build-seal.ts';
import { checkSealUse, checkSigner, type DocumentSigner, type UseRefusal } from '../document-signer.ts';
import type { ElectronicSeal } from '../seal.ts';
import type { Digest } from '../verification.ts';
import { OFD_ENTRY, resolvePath } from './ofd-package.ts';
import { childNamed, childrenNamed, readXml, type XmlNode } from './xml.ts';
import { openZip, type ZipArchive, type ZipError } from './zip.ts';

export interface OfdSigning {
  readonly seal: ElectronicSeal;
  /** Millimetres from the left and top edges; the first page is 0. Size is the seal's own. */
  readonly place: { readonly page: number; readonly x: number; readonly y: number };
  /** Epoch milliseconds. */
  readonly signedAt: number;
  /** Name and version of this program, ASCII. */
  readonly provider: { readonly name: string; readonly version: string };
}

export type SignOfdError = ZipError | UseRefusal | AppError<'document.unsupported'>;

const NAMESPACE = 'http://www.ofdspec.org/2016';
const SM3 = '1.2.156.10197.1.401';
const SM2_WITH_SM3 = '1.2.156.10197.1.501';

/** The whole new package. Refused before anything is signed when certificate or seal may not be used now. */
export async function signOfd<E>(
  bytes: Uint8Array,
  signing: OfdSigning,
  signer: DocumentSigner<E>,
  digest: Digest,
): Promise<Result<Uint8Array, E | SignOfdError>> {
  const { seal, signedAt } = signing;
  const allowed = checkSigner(signer.certificate, signedAt);
  if (!allowed.ok) return allowed;
  const usable = checkSealUse(seal, signer.certificate, signedAt, digest);
  if (!usable.ok) return usable;
  if (signer.certificate.algorithm !== 'SM2') return unsupported('SM2');
  const zip = openZip(bytes);
  if (!zip.ok) return zip;
  const plan = planSignature(zip.value, signing.place.page);
  if (!plan.ok) return plan;
  const { listFile, folder, pageId, number, stampId } = plan.value;

  const files = new Map<string, Uint8Array>();
  for (const name of zip.value.names) {
    const content = zip.value.read(name);
    if (!content.ok) return content;
    files.set(name, content.value);
  }
  for (const [name, content] of plan.value.changed) files.set(name, content);
  const sealFile = `${folder}/Seal.esl`;
  files.set(sealFile, seal.der);
  const references = [...files].filter(([name]) => name !== listFile);
  const signatureFile = `${folder}/Signature.xml`;
  const valueFile = `${folder}/SignedValue.dat`;
  const xml = encodeUtf8(
    signatureXml(
      { signing, stampId, pageId, sealFile, valueFile },
      references.map(([name, content]) => [name, digest('SM3', [content])]),
    ),
  );
  const value = await buildSealSignature(
    { seal: seal.der, time: signedAt, dataHash: digest('SM3', [xml]), propertyInfo: `/${signatureFile}` },
    signer,
  );
  if (!value.ok) return value;
  files.set(signatureFile, xml);
  files.set(valueFile, value.value);
  files.set(listFile, addToList(files.get(listFile), number, signatureFile));
  return ok(pack(files, signedAt));
}

function unsupported(reason: string) {
  return err<AppError<'document.unsupported'>>({ code: 'document.unsupported', reason });
}

interface SignaturePlan {
  readonly listFile: string;
  /** Of the new signature, without a slash at either end. */
  readonly folder: string;
  readonly pageId: string;
  readonly number: number;
  readonly stampId: number;
  readonly changed: ReadonlyMap<string, Uint8Array>;
}

function planSignature(
  zip: ZipArchive,
  page: number,
): Result<SignaturePlan, ZipError | AppError<'document.unsupported'>> {
  const root = zip.read(OFD_ENTRY);
  if (!root.ok) return root;
  const node = readXml(root.value);
  const bodies = node === null ? [] : childrenNamed(node, 'DocBody');
  const [body] = bodies;
  if (body === undefined || bodies.length !== 1) return unsupported('several documents');
  const docFile = resolvePath(zip, OFD_ENTRY, childNamed(body, 'DocRoot')?.text ?? '');
  const document = docFile === null ? null : readPart(zip, docFile);
  if (docFile === null || document === null) return unsupported('Document.xml');
  const pageId = childrenNamed(childNamed(document, 'Pages'), 'Page')[page]?.attributes['ID'];
  if (pageId === undefined) return unsupported('no such page');
  const docFolder = docFile.includes('/') ? docFile.slice(0, docFile.lastIndexOf('/')) : '';
  const written = childNamed(body, 'Signatures')?.text;
  const existing = written === undefined ? null : resolvePath(zip, OFD_ENTRY, written);
  if (written !== undefined && existing === null) return unsupported('Signatures.xml');
  const listFile = existing ?? [docFolder, 'Signs/Signatures.xml'].filter((part) => part !== '').join('/');
  const changed = new Map<string, Uint8Array>();
  if (existing === null) {
    const extended = insertBefore(root.value, 'DocBody', (prefix) =>
      element(prefix, 'Signatures', `/${listFile}`),
    );
    if (extended === null) return unsupported('OFD.xml');
    changed.set(OFD_ENTRY, extended);
  }
  const list = existing === null ? null : readPart(zip, existing);
  if (existing !== null && list === null) return unsupported('Signatures.xml');
  const signFolder = listFile.slice(0, listFile.lastIndexOf('/'));
  let number = highestId(list) + 1;
  while (zip.names.some((name) => name.startsWith(`${signFolder}/Sign_${number}/`))) number++;
  return ok({
    listFile,
    folder: `${signFolder}/Sign_${number}`,
    pageId,
    number,
    stampId: number + 1,
    changed,
  });
}

function readPart(zip: ZipArchive, name: string): XmlNode | null {
  const content = zip.read(name);
  return content.ok ? readXml(content.value) : null;
}

/** Products write `s007` as well as `7`. */
function highestId(list: XmlNode | null): number {
  const texts = [
    ...childrenNamed(list ?? undefined, 'MaxSignId').map(({ text }) => text),
    ...childrenNamed(list ?? undefined, 'Signature').map(({ attributes }) => attributes['ID'] ?? ''),
  ];
  return Math.max(0, ...texts.map((text) => Number(/\d{1,9}$/.exec(text)?.[0] ?? 0)));
}

interface SignatureFile {
  readonly signing: OfdSigning;
  readonly stampId: number;
  readonly pageId: string;
  readonly sealFile: string;
  readonly valueFile: string;
}

function signatureXml(
  { signing, stampId, pageId, sealFile, valueFile }: SignatureFile,
  references: readonly (readonly [string, Uint8Array])[],
): string {
  const { seal, place, signedAt, provider } = signing;
  const boundary = [place.x, place.y, seal.picture.width, seal.picture.height].join(' ');
  const listed = references.map(
    ([name, hash]) =>
      `<ofd:Reference FileRef="${escapeXml(`/${name}`)}">${element('ofd:', 'CheckValue', encodeBase64(hash))}</ofd:Reference>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<ofd:Signature xmlns:ofd="${NAMESPACE}"><ofd:SignedInfo>`,
    `<ofd:Provider ProviderName="${escapeXml(provider.name)}" Version="${escapeXml(provider.version)}"/>`,
    element('ofd:', 'SignatureMethod', SM2_WITH_SM3),
    element('ofd:', 'SignatureDateTime', new Date(signedAt).toISOString().replace(/[-:T]|\.\d+/g, '')),
    `<ofd:References CheckMethod="${SM3}">${listed.join('')}</ofd:References>`,
    `<ofd:StampAnnot ID="${stampId}" PageRef="${escapeXml(pageId)}" Boundary="${boundary}"/>`,
    `<ofd:Seal>${element('ofd:', 'BaseLoc', `/${sealFile}`)}</ofd:Seal>`,
    `</ofd:SignedInfo>${element('ofd:', 'SignedValue', `/${valueFile}`)}</ofd:Signature>`,
  ].join('');
}

function addToList(list: Uint8Array | undefined, number: number, file: string): Uint8Array {
  const entry = (prefix: string) =>
    `<${prefix}Signature ID="${number}" Type="Seal" BaseLoc="${escapeXml(`/${file}`)}"/>`;
  const extended =
    list === undefined ? null : insertBefore(raiseMaximum(list, number + 1), 'Signatures', entry);
  return (
    extended ??
    encodeUtf8(
      `<?xml version="1.0" encoding="UTF-8"?>\n<ofd:Signatures xmlns:ofd="${NAMESPACE}">` +
        `${element('ofd:', 'MaxSignId', String(number + 1))}${entry('ofd:')}</ofd:Signatures>`,
    )
  );
}

function raiseMaximum(list: Uint8Array, maximum: number): Uint8Array {
  const text = decodeUtf8(list);
  const raised = text?.replace(/(<(?:[\w.-]+:)?MaxSignId>)[^<]*(<\/)/, `$1${maximum}$2`);
  return raised === undefined ? list : encodeUtf8(raised);
}

/** Puts an element last into the last element of that name, with its prefix; the rest stays as it is. */
function insertBefore(
  content: Uint8Array,
  name: string,
  write: (prefix: string) => string,
): Uint8Array | null {
  const text = decodeUtf8(content);
  const ends =
    text === null ? [] : [...text.matchAll(new RegExp(`</([A-Za-z_][\\w.-]*:)?${name}\\s*>`, 'g'))];
  const end = ends.at(-1);
  if (text === null || end === undefined) return null;
  const added = encodeUtf8(text.slice(0, end.index) + write(end[1] ?? '') + text.slice(end.index));
  return readXml(added) === null ? null : added;
}

function element(prefix: string, name: string, value: string): string {
  return `<${prefix}${name}>${escapeXml(value)}</${prefix}${name}>`;
}

function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** OFD.xml first, as readers like it. Pictures and seals are stored as they are. */
function pack(files: ReadonlyMap<string, Uint8Array>, time: number): Uint8Array {
  const names = [...files.keys()].toSorted((a, b) => Number(b === OFD_ENTRY) - Number(a === OFD_ENTRY));
  const entries = names.map((name) => {
    const isText = /\.xml$/i.test(name);
    return [name, [files.get(name) ?? new Uint8Array(0), { level: isText ? 6 : 1, mtime: time }]] as const;
  });
  return zipSync(Object.fromEntries(entries) as unknown as Parameters<typeof zipSync>[0]);
}
