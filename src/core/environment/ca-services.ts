// Local services of CAs' own assistants: on which ports they listen, and the question a portal would ask them
// first. Asking changes nothing and needs no PIN. As seen in integration code of their portals.

export interface CaService {
  readonly name: string;
  /** As profiles name their CA; a service of the person's own CA is no conflict. */
  readonly authorities: readonly string[];
  readonly ports: readonly number[];
  readonly question: {
    readonly path: string;
    /** null: GET. ASCII only. */
    readonly body: { readonly type: string; readonly text: string } | null;
  };
  /** Beginnings of its programs' names, lower case. */
  readonly programs: readonly string[];
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const get = { path: '/', body: null };

export const CA_SERVICES: readonly CaService[] = [
  {
    name: 'BJCA 证书应用环境',
    authorities: ['北京CA', '广西CA', '新疆CA'],
    ports: [21051, 21061],
    question: {
      path: '/synctl',
      body: { type: JSON_TYPE, text: '{"url":"","clsid":"","func":"SOF_GetVersion","param":[]}' },
    },
    programs: ['xtxapp', 'bjcaclient', 'certappenv'],
  },
  {
    name: '山东CA助手',
    authorities: ['山东CA'],
    ports: [8222],
    question: { path: '/', body: { type: JSON_TYPE, text: '{"Function":"SOF_GetVersion"}' } },
    programs: ['sdcaclient', 'sdcaassist'],
  },
  {
    name: '深圳CA驱动',
    authorities: ['深圳CA'],
    ports: [21317, 18981],
    question: { path: '/Service1.asmx', body: null },
    programs: ['szcaservice', 'szcaclient'],
  },
  {
    name: '龙脉 mPlugin',
    authorities: ['湖南CA', '东方中讯'],
    ports: [51235, 51245],
    question: { path: '/alpha', body: { type: FORM_TYPE, text: 'json={"function":"SOF_GetVersion"}' } },
    programs: ['mplugin', 'mtoken'],
  },
  { name: 'iTrus TopCertKit', authorities: [], ports: [7256], question: get, programs: ['topcertkit'] },
  {
    name: '吉大正元客户端',
    authorities: [],
    ports: [45679],
    question: get,
    programs: ['jitclient', 'jitdsign'],
  },
  { name: '河北CA助手', authorities: ['河北CA'], ports: [17215], question: get, programs: ['hebca'] },
  { name: '河南CA助手', authorities: ['河南CA'], ports: [9651], question: get, programs: ['hnca'] },
  {
    name: '江苏智慧CA',
    authorities: ['江苏CA'],
    ports: [9630],
    question: { path: '/onecertx?', body: null },
    programs: ['onecert'],
  },
  {
    name: '山东众 SDZM',
    authorities: [],
    ports: [7618],
    question: { path: '/SOF_GetVersion', body: null },
    programs: ['sdzm'],
  },
  {
    name: '网证通客户端',
    authorities: ['网证通', '广东CA'],
    ports: [55668],
    question: get,
    programs: ['netca'],
  },
  {
    name: '陕西CA（信安）',
    authorities: ['陕西CA'],
    ports: [26596, 9002],
    question: get,
    programs: ['xaca', 'snca'],
  },
  { name: '国信CA助手', authorities: ['国信CA'], ports: [], question: get, programs: ['gxca', 'guoxinca'] },
  { name: '新点驱动', authorities: ['新点'], ports: [], question: get, programs: ['epoint', 'etoken'] },
];
