// Who may import whom: the table of ARCHITECTURE.md, and the rules generated from it.
// test/house/import-rules.test.ts shows that each rule fails when it should.

/** Folder under src → the folders of ours it may import, besides itself. */
export const MAY_IMPORT = {
  core: [],
  contract: ['core'],
  storage: ['core'],
  native: ['core', 'storage'],
  app: ['core', 'contract', 'storage'],
  sandbox: ['core', 'contract', 'storage'],
  bridge: ['core', 'contract', 'app'],
  renderer: ['core', 'contract'],
  main: ['core', 'contract', 'storage', 'native', 'app', 'sandbox', 'bridge'],
  webshell: ['core', 'contract', 'storage', 'native', 'app', 'sandbox', 'bridge'],
  cli: ['core', 'contract', 'storage', 'native', 'app', 'sandbox', 'bridge'],
};

/** Single files that may import more than their folder. */
export const EXCEPTIONS = {
  'src/app/compose.ts': ['native', 'sandbox'],
};

/** Packages that load machine code or a runtime → where they may be imported. */
const CONFINED = {
  electron: 'src/main/',
  pkcs11js: 'src/native/',
  koffi: 'src/native/',
  usb: 'src/native/',
  'node-hid': 'src/native/',
};

/** Pure computation: all that core may import from npm. */
const PURE_PACKAGES =
  '@peculiar/asn1-[^/]+|@noble/[^/]+|sm-crypto-v2|fflate|@rgrove/parse-xml|@cantoo/pdf-lib';

const TESTS = '\\.test\\.tsx?$';
const packageFiles = (names) => `node_modules/(@types/)?(${names})/`;
const escaped = (path) => path.replaceAll('.', '\\.');

const folderRules = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `${folder}-folders`,
  comment: `${folder} may import ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: Object.keys(EXCEPTIONS).map((path) => `^${escaped(path)}$`) },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}));

const exceptionRules = Object.entries(EXCEPTIONS).map(([file, more]) => {
  const folder = file.split('/')[1];
  return {
    name: `${folder}-${file.split('/').at(-1).replace('.ts', '')}-folders`,
    severity: 'error',
    from: { path: `^${escaped(file)}$` },
    to: { path: '^src/', pathNot: `^src/(${[folder, ...MAY_IMPORT[folder], ...more].join('|')})/` },
  };
});

const confinedRules = Object.entries(CONFINED).map(([name, folder]) => ({
  name: `${name}-only-in-${folder.split('/')[1]}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^${folder}` },
  to: { path: `node_modules/(@types/)?${name}/|^${name}$` },
}));

export default {
  forbidden: [
    ...folderRules,
    ...exceptionRules,
    ...confinedRules,
    {
      name: 'known-folder',
      comment: 'A folder under src that is not in the table',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${Object.keys(MAY_IMPORT).join('|')})/` },
      to: {},
    },
    {
      name: 'core-pure-packages',
      severity: 'error',
      from: { path: '^src/core/', pathNot: TESTS },
      to: { path: 'node_modules/', pathNot: packageFiles(PURE_PACKAGES) },
    },
    {
      name: 'no-node-builtins',
      comment: 'core, contract and renderer also run in a browser',
      severity: 'error',
      from: { path: '^src/(core|contract|renderer)/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-test-code',
      comment: 'Product code imports neither tests nor scripts',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: `^(test|scripts|bin|out)/|${TESTS}` },
    },
    {
      name: 'no-development-packages',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      // The runtime itself, which the packages bring along.
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/electron/',
      },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true, pathNot: `^(${Object.keys(CONFINED).join('|')})$` },
    },
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
