/** What antd's styles must carry to be let in (ConfigProvider `csp`); empty where the shell asks for none. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
}
