// Local services of CAs' own assistants: where they listen, and how a portal's page speaks to them. Asking for the
// version and the list of users changes nothing and needs no PIN. Ports and wires are those of integration code of
// their portals; function names those of GM/T 0020 (SOF_) or of that code. What was read nowhere is not asked.

export interface CaService {
  readonly name: string;
  /** As profiles name their CA; a service of the person's own CA is no conflict. */
  readonly authorities: readonly string[];
  readonly places: readonly ServicePlace[];
  /** Beginnings of its programs' names, lower case; only those that were read somewhere. */
  readonly programs: readonly string[];
}

export interface ServicePlace {
  readonly port: number;
  /** null: it is known to listen there, not how to ask it. */
  readonly speech: Speech | null;
}

/** One way to ask. An answer is a body, or the first text frame that can be read. */
export interface Speech {
  readonly scheme: 'http' | 'https' | 'ws' | 'wss';
  readonly path: string;
  /** Content-Type; null: none. */
  readonly type: string | null;
  /** What to send for each question; null: that cannot be asked. */
  readonly version: string | null;
  readonly users: string | null;
  /** What was answered; null: this is no answer of such a service. */
  readonly read: (answer: string) => string | null;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** BJCA XTX over a WebSocket: `{call_cmd_id, retVal}`; news of keys come between. */
function xtxSocket(scheme: 'ws' | 'wss'): Speech {
  const ask = (func: string) =>
    JSON.stringify({ cookie: '', xtx_func_name: func, call_cmd_id: 'i_1', param: [] });
  return {
    ...{ scheme, path: '/xtxapp/', type: null },
    ...{ version: ask('SOF_GetVersion'), users: ask('SOF_GetUserList') },
    read: (answer) => (field(answer, 'call_cmd_id') === 'i_1' ? field(answer, 'retVal') : null),
  };
}

/** BJCA XTX, one POST for each call; the class is that of its control. */
function xtxPost(scheme: 'http' | 'https'): Speech {
  const clsid = '{3F367B74-92D9-4C5E-AB93-234F8A91D5E6}';
  const ask = (func: string) => JSON.stringify({ url: '', clsid, func, param: [] });
  return {
    ...{ scheme, path: '/synctl', type: JSON_TYPE },
    ...{ version: ask('SOF_GetVersion'), users: ask('SOF_GetUserList') },
    read: (answer) => field(answer, 'retVal') ?? field(answer, 'retValue'),
  };
}

/** 山东CA answers in plain text. */
const SDCA: Speech = {
  ...{ scheme: 'http', path: '/', type: JSON_TYPE },
  version: JSON.stringify({ Function: 'SOF_GetVersion' }),
  users: JSON.stringify({ Function: 'SOF_GetUserList' }),
  read: (answer) => (/^[^<{\p{Cc}\ufffd]{0,10000}$/u.test(answer.trim()) ? answer.trim() : null),
};

/** 深圳CA speaks SOAP; the name space is the one such services have unless told otherwise. */
function szca(scheme: 'http' | 'https'): Speech {
  const ask = (func: string) =>
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>' +
    `<${func} xmlns="http://tempuri.org/" /></soap:Body></soap:Envelope>`;
  return {
    ...{ scheme, path: '/Service1.asmx', type: 'text/xml; charset=utf-8' },
    ...{ version: ask('SZCAGetClientVersion'), users: ask('SZCAGetCertList') },
    read: (answer) => /<SZCA\w+Result>([^<]*)<\/SZCA\w+Result>/.exec(answer)?.[1] ?? null,
  };
}

/** Its list of keys needs a library loaded first, which is a change. */
function mPlugin(scheme: 'http' | 'https'): Speech {
  return {
    ...{ scheme, path: '/alpha', type: FORM_TYPE },
    version: `json=${encodeURIComponent(JSON.stringify({ function: 'SOF_GetVersion' }))}`,
    users: null,
    read: (answer) => field(answer, 'rtn') ?? field(answer, 'errorCode'),
  };
}

/** 河北CA greets, and says no version before that. */
const HEBCA: Speech = {
  ...{ scheme: 'ws', path: '/test', type: null },
  ...{ version: '0|1', users: null },
  read: (answer) => (answer.startsWith('0|Welcome') ? '' : null),
};

export const CA_SERVICES: readonly CaService[] = [
  {
    name: 'BJCA 证书应用环境',
    authorities: ['北京CA', '广西CA', '新疆CA'],
    places: [
      { port: 21051, speech: xtxSocket('ws') },
      { port: 21061, speech: xtxSocket('wss') },
      { port: 21051, speech: xtxPost('http') },
      { port: 21061, speech: xtxPost('https') },
    ],
    programs: ['xtxapp', 'certappenv', 'certaidetray'],
  },
  { name: '山东CA助手', authorities: ['山东CA'], places: [{ port: 8222, speech: SDCA }], programs: [] },
  {
    name: '深圳CA驱动',
    authorities: ['深圳CA'],
    places: [
      { port: 21317, speech: szca('http') },
      { port: 18981, speech: szca('https') },
    ],
    programs: [],
  },
  {
    name: '龙脉 mPlugin',
    authorities: ['湖南CA'],
    places: [
      { port: 51235, speech: mPlugin('http') },
      { port: 51245, speech: mPlugin('https') },
    ],
    programs: ['mplugin'],
  },
  { name: '河北CA助手', authorities: ['河北CA'], places: [{ port: 17215, speech: HEBCA }], programs: [] },
  listening('iTrus TopCertKit', [], 7256, ['topcertkit']),
  listening('吉大正元客户端', [], 45679),
  listening('河南CA助手', ['河南CA'], 9651),
  listening('江苏智慧CA', ['江苏CA'], 9630),
  listening('山东众 SDZM', [], 7618),
  listening('网证通客户端', ['网证通', '广东CA'], 55668),
  listening('信安 XACA', [], 26596),
  { name: '国信CA助手', authorities: ['国信CA'], places: [], programs: ['skclient'] },
];

function listening(
  name: string,
  authorities: readonly string[],
  port: number,
  programs: readonly string[] = [],
): CaService {
  return { name, authorities, places: [{ port, speech: null }], programs };
}

/** A field of a JSON object as text; null: no such thing. */
function field(answer: string, name: string): string | null {
  try {
    const parsed: unknown = JSON.parse(answer);
    if (typeof parsed !== 'object' || parsed === null || !(name in parsed)) return null;
    const value = (parsed as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  } catch {
    return null;
  }
}

const MAX_USERS = 50;

/** `名称||CertID&&&名称||CertID&&&` (GM/T 0020, SOF_GetUserList); what is none is no user. */
export function usersIn(list: string): readonly { readonly name: string; readonly id: string }[] {
  return list
    .split('&&&')
    .slice(0, MAX_USERS)
    .flatMap((entry) => {
      const [name = '', id] = entry.split('||');
      return id === undefined ? [] : [{ name: name.trim(), id: id.trim() }];
    });
}
