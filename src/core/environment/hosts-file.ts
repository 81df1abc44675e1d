// The hosts file: lines `address name name …`, `#` to the end is comment. Only lines that name one of the given
// hosts are anybody's business here.

export interface HostsLine {
  /** From 0. */
  readonly index: number;
  readonly text: string;
}

/** Lines that send one of `hosts` somewhere. */
export function poisonedLines(content: string, hosts: readonly string[]): readonly HostsLine[] {
  return content
    .split('\n')
    .map((text, index) => ({ index, text: text.replace(/\r$/, '') }))
    .filter(({ text }) => namesIn(text).some((name) => hosts.includes(name)));
}

/** The file without these hosts; other names of the same line stay, and so does every other byte. */
export function withoutHosts(content: string, hosts: readonly string[]): string {
  return content
    .split('\n')
    .flatMap((line) => {
      const names = namesIn(line);
      if (!names.some((name) => hosts.includes(name))) return [line];
      const kept = names.filter((name) => !hosts.includes(name));
      const [address = ''] = line.trim().split(/\s+/);
      return kept.length === 0 ? [] : [`${address} ${kept.join(' ')}${line.endsWith('\r') ? '\r' : ''}`];
    })
    .join('\n');
}

function namesIn(line: string): readonly string[] {
  const [entry = ''] = line.split('#');
  return entry
    .trim()
    .split(/\s+/)
    .slice(1)
    .map((name) => name.toLowerCase());
}
